"""Info: what a model, a run, a folder of pictures or a work is. Nothing is printed here."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ganvas.data.records import SUFFIXES
from ganvas.ground.characters import is_printable
from ganvas.ground.commands import command
from ganvas.ground.config import read_toml
from ganvas.ground.errors import InputError
from ganvas.ground.files import parse_json, read_json
from ganvas.ground.images import open_image
from ganvas.models.find import bundled, is_model
from ganvas.models.read import read_manifest
from ganvas.service.write import describe, describe_plan
from ganvas.store.folder import address, read_work, read_works
from ganvas.vocabulary.manifest import AnyManifest, EnlargeManifest, Manifest, MusicManifest, RestyleManifest, VerseManifest
from ganvas.vocabulary.provenance import (
    ExploreProvenance,
    Provenance,
    RestyleProvenance,
    SceneProvenance,
    composed_of,
    written_of,
)
from ganvas.vocabulary.verse import FORMS

NAMED = 20
"""Values of a label that are named; the rest are counted."""

_KNOWN = "name a work, a picture, or the folder of a model, of a run or of pictures"
_OTHER_FILES = {".toml": "a recipe is for `ganvas train`, a scene for `ganvas imagine --brief`"}
"""What files of other kinds are for, by how their names end."""


def summarise(thing: str, *, report: Callable[[str], None] | None = None) -> dict[str, object]:
    """Return what a model (name or folder), a run, a folder of pictures or a work is, as names and
    values. Raises InputError.

    report: is given a line before something slow, such as many pictures.
    """
    path = Path(thing)
    if (own := bundled(thing)) is not None:
        return _model(own)
    if is_model(path):
        return _model(path)
    if (path / "recipe.toml").is_file():
        return _run(path)
    if path.is_dir():
        return _pictures(path, report)
    return _work(thing)


def _model(folder: Path) -> dict[str, object]:
    manifest, digest = read_manifest(folder)
    takes: dict[str, str] = {}
    if isinstance(manifest, Manifest):
        takes = {"words": manifest.takes.encoder}
        takes |= {name: ", ".join(values[:NAMED]) for name, values in manifest.takes.labels.items()}
        takes["judge"] = "yes: --best-of draws several and keeps the best" if "judge.onnx" in manifest.files else "none"
    return {
        "kind": "model", "name": manifest.name, "summary": manifest.summary, "does": what_it_does(manifest), **takes,
        "images seen": manifest.images_seen, "licence": manifest.licence,
        "attribution": "; ".join(manifest.attribution), "digest": digest,
    }  # fmt: skip


def what_it_does(manifest: AnyManifest) -> str:
    """Describe in one line what a model makes."""
    if isinstance(manifest, EnlargeManifest):
        return f"makes RGBA of {manifest.size} px four times as large"
    if isinstance(manifest, RestyleManifest):
        return f"redraws pictures in the style of {', '.join(manifest.styles[:NAMED])}; learned at {manifest.size} px"
    if isinstance(manifest, MusicManifest):
        return "composes for four voices"
    if isinstance(manifest, VerseManifest):
        return f"writes {' and '.join(FORMS)} for a theme"
    if not isinstance(manifest, Manifest):
        return f"makes works of the kind {manifest.kind}"
    styles = ", ".join(manifest.takes.labels.get("style", ())) or "none of its own"
    return f"draws {manifest.size} px, {'RGBA' if manifest.channels == 4 else 'RGB'}; styles: {styles}"


def _run(folder: Path) -> dict[str, object]:
    recipe, log = folder / "recipe.toml", list(_last_of(folder / "log.jsonl"))
    images, seconds = _number(log, "images"), _number(log, "seconds")
    budget = read_toml(recipe).get("images")
    share = f" of {budget:,} ({images / budget:.0%})" if isinstance(budget, int) and budget > 0 else ""
    finished = is_model(folder / "model")
    event = next((str(entry["event"]) for entry in log if "event" in entry), "")
    return {
        "kind": "run",
        "state": "finished" if finished else "not finished",
        "pictures seen": f"{images:,}{share}, in {seconds / 60:.0f} minutes",
        **_usable(folder),
        **({"last event": event} if event and is_printable(event) else {}),
        **(
            {"model": str(folder / "model")} if finished else {"goes on with": command(["ganvas", "train", recipe, "-o", folder])}
        ),
    }


def _usable(folder: Path) -> dict[str, object]:
    """Return whether a run's model was found usable, if that was judged."""
    with suppress(InputError):
        found = read_json(folder / "verdict.json")
        text = found.get("text") if isinstance(found, dict) else None
        if isinstance(text, str) and is_printable(text):
            return {"usable": text.removeprefix("Usable? ")}
    return {}


