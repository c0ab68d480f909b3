"""A writer sees what came before alone; a critic reads both ways; what is exponentiated is bounded."""

import torch

from ganvas.ground.seeds import stream
from ganvas.training.networks.base import initialise
from ganvas.training.networks.verse import Critic, VerseConfig, Writer

CONFIG = VerseConfig(width=16, blocks=2, heads=2, characters=32, themes=8)


def poems(seed: int, size: int = 20) -> torch.Tensor:
    return torch.from_numpy(stream(seed, "poems").integers(32, (3, size)))


def made_writer() -> Writer:
    writer = Writer(CONFIG)
    initialise(writer, seed=0, name="writer")
    return writer


def test_a_character_depends_on_those_before_it_and_on_its_theme_and_form() -> None:
    writer, theme = made_writer(), torch.eye(3, 8)
    one = poems(1)
    other = one.clone()
    other[:, 12] = (other[:, 12] + 1) % 32
    with torch.no_grad():
        before, after = writer(one, 0, theme), writer(other, 0, theme)
        assert torch.equal(before[:, :13], after[:, :13]) and not torch.allclose(before[:, 13], after[:, 13])
        assert not torch.allclose(before, writer(one, 0, theme.flip(0))) and not torch.allclose(before, writer(one, 1, theme))


def test_a_character_is_not_written_again_for_having_entered() -> None:
    """The vectors that enter are those that leave; a head between them keeps a fresh network from saying what it read."""
    writer, entered = made_writer(), poems(4)
    with torch.no_grad():
        writer.characters.table.copy_(torch.nn.functional.normalize(torch.from_numpy(stream(5, "table").normal((32, 16)))))
        said = writer(entered, 0, torch.zeros(3, 8))[:, 1:].argmax(dim=2)
        assert (said == entered[:, :-1]).float().mean() < 0.3
        writer.head.weight.copy_(torch.eye(16))
        assert (writer(entered, 0, torch.zeros(3, 8))[:, 1:].argmax(dim=2) == entered[:, :-1]).float().mean() > 0.6


def test_a_critic_reads_both_ways_and_begins_as_the_writer() -> None:
    writer, critic = made_writer(), Critic(CONFIG)
    initialise(critic, seed=1, name="critic")
    critic.begin_as(writer)
    assert all(
        torch.equal(mine, theirs) for mine, theirs in zip(critic.blocks.parameters(), writer.blocks.parameters(), strict=True)
    )
    entered = writer.characters.vectors(poems(2)).detach().requires_grad_()
    critic.read(entered)[:, 0].sum().backward()
    assert entered.grad is not None and (entered.grad.abs().sum(dim=2) > 0).all()
    with torch.no_grad():
        both = critic(entered.transpose(1, 2), torch.eye(3, 8))
    assert both.shape == (3, 2) and (both[:, 1].abs() <= critic.sharpness + 1e-4).all()


def test_attention_stays_finite_for_large_inputs() -> None:
    writer = made_writer()
    with torch.no_grad():
        writer.characters.table.mul_(1e4)
        assert writer(poems(3), 0, torch.zeros(3, 8)).isfinite().all()
