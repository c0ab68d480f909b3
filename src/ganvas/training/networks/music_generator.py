"""The generator of music: convolutions over beats, from a plan, what is known of the notes and a latent, to each voice's symbols.

A beat is one column, with the sixteenths of all voices in its channels: what happens inside a beat is learned by a matrix, and
the convolutions reach far in few layers. Symbols are drawn with Gumbel noise, straight through (Jang et al. 2017, section 2.2).
"""

import torch
from jaxtyping import Bool, Float
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from ganvas.ground.config import Frozen
from ganvas.pipelines.music_grid import FEATURES, KNOWN, SYMBOLS
from ganvas.training.networks.layers import GAIN, leaky
from ganvas.vocabulary.score import BEAT, VOICES

Tokens = Float[Tensor, "n voices symbols steps"]


class MusicGeneratorConfig(Frozen):
    """Configures the generator: channels, residual blocks, how far apart the taps of each are, latent channels."""

    width: int = Field(default=128, ge=8, le=1024)
    blocks: int = Field(default=6, ge=1, le=32)
    dilations: tuple[int, ...] = (1, 2, 4)
    latent: int = Field(default=16, ge=1, le=256)


class BeatConv(nn.Conv1d):
    """A convolution over beats of the same length, with zero bias at the start and a gain for `initialise`."""

    def __init__(self, wide: int, out: int, size: int = 3, *, dilation: int = 1, gain: float = 1.0) -> None:
        super().__init__(wide, out, size, padding=dilation * (size // 2), dilation=dilation)
        self.init_gain = gain
        assert self.bias is not None
        nn.init.zeros_(self.bias)


class BeatBlock(nn.Module):
    """A residual block over beats."""

    def __init__(self, width: int, *, dilation: int, depth: int) -> None:
        super().__init__()
        self.first = BeatConv(width, width, dilation=dilation, gain=GAIN)
        self.second = BeatConv(width, width, 1, gain=GAIN / depth**0.5)

    def forward(self, x: Float[Tensor, "n c b"]) -> Float[Tensor, "n c b"]:
        return x + self.second(leaky(self.first(leaky(x))))


class MusicGenerator(nn.Module):
    """G(z | plan, known notes): logits of the symbols at every step."""

    def __init__(self, config: MusicGeneratorConfig) -> None:
        super().__init__()
        self.config = config
        self.enter = BeatConv(KNOWN + len(VOICES) + FEATURES + config.latent, config.width, 1)
        chosen = [config.dilations[number % len(config.dilations)] for number in range(config.blocks)]
        self.blocks = nn.Sequential(*(BeatBlock(config.width, dilation=one, depth=config.blocks) for one in chosen))
        self.leave = BeatConv(config.width, len(VOICES) * SYMBOLS * BEAT, 1)

    def forward(
        self,
        known: Float[Tensor, "n k b"],
        hidden: Float[Tensor, "n v b"],
        plan: Float[Tensor, "n f b"],
        z: Float[Tensor, "n z b"],
    ) -> Float[Tensor, "n s b"]:
        """Return logits, channels in the order voice, symbol, step of the beat."""
        return self.leave(leaky(self.blocks(self.enter(torch.cat([known, hidden, plan, z], dim=1)))))


def unfold(logits: Float[Tensor, "n s b"]) -> Tokens:
    """Put the steps of beats one after another: (N, 4, SYMBOLS, steps)."""
    parts = logits.unflatten(1, (len(VOICES), SYMBOLS, BEAT))  # (N, V, S, 4, B)
    return parts.transpose(3, 4).flatten(3)


def draw_tokens(logits: Tokens, gumbel: Tokens, *, temperature: float = 1.0) -> Tokens:
    """Draw symbols, one-hot; the gradient is that of the softmax at a temperature (straight-through Gumbel-softmax)."""
    noisy = logits + gumbel
    soft = F.softmax(noisy / temperature, dim=2)
    hard = torch.zeros_like(soft).scatter_(2, noisy.argmax(dim=2, keepdim=True), 1.0)
    return hard + soft - soft.detach()


def keep_known(drawn: Tokens, real: Tokens, hidden: Bool[Tensor, "n voices beats"]) -> Tokens:
    """Return the drawn symbols where notes are hidden, else the real ones."""
    return torch.where(hidden.repeat_interleave(BEAT, dim=2)[:, :, None], drawn, real)
