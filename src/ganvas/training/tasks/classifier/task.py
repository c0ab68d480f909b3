"""The classifier's training, with one player; each picture is a little turned, slanted, stretched and moved."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import affine_grid, cross_entropy, grid_sample

from ganvas.data.order import Order
from ganvas.ground.images import make_sheet, premultiply
from ganvas.ground.seeds import Stream, stream
from ganvas.training.engine.player import Player
from ganvas.training.engine.schedule import Progress, cosine_rate
from ganvas.training.engine.task import Unscored
from ganvas.training.networks.base import Images, equalise_rates, initialise, place_on
from ganvas.training.networks.classifier import FEATURES, Classifier
from ganvas.training.objectives.base import Loss

TURN, LEAN, STRETCH, MOVE = 0.15, 0.1, 0.1, 0.12
"""At most: radians, the tangent of a slant, share of the size, share of half the side."""
HIDDEN = 0.4
"""The share of the features that is hidden each time."""
RATE, BETAS = 0.05, (0.9, 0.99)


@dataclass(frozen=True)
class Batch:
    """Augmented pictures in [-1, 1], their classes, and what is kept of their features."""

    images: Images
    labels: Int[Tensor, " n"]
    kept: Float[Tensor, "n f"]


class ClassifierTask(Unscored):
    """Data, network and objective of a classifier."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, *, classes: int, seed: int, batch: int = 64) -> None:
        """Take pictures, uint8 (N, H, W, C) without transparency, and their classes (N,)."""
        self.images, self.labels, self.seed = images, labels, seed
        self.batch_size, self.half_life, self.fitted = batch, 10_000.0, ()
        self.order = Order(len(images), batch=batch, seed=seed, name="classifier/order")
        height, width, channels = images.shape[1:]
        self.network = Classifier((channels, height, width), classes)
        initialise(self.network, seed=seed, name="classifier")
        place_on(self.network, torch.device("cpu"))
        self.networks: dict[str, nn.Module] = {"classifier": self.network}
        optimiser = torch.optim.Adam(equalise_rates([self.network], rate=RATE), betas=BETAS, fused=True)
        rate = partial(cosine_rate, last=0.7, floor=0.02)
        self.players = [Player("classifier", (self.network,), optimiser, self.loss, rate)]

    @property
    def generator(self) -> nn.Module:
        """What the loop averages: the classifier itself."""
        return self.network

    def batch(self, step: int) -> Batch:
        """Return the pictures of a step, each turned, slanted, stretched and moved at random."""
        chosen, numbers = self.order.indices(step), stream(self.seed, "classifier/batch", step=step)
        images = as_tensor(self.images[chosen])
        place = affine_grid(_places(numbers, len(chosen)), list(images.shape), align_corners=False)
        kept = (numbers.uniform((len(chosen), FEATURES)) >= HIDDEN) / (1 - HIDDEN)
        return Batch(
            images=grid_sample(images, place, padding_mode="border", align_corners=False),
            labels=torch.from_numpy(self.labels[chosen].astype(np.int64)),
            kept=torch.from_numpy(kept.astype(np.float32)),
        )

    def loss(self, batch: Batch, progress: Progress) -> Loss:
        """Name each picture's class."""
        logits = self.network(batch.images.contiguous(memory_format=torch.channels_last), batch.kept)
        right = (logits.argmax(dim=1) == batch.labels).float().mean()
        total = cross_entropy(logits, batch.labels)
        return Loss(total, {"classifier/loss": total, "classifier/right": right})

    def sheet(self, generator: nn.Module) -> np.ndarray:
        """Show pictures in the order of their predicted classes."""
        chosen = np.linspace(0, len(self.images) - 1, min(64, len(self.images))).astype(int)
        with torch.no_grad():
            called = generator(as_tensor(self.images[chosen])).argmax(dim=1).numpy()
        shown = self.images[chosen[np.argsort(called, kind="stable")]]
        return make_sheet([np.broadcast_to(picture, (*picture.shape[:2], 3)) for picture in shown], columns=8)


def as_tensor(pixels: np.ndarray) -> Images:
    """Turn uint8 (N, H, W, C) into (N, C, H, W) in [-1, 1]."""
    return torch.from_numpy(np.ascontiguousarray(premultiply(pixels))).contiguous(memory_format=torch.channels_last)


def _places(numbers: Stream, count: int) -> Float[Tensor, "n 2 3"]:
    """Draw a small turn, a slant, two stretches and a move for each picture."""
    draws = 2 * numbers.uniform((6, count)) - 1
    turn, wide, high = TURN * draws[0], 1 + STRETCH * draws[1], 1 + STRETCH * draws[2]
    rows = np.array([
        [wide * np.cos(turn), LEAN * draws[3] - np.sin(turn), MOVE * draws[4]],
        [np.sin(turn), high * np.cos(turn), MOVE * draws[5]],
    ])  # fmt: skip
    return torch.from_numpy(np.ascontiguousarray(rows.transpose(2, 0, 1), dtype=np.float32))
