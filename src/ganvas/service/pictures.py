"""Pictures that are there already: found by the names a person gives, opened, and known again by
their pixels.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ganvas.data.inventory import take_inventory
from ganvas.data.records import SUFFIXES
from ganvas.ground.characters import is_printable
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of, read_bytes
from ganvas.ground.folder_files import FolderFiles
from ganvas.ground.images import MAX_BYTES, decode_image, texts_in
from ganvas.store.folder import works_in
from ganvas.vocabulary.provenance import KEY, AnyProvenance, ExploreProvenance, RestyleProvenance, SceneProvenance

MAX_PICTURES = 10_000


@dataclass(frozen=True)
class FoundPicture:
    """A picture file. folder, name: the folder that was named and the picture's name in it, whose
    links may not lead out; a file that was named itself has none.
    """

    path: Path
    folder: FolderFiles | None = None
    name: str = ""

    def read(self) -> bytes:
        """Return the file's bytes. Raises InputError where it cannot be read."""
        return read_bytes(self.path, limit=MAX_BYTES) if self.folder is None else self.folder.read(self.name, limit=MAX_BYTES)


def _say_nothing(_line: str) -> None: ...


def find_pictures(names: Sequence[str], *, out: Path, say: Callable[[str], None] = _say_nothing) -> list[FoundPicture]:
    """Return the picture files that names mean, each once: files, folders of them, patterns such as
    '*.jpg'.

    out: where what is drawn goes, which is not redrawn again when a folder is named that holds it.
    say: is told what a folder holds that is not redrawn. Raises InputError.
    """
    found: dict[Path, FoundPicture] = {}
    for name in names:
        try:
            inside = _in_folder(Path(name), out, say) if Path(name).is_dir() else _files_of(name)
        except (OSError, ValueError) as error:  # longer than names can be, or a pattern that is none
            if isinstance(error, InputError):
                raise
            inside = []
        if not inside:
            raise InputError("holds no pictures" if _is_folder(name) else "names no file", where=name[:200],
                             do=f"name {', '.join(SUFFIXES)} files, or a folder of them")  # fmt: skip
        for one in inside:
            found.setdefault(one.path.resolve(), one)
    if len(found) > MAX_PICTURES:
        raise InputError(f"{len(found):,} pictures are more than the {MAX_PICTURES:,} that are redrawn at once")
    return list(found.values())


def _is_folder(name: str) -> bool:
    try:
        return Path(name).is_dir()
    except (OSError, ValueError):
        return False


def _in_folder(path: Path, out: Path, say: Callable[[str], None]) -> list[FoundPicture]:
    """Return the pictures in a folder without hidden ones and those within `out`."""
    inventory = take_inventory(path)
    if not inventory.pictures and (inventory.left or inventory.wrong):
        raise inventory.empty()
    for name, reason in [*inventory.left.items(), *inventory.wrong.items()]:
        say(f"left out: {path / name}: {reason}")
    found = [FoundPicture(inventory.files.path(name), inventory.files, name) for name in inventory.pictures]
    away = out.resolve()
    holds = path.resolve() in away.parents
    return [one for one in found if not (holds and away in one.path.resolve().parents)]


def _files_of(name: str) -> list[FoundPicture]:
    path = Path(name)
    if path.exists() or not any(sign in name for sign in "*?["):
        return [FoundPicture(path)]
    base = Path(path.anchor) if path.is_absolute() else Path()
    found = sorted(base.glob(str(path.relative_to(base) if path.is_absolute() else path)))
    return [FoundPicture(one) for one in found if not one.is_dir()]


def open_pixels(content: bytes, *, where: Path, read_profile: bool = True) -> np.ndarray:
    """Return the pixels of a picture file's bytes, upright, in sRGB: uint8 (H, W, 3 or 4).

    read_profile: whether an embedded colour profile is applied; earlier versions applied none.
    Raises InputError where it is no whole picture.
    """
    return np.asarray(decode_image(content, where=where, read_profile=read_profile))


def pixels_digest(pixels: np.ndarray) -> str:
    """Return the sha256 of a picture's pixels after its shape: the same for every file that holds
    them without loss.
    """
    return digest_of(f"{pixels.shape}".encode() + np.ascontiguousarray(pixels).tobytes())


def printable_name(name: str) -> str:
    """Return a file's name for a record: letters that cannot be printed as question marks, cut
    where it is long.
    """
    return "".join(letter if is_printable(letter) else "?" for letter in name)[:1000]


def parents_of(content: bytes, *, where: Path) -> tuple[AnyProvenance, ...]:
    """Return what made a picture, where Ganvas made it alone and not on a sheet."""
    with suppress(InputError):  # what another program wrote there is not ours to judge
        texts = texts_in(content, where=where)
        works = [
            work
            for work in works_in(texts.get(KEY, texts.get("")), where=where)
            if isinstance(work, SceneProvenance | RestyleProvenance | ExploreProvenance)
        ]
        return tuple(works) if len(works) == 1 else ()
    return ()
