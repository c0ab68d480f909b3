"""The pictures that a run began with: a run that goes on says where they changed, and finds them where they were moved."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field

from ganvas.data.cache import Pictures
from ganvas.ground.commands import command
from ganvas.ground.config import Digest, Frozen, parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import read_json, write_text
from ganvas.training.recipes.base import AnyRecipe
from ganvas.training.tasks.data import Say
from ganvas.vocabulary.manifest import Takes

FILE = "pictures.json"
MOST_NAMES, SHOWN = 100_000, 3
"""Pictures of which a run keeps the names, and those that are named to a person."""
MAX_BYTES = 50_000_000
ANOTHER = "give another folder with -o"


class RunPictures(Frozen):
    """What a run learns from. names: of its pictures; none where they are too many. shape: rows, columns, channels."""

    digest: Digest
    count: int
    shape: tuple[int, ...]
    takes: Takes
    names: Annotated[tuple[str, ...], Field(max_length=MOST_NAMES)] = ()

    @classmethod
    def of(cls, pictures: Pictures, takes: Takes) -> "RunPictures":
        """Describe what was opened for a run. takes: what condition a model of it can take."""
        names = tuple(record.file_name for record in pictures.records) if len(pictures.records) <= MOST_NAMES else ()
        shape = tuple(int(side) for side in pictures.images.shape[1:])
        return cls(digest=pictures.digest, count=len(pictures.records), shape=shape, takes=takes, names=names)


def keep_pictures(run: Path, pictures: Pictures, takes: Takes) -> None:
    """Write what a new run learns from."""
    write_text(run / FILE, RunPictures.of(pictures, takes).model_dump_json() + "\n")


def find_sources(recipe: AnyRecipe, stored: AnyRecipe, run: Path) -> bool:
    """Return whether the sources of a run are now elsewhere than when it began.

    Raises InputError where a source is not there, or where nothing tells whether its pictures are those of the run.
    """
    for source in recipe.sources:
        if not Path(source).exists():
            again = command(["ganvas", "train", "FOLDER", "-o", run])
            raise InputError("there is no such folder", where=source, do=f"say where its pictures are now: {again}")
    moved = not same_places(recipe.sources, stored.sources)
    if moved and not (run / FILE).is_file():
        raise InputError(f"sources is {stored.sources!r} in this run and {recipe.sources!r} now", where=run / "recipe.toml",
                         do=ANOTHER)  # fmt: skip
    return moved


def same_places(some: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether sources are the same folders, however they are written."""
    return [Path(one).resolve() for one in some] == [Path(one).resolve() for one in others]


def check_run_pictures(run: Path, now: RunPictures, *, where: str, moved: bool, say: Say) -> None:
    """Say how pictures changed since a run began. where: their folder.

    Raises InputError where the run cannot go on with them, or where others are named in place of those that moved.
    """
    if not (run / FILE).is_file():  # of an earlier version
        return
    before = parse(RunPictures, read_json(run / FILE, limit=MAX_BYTES), where=run / FILE)
    if before.digest == now.digest:
        return
    line = f"its pictures are not those that this run began with: {_changes(before, now)}"
    if moved or before.takes != now.takes or before.shape != now.shape:
        raise InputError(line, where=where, do=ANOTHER)
    say(line)


def _changes(before: RunPictures, now: RunPictures) -> str:
    """Describe what changed, in words: pictures that are new or gone, labels, or what is said of them."""
    found: list[str] = []
    if before.names and now.names:
        added, gone = sorted(set(now.names) - set(before.names)), sorted(set(before.names) - set(now.names))
        found += [f"{len(names):,} {what} ({', '.join(names[:SHOWN])}{', ...' if len(names) > SHOWN else ''})"
                  for names, what in ((added, "added"), (gone, "missing")) if names]  # fmt: skip
    elif before.count != now.count:
        found.append(f"{now.count:,} and not {before.count:,}")
    for name in sorted(before.takes.labels.keys() | now.takes.labels.keys()):
        old, new = (set(takes.labels.get(name, ())) for takes in (before.takes, now.takes))
        if old != new:
            words = sorted(new - old)[:SHOWN], sorted(old - new)[:SHOWN]
            found += [f"{name} {what} {', '.join(some)}" for some, what in zip(words, ("also has", "lacks"), strict=True) if some]
    return "; ".join(found) or "their pixels, captions or labels changed"
