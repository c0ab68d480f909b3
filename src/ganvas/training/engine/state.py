"""In one place, everything that must survive a crash: networks, the average, optimisers, progress.

No random state: every draw derives from the seed and the step (ganvas.ground.seeds).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ganvas.ground.errors import InputError
from ganvas.training.engine.average import Average
from ganvas.training.engine.player import Player
from ganvas.training.engine.schedule import Progress


@dataclass
class State:
    """All that changes during a run, readable and writable as named tensors and numbers."""

    networks: Mapping[str, nn.Module]
    average: Average
    players: Sequence[Player]
    progress: Progress
    best: nn.Module | None = None

    @property
    def modules(self) -> dict[str, nn.Module]:
        """Return all that has weights, by name. best: the average as it was when it scored best, where that is kept."""
        return {**self.networks, "average": self.average.network, **({"best": self.best} if self.best else {})}

    def tensors(self) -> dict[str, Tensor]:
        """Return every tensor by its name. Tensors are shared, not copied."""
        found: dict[str, Tensor] = {}
        for name, network in self.modules.items():
            found |= {f"{name}/{key}": value for key, value in network.state_dict().items()}
        for player in self.players:
            for number, held in player.optimiser.state_dict()["state"].items():
                found |= {f"{player.name} optimiser/{number}/{key}": value for key, value in held.items()}
        return found

    def numbers(self) -> dict[str, Any]:
        """Return the numbers that go with the tensors."""
        return {"progress": asdict(self.progress)}

    def load(self, tensors: Mapping[str, Tensor], numbers: Mapping[str, Any]) -> None:
        """Take over saved tensors and numbers. Raises InputError when they belong to another kind of run."""
        try:
            for name, network in self.modules.items():
                network.load_state_dict(_under(tensors, f"{name}/"))
            for player in self.players:
                saved: dict[int, dict[str, Tensor]] = {}
                for path, value in _under(tensors, f"{player.name} optimiser/").items():
                    number, key = path.split("/")
                    saved.setdefault(int(number), {})[key] = _laid_out_like(player.parameters[int(number)], value)
                groups = player.optimiser.state_dict()["param_groups"]
                player.optimiser.load_state_dict({"state": saved, "param_groups": groups})
            self.progress = Progress(**numbers["progress"])
        except (RuntimeError, KeyError, IndexError, TypeError, ValueError) as error:
            raise InputError("the checkpoint does not fit this recipe: the recipe, its pictures or Ganvas changed since",
                             do="give another folder with -o") from error  # fmt: skip


def _laid_out_like(parameter: Tensor, value: Tensor) -> Tensor:
    """Copy a moment in its parameter's memory layout: in another one the optimiser's sums round differently."""
    return torch.empty_like(parameter).copy_(value) if value.shape == parameter.shape else value.clone()


def _under(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def equal(a: State, b: State) -> bool:
    """Say whether two states are the same bit for bit."""
    mine, theirs = a.tensors(), b.tensors()
    return mine.keys() == theirs.keys() and all(torch.equal(mine[name], theirs[name]) for name in mine)
