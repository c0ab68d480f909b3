"""Make a work again, to the pixel, from its provenance."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.images import open_image
from ganvas.models.find import models
from ganvas.pipelines.restyle import Restyler
from ganvas.service.imagine import PIPELINE as SCENE
from ganvas.service.imagine import draw, tool_of
from ganvas.service.restyle import PIPELINE as RESTYLED
from ganvas.service.restyle import pixels_digest
from ganvas.service.session import open_pipeline, open_restyler
from ganvas.store.folder import address
from ganvas.vocabulary.provenance import Provenance, Restyled
from ganvas.vocabulary.work import Work


def replay_scene(provenance: Provenance, *, model: str | None = None) -> Work:
    """Draw a work again from its provenance, to the pixel. No language model is asked.

    The file may only name a model that came along; any other is named by the person. Raises InputError when the model at hand is
    not the one that made it.
    """
    if provenance.pipeline != SCENE:
        raise InputError(f"the work is of the kind {provenance.pipeline!r}, which this version does not draw")
    if model is None and provenance.model not in [folder.name for folder in models()]:
        raise InputError(f"the work was made by {provenance.model!r}, which is no model that came along",
                         do="give the folder of that model with -m")  # fmt: skip
    pipeline = open_pipeline(model or provenance.model)
    if pipeline.digest != provenance.model_digest:
        raise InputError(f"the work was made by another {provenance.model}: digest {provenance.model_digest[:10]}, here "
                         f"{pipeline.digest[:10]}", do="name the model that made it with -m")  # fmt: skip
    if provenance.enlarger and provenance.enlarger != tool_of(pipeline):
        name, digest = provenance.enlarger.name, provenance.enlarger.digest
        raise InputError(f"the work was enlarged by {name} {digest[:10]}, which is not here",
                         do=f"replay it with the version of Ganvas that made it, {provenance.version}")  # fmt: skip
    if provenance.transparent and pipeline.manifest.channels != 4:
        raise InputError(f"the work has a clear ground, which {pipeline.manifest.name} cannot draw")
    return draw(provenance, pipeline, hand=open_restyler_of(provenance.restyled) if provenance.restyled else None)


def open_restyler_of(restyled: Restyled, *, model: str | None = None) -> Restyler:
    """Return the restyler that had a part in a work. Raises InputError where it is not here."""
    if model is None and restyled.name not in [folder.name for folder in models()]:
        raise InputError(f"the work was redrawn by {restyled.name!r}, which is no model that came along",
                         do="give the folder of that model with -m")  # fmt: skip
    restyler = open_restyler(model or restyled.name)
    if restyler.digest != restyled.digest:
        raise InputError(f"the work was redrawn by another {restyled.name}: digest {restyled.digest[:10]}, here "
                         f"{restyler.digest[:10]}", do="name the model that made it with -m")  # fmt: skip
    return restyler


def replay(provenance: Provenance, *, work: str, model: str | None = None, picture: Path | None = None) -> Work:
    """Make a work again, to the pixel: of this pipeline or a scene. work: where its file is, beside which its picture is sought.

    picture: the file that it was made from, where it is elsewhere; what Ganvas drew itself is drawn again where there is no file.
    Raises InputError where the picture or the model is not the one.
    """
    if provenance.pipeline != RESTYLED:
        return replay_scene(provenance, model=model)
    if provenance.restyled is None or provenance.picture is None:
        raise InputError("the work does not say what was redrawn, or how", where=work)
    restyler = open_restyler_of(provenance.restyled, model=model)
    pixels = _found(provenance, address(work)[0], picture)
    drawn = restyler(pixels, style=provenance.restyled.style, strength=provenance.restyled.strength)
    return Work(drawn, provenance)


def _found(provenance: Provenance, work: Path, picture: Path | None) -> np.ndarray:
    assert provenance.picture is not None
    wanted = provenance.picture
    if picture is not None:
        pixels = np.asarray(open_image(picture))
        if pixels_digest(pixels) != wanted.digest:
            raise InputError("is not the picture that the work was made from: its pixels differ", where=picture)
        return pixels
    for path in _places(work, wanted.name):
        with suppress(InputError):  # it is only looked for here: anything may lie there
            pixels = np.asarray(open_image(path))
            if pixels_digest(pixels) == wanted.digest:
                return pixels
    for parent in provenance.parents:
        with suppress(InputError):  # what drew it is not here
            pixels = replay(parent, work=str(work)).pixels
            if pixels_digest(pixels) == wanted.digest:
                return pixels
    raise InputError(f"the picture it was made from, {wanted.name}, is not here", where=work, do="name it with --picture")


def _places(work: Path, name: str) -> Iterator[Path]:
    if name == Path(name).name:  # a name from a file leads to no other folder
        for folder in (work.parent, work.parent.parent, Path()):
            if (folder / name).is_file():
                yield folder / name
