"""The verdict of a run: kept in its folder, with the curve of its log, and honest where nothing was measured."""

import json
from pathlib import Path

import pytest

from ganvas.training.engine.health import OVERFITTING
from ganvas.training.engine.loop import Outcome
from ganvas.training.engine.schedule import Progress
from ganvas.training.report.usable import FILE, judge_run, read_curve
from tests.scoring.test_verdict import GOOD

DONE = Progress(step=50, images=800, budget=800, seconds=60.0)


def test_the_verdict_is_kept_with_its_evidence(tmp_path: Path) -> None:
    found = judge_run(tmp_path, Outcome("budget", DONE, (OVERFITTING,)), GOOD)
    kept = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    assert found.answer == kept["answer"] == "yes" and kept["text"] == found.text and OVERFITTING.name in found.text
    assert [sign["name"] for sign in kept["signs"]] == [sign.name for sign in found.signs]


@pytest.mark.parametrize("reason", ["asked", "clock"])
def test_a_run_without_a_model_is_not_usable_yet(reason: str, tmp_path: Path) -> None:
    found = judge_run(tmp_path, Outcome(reason, Progress(images=200, budget=800, seconds=60.0)), None)
    assert found.answer == "not yet" and found.minutes == pytest.approx(3)


def test_what_nothing_measures_is_not_judged(tmp_path: Path) -> None:
    assert judge_run(tmp_path, Outcome("budget", DONE), None, measured=False).answer == "not judged"
    assert judge_run(tmp_path, Outcome("budget", DONE), None).answer == "not judged"


def test_the_curve_is_read_off_the_log(tmp_path: Path) -> None:
    lines = [{"step": n, "images": 16 * n, "seconds": float(n), **({"score/kid": 1 / n} if n % 2 else {})} for n in range(1, 6)]
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, lines)) + '\n{"step": 9, "ima', encoding="utf-8")
    assert read_curve(tmp_path / "log.jsonl") == [(1.0, 1.0), (3.0, pytest.approx(1 / 3)), (5.0, 0.2)]
    assert read_curve(tmp_path / "nowhere") == []
