"""What a replay may cost: one budget for a work, its parents and theirs."""

from pathlib import Path

import numpy as np
import pytest

from ganvas.ground.errors import InputError
from ganvas.service import replay as module
from ganvas.service.open_maker import MAX_DRAWN, Budget, ReplayContext
from ganvas.vocabulary.provenance import Picture, Restyled, RestyleProvenance
from tests.service.fakes import replay

DIGEST = "0" * 64


def tree(depth: int, wide: int = 4) -> RestyleProvenance:
    """A record of a redrawn picture, of a redrawn picture ... none of which is here."""
    tool = Restyled(name="emoji-styles", digest=DIGEST, style="noto")
    parents = tuple(tree(depth - 1, wide) for _ in range(wide)) if depth else ()
    return RestyleProvenance(version="1", pipeline="restyle", model="emoji-styles", model_digest=DIGEST, idea="x", restyled=tool,
                             picture=Picture(name="no.png", digest="1" * 64), parents=parents)  # fmt: skip


def test_a_small_file_does_not_draw_thousands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[object] = []

    class Lock:
        def __enter__(self) -> None: ...
        def __exit__(self, *_: object) -> None: ...

    class Draws:
        lock = Lock()

        def __call__(self, pixels: np.ndarray, **_: object) -> np.ndarray:
            drawn.append(pixels)
            return pixels

    def find(made: RestyleProvenance, context: ReplayContext) -> np.ndarray:
        if made.parents:
            for _ in module._candidates(made, context):
                pass
        return np.zeros((8, 8, 4), np.uint8)

    monkeypatch.setattr(module, "open_restyler", lambda *_: Draws())
    monkeypatch.setattr(module, "_find_picture", find)
    replay(tree(3), work=str(tmp_path / "work.png"))
    assert len(drawn) <= MAX_DRAWN  # of 85


def test_a_budget_is_spent_once() -> None:
    budget = Budget(left=1)
    budget.spend()
    with pytest.raises(InputError, match="more than"):
        budget.spend()
