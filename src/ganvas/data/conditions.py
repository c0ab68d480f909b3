"""Conditions from records: the condition of a picture, its group, and the condition parts that a set of records supports."""

from collections.abc import Sequence

from ganvas.data.records import Record, label_values
from ganvas.ground.errors import InputError
from ganvas.vocabulary.condition import Condition, Weighted
from ganvas.vocabulary.manifest import MOST_VALUES, Takes


def condition_of(record: Record, takes: Takes) -> Condition:
    """Return the condition of a picture: its main caption and its labels, as far as a model takes them."""
    words = record.captions[:1] if takes.words else ()
    labels = {name: value for name, value in record.labels.items() if value in takes.labels.get(name, ())}
    return Condition(words=tuple(Weighted(phrase=phrase) for phrase in words), labels=labels)


def takes_of(records: Sequence[Record], *, conditional: bool, encoder_width: int, hashes: int = 256) -> Takes:
    """Return the condition parts that a model of these pictures takes: words if any has a caption, labels with several values."""
    if not conditional:
        return Takes()
    captioned = any(record.captions for record in records)
    labels = label_values(records)
    for name, values in labels.items():
        if len(values) > MOST_VALUES:
            raise InputError(f"the label {name} has {len(values):,} values, more than the {MOST_VALUES:,} that a model can take",
                             do="join folders, or write captions in place of classes")  # fmt: skip
    return Takes(
        encoder="use-multilingual-3" if captioned else "none",
        words=encoder_width if captioned else 0,
        hashes=hashes if captioned else 0,
        labels=dict(sorted(labels.items())),
    )


def group_of(record: Record) -> str:
    """Name what a picture shows; pictures of one group never count as wrong for each other's conditions."""
    labels = ", ".join(f"{name} {value}" for name, value in sorted(record.labels.items())) if not record.captions else ""
    return record.family or record.concept or labels or record.file_name
