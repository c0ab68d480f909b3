"""The task protocol: what a kind of work brings to the loop."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from torch import Tensor, nn

from ganvas.training.engine.player import Player
from ganvas.training.engine.schedule import Progress


@runtime_checkable
class Task(Protocol):
    """Data, networks and objective of one kind of work.

    networks: all that is trained or changes while training, by name. players: in the order of their turns.
    half_life: of the generator's average, in images. fitted: what names of the generator's tensors begin with that are found from
    the data and not trained. score_name: what `score` returns, as a report calls it: "KID".
    """

    @property
    def networks(self) -> Mapping[str, nn.Module]: ...

    @property
    def generator(self) -> nn.Module: ...

    @property
    def fitted(self) -> tuple[str, ...]: ...

    @property
    def score_name(self) -> str: ...

    @property
    def players(self) -> Sequence[Player]: ...

    @property
    def batch_size(self) -> int: ...

    @property
    def half_life(self) -> float: ...

    def batch(self, step: int) -> Any:
        """Return the real batch of one step, the same whenever it is asked for."""
        ...

    def sheet(self, generator: nn.Module) -> np.ndarray:
        """Draw fixed conditions with fixed noise: uint8 (H, W, 3)."""
        ...

    def score(self, generator: nn.Module) -> float | None:
        """Return how far fixed drawings are from the real ones, 0 at best; None where there is too little to compare."""
        ...

    def signs(self, progress: Progress) -> dict[str, Tensor]:
        """Return what health is read from, by name, as `health.diagnose` knows it; may be empty."""
        ...


class Unscored:
    """What a task inherits that draws no sample while it trains: no score, and no signs but the numbers of every update."""

    score_name = "score"

    def score(self, generator: nn.Module) -> float | None:
        """Return nothing: no drawing is scored."""
        return None

    def signs(self, progress: Progress) -> dict[str, Tensor]:
        """Return nothing: every update's numbers are checked."""
        return {}
