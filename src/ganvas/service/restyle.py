"""What a person can do with pictures that are there already: redraw them in a style, and redraw them again."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import ganvas
from ganvas.data.folder import SUFFIXES
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of
from ganvas.ground.images import open_image
from ganvas.pipelines.restyle import Chosen, Watch
from ganvas.service.session import open_restyler
from ganvas.store.folder import read_works
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.provenance import Picture, Provenance, Restyled
from ganvas.vocabulary.work import Work

PIPELINE = "restyle"
MAX_PICTURES = 10_000


@dataclass(frozen=True)
class StyleRequest:
    """A person's wish, read: the model, the style, how far, and the person's own words."""

    model: str
    chosen: Chosen
    words: str


def read_style_request(words: str, *, model: str, strength: float | None = None) -> StyleRequest:
    """Read `--to`: the exact name of a style, else words for one. Raises InputError where they name none."""
    words = " ".join(words.split())
    if not words:
        raise InputError("says no style", where="--to", do="name one, or say it in your own words")
    if strength is not None and not 0 <= strength <= 1:
        raise InputError(f"{strength} is not between 0 and 1", where="--strength", do="choose 1 for all of the style")
    restyler = open_restyler(model)
    if words not in restyler.styles and _is_file(words):
        raise InputError("is a picture, and no model here learns a style from one picture", where=f"--to {words}",
                         do=f"name one of {', '.join(restyler.styles[:20])}")  # fmt: skip
    return StyleRequest(model, restyler.read(words, strength=strength), words[:1000])


def _is_file(words: str) -> bool:
    try:
        return Path(words).is_file()
    except (OSError, ValueError):  # longer than a name can be
        return False


def _meant(name: str, out: Path) -> tuple[list[Path], bool]:
    """Return the files that a name means, and whether it is a folder's: then without hidden ones and those within `out`."""
    path = Path(name)
    if path.is_dir():
        inside = [one for one in sorted(path.rglob("*")) if one.suffix.lower() in SUFFIXES and one.is_file()]
        kept = [one for one in inside if not any(part.startswith(".") for part in one.relative_to(path).parts)]
        away = out.resolve()
        holds = path.resolve() in away.parents
        return [one for one in kept if not (holds and away in one.resolve().parents)], True
    if path.exists() or not any(sign in name for sign in "*?["):
        return [path], False
    base = Path(path.anchor) if path.is_absolute() else Path()
    found = sorted(base.glob(str(path.relative_to(base) if path.is_absolute() else path)))
    return [one for one in found if not one.is_dir()], False


def find_pictures(names: Sequence[str], *, out: Path) -> list[Path]:
    """Return the picture files that names mean, each once: files, folders of them, patterns such as '*.jpg'.

    out: where what is drawn goes, which is not redrawn again when a folder is named that holds it. Raises InputError.
    """
    found: dict[Path, Path] = {}
    for name in names:
        try:
            inside, folder = _meant(name, out)
        except (OSError, ValueError):  # longer than names can be, or a pattern that is none
            inside, folder = [], False
        if not inside:
            raise InputError("holds no pictures" if folder else "names no file", where=name[:200],
                             do=f"name {', '.join(SUFFIXES)} files, or a folder of them")  # fmt: skip
        for path in inside:
            found.setdefault(path.resolve(), path)
    if len(found) > MAX_PICTURES:
        raise InputError(f"{len(found):,} pictures are more than the {MAX_PICTURES:,} that are redrawn at once")
    return list(found.values())


def restyle(path: Path, asked: StyleRequest, *, watch: Watch | None = None) -> Work:
    """Redraw one picture file, upright and at its own size; what is clear stays clear. Raises InputError for no picture."""
    pixels = np.asarray(open_image(path))
    restyler, chosen = open_restyler(asked.model), asked.chosen
    drawn = restyler(pixels, style=chosen.style, strength=chosen.strength, watch=watch)
    digest = pixels_digest(pixels)
    made = Provenance(
        version=ganvas.__version__, pipeline=PIPELINE, model=restyler.name, model_digest=restyler.digest, idea=asked.words,
        conditions=(Condition(labels={"style": chosen.style}, source=digest),),
        restyled=Restyled(name=restyler.name, digest=restyler.digest, style=chosen.style, strength=chosen.strength),
        picture=Picture(name=_printable(path.name), digest=digest), parents=_parents(path),
    )  # fmt: skip
    return Work(drawn, made)


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:1000]


def _parents(path: Path) -> tuple[Provenance, ...]:
    """Return what made a picture, where Ganvas made it alone and not on a sheet."""
    try:
        works = read_works(path)
    except InputError:
        return ()  # what another program wrote there is not ours to judge
    return tuple(works) if len(works) == 1 else ()


def pixels_digest(pixels: np.ndarray) -> str:
    """Return the sha256 of a picture's pixels after its shape: the same for every file that holds them without loss."""
    return digest_of(f"{pixels.shape}".encode() + np.ascontiguousarray(pixels).tobytes())
