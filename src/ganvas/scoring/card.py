"""Scores for people and for programs: a table in Markdown for a model's card, and JSON with a fixed schema."""

from dataclasses import asdict, dataclass

from ganvas.scoring.evaluator import VERSION
from ganvas.scoring.schema import ALL, MEASURES, SUBJECTS, Report
from ganvas.scoring.scores import Score

HOW = (
    "Single draws, nothing chosen: three noise seeds for each split, one for all splits together. Features of EfficientNet-"
    " Lite2 (no FID but where Inception is named). A label is read off by a classifier fitted on real training pictures, as"
    " they are and with noise, blurred and resampled; what it makes of real pictures is the ceiling. Centred: less what all"
    " drawings have in common. Surface errors are of places where the true picture is flat. The picture asked for is left out"
    " of what a drawing is compared with. Intervals of 95 %, bootstrapped over concepts, or over pictures where there are only"
    " classes."
)


@dataclass(frozen=True)
class Table:
    """The scores of one split as text: a line for each measure, a column for each kind of pictures."""

    split: str
    head: list[str]
    lines: list[list[str]]


def as_json(report: Report) -> dict[str, object]:
    """Return a report as plain data. Its keys are frozen by a test."""
    return {
        "format": 1, "evaluator": VERSION, "model": report.model, "digest": report.digest, "data": report.data,
        "rows": [
            {
                "subject": row.subject,
                "split": row.split,
                "scores": [{"measure": measure, **asdict(score)} for measure, score in row.scores.items()],
            }
            for row in report.rows
        ],
        "left_out": report.left_out,
        "verdict": None if report.verdict is None else report.verdict.plain(),
    }  # fmt: skip


def tables(report: Report) -> list[Table]:
    """Return a report as one table for each split: value and interval, an empty cell where none was taken.

    The first line says how many pictures were asked; a measure of fewer says so behind its name.
    """
    splits = sorted(dict.fromkeys(row.split for row in report.rows), key=lambda split: split == ALL)
    return [_table(report, split) for split in splits]


def _table(report: Report, split: str) -> Table:
    found: dict[str, dict[str, Score]] = {}
    for row in report.rows:
        if row.split == split:
            found.setdefault(row.subject, {}).update(row.scores)
    subjects = [subject for subject in SUBJECTS if found.get(subject)]
    measured = dict.fromkeys(measure for subject in subjects for measure in found[subject])
    most = {subject: max(score.n for score in found[subject].values()) for subject in subjects}
    lines = [["pictures", *(f"{most[subject]:,}" for subject in subjects)]]
    for measure in sorted((measure for measure in measured if not _hidden(measure)), key=_order):
        scores = {subject: found[subject][measure] for subject in subjects if measure in found[subject]}
        counts = {score.n for score in scores.values()}
        fewer = len(counts) == 1 and any(most[subject] not in counts for subject in scores)
        name = f"{measure}, n={counts.pop():,}" if fewer else measure
        lines.append([name, *(_cell(scores[subject]) if subject in scores else "" for subject in subjects)])
    return Table(split, ["", *subjects], lines)


def _hidden(measure: str) -> bool:
    """Say whether a measure is for programs alone: an accuracy relative to another, where both stand in the table."""
    return "accuracy" in measure and " / " in measure


def _order(measure: str) -> int:
    return next((place for place, name in enumerate(MEASURES) if measure.startswith(name)), len(MEASURES))


def _cell(score: Score) -> str:
    if score.low == score.high:
        return _number(score.value)
    return f"{_number(score.value)} [{_number(score.low)}, {_number(score.high)}]"


def _number(value: float) -> str:
    return f"{round(value, 3) + 0.0:.3f}" if abs(value) < 10 else f"{value:,.1f}"  # + 0.0: never -0.000


def card(report: Report) -> str:
    """Return a report as Markdown for a model's README.md: a table for each split, how it was measured, and what was left out."""
    parts: list[str] = []
    for one in tables(report):
        rows = [[one.split, *one.head[1:]], ["---"] * len(one.head), *one.lines]
        parts.append("\n".join(f"| {' | '.join(row)} |" for row in rows))
    left = "\n".join(f"- left out: {line}" for line in report.left_out)
    return "\n\n".join(part for part in (*parts, HOW, left) if part) + "\n"
