"""Whether a run's model is usable, as the report and the terminal say it, kept in the run's folder."""

from pathlib import Path

from ganvas.ground.files import write_json
from ganvas.scoring.signs import Signs
from ganvas.scoring.verdict import Verdict, judge, stopped
from ganvas.training.engine.health import SCORE
from ganvas.training.engine.loop import Outcome
from ganvas.training.report.summary import ENDINGS, read_log

FILE = "verdict.json"
UNFINISHED = ("asked", "clock")
"""The reasons of an outcome that leaves no model."""


def judge_run(run: Path, outcome: Outcome, signs: Signs | None, *, measured: bool = True, named: bool = False) -> Verdict:
    """Judge a run and keep the verdict in its folder. signs: of its model, None where there were too few pictures.

    measured: whether this kind of work has signs at all. named: whether its pictures have captions.
    """
    progress = outcome.progress
    if outcome.reason in UNFINISHED:
        found = stopped(progress.images, progress.budget, progress.seconds, ENDINGS[outcome.reason])
    elif not measured:
        found = Verdict("not judged", "nothing measures this kind of model yet", "look at the last sheet")
    else:
        troubles = [trouble.name for trouble in outcome.troubles]
        found = judge(signs, read_curve(run / "log.jsonl"), images=progress.images, troubles=troubles, named=named)
    write_json(run / FILE, found.plain())
    return found


def read_curve(log: Path) -> list[tuple[float, float]]:
    """Return a run's score while it trained: seconds and score."""
    curve: list[tuple[float, float]] = []
    for entry in read_log(log):
        scores = [value for name, value in entry.items() if name.startswith(SCORE) and isinstance(value, int | float)]
        if scores and isinstance(seconds := entry.get("seconds"), int | float):
            curve.append((float(seconds), float(scores[0])))
    return curve
