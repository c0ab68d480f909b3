"""Restyle: redraw a picture that is there already in a style."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.version import __version__
from ganvas.pipelines.restyle import Chosen, Restyler, Watch
from ganvas.service.pictures import FoundPicture, open_pixels, parents_of, pixels_digest, printable_name
from ganvas.service.session import SESSION, Session
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.provenance import AnyProvenance, Picture, Restyled, RestyleProvenance
from ganvas.vocabulary.request import RestyleRequest
from ganvas.vocabulary.work import Work


@dataclass(frozen=True)
class InputPicture:
    """A picture to redraw: uint8 (H, W, 3 or 4), what its file is called, and what made it, where
    Ganvas did.
    """

    pixels: np.ndarray
    name: str
    parents: tuple[AnyProvenance, ...] = ()


@dataclass(frozen=True)
class StyleChoice:
    """A style that was read from a person's words: the model that has it, the style, and how far to
    go.
    """

    restyler: Restyler
    chosen: Chosen
    words: str


def choose_style(request: RestyleRequest, *, session: Session = SESSION) -> StyleChoice:
    """Read the exact name of a style, else words for one. Raises InputError where they name none."""
    restyler = session.open_restyler(request.model)
    if request.to not in restyler.styles and _is_file(request.to):
        raise InputError("is a picture, and no model here learns a style from one picture", where=f"--to {request.to}",
                         do=f"name one of {', '.join(restyler.styles[:20])}")  # fmt: skip
    return StyleChoice(restyler, restyler.read(request.to, strength=request.strength), request.to)


def _is_file(words: str) -> bool:
    try:
        return Path(words).is_file()
    except (OSError, ValueError):  # longer than a name can be
        return False


def open_picture(picture: Path | FoundPicture) -> InputPicture:
    """Open a picture file to redraw, upright, in sRGB. Raises InputError for no picture."""
    found = FoundPicture(picture) if isinstance(picture, Path) else picture
    content, path = found.read(), found.path
    return InputPicture(open_pixels(content, where=path), printable_name(path.name), parents_of(content, where=path))


def restyle(picture: InputPicture, choice: StyleChoice, *, watch: Watch | None = None) -> Work:
    """Redraw one picture at its own size; what is clear stays clear. watch: is given pieces done,
    and pieces in all.
    """
    restyler, chosen = choice.restyler, choice.chosen
    with restyler.lock:
        drawn = restyler(picture.pixels, style=chosen.style, strength=chosen.strength, watch=watch)
    digest = pixels_digest(picture.pixels)
    made = RestyleProvenance(
        version=__version__, model=restyler.name, model_digest=restyler.digest, idea=choice.words,
        conditions=(Condition(labels={"style": chosen.style}, source=digest),),
        restyled=Restyled(name=restyler.name, digest=restyler.digest, style=chosen.style, strength=chosen.strength),
        picture=Picture(name=picture.name, digest=digest), parents=picture.parents,
    )  # fmt: skip
    return Work(drawn, made)
