"""What every generator and discriminator is, and how all of them are initialised."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ganvas.ground.seeds import stream

Given = Mapping[str, Tensor]
"""A condition as tensors: part name -> (N, width). A row of zeros means that the part is dropped there."""

Images = Float[Tensor, "n c h w"]
Placed = TypeVar("Placed", bound=nn.Module)


class Generator(nn.Module, ABC):
    """G(z | y): a mapping network and a synthesis network (Karras et al. 2019, StyleGAN, section 2)."""

    mapping: nn.Module
    synthesis: nn.Module

    def forward(self, z: Float[Tensor, "n d"], given: Given) -> Images:
        """Draw works in about [-1, 1] from latents and their condition."""
        return self.synthesis(self.mapping(z, given))


class Discriminator(nn.Module, ABC):
    """D(x | y), in two halves so that one look at a picture serves several questions about its condition."""

    @abstractmethod
    def features(self, images: Images) -> Tensor:
        """Look at pictures in [-1, 1]: features (N, ...)."""

    @abstractmethod
    def score(self, features: Tensor, given: Given) -> Float[Tensor, "n k"]:
        """Score looked-at pictures under a condition: K logits each, larger means real."""

    def forward(self, images: Images, given: Given) -> Float[Tensor, "n k"]:
        """Score pictures under their condition."""
        return self.score(self.features(images), given)


def equalise_rates(networks: Iterable[nn.Module], *, rate: float) -> list[dict[str, Any]]:
    """Return an optimiser's parameter groups in which every layer learns at the same pace: rate / sqrt(fan-in).

    Adam moves each weight by about its rate whatever the gradient, so a sum over many inputs would move further than one over
    few. Under Adam this is the equalised learning rate of Karras et al. 2018, section 4.1, with the weights at their true scale.
    """
    return [
        {
            "params": [parameter],
            "lr": rate / math.sqrt(parameter[0].numel() if parameter.dim() > 1 else 1),
        }
        for network in networks
        for parameter in network.parameters()
        if parameter.requires_grad
    ]


def initialise(network: nn.Module, *, seed: int, name: str) -> None:
    """Fill every parameter from streams of its own name, so that a seed gives the same network everywhere.

    Matrices and kernels get N(0, 1 / fan_in) times the gain their module names in `init_gain`, which keeps the variance of
    what passes (He et al. 2015, eq. 10); vectors stay as their module made them.
    """
    gains = {f"{path}.weight": getattr(module, "init_gain", 1.0) for path, module in network.named_modules()}
    with torch.no_grad():
        for path, parameter in network.named_parameters():
            if parameter.dim() < 2:
                continue
            spread = gains.get(path, 1.0) / math.sqrt(parameter[0].numel())
            normals = stream(seed, f"init/{name}/{path}").normal(tuple(parameter.shape))
            parameter.copy_(torch.from_numpy(normals) * spread)


def place_on(network: Placed, device: torch.device) -> Placed:
    """Put a network on its device, kernels laid out as CPUs with vector units like them."""
    return network.to(device).to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
