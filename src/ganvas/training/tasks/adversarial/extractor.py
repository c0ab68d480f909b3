"""The frozen features that several parts of a task read: computed once for each view within a turn."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from torch import Tensor

from ganvas.training.networks.base import Images
from ganvas.training.networks.projected import Lite0
from ganvas.training.tasks.adversarial.scorer import once


class SharedExtractor:
    """Pictures in, frozen features out. Projected discriminators and the anchor hold the same one."""

    def __init__(self, network: Lite0) -> None:
        self.network = network
        self._look: Callable[[Images], list[Tensor]] = network.forward

    def __call__(self, images: Images) -> list[Tensor]:
        """Return the features of pictures (N, 3, H, W)."""
        return self._look(images)

    @contextmanager
    def remembering(self) -> Generator[None]:
        """Inside, answer a second question about the same tensor from memory; what is remembered goes at the end."""
        self._look = once(self.network.forward)
        try:
            yield
        finally:
            self._look = self.network.forward
