"""A peer to be compared with: the DCGAN of Radford, Metz and Chintala (2016), plain and label-free, at 64 px over white.

    python tests/proof/peers/dcgan.py data/emoji runs/dcgan --minutes 60 --every 15

Written from the paper: strided and transposed convolutions, batch normalisation but at the generator's end and the
discriminator's start, ReLU and LeakyReLU 0.2, tanh, weights from N(0, 0.02), mini-batches of 128, Adam 2e-4 with beta1 0.5, z of
100 numbers. It learns from the training split alone. Minutes are CPU minutes of training steps; at every `--every` of them
2,048 samples are kept as uint8 (N, 64, 64, 3) in OUT/MINUTES.npy.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganvas.data.cache import open_pictures
from ganvas.data.order import Order
from ganvas.ground.seeds import stream

SIZE, LATENT, BATCH, SAMPLES = 64, 100, 128, 2048
WIDTHS = (512, 256, 128, 64)
"""The generator's, from 4 x 4 pixels on; the discriminator's are the same, from the picture on."""
SEED = 2016


def generator(widths: Sequence[int]) -> nn.Sequential:
    """z (N, 100, 1, 1) -> picture (N, 3, S, S) in [-1, 1]: 4 pixels a side at the first width, twice as many after each."""
    layers: list[nn.Module] = [nn.ConvTranspose2d(LATENT, widths[0], 4, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for wide, out in pairwise(widths):
        layers += [nn.ConvTranspose2d(wide, out, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(out), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], 3, 4, stride=2, padding=1), nn.Tanh())


def discriminator(widths: Sequence[int]) -> nn.Sequential:
    """picture (N, 3, S, S) -> logit (N, 1, 1, 1), half as many pixels a side at each width, 4 at the last."""
    layers: list[nn.Module] = [nn.Conv2d(3, widths[0], 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
    for wide, out in pairwise(widths):
        layers += [nn.Conv2d(wide, out, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(out), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 4))


def initialise(network: nn.Module, name: str) -> None:
    """Draw all weights from N(0, 0.02), those of batch normalisation from N(1, 0.02), as the paper does."""
    for number, layer in enumerate(network.modules()):
        weight = getattr(layer, "weight", None)
        if isinstance(weight, Tensor):
            drawn = torch.from_numpy(stream(SEED, f"weights/{name}", step=number).normal(tuple(weight.shape)))
            with torch.no_grad():
                weight.copy_(drawn * 0.02 + (1.0 if isinstance(layer, nn.BatchNorm2d) else 0.0))


def noise(name: str, step: int, count: int) -> Tensor:
    return torch.from_numpy(stream(SEED, name, step=step).normal((count, LATENT, 1, 1)))


class Dcgan:
    """The two networks, their optimisers, and one step of both."""

    def __init__(self) -> None:
        self.generator, self.discriminator = generator(WIDTHS), discriminator(WIDTHS[::-1])
        for name, network in (("generator", self.generator), ("discriminator", self.discriminator)):
            initialise(network, name)
            network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
        self.of_generator = torch.optim.Adam(self.generator.parameters(), lr=2e-4, betas=(0.5, 0.999))
        self.of_discriminator = torch.optim.Adam(self.discriminator.parameters(), lr=2e-4, betas=(0.5, 0.999))

    def step(self, real: Tensor, number: int) -> tuple[float, float]:
        """Train the discriminator on real and drawn pictures, then the generator not to be told from real (BCE)."""
        fake = self.generator(noise("z", number, len(real)))
        on_real, on_fake = self.discriminator(real), self.discriminator(fake.detach())
        loss = F.softplus(-on_real).mean() + F.softplus(on_fake).mean()
        self.of_discriminator.zero_grad()
        loss.backward()
        self.of_discriminator.step()

        loss_generator = F.softplus(-self.discriminator(fake)).mean()
        self.of_generator.zero_grad()
        loss_generator.backward()
        self.of_generator.step()
        return loss.item(), loss_generator.item()

    @torch.no_grad()
    def draw(self, count: int) -> np.ndarray:
        """Draw pictures from fixed noise, by the running statistics: uint8 (count, 64, 64, 3)."""
        self.generator.eval()
        parts = [self.generator(noise("samples", start, BATCH)) for start in range(0, count, BATCH)]
        self.generator.train()
        pixels = torch.cat(parts)[:count].permute(0, 2, 3, 1).float() * 127.5 + 127.5
        return pixels.round().clamp(0, 255).to(torch.uint8).numpy()


def train(data: Path, out: Path, *, minutes: float, every: float) -> None:
    """Train for so many CPU minutes, keeping samples on the way."""
    pictures = open_pictures(data, size=SIZE, channels=3)
    chosen = pictures.select("train")
    order = Order(len(chosen), batch=BATCH, seed=SEED)
    model, used, kept, step = Dcgan(), 0.0, 0, 0
    out.mkdir(parents=True, exist_ok=True)
    while used < minutes * 60:
        began = time.process_time()
        pixels = pictures.images[chosen[order.indices(step)]].astype(np.float32) / 127.5 - 1
        real = torch.from_numpy(pixels).permute(0, 3, 1, 2)  # already channels last
        losses = model.step(real, step)
        used += time.process_time() - began
        step += 1
        if used >= (kept + 1) * every * 60 or used >= minutes * 60:
            kept += 1
            np.save(out / f"{used / 60:.0f}.npy", model.draw(SAMPLES))
        if step % 20 == 1 or used >= minutes * 60:
            sys.stderr.write(f"{used / 60:.1f} min, {step * BATCH:,} images, d {losses[0]:.3f}, g {losses[1]:.3f}\n")


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description="Train a DCGAN for so many CPU minutes and keep samples.")
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--every", type=float, default=15.0)
    given = parser.parse_args()
    torch.set_num_threads(1)
    train(given.data, given.out, minutes=given.minutes, every=given.every)


if __name__ == "__main__":
    main()
