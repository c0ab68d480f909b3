"""A folder of works: pictures, music with sound and notation, poems with their pages, that carry what makes them again."""

import contextlib
import re
from collections.abc import Generator, Iterable, Sequence
from html import unescape
from itertools import count
from pathlib import Path
from typing import cast

from ganvas.ground.errors import InputError
from ganvas.ground.files import check_can_create, next_free_number, parse_json, read_text, slug, write_bytes
from ganvas.ground.images import encode_png, make_sheet, read_texts, save_png
from ganvas.store import music, verse
from ganvas.vocabulary.provenance import (
    KEY,
    KINDS,
    MAX_BYTES,
    AnyProvenance,
    Provenance,
    png_texts,
    read_provenance,
)
from ganvas.vocabulary.work import MAX_WORKS, Work

_PLACE = re.compile(r"#(\d{1,4})\Z")
_METADATA = re.compile(r'<metadata id="ganvas">([^<]*)</metadata>')
MAX_SVG = 50_000_000
MUSIC, VERSE = music.KINDS, verse.KINDS
CARRIERS = {**dict.fromkeys((".mid", ".wav", ".musicxml"), music.record_in), ".txt": verse.record_in}
"""How files of music and verse, beside pictures, say how they were made, by their suffix."""
FIRST = {"image/png": ".png", "audio/midi": ".mid", "text/plain": ".txt"}
"""The suffix of the file of a work, by its media type; other files lie beside it."""


