"""The discriminator of music: it sees which pitch sounds and begins, pitch classes, and intervals between voices, and the plan.

MuseGAN (Dong et al. 2018) shows its critic pitch classes and onsets beside the piano roll; the intervals let one layer see
parallel fifths and octaves.
"""

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from ganvas.ground.config import Frozen
from ganvas.pipelines.music_grid import EIGHTHS, FEATURES, HOLD_SYMBOL, LOWEST, PAIRS, PITCHES, REST_SYMBOL, SEEN
from ganvas.training.networks.base import Discriminator, Given, Images
from ganvas.training.networks.layers import leaky
from ganvas.training.networks.music_generator import BeatBlock, BeatConv
from ganvas.vocabulary.score import BEAT

PLAN = "plan"
"""The part of a condition that holds the plan: (N, FEATURES, beats)."""


class MusicDiscriminatorConfig(Frozen):
    """Configures the discriminator: channels, residual blocks, how far apart the taps of each are by turns."""

    width: int = Field(default=96, ge=8, le=1024)
    blocks: int = Field(default=3, ge=1, le=32)
    dilations: tuple[int, ...] = (1, 2, 4)


class MusicCritic(nn.Module):
    """Scores every beat from what is seen of it and around it."""

    def __init__(self, config: MusicDiscriminatorConfig) -> None:
        super().__init__()
        self.enter = BeatConv(SEEN + FEATURES, config.width, 1)
        chosen = [config.dilations[number % len(config.dilations)] for number in range(config.blocks)]
        self.blocks = nn.Sequential(*(BeatBlock(config.width, dilation=one, depth=config.blocks) for one in chosen))
        self.leave = BeatConv(config.width, 1, 1, gain=0.1)  # else it is too steep to begin with

    def forward(self, seen: Float[Tensor, "n s b"], plan: Float[Tensor, "n f b"]) -> Float[Tensor, "n 1 b"]:
        """Return a logit for each beat."""
        return self.leave(leaky(self.blocks(self.enter(torch.cat([seen, plan], dim=1)))))


class MusicDiscriminator(Discriminator):
    """D(x | plan), a logit for each beat; x are symbols (N, 4, SYMBOLS, steps), one-hot."""

    classes: Tensor
    turns: Tensor

    def __init__(self, config: MusicDiscriminatorConfig) -> None:
        super().__init__()
        self.critic = MusicCritic(config)
        classes = torch.zeros(len(LOWEST), PITCHES, 12)
        for voice, lowest in enumerate(LOWEST):
            classes[voice, torch.arange(PITCHES), (lowest + torch.arange(PITCHES)) % 12] = 1.0
        self.register_buffer("classes", classes, persistent=False)
        above = torch.arange(12)
        self.register_buffer("turns", (above[None] - above[:, None]) % 12, persistent=False)

    def features(self, images: Images) -> Tensor:
        """Return what is seen of symbols: (N, SEEN, beats). A hold shows the pitch that it holds, with that pitch's gradient."""
        held = images[:, :, HOLD_SYMBOL]  # (N, V, T)
        steps = torch.arange(images.shape[3], device=images.device)
        start = torch.where(held.detach() > 0.5, -1, steps).cummax(dim=2).values  # (N, V, T)
        where = start.clamp(min=0)[:, :, None].expand(-1, -1, PITCHES + 1, -1)
        pitches = images[:, :, : PITCHES + 1].gather(3, where)  # (N, V, P + 1, T)
        nothing = torch.zeros(PITCHES + 1, device=images.device)
        nothing[REST_SYMBOL] = 1.0
        pitches = torch.where((start < 0)[:, :, None], nothing[:, None], pitches)
        begins = images[:, :, :PITCHES].sum(dim=2, keepdim=True)  # (N, V, 1, T)
        planes = torch.cat([pitches, begins], dim=2)
        classes = torch.einsum("nvpt,vpc->nvct", pitches[:, :, :PITCHES], self.classes)
        whole = torch.cat([planes.flatten(1, 2), classes.flatten(1, 2)], dim=1)
        beats = whole.unflatten(2, (-1, BEAT)).transpose(2, 3).flatten(1, 2)
        return torch.cat([beats, self._intervals(classes[..., :: BEAT // EIGHTHS])], dim=1)

    def _intervals(self, classes: Float[Tensor, "n v c e"]) -> Float[Tensor, "n i b"]:
        """Return which intervals, 0 to 11 half tones, lie between each two voices at every eighth note."""
        turned = classes[:, :, self.turns].permute(0, 4, 1, 2, 3).flatten(2, 3)  # (N, E, V * 12, 12)
        between = (turned @ classes.permute(0, 3, 2, 1)).unflatten(2, (len(LOWEST), 12))  # (N, E, lower, 12, upper)
        chosen = torch.stack([between[:, :, lower, :, upper] for upper, lower in PAIRS], dim=2).flatten(2)  # (N, E, 72)
        return chosen.transpose(1, 2).unflatten(2, (-1, EIGHTHS)).transpose(2, 3).flatten(1, 2)

    def score(self, features: Tensor, given: Given) -> Float[Tensor, "n k"]:
        """Score what was seen under a plan: a logit for each beat."""
        return self.critic(features, given[PLAN]).squeeze(1)
