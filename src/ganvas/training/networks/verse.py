"""Networks of verse: a small Transformer that writes character by character, and one that scores whole poems.

Both are made of operations that a model folder's graphs may have: no softmax over unbounded scores, no lookups. Queries and keys
are of unit length (Henry et al. 2020, "Query-key normalization"), so that the exponentials of attention stay bounded, and SINKS
empty places can be attended to where nothing is relevant (Xiao et al. 2024, "attention sinks").
"""

import math

import torch
from jaxtyping import Float, Int
from pydantic import Field
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from ganvas.ground.config import Frozen
from ganvas.training.networks.layers import Linear
from ganvas.vocabulary.verse import FORMS, LONGEST

SINKS = 2
"""Places of key 0 and value 0 before the first character."""
SHARPNESS = 6.0
"""The first scale of a cosine of query and key."""
UNKNOWN = 0
"""The number of every character that is not in the vocabulary."""

Rows = Float[Tensor, "n t d"]
Poems = Int[Tensor, "n t"]


class VerseConfig(Frozen):
    """Sizes of a network of verse. width: of a character's vector, a multiple of heads. themes: width of a theme's vector."""

    width: int = Field(default=256, ge=8, le=1024, multiple_of=8)
    blocks: int = Field(default=4, ge=1, le=16)
    heads: int = Field(default=4, ge=1, le=8)
    characters: int = Field(default=4096, ge=16, le=20_000)
    themes: int = Field(default=512, ge=1, le=4096)


def scale(rows: Tensor) -> Tensor:
    """Return rows of a mean square of 1 (Zhang and Sennrich 2019, RMSNorm, without weights)."""
    return rows * torch.reciprocal(torch.sqrt(rows.pow(2).mean(dim=-1, keepdim=True) + 1e-6))


class Block(nn.Module):
    """Attention and two layers, each added to what it reads (Vaswani et al. 2017, normalised first)."""

    def __init__(self, config: VerseConfig) -> None:
        super().__init__()
        width, self.heads, gain = config.width, config.heads, 1 / math.sqrt(2 * config.blocks)
        self.enter, self.leave = Linear(width, 3 * width, bias=False), Linear(width, width, gain=gain, bias=False)
        self.widen, self.narrow = Linear(width, 4 * width), Linear(4 * width, width, gain=gain)
        self.sharpness = nn.Parameter(torch.full((config.heads,), SHARPNESS))

    def split(self, rows: Rows) -> tuple[Tensor, Tensor, Tensor]:
        """Return queries, keys and values, each (N, heads, T, width / heads)."""
        joined = self.enter(scale(rows))
        query, key, value = (split_heads(joined, self.heads, part) for part in range(3))
        return _unit(query) * self.sharpness[:, None, None], _unit(key), value

    def finish(self, rows: Rows, mixed: Tensor) -> Rows:
        """Add what was attended to, (N, heads, T, width / heads), and what the two layers make of it."""
        joined = torch.cat([mixed[:, head : head + 1].sum(dim=1) for head in range(self.heads)], dim=2)
        rows = rows + self.leave(joined)
        return rows + self.narrow(leaky_relu(self.widen(scale(rows)), 0.01))

    def forward(self, rows: Rows, allowed: Float[Tensor, "t t"] | None) -> Rows:
        """Attend to all places, or to the allowed ones."""
        query, key, value = self.split(rows)
        weights = torch.exp(query @ key.transpose(2, 3))
        if allowed is not None:
            weights = weights * allowed
        return self.finish(rows, weights @ value * torch.reciprocal(weights.sum(dim=3, keepdim=True) + SINKS))


def split_heads(joined: Float[Tensor, "n t w"], heads: int, part: int) -> Float[Tensor, "n h t i"]:
    """Return one of the three parts of a layer's output, by heads: by slices, as a graph with two free sides has to."""
    inner = joined.shape[2] // (3 * heads)
    first = part * heads * inner
    return torch.stack([joined[:, :, first + head * inner : first + (head + 1) * inner] for head in range(heads)], dim=1)


def _unit(rows: Tensor) -> Tensor:
    return rows * torch.reciprocal(torch.sqrt(rows.pow(2).sum(dim=-1, keepdim=True) + 1e-6))


class Characters(nn.Module):
    """Vectors of characters, of the places in each form, and of themes: what enters a network, and what leaves it."""

    def __init__(self, config: VerseConfig) -> None:
        super().__init__()
        self.config = config
        self.table = nn.Parameter(torch.zeros(config.characters, config.width))
        self.places = nn.Parameter(torch.zeros(len(FORMS) * LONGEST, config.width))
        self.theme = Linear(config.themes, config.width, bias=False)
        self.frequent = nn.Parameter(torch.zeros(config.characters))

    def around(self, form: int, themes: Float[Tensor, "n e"], *, length: int) -> Rows:
        """Return what is added at each place of a form under some themes; a row of zeros is no theme."""
        places = self.places[form * LONGEST : form * LONGEST + length]
        return places * math.sqrt(self.config.width) + self.theme(themes * math.sqrt(self.config.themes))[:, None]

    def vectors(self, poems: Poems) -> Rows:
        """Return the vectors of characters, of a mean square of about 1."""
        return self.table[poems] * math.sqrt(self.config.width)

    def logits(self, rows: Rows) -> Float[Tensor, "n t v"]:
        """Return how likely each character is, as logits, of what leaves a writer."""
        return rows @ self.table.T + self.frequent


