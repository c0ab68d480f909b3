"""Two peers by label at 32 px: the DCGAN of Radford et al. 2016, and the SNGAN of Miyato et al. 2018 with projection.

    python -m tests.proof.peers.by_label sngan data/fashion runs/sngan --minutes 30 --flops 40e6

Written from the papers. DCGAN: strided and transposed convolutions, batch normalisation, no labels, weights from N(0, 0.02),
batches of 128, Adam 2e-4 with beta1 0.5. SNGAN: residual blocks, conditional batch normalisation, spectral normalisation and
projection, hinge loss, batches of 64, Adam 2e-4 with betas 0 and 0.9; one step of the discriminator for each of the
generator's. Both are as wide as a budget of FLOPs lets them be: of one picture drawn and looked at, forwards. Minutes are CPU
minutes of training steps; OUT.npz holds 10,000 drawings, uint8 (N, 32, 32, 3), and the class that each was asked for (N,).
"""

import argparse
import sys
import time
from itertools import count
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from ganvas.data.cache import open_pictures
from ganvas.data.order import Order
from ganvas.ground.seeds import stream
from tests.proof.peers import dcgan

SIZE, DRAWN, STEP, SEED = 32, 10_000, 4, 2018


class Dcgan(nn.Module):
    """Draws z of 100 numbers, whatever the label."""

    batch, latent, rate, betas = dcgan.BATCH, dcgan.LATENT, 2e-4, (0.5, 0.999)

    def __init__(self, width: int, _classes: int) -> None:
        super().__init__()
        widths = (4 * width, 2 * width, width)
        self.generator, self.discriminator = dcgan.generator(widths), dcgan.discriminator(widths[::-1])
        for name, network in (("generator", self.generator), ("discriminator", self.discriminator)):
            dcgan.initialise(network, name)

    def draw(self, z: Tensor, _label: Tensor) -> Tensor:
        return self.generator(z[:, :, None, None])

    def judge(self, pictures: Tensor, _label: Tensor) -> Tensor:
        return self.discriminator(pictures)

    def losses(self, real: Tensor, fake: Tensor) -> Tensor:
        return F.softplus(-real).mean() + F.softplus(fake).mean()

    def wish(self, fake: Tensor) -> Tensor:
        return F.softplus(-fake).mean()


