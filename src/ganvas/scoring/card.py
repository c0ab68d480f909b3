"""Scores for people and for programs: a table in Markdown for a model's card, and JSON with a fixed schema."""

from dataclasses import asdict

from ganvas.scoring.report import (
    BLENDED,
    CHINESE,
    CONCEPT,
    COPYING,
    FD,
    HAND,
    KID,
    OURS,
    R_PRECISION,
    REAL,
    RETRIEVAL,
    SHUFFLED,
    Report,
)
from ganvas.scoring.scores import Score

SUBJECTS = (OURS, REAL, RETRIEVAL, SHUFFLED, CHINESE, BLENDED)
MEASURES = (CONCEPT, R_PRECISION, f"{R_PRECISION} / real", f"{R_PRECISION} / English", HAND, KID, FD, COPYING)


def as_json(report: Report) -> dict[str, object]:
    """Return a report as plain data. Its keys are frozen by a test."""
    return {
        "format": 1, "model": report.model, "digest": report.digest, "data": report.data,
        "rows": [
            {
                "subject": row.subject,
                "split": row.split,
                "scores": [{"measure": measure, **asdict(score)} for measure, score in row.scores.items()],
            }
            for row in report.rows
        ],
        "left_out": report.left_out,
    }  # fmt: skip


def table(report: Report) -> list[list[str]]:
    """Return a report as lines of cells, the heading first: value and interval, an empty cell where none was taken."""
    measured = [name for name in MEASURES if any(name in row.scores for row in report.rows)]
    lines = [["pictures", "split", "n", *measured]]
    for row in sorted(report.rows, key=lambda row: (row.split == "all splits", SUBJECTS.index(row.subject))):
        n = max((score.n for score in row.scores.values()), default=0)
        cells = [_cell(row.scores[name]) if name in row.scores else "" for name in measured]
        lines.append([row.subject, row.split, f"{n:,}", *cells])
    return lines


def _cell(score: Score) -> str:
    return f"{score.value:.3f} [{score.low:.3f}, {score.high:.3f}]"


def card(report: Report) -> str:
    """Return a report as Markdown for a model's README.md: the table, how it was measured, and what was left out."""
    head, *lines = table(report)
    rows = [head, ["---"] * len(head), *lines]
    text = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    how = (
        "Single draws with three noise seeds, nothing chosen; features of EfficientNet-Lite2 (no FID); the picture asked for is"
        " left out of what a drawing is compared with. Intervals of 95 %, bootstrapped over concepts."
    )
    left = "".join(f"\n- left out: {line}" for line in report.left_out)
    return f"{text}\n\n{how}\n{left}".rstrip() + "\n"