class Folder:
    """Keeps works as files in a folder, each as its kind is kept. Nothing is overwritten: each set takes the next free
    number.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, works: Iterable[Work], *, name: str | None = None, columns: int = 4) -> list[Path]:
        """Save each work as it comes, then a sheet of them where there are several; return the
        paths, the sheet last.

        name: how the files begin; their idea when left out. columns: works in a row of the sheet.
        """
        kept: list[Work] = []
        paths: list[Path] = []
        for number, work in enumerate(works, 1):
            if number == 1:
                paths += self._save_first(slug(name or work.provenance.idea), work)
            else:
                paths += _save_set(self._beside(paths[0], str(number)), work)
            kept.append(work)
        if len(kept) > 1 and is_picture(kept[0]):
            paths.append(save_sheet(self._beside(paths[0], "sheet"), kept, columns=columns))
        return paths

    def _save_first(self, stem: str, work: Work) -> list[Path]:
        """Save the first work of a set as `stem-NNN-1.png`, `.mid` or `.txt`. With it the number is ours, even when
        another program looks for one at the same moment.
        """
        for number in count(next_free_number(self.folder, stem)):
            with contextlib.suppress(FileExistsError):
                return _save_set(self.folder / f"{stem}-{number:03d}-1{FIRST[work.media_type]}", work)
        raise AssertionError

    def _beside(self, first: Path, last: str) -> Path:
        return first.with_name(f"{first.stem.removesuffix('1')}{last}{first.suffix}")


def is_music(work: Work) -> bool:
    """Say whether a work is music."""
    return work.media_type == "audio/midi"


def is_picture(work: Work) -> bool:
    """Say whether a work is a picture."""
    return work.media_type == "image/png"


def _save_set(path: Path, work: Work) -> list[Path]:
    """Save a work, music with its sound and notation beside it, verse with its page. Raises FileExistsError."""
    if is_picture(work):
        return [_save(path, work)]
    return music.save_piece(path, work) if is_music(work) else verse.save_poem(path, work)


def check_file(path: Path, *, kinds: Sequence[str] = (".png",), overwrite: bool = False) -> Path:
    """Return the path of a file that can be written. kinds: the suffixes that it may have.

    Raises InputError for another suffix, and where there is a file already that is not to be
    overwritten.
    """
    if path.suffix.lower() not in kinds:
        do = f"give a folder or a name that ends in {' or '.join(kinds)}"
        raise InputError(f"cannot write {path.suffix or 'such'} files", where=path, do=do)
    check_can_create(path)
    if path.exists() and not overwrite:
        raise _is_there(path)
    return path


def save_work(path: Path, work: Work, *, overwrite: bool = False) -> Path:
    """Save one work with its provenance inside. Raises InputError where there is a file meanwhile that is not to be
    overwritten.
    """
    with _refusing(path):
        return _save(path, work, overwrite=overwrite)


@contextlib.contextmanager
def _refusing(path: Path) -> Generator[None]:
    try:
        yield
    except FileExistsError as error:
        raise _is_there(path) from error


def _is_there(path: Path) -> InputError:
    return InputError("is there already, and nothing is overwritten", where=path, do="give another name")


def _save(path: Path, work: Work, *, overwrite: bool = False) -> Path:
    """Save one work. Raises FileExistsError."""
    suffix = path.suffix.lower()
    if suffix not in kinds_of(work):
        what = "pictures are" if is_picture(work) else "music is" if is_music(work) else "verse is"
        do = f"give a name that ends in {' or '.join(kinds_of(work))}"
        raise InputError(f"{what} not kept as {path.suffix}", where=path, do=do)
    write_bytes(path, encode_work(work, suffix), replace=overwrite)
    return path


def kinds_of(work: Work) -> tuple[str, ...]:
    """Return the suffixes that a work can be kept under; the first file says how it was made."""
    if is_picture(work):
        return (".png",)
    return music.KINDS if is_music(work) else verse.KINDS


def encode_work(work: Work, suffix: str) -> bytes:
    """Return a work as a file, with its provenance inside, in pictures twice: our own key, and the text other tools read.

    suffix: one of `kinds_of`. Raises InputError where a package for that is missing.
    """
    if not is_picture(work):
        return (music if is_music(work) else verse).encode(work, suffix)
    return encode_png(work.pixels, text=png_texts([work.provenance]))


def save_sheet(path: Path, works: Sequence[Work], *, columns: int = 4) -> Path:
    """Save works on one sheet in rows; `PATH#3` names its third."""
    texts = png_texts([work.provenance for work in works], sheet=True)
    with _refusing(path):
        save_png(path, make_sheet([work.pixels for work in works], columns=columns), text=texts, replace=False)
    return path


def save_svg(path: Path, content: bytes) -> Path:
    """Save works that were drawn as shapes: an SVG that holds what makes them again."""
    with _refusing(path):
        write_bytes(path, content, replace=False)
    return path


def _provenance_text(path: Path) -> str | None:
    """Return what a file of Ganvas says of how it was made, or None."""
    if path.suffix.lower() in CARRIERS:
        return CARRIERS[path.suffix.lower()](path)
    if path.suffix.lower() != ".svg":
        texts = read_texts(path)
        return texts.get(KEY, texts.get(""))
    found = _METADATA.search(read_text(path, limit=MAX_SVG))
    return unescape(found[1]) if found else None


def read_works(path: Path) -> list[Provenance]:
    """Read what makes the works of a picture or an SVG again: one, a sheet's, or none when Ganvas
    did not make it.

    Raises InputError when the file is no whole picture, or what it says is no record of a work.
    """
    return works_in(_provenance_text(path), where=path)


def works_in(words: str | None, *, where: Path) -> list[Provenance]:
    """Read what the text of a file says makes its works again, as `read_works` does; none without a
    text.
    """
    if words is None:
        return []
    if len(words.encode("utf-8", errors="replace")) > MAX_BYTES * 4:
        raise InputError("its provenance is too long", where=where)
    content = parse_json(words, where=where)
    if not isinstance(content, dict) or set(content) != {"sheet"}:
        return [read_provenance(content, where=where)]
    works: object = content["sheet"]
    if not isinstance(works, list) or not 1 <= len(works) <= MAX_WORKS:
        raise InputError("its sheet holds no works", where=where)
    return [read_provenance(work, where=where) for work in works]


def address(spec: str) -> tuple[Path, int | None]:
    """Split `sheet.png#3` into the file and the number of the work in it, None when it names none."""
    place = None if Path(spec).is_file() else _PLACE.search(spec)
    return (Path(spec), None) if place is None else (Path(spec[: place.start()]), int(place[1]))


def read_any_work(spec: str) -> AnyProvenance:
    """Read a work's provenance as `read_work` does, as one of the kinds that other works can be made of."""
    made = read_work(spec)
    assert isinstance(made, tuple(KINDS.values()))
    return cast("AnyProvenance", made)


def read_work(spec: str) -> Provenance:
    """Read one work's provenance by its file, or a sheet's by `sheet.png#3`. Raises InputError."""
    path, number = address(spec)
    works = read_works(path)
    if not works:
        raise InputError("does not say how it was made: Ganvas did not make it, or another program removed it", where=path)
    if number is None and len(works) > 1:
        raise InputError(f"is a sheet of {len(works)} works", where=path, do=f"name one of them: {path.name}#1")
    number = 1 if number is None else number
    if not 1 <= number <= len(works):
        raise InputError(f"has {len(works)} works, no number {number}", where=path)
    return works[number - 1]
