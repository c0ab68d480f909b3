"""The shelf: where works are kept. For now a folder of PNGs that carry what makes them again."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from ganvas.ground.config import parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import next_free, parse_json, slug
from ganvas.ground.images import read_texts, save_png, sheet
from ganvas.service import Work
from ganvas.vocabulary.provenance import KEY, MAX_BYTES, PARAMETERS, Provenance

MAX_SHEET = 256
_PLACE = re.compile(r"#(\d{1,4})\Z")


class Folder:
    """Keeps works as PNG files in a folder. Nothing is overwritten: each set takes the next free number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, works: Sequence[Work]) -> list[Path]:
        """Save works, and a sheet of them when there are several: returns the paths, the sheet last."""
        first = next_free(self.folder, slug(works[0].provenance.idea), "")
        paths = [first.with_name(f"{first.name}-{number}.png") for number in range(1, len(works) + 1)]
        for path, work in zip(paths, works, strict=True):
            save_work(path, work)
        if len(works) > 1:
            paths.append(save_sheet(first.with_name(f"{first.name}-sheet.png"), works))
        return paths


def save_work(path: Path, work: Work) -> Path:
    """Save one work with its provenance inside, twice: our own key, and the text other tools read."""
    texts = {KEY: work.provenance.model_dump_json(exclude_defaults=True), PARAMETERS: work.provenance.parameters()}
    save_png(path, work.pixels, text=texts)
    return path


def save_sheet(path: Path, works: Sequence[Work]) -> Path:
    """Save works on one sheet, four in a row; `PATH#3` names its third."""
    dumped = [json.loads(work.provenance.model_dump_json(exclude_defaults=True)) for work in works]
    texts = {KEY: json.dumps({"sheet": dumped}, ensure_ascii=False), PARAMETERS: works[0].provenance.parameters()}
    save_png(path, sheet([work.pixels for work in works], columns=4), text=texts)
    return path


def read_works(path: Path) -> list[Provenance]:
    """Read what makes the works of a file again: one, or a sheet's. Raises InputError when Ganvas did not make it."""
    words = read_texts(path).get(KEY)
    if words is None:
        raise InputError("carries no provenance: Ganvas did not make it, or another program removed it", where=path)
    if len(words.encode("utf-8")) > MAX_BYTES * 4:
        raise InputError("its provenance is too long", where=path)
    content = parse_json(words, where=path)
    if isinstance(content, dict) and set(content) == {"sheet"}:  # pyright: ignore[reportUnknownArgumentType]
        works: object = content["sheet"]
        if not isinstance(works, list) or not 1 <= len(works) <= MAX_SHEET:  # pyright: ignore[reportUnknownArgumentType]
            raise InputError("its sheet holds no works", where=path)
        return [parse(Provenance, work, where=path) for work in works]  # pyright: ignore[reportUnknownVariableType]
    return [parse(Provenance, content, where=path)]


def read_work(spec: str) -> Provenance:
    """Read one work's provenance by its file, or a sheet's by `sheet.png#3`. Raises InputError."""
    place = _PLACE.search(spec)
    path = Path(spec[: place.start()] if place else spec)
    works = read_works(path)
    number = int(place[1]) if place else 1
    if not place and len(works) > 1:
        raise InputError(f"is a sheet of {len(works)} works", where=path, do=f"name one of them: {path.name}#1")
    if not 1 <= number <= len(works):
        raise InputError(f"has {len(works)} works, no number {number}", where=path)
    return works[number - 1]
