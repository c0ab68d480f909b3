"""Replay: make a work again, to the pixel, from its provenance. No language model and no judge is
asked.

Each kind of work is registered once, in REPLAYS at the end.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.service.compose import compose_again, vary_again
from ganvas.service.draw_scene import draw_scene
from ganvas.service.explored import draw_explored
from ganvas.service.open_maker import ReplayContext, open_restyler, open_scene_makers
from ganvas.service.pictures import FoundPicture, open_pixels, pixels_digest
from ganvas.service.session import SESSION, Session
from ganvas.service.verse import vary_poem_again, write_again
from ganvas.service.voice import voice_again
from ganvas.store.folder import address, read_work
from ganvas.vocabulary.provenance import ExploreProvenance, Provenance, RestyleProvenance, SceneProvenance, first_of
from ganvas.vocabulary.request import ReplayRequest
from ganvas.vocabulary.work import Work


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
    pipeline, restyler = open_scene_makers(made, context)
    return draw_scene(made, pipeline, restyler=restyler)


def replay_restyle(made: RestyleProvenance, context: ReplayContext) -> Work:
    """Redraw a picture again; what Ganvas drew itself is drawn again where there is no file of it."""
    restyler = open_restyler(made.restyled, context)
    pixels = _find_picture(made, context)
    with restyler.lock:
        return Work(restyler(pixels, style=made.restyled.style, strength=made.restyled.strength), made)


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


def replay_explored(made: ExploreProvenance, context: ReplayContext) -> Work:
    """Make a work again that was made of others."""
    if (again := VARIED.get(first_of(made).pipeline)) is not None:
        return again(made, context)
    return draw_explored(made, context, redraw=replay_from)


REPLAYS: dict[str, Callable[[Any, ReplayContext], Work]] = {
    "scene": replay_scene, "restyle": replay_restyle, "explore": replay_explored, "compose": compose_again,
    "write": write_again, "voice": voice_again,
}  # fmt: skip
"""How a kind of work is made again, by what stands under `pipeline`."""
VARIED: dict[str, Callable[[ExploreProvenance, ReplayContext], Work]] = {"compose": vary_again, "write": vary_poem_again}
"""How neighbours of works are made that are no pictures, by the kind of the first of them."""