class Writer(nn.Module):
    """A language model of verse: each character given its form, its theme and those before it.

    The same table serves what enters and what leaves (Press and Wolf 2017), with a linear head before it: without one, a
    character that enters is itself the nearest to what leaves, and is written twice.
    """

    def __init__(self, config: VerseConfig) -> None:
        super().__init__()
        self.config, self.characters = config, Characters(config)
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.blocks)])
        self.head = Linear(config.width, config.width, bias=False)
        self.register_buffer("allowed", torch.ones(LONGEST, LONGEST).tril(), persistent=False)

    def forward(self, poems: Poems, form: int, themes: Float[Tensor, "n e"]) -> Float[Tensor, "n t v"]:
        """Return the logits of each character of some poems of one form, given those before it."""
        length = poems.shape[1]
        before = torch.nn.functional.pad(self.characters.vectors(poems[:, :-1]), (0, 0, 1, 0))
        rows = before + self.characters.around(form, themes, length=length)
        for block in self.blocks:
            rows = block(rows, self.allowed[:length, :length])  # pyright: ignore[reportIndexIssue]
        return self.characters.logits(self.head(scale(rows)))


class Step(nn.Module):
    """A writer's blocks for one more character: its graph in a model folder."""

    def __init__(self, writer: Writer) -> None:
        super().__init__()
        self.blocks, self.head, self.width, self.heads = writer.blocks, writer.head, writer.config.width, writer.config.heads

    def forward(self, entered: Float[Tensor, "n d"], past: Float[Tensor, "n p t"]) -> tuple[Tensor, Tensor]:
        """Return what leaves the head (N, D), and the keys and values to be added to the past (N, 2 B D)."""
        rows, made, inner = entered[:, None], list[Tensor](), self.width // self.heads
        for number, block in enumerate(self.blocks):
            assert isinstance(block, Block)
            query, key, value = block.split(rows)  # (N, H, 1, W)
            keys, values = (
                torch.stack([past[:, first + head * inner : first + (head + 1) * inner] for head in range(self.heads)], dim=1)
                for first in (2 * number * self.width, (2 * number + 1) * self.width)
            )  # (N, H, W, T)
            weights = torch.exp(query @ keys)  # (N, H, 1, T)
            own = torch.exp((query * key).sum(dim=3, keepdim=True))
            mixed = weights @ values.transpose(2, 3) + own * value
            rows = block.finish(rows, mixed * torch.reciprocal(weights.sum(dim=3, keepdim=True) + own))
            made += [key.reshape(-1, self.width), value.reshape(-1, self.width)]
        return self.head(scale(rows)).reshape(-1, self.width), torch.cat(made, dim=1)


class Critic(nn.Module):
    """Scores whole poems: whether a person wrote them, and whether they are of a theme. It reads both ways.

    Realism is a logit of real against written; match is the logarithm of how much likelier the theme is with this poem than
    with others, as InfoNCE learns it (van den Oord et al. 2018, section 2.3). Characters enter as a writer's vectors, which stay
    as they are.
    """

    def __init__(self, config: VerseConfig) -> None:
        super().__init__()
        self.config = config
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.blocks)])
        self.real = Linear(config.width, 1)
        self.meaning, self.wanted = (Linear(wide, config.width, bias=False) for wide in (config.width, config.themes))
        self.sharpness = nn.Parameter(torch.tensor([SHARPNESS]))

    def begin_as(self, writer: Writer) -> None:
        """Take over a writer's first blocks: what is known of characters need not be learned again."""
        for mine, theirs in zip(self.blocks, writer.blocks, strict=False):
            mine.load_state_dict(theirs.state_dict())

    def read(self, entered: Rows) -> Float[Tensor, "n d"]:
        """Return one vector of a mean square of 1 for each poem."""
        rows = entered
        for block in self.blocks:
            rows = block(rows, None)
        return scale(scale(rows).mean(dim=1))

    def means(self, read: Float[Tensor, "n d"]) -> Float[Tensor, "n d"]:
        """Return what poems mean, as unit vectors."""
        return _unit(self.meaning(read))

    def asks(self, themes: Float[Tensor, "m e"]) -> Float[Tensor, "m d"]:
        """Return what themes ask for, as unit vectors in the same space."""
        return _unit(self.wanted(themes * math.sqrt(self.config.themes)))

    def forward(self, entered: Float[Tensor, "n d t"], themes: Float[Tensor, "n e"]) -> Float[Tensor, "n 2"]:
        """Return realism and match of poems, series of vectors, each with its theme: the critic's graph in a model folder."""
        read = self.read(entered.transpose(1, 2))
        match = (self.means(read) * self.asks(themes)).sum(dim=1, keepdim=True) * self.sharpness
        return torch.cat([self.real(read), match], dim=1)
