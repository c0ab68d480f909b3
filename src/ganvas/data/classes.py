"""Folders of pictures as classes and as splits: `cat/1.png`, `train/cat/1.png`, `set/images/cat/1.png`, `cat/test/1.png`."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from ganvas.data.records import Record
from ganvas.data.rows import MAX_LABEL, SPLITS
from ganvas.data.texts import Notes
from ganvas.ground.characters import clean_line, cut_at_word
from ganvas.ground.config import PHRASE

Folders = list[tuple[str, ...]]
"""The folders of each picture, the outermost first."""


def label_by_folder(records: list[Record], notes: Notes) -> list[Record]:
    """Give each picture the class and the split that its folders name, where they name any.

    A folder that holds all others is looked through; `train`, `val` and `test` are splits, above or below the classes. Where
    most pictures have words or labels, folders are no classes.
    """
    folders: Folders = [tuple(record.file_name.split("/")[:-1]) for record in records]
    folders = _look_through(folders)
    if not any(record.split != "train" for record in records):
        records, folders = _take_splits(records, folders, 0, notes)
        folders = _look_through(folders)
    classes = [parts[0] if parts else "" for parts in folders]
    known = sum(bool(record.captions or record.labels or record.concept) for record in records)
    several = len({name for name in classes if name}) > 1 and 2 * classes.count("") < len(classes)
    if not several:
        return records
    if 2 * known >= len(records):
        if known < len(records):
            notes.add("pictures without words, whose folders are no classes because most others have words",
                      next(one.file_name for one in records if not (one.captions or one.labels or one.concept)))  # fmt: skip
        return records
    if not any(record.split != "train" for record in records):
        records, _ = _take_splits(records, folders, 1, notes)
    for record, name in zip(records, classes, strict=True):
        if not name:
            notes.add("pictures in no folder of a class", record.file_name)
    return _labelled(records, classes)


def _look_through(folders: Folders) -> Folders:
    """Take away the outermost folder as long as it holds all pictures, or nearly all: those beside it are in no class."""
    while True:
        outer = {parts[0] for parts in folders if parts}
        inside = sum(len(parts) > 1 for parts in folders)
        if len(outer) != 1 or 2 * inside <= len(folders):
            return folders
        folders = [parts[1:] for parts in folders]


def _take_splits(records: list[Record], folders: Folders, depth: int, notes: Notes) -> tuple[list[Record], Folders]:
    """Read the folders at one depth as splits, if all are called so and one is `train`, and take them away."""
    names = {parts[depth].lower() for parts in folders if len(parts) > depth}
    splits = {SPLITS.get(name) for name in names}
    if len(names) < 2 or None in splits or "train" not in splits:
        return records, folders
    for name in sorted(names):
        notes.add_once("folders that are read as splits", name)
    found = [
        replace(record, split=SPLITS[parts[depth].lower()]) if len(parts) > depth else record
        for record, parts in zip(records, folders, strict=True)
    ]
    return found, [(*parts[:depth], *parts[depth + 1 :]) for parts in folders]


def _labelled(records: list[Record], classes: Sequence[str]) -> list[Record]:
    labels = _class_labels(sorted(set(classes) - {""}))
    concepts = {name: cut_at_word(clean_line(name), PHRASE) or label for name, label in labels.items()}
    shared = {name: {"class": label} for name, label in labels.items()}  # large sets have many records
    return [
        replace(
            record,
            concept=record.concept or concepts[name],
            labels=record.labels | shared[name] if record.labels else shared[name],
        )
        if name
        else record
        for record, name in zip(records, classes, strict=True)
    ]


def _class_labels(names: Sequence[str]) -> dict[str, str]:
    """Return the class of each folder: its name, and for a second one that would be the same by its start, also a digest."""
    labels: dict[str, str] = {}
    taken: dict[str, str] = {}
    for name in names:
        clean = clean_line(name)
        label = cut_at_word(clean, MAX_LABEL)
        if not label or taken.get(label, clean) != clean:
            label = f"{label[: MAX_LABEL - 7]} {hashlib.sha256(name.encode()).hexdigest()[:6]}".strip()
        taken[label] = clean
        labels[name] = label
    return labels
