"""The files that a work is kept as in a studio: the one that says how it was made first, then what else a person wants of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ganvas.ground.errors import InputError
from ganvas.store.animation import encode_animation
from ganvas.store.folder import encode_work, kinds_of
from ganvas.vocabulary.animation import Animation
from ganvas.vocabulary.provenance import ExploreProvenance, Provenance, composed_of
from ganvas.vocabulary.work import Work

MEDIA = {
    ".png": "image/png", ".webp": "image/webp", ".gif": "image/gif", ".svg": "image/svg+xml", ".mid": "audio/midi",
    ".wav": "audio/wav", ".musicxml": "application/vnd.recordare.musicxml+xml", ".txt": "text/plain; charset=utf-8",
}  # fmt: skip
"""Media types by suffix, as RFC 6838 names them."""
UPLOAD, SHEET = "upload", "sheet"
"""The kinds of a picture from elsewhere, and of a sheet of works."""


@dataclass(frozen=True)
class Kept:
    """A work as files, by suffix, in their order. records: what makes it again: of a sheet several, of an upload none."""

    files: dict[str, bytes]
    media: str
    kind: str
    idea: str
    records: tuple[Provenance, ...]
    width: int = 0
    height: int = 0

    @property
    def provenance(self) -> str:
        """Its records as JSON."""
        return json.dumps([one.model_dump(mode="json") for one in self.records], ensure_ascii=False)

    @property
    def text(self) -> str:
        """What it can be found by."""
        return " ".join(dict.fromkeys([self.idea, self.kind, *(word for one in self.records for word in _words_of(one))]))


def keep_work(work: Work | Animation) -> Kept:
    """Return a work as it is kept. Raises InputError where it cannot be written down."""
    if isinstance(work, Animation):
        files = {".webp": encode_animation(work, ".webp")}
        return Kept(files, "image/webp", kind_of(work.provenance), work.provenance.idea, (work.provenance,))
    files: dict[str, bytes] = {}
    first, *others = kinds_of(work)
    files[first] = encode_work(work, first)
    for suffix in others:
        try:
            files[suffix] = encode_work(work, suffix)
        except InputError:  # a package of an extra is missing
            continue
    height, width = work.payload.shape[:2] if work.media_type == "image/png" else (0, 0)
    made = work.provenance
    return Kept(files, work.media_type, kind_of(made), made.idea, (made,), width, height)


def kind_of(made: Provenance) -> str:
    """Return what a work is called by how it was made: its verb, of a composed variation too."""
    return made.step.name if isinstance(made, ExploreProvenance) else made.pipeline


def kind_of_records(records: Sequence[Provenance]) -> str:
    """Return the kind of a picture by what it says of itself."""
    return kind_of(records[0]) if len(records) == 1 else SHEET if records else UPLOAD


def _words_of(made: Provenance) -> list[str]:
    """Return what a record names: captions, phrases, labels, the model; of music its key."""
    brief = getattr(made, "brief", None)
    words = [element.caption for element in brief.elements] + list(brief.scenery) if brief else []
    for condition in made.conditions:
        words += [one.phrase for one in condition.words] + list(condition.labels.values())
    if composed := composed_of(made):
        words += [composed.plan.tonic, composed.plan.mode, composed.plan.mood]
    return [*words, made.model, *(one for parent in made.parents[:2] for one in _words_of(parent)[:20])]
