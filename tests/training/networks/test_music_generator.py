"""Tokens are drawn one-hot with the gradient of the softmax; known notes stay."""

import torch

from ganvas.pipelines.music_grid import FEATURES, KNOWN, SYMBOLS
from ganvas.training.networks.music_generator import MusicGenerator, MusicGeneratorConfig, draw_tokens, keep_known, unfold


def test_logits_are_of_every_symbol_and_any_length() -> None:
    network = MusicGenerator(MusicGeneratorConfig(width=8, blocks=2, latent=3))
    for beats in (5, 8):
        shapes = ((2, KNOWN, beats), (2, 4, beats), (2, FEATURES, beats), (2, 3, beats))
        logits = unfold(network(*(torch.zeros(shape) for shape in shapes)))
        assert logits.shape == (2, 4, SYMBOLS, beats * 4)


def test_steps_of_a_beat_stand_one_after_another() -> None:
    folded = torch.arange(4 * SYMBOLS * 4 * 2).reshape(1, -1, 2).float()
    steps = unfold(folded)
    assert steps[0, 1, 2].tolist() == [folded[0, (SYMBOLS + 2) * 4 + step, beat].item() for beat in range(2) for step in range(4)]


def test_tokens_are_one_hot_and_known_notes_stay() -> None:
    logits, gumbel = torch.randn(2, 4, SYMBOLS, 8, requires_grad=True), torch.zeros(2, 4, SYMBOLS, 8)
    drawn = draw_tokens(logits, gumbel)
    assert torch.allclose(drawn.max(dim=2).values, torch.ones(2, 4, 8)) and torch.allclose(drawn.sum(dim=2), torch.ones(2, 4, 8))
    hidden = torch.zeros(2, 4, 2, dtype=torch.bool)
    hidden[0, 1, 1] = True
    real = torch.zeros_like(drawn)
    real[:, :, 0] = 1.0
    kept = keep_known(drawn, real, hidden)
    assert torch.equal(kept[0, 1, :, 4:], drawn[0, 1, :, 4:]) and torch.equal(kept[1], real[1])
    kept.square().sum().backward()
    assert logits.grad is not None and logits.grad[0, 1, :, 4:].abs().sum() > 0 and logits.grad[1].abs().sum() == 0
