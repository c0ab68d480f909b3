"""The writer's training: a language model of verse, by likelihood alone (T0 of the ladder in docs/decisions/054). One player."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from ganvas.ground.seeds import Stream, stream
from ganvas.pipelines.verse_page import draw_poems
from ganvas.training.engine.player import Player
from ganvas.training.engine.schedule import Progress
from ganvas.training.networks.base import initialise
from ganvas.training.networks.verse import SINKS, UNKNOWN, Poems, Step, Writer
from ganvas.training.objectives.base import Loss
from ganvas.training.recipes.verse import VerseRecipe
from ganvas.training.tasks.priors import Priors
from ganvas.training.tasks.verse.tokens import Gathered, Pool, Vocabulary
from ganvas.vocabulary.manifest import Takes
from ganvas.vocabulary.verse import FORMS, Form

SHOWN, SAMPLE = 8, 256
"""Poems of a sheet, and of the score."""
WARM, LEAST = 0.02, 0.02
"""The share of the budget in which the learning rate rises, and its last factor."""


@dataclass(frozen=True)
class Batch:
    """Poems of one form, by its number. themes: a row of zeros is no theme."""

    form: int
    poems: Poems
    themes: Float[Tensor, "n e"]


class VerseTask:
    """Data, network and objective of a writer. learned: quatrains; held_out: not learned from, may be empty."""

    score_name = "nats a character"

    def __init__(
        self, recipe: VerseRecipe, vocabulary: Vocabulary, learned: Gathered, held_out: Gathered,
        couplets: Mapping[int, Pool], priors: Priors, *, device: str,
    ) -> None:  # fmt: skip
        self.recipe, self.vocabulary, self.device = recipe, vocabulary, torch.device(device)
        self.learned, self.held_out, self.couplets = learned, held_out, couplets
        self.batch_size, self.half_life, self.fitted = recipe.batch, recipe.half_life, ()
        self.writer = Writer(recipe.writer)
        initialise(self.writer, seed=recipe.seed, name="writer")
        with torch.no_grad():
            self.writer.characters.table.copy_(torch.from_numpy(priors["vectors"]))
            self.writer.characters.frequent.copy_(torch.from_numpy(priors["frequent"]))
        self.writer.to(self.device)
        self.networks: dict[str, nn.Module] = {"writer": self.writer}
        optimiser = torch.optim.Adam(self.writer.parameters(), lr=recipe.rate_generator, betas=recipe.betas,
                                     fused=self.device.type in ("cpu", "cuda"))  # fmt: skip
        self.players = [Player("writer", (self.writer,), optimiser, self.loss, decaying_rate)]

    @property
    def generator(self) -> nn.Module:
        """What the loop averages: the writer."""
        return self.writer

    @property
    def takes(self) -> Takes:
        """What condition a poet takes."""
        return Takes(encoder="use-multilingual-3", words=self.recipe.writer.themes)

    def batch(self, step: int) -> Batch:
        """Return the poems of a step: of one form, quatrains or parts of longer poems."""
        numbers = stream(self.recipe.seed, "verse/batch", step=step)
        share = self.recipe.quatrains.at(step * self.batch_size / (self.recipe.images or 1))
        pools = self.learned.pools if numbers.uniform() < share or not any(map(len, self.couplets.values())) else self.couplets
        weights = np.array([len(pools[form]) for form in range(len(FORMS))], dtype=float)
        form = int(np.searchsorted(np.cumsum(weights) / weights.sum(), numbers.uniform(), side="right"))
        pool = pools[form]
        rows = numbers.integers(len(pool), self.batch_size)
        poems = torch.from_numpy(pool.tokens[rows].astype(np.int64)).to(self.device)
        return Batch(form, poems, self._themes(pool.themed[rows], numbers))

    def _themes(self, rows: np.ndarray, numbers: Stream) -> Tensor:
        """Return one of each poem's themes, chosen by chance, or none."""
        themes, width = self.learned.themes, self.recipe.writer.themes
        views, kept = numbers.integers(themes.shape[1], len(rows)), numbers.uniform(len(rows)) >= self.recipe.no_theme
        found = np.zeros((len(rows), width), dtype=np.float32)
        said = kept & (rows >= 0)
        found[said] = themes[rows[said], views[said]]
        return torch.from_numpy(found).to(self.device)

    def loss(self, batch: Batch, progress: Progress) -> Loss:
        """Return the cross-entropy of the characters that are known."""
        nats = self._nats(self.writer, batch)
        return Loss(nats, {"writer/nats": nats})

    def _nats(self, writer: nn.Module, batch: Batch) -> Tensor:
        logits = writer(batch.poems, batch.form, batch.themes)
        return cross_entropy(logits.flatten(0, 1).float(), batch.poems.flatten(), ignore_index=UNKNOWN)

    @cached_property
    def _fixed(self) -> list[Batch]:
        """Held out quatrains with their titles as themes, else learned ones, of each form."""
        gathered = self.held_out if self.held_out.poems else self.learned
        found: list[Batch] = []
        for form, pool in gathered.pools.items():
            if len(pool):
                rows = np.linspace(0, len(pool) - 1, min(SAMPLE, len(pool))).astype(int)
                themes = torch.from_numpy(np.asarray(gathered.themes[pool.themed[rows], 0], dtype=np.float32))
                poems = torch.from_numpy(pool.tokens[rows].astype(np.int64))
                found.append(Batch(form, poems.to(self.device), themes.to(self.device)))
        return found

    def score(self, generator: nn.Module) -> float | None:
        """Return the cross-entropy of held out quatrains given their titles, in nats a character: a mean over the forms."""
        if not self.held_out.poems:
            return None
        with torch.no_grad():
            return float(torch.stack([self._nats(generator, batch) for batch in self._fixed]).mean())

    def sheet(self, generator: nn.Module) -> np.ndarray:
        """Set SHOWN poems that were written for the titles of held out ones."""
        assert isinstance(generator, Writer)
        texts: list[tuple[Form, str]] = []
        for batch in self._fixed:
            form, themes = tuple(FORMS.values())[batch.form], batch.themes[:: max(len(batch.themes) // SHOWN, 1)]
            numbers = stream(self.recipe.seed, "verse/sheet", step=batch.form)
            written = (
                write_poems(generator, batch.form, themes[: SHOWN // len(self._fixed)], numbers, known=len(self.vocabulary))
                .cpu()
                .numpy()
            )
            texts += [(form, self.vocabulary.text(row)) for row in written]
        return draw_poems([[text[start : start + form.length] for start in range(0, form.size, form.length)]
                           for form, text in texts])  # fmt: skip

    def signs(self, progress: Progress) -> dict[str, Tensor]:
        """Return nothing: every update's numbers are checked, and the score is of held out poems."""
        return {}


def decaying_rate(share: float) -> float:
    """Return the learning rate's factor: up in a straight line, then half a cosine down to LEAST."""
    gone = min(max(share - WARM, 0) / (1 - WARM), 1.0)
    return min(share / WARM, 1.0) * (LEAST + (1 - LEAST) * (1 + math.cos(math.pi * gone)) / 2) if share else 1e-3


def write_poems(
    writer: Writer, form: int, themes: Float[Tensor, "n e"], numbers: Stream, *, known: int, temperature: float = 0.8
) -> Poems:
    """Write one poem for each theme, each character drawn given those before it, by the Gumbel-max trick.

    known: how many numbers stand for something; a small folder has fewer characters than a network has rows.
    """
    size, characters, step = tuple(FORMS.values())[form].size, writer.characters, Step(writer)
    poems = torch.zeros(len(themes), size, dtype=torch.int64, device=themes.device)
    past = themes.new_zeros(len(themes), 2 * writer.config.blocks * writer.config.width, SINKS)
    with torch.no_grad():
        around = characters.around(form, themes, length=size)
        entered = around[:, 0]
        for place in range(size):
            left, made = step(entered, past)
            past = torch.cat([past, made[:, :, None]], dim=2)
            logits = (left @ characters.table.T + characters.frequent) / temperature
            uniform = torch.from_numpy(numbers.uniform(tuple(logits.shape)).clip(1e-9, 1 - 1e-9)).to(logits)
            logits[:, UNKNOWN] = logits[:, known:] = -torch.inf
            poems[:, place] = (logits - torch.log(-torch.log(uniform))).argmax(dim=1)
            if place + 1 < size:
                entered = characters.vectors(poems[:, place : place + 1])[:, 0] + around[:, place + 1]
    return poems
