"""The discriminator sees of one-hot symbols what numpy says it does, and its gradient reaches them."""

import numpy as np
import pytest
import torch

from ganvas.pipelines.music_grid import HOLD_SYMBOL, SYMBOLS, seen_of
from ganvas.training.networks.music_discriminator import PLAN, MusicDiscriminator, MusicDiscriminatorConfig


def one_hot(symbols: np.ndarray) -> torch.Tensor:
    found = np.zeros((*symbols.shape[:2], SYMBOLS, symbols.shape[2]), dtype=np.float32)
    np.put_along_axis(found, symbols[:, :, None], 1.0, axis=2)
    return torch.from_numpy(found)


@pytest.fixture
def symbols() -> np.ndarray:
    drawn = np.random.default_rng(0)
    some = drawn.integers(0, SYMBOLS, (3, 4, 32))
    return np.where(drawn.random(some.shape) < 0.6, HOLD_SYMBOL, some)


def test_torch_and_numpy_see_the_same(symbols: np.ndarray) -> None:
    network = MusicDiscriminator(MusicDiscriminatorConfig(width=8, blocks=1))
    assert np.array_equal(network.features(one_hot(symbols)).numpy(), seen_of(symbols))


def test_scores_are_of_beats_and_have_gradients_of_gradients(symbols: np.ndarray) -> None:
    network = MusicDiscriminator(MusicDiscriminatorConfig(width=8, blocks=1))
    real = one_hot(symbols).requires_grad_()
    scores = network(real, {PLAN: torch.zeros(3, 39, 8)})
    assert scores.shape == (3, 8)
    (gradient,) = torch.autograd.grad(scores.sum(), real, create_graph=True)
    gradient.square().sum().backward()
    assert gradient.abs().sum() > 0 and any(part.grad is not None and part.grad.abs().sum() > 0 for part in network.parameters())
