"""THE training step: the only place that calls `.backward()` and an optimiser's `.step()`.

The loop trains with it, and the speed probe and `bench train` time it, so that what is timed is
what is trained.
"""

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from ganvas.training.engine import health
from ganvas.training.engine.parallel import ALONE, Ranks
from ganvas.training.engine.player import Player
from ganvas.training.engine.schedule import Progress

SETBACK_FACTOR = 0.5
"""The factor on every learning rate for each time that a run went back to its last good state."""


def take_turn(
    player: Player, players: Sequence[Player], batch: Any, progress: Progress, *, ranks: Ranks = ALONE
) -> dict[str, Tensor]:
    """Let one of `players` take its turn: loss, gradient, a check that both are finite, one step of its optimiser.

    The parameters of the others are frozen meanwhile: their gradients would cost time, and nobody uses them. Returns what goes
    into the record, by name; nothing where it is not the player's turn. Raises health.NotFinite before anything is updated.
    """
    if not player.plays(progress):
        return {}
    for other in players:
        for parameter in other.parameters:
            parameter.requires_grad_(other is player)
    for group, rate in zip(player.optimiser.param_groups, player.base_rates, strict=True):
        group["lr"] = rate * player.rate(progress.share) * SETBACK_FACTOR**progress.setbacks

    player.optimiser.zero_grad(set_to_none=True)
    loss = player.loss(batch, progress)
    loss.total.backward()
    loss = ranks.averaged(loss, player.parameters)
    norm = health.check(loss.total, player.parameters, player=player.name, step=progress.step)
    player.optimiser.step()
    return {name: value.detach() for name, value in loss.parts.items()} | {f"{player.name}/gradient": norm}
