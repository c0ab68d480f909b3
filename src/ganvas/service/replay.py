"""Replay: make a work again, to the pixel, from its provenance. No language model and no judge is
asked.

Each kind of work is registered once, in REPLAYS at the end.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.models.find import models
from ganvas.models.read import read_manifest
from ganvas.pipelines.restyle import Restyler
from ganvas.service.draw_scene import draw_scene, enlarger_of
from ganvas.service.pictures import FoundPicture, open_pixels, pixels_digest
from ganvas.service.session import SESSION, Session
from ganvas.store.folder import address, read_work
from ganvas.vocabulary.provenance import Provenance, Restyled, RestyleProvenance, SceneProvenance
from ganvas.vocabulary.request import ReplayRequest
from ganvas.vocabulary.work import Work

MAX_DRAWN = 8
"""Works that one replay draws at most; one that was redrawn a few times takes as many."""


@dataclass(frozen=True)
class ReplayContext:
    """What a replay may use beside the record: the file that it stands in, the model and the picture
    that the person named, the open models, and what is left of its budget.
    """

    work: str
    model: str | None = None
    picture: Path | None = None
    session: Session = SESSION
    budget: "Budget" = field(default_factory=lambda: Budget())


@dataclass
class Budget:
    """How many works one replay may still draw, parents and their parents included: a small file may name thousands."""

    left: int = MAX_DRAWN

    def spend(self) -> None:
        """Take one off. Raises InputError where none is left."""
        if self.left <= 0:
            raise InputError(f"more than {MAX_DRAWN} works would have to be drawn for it", do="name its picture with --picture")
        self.left -= 1


def replay(request: ReplayRequest, *, session: Session = SESSION) -> Work:
    """Make a work again, to the pixel, from what its file says.

    Raises InputError where the file says nothing, or the model or the picture that made it is not
    here.
    """
    return replay_from(read_work(request.work), ReplayContext(request.work, request.model, request.picture, session))


def replay_from(made: Provenance, context: ReplayContext) -> Work:
    """Make the work of a record again. Raises InputError as `replay` does."""
    if made.pipeline not in REPLAYS:
        raise InputError(f"the work is of the kind {made.pipeline!r}, which this version does not draw")
    context.budget.spend()
    return REPLAYS[made.pipeline](made, context)


def replay_scene(made: SceneProvenance, context: ReplayContext) -> Work:
    """Draw a scene again.

    A file may only name a bundled model; any other is named by the person. Raises InputError when
    the model at hand is not the one that made it.
    """
    pipeline = context.session.open_pipeline(context.model or _bundled_name(made.model, made.model_digest, done="made"))
    if pipeline.digest != made.model_digest:
        raise InputError(f"the work was made by another {made.model}: digest {made.model_digest[:10]}, here "
                         f"{pipeline.digest[:10]}", do="name the model that made it with -m")  # fmt: skip
    if made.enlarger and made.enlarger != enlarger_of(pipeline, restyled=made.restyled is not None):
        name, digest = made.enlarger.name, made.enlarger.digest
        raise InputError(f"the work was enlarged by {name} {digest[:10]}, which is not here",
                         do=f"replay it with the version of Ganvas that made it, {made.version}")  # fmt: skip
    if made.transparent and pipeline.manifest.channels != 4:
        raise InputError(f"the work has no background, and {pipeline.manifest.name} cannot leave one out")
    restyler = _open_restyler(made.restyled, replace(context, model=None)) if made.restyled else None
    return draw_scene(made, pipeline, restyler=restyler)


def replay_restyle(made: RestyleProvenance, context: ReplayContext) -> Work:
    """Redraw a picture again; what Ganvas drew itself is drawn again where there is no file of it."""
    restyler = _open_restyler(made.restyled, context)
    pixels = _find_picture(made, context)
    with restyler.lock:
        return Work(restyler(pixels, style=made.restyled.style, strength=made.restyled.strength), made)


def _bundled_name(name: str, digest: str, *, done: str) -> str:
    """Return what the bundled model is called that made a work: by its digest, since an earlier
    edition is bundled under another name, else by its name. done: what it did.

    A file may name no other model. Raises InputError.
    """
    folders = models()
    for folder in folders:
        if read_manifest(folder)[1] == digest:
            return folder.name
    if name not in [folder.name for folder in folders]:
        raise InputError(f"the work was {done} by {name!r}, which is no bundled model",
                         do="give the folder of that model with -m")  # fmt: skip
    return name


def _open_restyler(restyled: Restyled, context: ReplayContext) -> Restyler:
    """Return the restyler that had a part in a work. Raises InputError where it is not here."""
    named = context.model or _bundled_name(restyled.name, restyled.digest, done="redrawn")
    restyler = context.session.open_restyler(named)
    if restyler.digest != restyled.digest:
        raise InputError(f"the work was redrawn by another {restyled.name}: digest {restyled.digest[:10]}, here "
                         f"{restyler.digest[:10]}", do="name the model that made it with -m")  # fmt: skip
    return restyler


def _find_picture(made: RestyleProvenance, context: ReplayContext) -> np.ndarray:
    """Return the pixels that a work was made from: from the file that is named, one beside the
    work, or drawn again.
    """
    wanted = made.picture
    if context.picture is not None:
        for pixels in _pixels_of(context.picture):
            if pixels_digest(pixels) == wanted.digest:
                return pixels
        raise InputError("is not the picture that the work was made from: its pixels differ", where=context.picture)
    for pixels in _candidates(made, context):
        if pixels_digest(pixels) == wanted.digest:
            return pixels
    raise InputError(f"the picture it was made from, {wanted.name}, is not here", where=context.work, do="name it with --picture")


def _pixels_of(path: Path) -> Iterator[np.ndarray]:
    """Yield a picture's pixels, in sRGB and as earlier versions read them, without its colour profile."""
    content = FoundPicture(path).read()
    for read_profile in (True, False):
        yield open_pixels(content, where=path, read_profile=read_profile)


def _candidates(made: RestyleProvenance, context: ReplayContext) -> Iterator[np.ndarray]:
    """Yield the pixels of what may be the picture: files of its name near the work, then what its
    parents draw.
    """
    name, work = made.picture.name, address(context.work)[0]
    for folder in (work.parent, work.parent.parent, Path()):
        if name == Path(name).name and (folder / name).is_file():  # a name from a file leads to no other folder
            with suppress(InputError):  # anything may lie there
                yield from _pixels_of(folder / name)
    for parent in made.parents:
        with suppress(InputError):  # the model that drew it may not be here
            yield replay_from(parent, replace(context, model=None, picture=None)).pixels


REPLAYS: dict[str, Callable[[Any, ReplayContext], Work]] = {"scene": replay_scene, "restyle": replay_restyle}
"""How a kind of work is made again, by what stands under `pipeline`."""
