"""The base classes of generators and discriminators, and how all networks are initialised."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ganvas.ground.seeds import stream

Given = Mapping[str, Tensor]
"""A condition as tensors: part name -> (N, width). A row of zeros is a dropped part."""

Images = Float[Tensor, "n c h w"]
Placed = TypeVar("Placed", bound=nn.Module)


class Generator(nn.Module, ABC):
    """G(z | y): a mapping network and a synthesis network (Karras et al. 2019, StyleGAN, section 2)."""

    mapping: nn.Module
    synthesis: nn.Module

    def forward(self, z: Float[Tensor, "n d"], given: Given) -> Images:
        """Generate pictures in about [-1, 1] from latents and their condition."""
        return self.synthesis(self.mapping(z, given))


class Discriminator(nn.Module, ABC):
    """D(x | y), in two halves, so that the features of a picture are computed once for several conditions."""

    @abstractmethod
    def features(self, images: Images) -> Tensor:
        """Return the features (N, ...) of pictures in [-1, 1]."""

    @abstractmethod
    def score(self, features: Tensor, given: Given) -> Float[Tensor, "n k"]:
        """Score features under a condition: K logits each, larger means real."""

    def forward(self, images: Images, given: Given) -> Float[Tensor, "n k"]:
        """Score pictures under their condition."""
        return self.score(self.features(images), given)


def equalise_rates(networks: Iterable[nn.Module], *, rate: float) -> list[dict[str, Any]]:
    """Return an optimiser's parameter groups with the learning rate rate / sqrt(fan-in) for each layer.

    Adam moves each weight by about its learning rate, whatever the gradient, so the output of a
    layer with many inputs would move further than that of one with few. This is the equalised
    learning rate of Karras et al. 2018, section 4.1, with the weights at their true scale.
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

    Matrices and kernels get N(0, 1 / fan_in) times the `init_gain` of their module, which keeps the
    variance of activations (He et al. 2015, eq. 10); vectors stay as their module made them.
    """
    gains = {f"{path}.weight": getattr(module, "init_gain", 1.0) for path, module in network.named_modules()}
    with torch.no_grad():
        for path, parameter in network.named_parameters():
            if parameter.dim() < 2:
                continue
            deviation = gains.get(path, 1.0) / math.sqrt(parameter[0].numel())
            normals = stream(seed, f"init/{name}/{path}").normal(tuple(parameter.shape))
            parameter.copy_(torch.from_numpy(normals) * deviation)


def place_on(network: Placed, device: torch.device) -> Placed:
    """Move a network to its device, with kernels in channels-last order, which CPUs compute faster."""
    return network.to(device).to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
