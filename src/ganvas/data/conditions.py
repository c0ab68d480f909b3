"""What a record says to a model: its condition, its group, and what a set of records can say at all."""

from collections.abc import Sequence

from ganvas.data.folder import Record, label_values
from ganvas.vocabulary.condition import Condition, Weighted
from ganvas.vocabulary.manifest import Takes


def condition_of(record: Record, takes: Takes) -> Condition:
    """Ask for one picture: its main caption and its own labels, as far as a model takes them."""
    words = record.captions[:1] if takes.words else ()
    labels = {name: value for name, value in record.labels.items() if value in takes.labels.get(name, ())}
    return Condition(words=tuple(Weighted(phrase=phrase) for phrase in words), labels=labels)


def takes_of(records: Sequence[Record], *, conditional: bool, encoder_width: int, hashes: int = 256) -> Takes:
    """Find what a model of these pictures can take: words if any has a caption, and every label with two values or more."""
    if not conditional:
        return Takes()
    spoken = any(record.captions for record in records)
    return Takes(
        encoder="use-multilingual-3" if spoken else "none",
        words=encoder_width if spoken else 0,
        hashes=hashes if spoken else 0,
        labels=dict(sorted(label_values(records).items())),
    )


def group_of(record: Record) -> str:
    """Name what a picture shows: two of one group do not contradict each other's condition."""
    said = ", ".join(f"{name} {value}" for name, value in sorted(record.labels.items())) if not record.captions else ""
    return record.family or record.concept or said or record.file_name