class LabelledNorm(nn.Module):
    """Batch normalisation whose gain and bias are a class's."""

    def __init__(self, wide: int, classes: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(wide, affine=False)
        self.gain, self.bias = nn.Embedding(classes, wide), nn.Embedding(classes, wide)
        nn.init.ones_(self.gain.weight)
        nn.init.zeros_(self.bias.weight)

    def forward(self, x: Tensor, label: Tensor) -> Tensor:
        return self.norm(x) * self.gain(label)[:, :, None, None] + self.bias(label)[:, :, None, None]


class Up(nn.Module):
    """A residual block that doubles the picture."""

    def __init__(self, wide: int, classes: int) -> None:
        super().__init__()
        self.before, self.after = LabelledNorm(wide, classes), LabelledNorm(wide, classes)
        self.first, self.second, self.skip = (
            nn.Conv2d(wide, wide, 3, 1, 1),
            nn.Conv2d(wide, wide, 3, 1, 1),
            nn.Conv2d(wide, wide, 1),
        )

    def forward(self, x: Tensor, label: Tensor) -> Tensor:
        y = self.first(F.interpolate(F.relu(self.before(x, label)), scale_factor=2))
        return self.second(F.relu(self.after(y, label))) + self.skip(F.interpolate(x, scale_factor=2))


class Down(nn.Module):
    """A residual block under spectral normalisation; `smaller` halves the picture."""

    def __init__(self, wide: int, out: int, *, smaller: bool, first: bool = False) -> None:
        super().__init__()
        sn = nn.utils.parametrizations.spectral_norm
        self.first, self.second = sn(nn.Conv2d(wide, out, 3, 1, 1)), sn(nn.Conv2d(out, out, 3, 1, 1))
        self.skip = sn(nn.Conv2d(wide, out, 1)) if smaller or wide != out else nn.Identity()
        self.smaller, self.enters = smaller, first

    def forward(self, x: Tensor) -> Tensor:
        y = self.second(F.relu(self.first(x if self.enters else F.relu(x))))
        return F.avg_pool2d(y + self.skip(x), 2) if self.smaller else y + self.skip(x)


class Sngan(nn.Module):
    """Draws z of 128 numbers under a label."""

    batch, latent, rate, betas = 64, 128, 2e-4, (0.0, 0.9)

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.start = nn.Linear(self.latent, 2 * width * 16)
        self.up = nn.ModuleList(Up(2 * width, classes) for _ in range(3))
        self.leave = nn.Sequential(nn.BatchNorm2d(2 * width), nn.ReLU(), nn.Conv2d(2 * width, 3, 3, 1, 1), nn.Tanh())
        self.discriminator = nn.Sequential(
            Down(3, width, smaller=True, first=True), Down(width, width, smaller=True), Down(width, width, smaller=False),
            Down(width, width, smaller=False), nn.ReLU(),
        )  # fmt: skip
        sn = nn.utils.parametrizations.spectral_norm
        self.logit, self.project = sn(nn.Linear(width, 1)), sn(nn.Embedding(classes, width))
        for module in (self.start, self.up, self.leave):
            for name, parameter in module.named_parameters():
                if parameter.dim() > 1 and "gain" not in name and "bias" not in name:
                    nn.init.xavier_uniform_(parameter)

    @property
    def generator(self) -> nn.Module:
        return nn.ModuleList([self.start, self.up, self.leave])

    def draw(self, z: Tensor, label: Tensor) -> Tensor:
        x = self.start(z).view(len(z), -1, 4, 4)
        for block in self.up:
            x = block(x, label)
        return self.leave(x)

    def judge(self, pictures: Tensor, label: Tensor) -> Tensor:
        found = self.discriminator(pictures).sum(dim=(2, 3))
        return self.logit(found)[:, 0] + (self.project(label) * found).sum(dim=1)

    def losses(self, real: Tensor, fake: Tensor) -> Tensor:
        return F.relu(1 - real).mean() + F.relu(1 + fake).mean()

    def wish(self, fake: Tensor) -> Tensor:
        return -fake.mean()


PEERS: dict[str, type[Dcgan] | type[Sngan]] = {"dcgan": Dcgan, "sngan": Sngan}


def flops(model: Dcgan | Sngan) -> float:
    """Count FLOPs of one picture drawn and looked at, forwards."""
    model.eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        label = torch.zeros(1, dtype=torch.long)
        model.judge(model.draw(torch.zeros(1, model.latent), label), label)
    model.train()
    return counter.get_total_flops()


def sized(kind: str, budget: float, classes: int) -> Dcgan | Sngan:
    """Build the widest of a kind that is within a budget of FLOPs."""
    torch.manual_seed(SEED)
    last: Dcgan | Sngan = PEERS[kind](STEP, classes)
    for width in count(2 * STEP, STEP):
        wider = PEERS[kind](width, classes)
        if flops(wider) > budget:
            return last
        last = wider
    raise AssertionError("widths never end")


def train(kind: str, data: Path, out: Path, *, minutes: float, budget: float) -> None:
    """Train for so many CPU minutes and keep drawings."""
    pictures = open_pictures(data, size=SIZE, channels=3)
    classes = sorted({record.labels["class"] for record in pictures.records})
    labels = np.array([classes.index(record.labels["class"]) for record in pictures.records])
    chosen = pictures.select("train")
    model = sized(kind, budget, len(classes)).to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    order = Order(len(chosen), batch=model.batch, seed=SEED)
    mine = list(model.generator.parameters())
    drawn_by = {id(parameter) for parameter in mine}
    theirs = [parameter for parameter in model.parameters() if id(parameter) not in drawn_by]
    of_generator, of_discriminator = (torch.optim.Adam(part, lr=model.rate, betas=model.betas) for part in (mine, theirs))
    used, step = 0.0, 0
    sys.stderr.write(f"{kind}: {flops(model) / 1e6:.1f} MFLOPs a picture\n")
    while used < minutes * 60:
        began = time.process_time()
        rows = chosen[order.indices(step)]
        real = torch.from_numpy(pictures.images[rows].astype(np.float32) / 127.5 - 1).permute(0, 3, 1, 2)
        label = torch.from_numpy(labels[rows])
        fake = model.draw(torch.from_numpy(stream(SEED, "z", step=step).normal((model.batch, model.latent))), label)
        loss = model.losses(model.judge(real, label), model.judge(fake.detach(), label))
        of_discriminator.zero_grad()
        loss.backward()
        of_discriminator.step()
        wish = model.wish(model.judge(fake, label))
        of_generator.zero_grad()
        wish.backward()
        of_generator.step()
        used += time.process_time() - began
        step += 1
        if step % 200 == 1:
            sys.stderr.write(f"{used / 60:.1f} min, {step * model.batch:,} images, d {loss.item():.3f}, g {wish.item():.3f}\n")
    model.eval()
    asked = np.arange(DRAWN) % len(classes)
    noise, wanted = torch.from_numpy(stream(SEED, "drawn").normal((DRAWN, model.latent))), torch.from_numpy(asked)
    with torch.no_grad():
        parts = [model.draw(*rows) for rows in zip(noise.split(500), wanted.split(500), strict=True)]
    pixels = torch.cat(parts).permute(0, 2, 3, 1) * 127.5 + 127.5
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out.with_suffix(".npz"), works=pixels.round().clamp(0, 255).to(torch.uint8).numpy(), asked=asked)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description="Train a peer for so many CPU minutes and keep drawings.")
    parser.add_argument("kind", choices=list(PEERS))
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--flops", type=float, default=40e6)
    given = parser.parse_args()
    torch.set_num_threads(1)
    train(given.kind, given.data, given.out, minutes=given.minutes, budget=given.flops)


if __name__ == "__main__":
    main()
