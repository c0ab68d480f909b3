"""Pictures of several styles, from folders or by a label: which are redrawn, and which are the real ones of a style."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ganvas.data.cache import Pictures
from ganvas.data.pixels import JoinedPixels
from ganvas.data.records import Record, Split, label_values
from ganvas.ground.config import Label
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of, slug
from ganvas.ground.images import add_alpha
from ganvas.ground.seeds import stream

LEAST = 2
"""Pictures that a style needs at least: from one nothing but itself can be learned."""


@dataclass(frozen=True)
class Styled:
    """All pictures, and the style of each: `names[of[number]]`; -1 where it has none."""

    pictures: Pictures
    names: tuple[Label, ...]
    of: np.ndarray

    def drawn_by(self, style: int, split: Split) -> np.ndarray:
        """Return the numbers of a style's pictures in one split."""
        return np.flatnonzero((self.of == style) & (self._splits == split))

    def twin(self, number: int, style: int) -> int | None:
        """Return the number of a picture of the same concept in another style, or None."""
        return self._twins.get((self.pictures.records[number].concept, style))

    @cached_property
    def _splits(self) -> np.ndarray:
        return np.array([record.split for record in self.pictures.records])

    @cached_property
    def _twins(self) -> dict[tuple[str | None, int], int]:
        records = self.pictures.records
        return {(record.concept, int(self.of[place])): place for place, record in enumerate(records) if record.concept}


def from_folders(folders: Sequence[tuple[str, Pictures]]) -> Styled:
    """Join folders, each of one style: the one that all its pictures are labelled with, else the folder's own name.

    Raises InputError where two folders hold the same pictures.
    """
    names = tuple(_name(folder, pictures.records) for folder, pictures in folders)
    if len(set(names)) < len(names):
        names = tuple(slug(folder) for folder, _ in folders)
    if len(set(names)) < len(names):
        raise InputError("two folders are of one style by their names", where=names[0], do="give each folder a name of its own")
    _must_differ([pictures for _, pictures in folders], names)
    of = np.concatenate([np.full(len(pictures.records), number) for number, (_, pictures) in enumerate(folders)])
    return Styled(_joined([pictures for _, pictures in folders], names), names, of)


def from_label(pictures: Pictures, *, only: Sequence[str] = ()) -> Styled:
    """Take styles from the label `style`, else from the first label with two values. Raises InputError where there is none.

    only: the styles that are taken, in this order; else all.
    """
    several = next(iter(label_values(pictures.records).items()), None)
    if several is None:
        raise InputError("the folder's pictures are all of one style", do="name a folder for each style: A and B")
    label, values = several
    names = tuple(only) or values
    if unknown := set(names) - set(values):
        raise InputError(f"no picture is of the style {sorted(unknown)[0]}", where="only",
                         do=f"choose of {', '.join(values[:20])}")  # fmt: skip
    if len(only) == 1:
        raise InputError(f"{only[0]} alone is nothing to redraw in", where="only", do=f"name two of {', '.join(values[:20])}")
    found = [record.labels.get(label) for record in pictures.records]
    of = np.array([names.index(name) if name in names else -1 for name in found])
    return Styled(pictures, names, of)


def _name(folder: str, records: Sequence[Record]) -> str:
    labels = {record.labels.get("style") for record in records}
    known = labels.pop() if len(labels) == 1 else None
    return known or slug(folder)


def _must_differ(folders: Sequence[Pictures], names: Sequence[str]) -> None:
    seen: dict[str, set[str]] = {
        name: {digest_of(add_alpha(np.ascontiguousarray(picture)).tobytes()) for picture in pictures.images}
        for name, pictures in zip(names, folders, strict=True)
    }
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            same = len(seen[one] & seen[other])
            if 2 * same >= min(len(seen[one]), len(seen[other])):
                raise InputError(f"{same} of the pictures of {one} are those of {other}, so there is nothing to redraw",
                                 do="put pictures of one style in each folder")  # fmt: skip


def _joined(folders: Sequence[Pictures], names: Sequence[str]) -> Pictures:
    """Return the pictures of all folders as one, with the style as their label."""
    records = [
        replace(record, file_name=f"{name}/{record.file_name}"[-255:], labels={**record.labels, "style": name})
        for name, pictures in zip(names, folders, strict=True)
        for record in pictures.records
    ]
    known = digest_of("\n".join(f"{name} {pictures.digest}" for name, pictures in zip(names, folders, strict=True)).encode())
    left = tuple(line for pictures in folders for line in pictures.left)
    notes = tuple(f"{name}: {line}" for name, pictures in zip(names, folders, strict=True) for line in pictures.notes)
    return Pictures(JoinedPixels([pictures.images for pictures in folders]), records, known, left, notes)


@dataclass(frozen=True)
class Sides:
    """What is learned from. inputs: numbers of the pictures that are redrawn. real: style -> numbers of its real pictures."""

    inputs: np.ndarray
    real: Mapping[int, np.ndarray]


def sides(styled: Styled, *, targets: Sequence[int], both_ways: bool, halves: bool, seed: int) -> Sides:
    """Choose which pictures are redrawn, and which are the real ones of each style. halves: they share no family.

    One way, the pictures of the first style are redrawn; both ways, those of all. Raises InputError for a style with too few.
    """
    train = {style: styled.drawn_by(style, "train") for style in range(len(styled.names))}
    inputs, real = dict(train), dict(train)
    if halves:
        records = styled.pictures.records
        groups = np.array([record.kin for record in records])
        families = np.unique(groups)
        first = set(families[stream(seed, "halves").permutation(len(families))[: len(families) // 2]])
        inputs = {style: numbers[[groups[number] in first for number in numbers]] for style, numbers in train.items()}
        real = {style: numbers[[groups[number] not in first for number in numbers]] for style, numbers in train.items()}
    for style, name in enumerate(styled.names):
        few = min(len(part[style]) for part in ((inputs, real) if both_ways else (real,) if style in targets else (inputs,)))
        if few < LEAST:
            many = f"{few or 'no'} picture{'' if few == 1 else 's'}"
            raise InputError(f"{many} to learn the style {name} from, and {LEAST} are the least",
                             do="put more pictures of it into its folder")  # fmt: skip
    taken = range(len(styled.names)) if both_ways else [style for style in range(len(styled.names)) if style not in targets]
    return Sides(np.concatenate([inputs[style] for style in taken]), {style: real[style] for style in targets})


def one_of(numbers: np.ndarray, draw: float) -> int:
    """Return one of some numbers by a draw from [0, 1)."""
    return int(numbers[min(int(draw * len(numbers)), len(numbers) - 1)])
