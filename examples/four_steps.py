"""The classic four steps without the loop: ten steps, bit for bit what `ganvas train examples/four_steps.toml` does."""

import sys
from pathlib import Path

import torch
from torch.nn.functional import softplus

from ganvas.data.cache import open_pictures
from ganvas.data.order import Order
from ganvas.ground.images import premultiply
from ganvas.ground.seeds import stream
from ganvas.training.networks.base import equalise_rates, initialise
from ganvas.training.networks.image_generator import GeneratorConfig, ResidualGenerator
from ganvas.training.networks.pixel_discriminator import PixelDiscriminator, PixelDiscriminatorConfig
from ganvas.vocabulary.manifest import Takes

BATCH, SEED, TURNS, nhwc = 8, 0, ("discriminator", "generator"), torch.channels_last
pictures = open_pictures(Path(sys.argv[1]), size=16, channels=3)
order = Order(len(train := pictures.select("train")), batch=BATCH, seed=SEED)

# 1. Initialise both networks.
G = ResidualGenerator(GeneratorConfig(), size=16, channels=3, takes=Takes()).to(memory_format=nhwc)
D = PixelDiscriminator(PixelDiscriminatorConfig(), size=16, takes=Takes()).to(memory_format=nhwc)
initialise(G, seed=SEED, name="generator"), initialise(D, seed=SEED, name="pixel")
for_g, for_d = (torch.optim.Adam(equalise_rates([net], rate=2e-3), betas=(0.0, 0.99), fused=True) for net in (G, D))
for step in range(10):
    x = torch.from_numpy(premultiply(pictures.images[train[order.indices(step)]])).contiguous(memory_format=nhwc)
    z_d, z_g = (torch.from_numpy(stream(SEED, f"noise/{who}", step=step).normal((BATCH, 64))) for who in TURNS)
    # 2. Train D on a real and a generated batch: ascend E[log D(x)] + E[log(1 - D(G(z)))], D = sigmoid(score).
    for_d.zero_grad()
    (-((-softplus(-D(x, {}))).mean() + (-softplus(D(G(z_d, {}).detach(), {}))).mean())).backward()
    for_d.step()
    # 3. Train G to pass: descend E[log(1 - D(G(z)))].
    for_g.zero_grad()
    (-softplus(D(G(z_g, {}), {}))).mean().backward()
    for_g.step()
# 4. Repeat, until the budget or a convergence criterion says stop.
if len(sys.argv) > 2:
    torch.save([G.state_dict(), D.state_dict()], sys.argv[2])
