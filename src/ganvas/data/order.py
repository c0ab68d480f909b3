"""The order of pictures in training: computed from (seed, step), so that a run can be resumed at any step."""

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream


class Order:
    """Yields batches of numbers below `count`: a new permutation each epoch, without its last partial batch.

    For a set smaller than the batch, permutations follow each other, so that every batch is full.
    Only the last permutation is cached; the batch of a step never depends on earlier calls.
    """

    def __init__(self, count: int, *, batch: int, seed: int, name: str = "order") -> None:
        if count < 1:
            raise InputError("there are no pictures to train on", do="check the folder and the splits in its metadata.jsonl")
        assert batch > 0
        self.count, self.batch, self.seed, self.name = count, batch, seed, name
        self._last: tuple[int, np.ndarray] | None = None

    def indices(self, step: int) -> np.ndarray:
        """Return the numbers of one batch, int64 (batch,)."""
        assert step >= 0
        if self.count < self.batch:
            return self._across_epochs(step * self.batch)
        epoch, place = divmod(step, self.count // self.batch)
        return self._permutation(epoch)[place * self.batch : (place + 1) * self.batch].copy()

    def _across_epochs(self, start: int) -> np.ndarray:
        """Take `batch` numbers from the sequence of all permutations, starting at `start`."""
        first, last = start // self.count, (start + self.batch - 1) // self.count
        row = np.concatenate([self._permutation(epoch) for epoch in range(first, last + 1)])
        return row[start - first * self.count :][: self.batch]

    def _permutation(self, epoch: int) -> np.ndarray:
        if self._last is None or self._last[0] != epoch:
            self._last = epoch, stream(self.seed, self.name, step=epoch).permutation(self.count)
        return self._last[1]