def _last_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the last lines of a log that may be long, the newest first; lines that a crash cut
    short are left out.
    """
    if not path.is_file():
        return
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 50_000))
        lines = file.read().decode("utf-8", errors="replace").splitlines()
    for line in reversed(lines):
        with suppress(InputError):
            entry = parse_json(line, where=path)
            if isinstance(entry, dict):
                yield entry


def _number(log: Sequence[Mapping[str, Any]], name: str) -> int | float:
    """Return the newest number of a name in a log, 0 where there is none."""
    return next((entry[name] for entry in log if isinstance(entry.get(name), int | float)), 0)


def _pictures(folder: Path, report: Callable[[str], None] | None) -> dict[str, object]:
    from ganvas.data.cache import MANY_PICTURES, read_usable
    from ganvas.data.source import open_source

    source = open_source(folder)
    if report and len(source.records) >= MANY_PICTURES:
        report(f"looking at {len(source.records):,} pictures")
    left: dict[str, str] = {}
    count = sum(1 for _ in read_usable(source, left))
    records = [record for record in source.records if record.file_name not in left]
    why = [*source.left, *(f"{name}: {reason}" for name, reason in left.items())]
    named = why[:NAMED] + ([f"{len(why) - NAMED:,} more"] if len(why) > NAMED else [])
    captioned = sum(bool(record.captions) for record in records)
    splits = Counter(record.split for record in records)
    values: dict[str, Counter[str]] = {}
    for record in records:
        for name, value in record.labels.items():
            values.setdefault(name, Counter())[value] += 1
    conditions = ["words"] * bool(captioned) + [name for name, found in values.items() if len(found) > 1]
    return {
        "kind": "pictures",
        "count": count,
        "with captions": captioned,
        "a model of it takes": ", ".join(conditions) or "nothing: it draws freely",
        **{name: _counted(found) for name, found in values.items()},
        **({"splits": _counted(splits)} if len(splits) > 1 else {}),
        **({"left out": named, "left out in all": f"{len(why):,} of {count + len(why):,} pictures"} if named else {}),
        **({"note": list(source.notes)} if source.notes else {}),
    }


def _counted(found: Counter[str]) -> str:
    """Name values and how often each is there, the most frequent first."""
    named = ", ".join(f"{value} {count:,}" for value, count in found.most_common(NAMED))
    return named + (f", and {len(found) - NAMED} more" if len(found) > NAMED else "")


def _edits(work: Provenance) -> dict[str, object]:
    """Name what redrew a work, in which style, and from what."""
    edits = [f"{edit.style}, strength {edit.strength:g}, by {edit.name} {edit.digest[:10]}" for edit in work.edits]
    picture = {"picture": work.picture.name} if isinstance(work, RestyleProvenance) else {}
    return {**({"redrawn": "; ".join(edits)} if edits else {}), **picture}


def _family(made: Provenance, *, depth: int = 0) -> Iterator[str]:
    """Yield what made a work, what made the works that it was made of below it, indented, and so on."""
    steps = (
        made.step.model_dump(exclude={"name", "latent", "digest"}, exclude_none=True)
        if isinstance(made, ExploreProvenance)
        else {}
    )
    parts = ", ".join(f"{name} {_shown(value)}" for name, value in steps.items())
    name = made.step.name if isinstance(made, ExploreProvenance) else {"scene": "imagine"}.get(made.pipeline, made.pipeline)
    words = parts or f"{made.idea!r}, seed {made.noise_seed}, number {made.number}"
    yield f"{'  ' * depth}{name}: {words}"
    for parent in made.parents:
        yield from _family(parent, depth=depth + 1)


def _shown(value: object) -> str:
    """Write a value of a step for a person."""
    if isinstance(value, tuple | list):
        return " ".join(" ".join(map(str, one.values())) if isinstance(one, dict) else str(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _no_work(path: Path) -> InputError:
    return InputError("is neither a picture nor a folder", where=path, do=_OTHER_FILES.get(path.suffix.lower(), _KNOWN))


def _work(thing: str) -> dict[str, object]:
    path, number = address(thing)
    try:
        works = read_works(path) if number is None else [read_work(thing)]
    except InputError as error:
        if path.is_file() and path.suffix.lower() not in SUFFIXES:
            raise _no_work(path) from error
        raise
    if not works:
        if path.is_file() and path.suffix.lower() not in SUFFIXES:  # a text, or music, of somebody else
            raise _no_work(path)
        picture = open_image(path)
        return {
            "kind": "picture that Ganvas did not make",
            "size": f"{picture.width} x {picture.height}",
            "colours": picture.mode,
        }
    first = works[0]
    composed = composed_of(first)
    plan = {"plan": describe_plan(composed.plan)} if composed else {}
    written = written_of(first)
    plan = {"form": f"{written.form}, {written.script}"} if written else plan
    drawn = first if isinstance(first, SceneProvenance | RestyleProvenance) else None
    family = {"family": list(_family(first))} if isinstance(first, ExploreProvenance) else {}
    return {
        "kind": "work" if len(works) == 1 else f"sheet of {len(works)} works", "idea": first.idea, **family,
        **(plan or {"scene": describe(drawn.brief) if drawn and drawn.brief else ""}), **_edits(first),
        "writer": first.writer, "note": first.note,
        "model": f"{first.model} {first.model_digest[:10]}", "seed": first.noise_seed, "number": first.number,
        "truncation": drawn.truncation if drawn else 1.0, "made by": f"ganvas {first.version}",
    }  # fmt: skip
