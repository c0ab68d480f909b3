"""What a benchmark came to: facts and rows of measures, for people and for programs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from ganvas.scoring.scores import Score

Cell = Score | float | int | str


@dataclass
class Bench:
    """A benchmark's outcome. facts: what was measured, how and on what. rows: measure -> what came out, in the order shown."""

    name: str
    facts: dict[str, str]
    rows: list[dict[str, Cell]] = field(default_factory=list[dict[str, Cell]])


def as_json(bench: Bench) -> dict[str, object]:
    """Return a benchmark as plain data. Its keys are frozen by a test."""
    return {"format": 1, "benchmark": bench.name, "facts": bench.facts, "rows": [_plain(row) for row in bench.rows]}


def _plain(row: Mapping[str, Cell]) -> dict[str, object]:
    return {name: asdict(cell) if isinstance(cell, Score) else cell for name, cell in row.items()}


def table(bench: Bench) -> list[list[str]]:
    """Return a benchmark as lines of cells, the heading first; an empty cell where a row has no such measure."""
    head = list(dict.fromkeys(name for row in bench.rows for name in row))
    return [head, *([_shown(row[name]) if name in row else "" for name in head] for row in bench.rows)]


def _shown(cell: Cell) -> str:
    if isinstance(cell, Score):
        return f"{cell.value:.3f} [{cell.low:.3f}, {cell.high:.3f}]"
    if isinstance(cell, float):
        return f"{cell:.3f}" if abs(cell) < 10 else f"{cell:,.1f}"
    return f"{cell:,}" if isinstance(cell, int) else cell
