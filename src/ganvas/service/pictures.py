"""Pictures that are there already: found by the names a person gives, opened, and known again by
their pixels.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from ganvas.data.folder import SUFFIXES
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of
from ganvas.ground.images import open_image
from ganvas.store.folder import read_works
from ganvas.vocabulary.provenance import AnyProvenance, ExploreProvenance, RestyleProvenance, SceneProvenance

MAX_PICTURES = 10_000


def find_pictures(names: Sequence[str], *, out: Path) -> list[Path]:
    """Return the picture files that names mean, each once: files, folders of them, patterns such as
    '*.jpg'.

    out: where what is drawn goes, which is not redrawn again when a folder is named that holds it.
    Raises InputError.
    """
    found: dict[Path, Path] = {}
    for name in names:
        try:
            inside, folder = _files_of(name, out)
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


def _files_of(name: str, out: Path) -> tuple[list[Path], bool]:
    """Return the files that a name means, and whether it is a folder's: then without hidden ones
    and those within `out`.
    """
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


def open_pixels(path: Path) -> np.ndarray:
    """Return the pixels of a picture file, upright: uint8 (H, W, 3 or 4). Raises InputError where
    it is no whole picture.
    """
    return np.asarray(open_image(path))


def pixels_digest(pixels: np.ndarray) -> str:
    """Return the sha256 of a picture's pixels after its shape: the same for every file that holds
    them without loss.
    """
    return digest_of(f"{pixels.shape}".encode() + np.ascontiguousarray(pixels).tobytes())


def printable_name(name: str) -> str:
    """Return a file's name for a record: letters that cannot be printed as question marks, cut
    where it is long.
    """
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:1000]


def parents_of(path: Path) -> tuple[AnyProvenance, ...]:
    """Return what made a picture, where Ganvas made it alone and not on a sheet."""
    with suppress(InputError):  # what another program wrote there is not ours to judge
        works = [work for work in read_works(path) if isinstance(work, SceneProvenance | RestyleProvenance | ExploreProvenance)]
        return tuple(works) if len(works) == 1 else ()
    return ()
