"""What is checked before every update: a loss or gradient that is not finite ends the run, and the weights stay good."""

from collections.abc import Iterable

import torch
from torch import Tensor

from ganvas.ground.errors import HealthError


def check(total: Tensor, parameters: Iterable[Tensor], *, player: str, step: int) -> None:
    """Raise HealthError when the loss or the gradient's norm is not finite."""
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    norm = torch.nn.utils.get_total_norm(gradients)
    if not (torch.isfinite(total.detach()) and torch.isfinite(norm)):
        raise HealthError(
            f"the {player}'s loss is {float(total.detach()):.4g} and its gradient's norm {float(norm):.4g} at step {step}",
            do="nothing was updated; the last checkpoint is good: lower the learning rate, or train in float32",
        )
