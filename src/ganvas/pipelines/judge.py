"""The judge: propose several, judge them, keep the best. One function for every kind of work, and the judge of pictures.

A judge ships with its model and chooses; what scores models (ganvas.scoring) is another, and the two never meet.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.language.text.embed import TextEncoder, embed
from ganvas.models.session import GraphSession
from ganvas.models.trial import Port
from ganvas.pipelines.features import WIDTH, extract_features
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.manifest import Takes

Work = TypeVar("Work")


def best_of(propose: Callable[[int], Work], judge: Callable[[Sequence[Work]], np.ndarray], *, k: int) -> tuple[Work, int]:
    """Propose works 0 to k - 1, judge them together, keep the best; of equals the first. Returns it and its number.

    judge: scores (k,), higher is better. Where there is nothing to choose nobody is asked.
    """
    assert k >= 1
    works = [propose(number) for number in range(k)]
    best = int(np.argmax(judge(works))) if k > 1 else 0
    return works[best], best


def judge_port(takes: Takes) -> Port:
    """Return what a judge's graph takes and gives."""
    return Port({"features": (1, WIDTH), **{name: (1, width) for name, width in takes.widths.items()}}, ("verdicts",))


class Judge:
    """Says how real pictures look and how well they show their condition.

    session: opens its graph, or returns it opened. encoded: returns an encoder that knows the conditions' phrases.
    """

    def __init__(
        self,
        session: Callable[[], GraphSession],
        *,
        takes: Takes,
        encoded: Callable[[Sequence[Condition]], TextEncoder | None],
        where: object,
    ) -> None:
        self._session, self._takes, self._encoded, self._where = session, takes, encoded, where

    def __call__(self, pixels: np.ndarray, conditions: Sequence[Condition]) -> np.ndarray:
        """Judge pictures uint8 (N, H, W, 3 or 4), each under its condition: float32 (N,), higher is better.

        The verdict is realism plus match. Their scales are the graph's own: its training measured how far each spreads over the
        drawings of one condition, and gave match the greater weight.
        """
        return self.verdicts(pixels, conditions).sum(axis=1)

    def verdicts(self, pixels: np.ndarray, conditions: Sequence[Condition]) -> np.ndarray:
        """Return realism and match of each picture, float32 (N, 2). Raises InputError when the graph fails."""
        assert 0 < len(conditions) == len(pixels)
        parts = embed(conditions, takes=self._takes, encoder=self._encoded(conditions))
        feed = {"features": extract_features(pixels), **parts}
        (verdicts,) = self._session().run(["verdicts"], feed)
        if verdicts.shape != (len(pixels), 2) or not np.isfinite(verdicts).all():
            raise InputError(
                f"the judge says numbers of shape {verdicts.shape}, not two finite ones a picture", where=self._where
            )
        return verdicts
