import numpy as np
import pytest

from ganvas.ground.seeds import stream
from ganvas.scoring import robust
from ganvas.scoring.robust import RobustRegression
from ganvas.scoring.scores import unit


def normal(name: str, *shape: int) -> np.ndarray:
    return stream(0, name).normal(shape)


def test_leaving_a_picture_out_is_as_if_no_version_of_it_had_been_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = np.stack([unit(normal(f"version {number}", 30, 5)) for number in range(3)])
    wanted, rows, out = normal("wanted", 30, 2), unit(normal("rows", 4, 5)), 17
    whole = RobustRegression(shown, wanted, seed=0)
    kept = np.arange(30) != out
    # the same landmarks, of the regression without the picture
    monkeypatch.setattr(RobustRegression, "_features", lambda self, given: whole._kernel(given) @ whole.root)
    without = RobustRegression(shown[:, kept], wanted[kept], seed=0)
    asked = whole(rows, np.full(4, out))
    assert asked == pytest.approx(without(rows, np.full(4, -1)), abs=2e-3)
    assert np.abs(asked - whole(rows, np.full(4, -1))).max() > 0.01


def test_it_sees_through_what_it_was_shown() -> None:
    """Two kinds of pictures, and a disturbance that moves either towards the other: seen disturbed, they are told apart."""
    kinds = np.repeat([0, 1], 100)
    plain = np.eye(2)[kinds] @ np.array([[1.0, 0, 0, 0.2], [0, 1.0, 0, 0.2]]) + 0.1 * normal("plain", 200, 4)
    moved = plain + np.array([0, 1.8, 1.0, 0]) + 0.1 * normal("moved", 200, 4)
    wanted = np.eye(2)[kinds] - 0.5
    nobody = np.full(200, -1)
    clean = RobustRegression(unit(plain)[None], wanted, seed=0)
    both = RobustRegression(np.stack([unit(plain), unit(moved)]), wanted, seed=0)
    fresh = unit(plain + np.array([0, 1.8, 1.0, 0]) + 0.1 * normal("again", 200, 4))
    assert (both(fresh, nobody).argmax(axis=1) == kinds).mean() > 0.95
    assert (clean(fresh, nobody).argmax(axis=1) == kinds).mean() < 0.9
    assert (both(unit(plain), nobody).argmax(axis=1) == kinds).mean() > 0.95


def test_few_landmarks_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robust, "LANDMARKS", 20)
    rows = unit(normal("rows", 300, 6))
    wanted = np.eye(2)[(rows[:, 0] > 0).astype(int)]
    found = RobustRegression(rows[None], wanted, seed=0)(rows, np.arange(300))
    assert (found.argmax(axis=1) == wanted.argmax(axis=1)).mean() > 0.9
