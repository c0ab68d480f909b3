"""Music against a discriminator of music: windows of pieces, some of their notes hidden, completed by the generator."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from ganvas.data.music import Piece
from ganvas.data.order import Order
from ganvas.ground.images import make_sheet
from ganvas.ground.seeds import Stream, stream
from ganvas.pipelines.music_grid import (
    CHORD_FEATURES,
    HOLD_SYMBOL,
    SYMBOLS,
    began,
    features,
    known_of,
    notes_of,
    outline_of_score,
    symbols_of,
)  # fmt: skip
from ganvas.pipelines.music_roll import draw_roll
from ganvas.scoring.music import distances, figures
from ganvas.training.engine.schedule import Progress
from ganvas.training.networks.music_discriminator import PLAN, MusicDiscriminator
from ganvas.training.networks.music_generator import MusicGenerator, Tokens, draw_tokens, keep_known, unfold
from ganvas.training.objectives import Loss, sum_losses, weight_loss
from ganvas.training.objectives.notes import Notes
from ganvas.training.recipes.music import MusicRecipe
from ganvas.training.tasks.adversarial.pictures import measure_memorisation
from ganvas.training.tasks.adversarial.scorer import BoundScorer
from ganvas.training.tasks.adversarial.task import AdversarialTask
from ganvas.training.tasks.adversarial.terms import DiscriminatorTerms
from ganvas.vocabulary.score import BEAT, VOICES, Score, shift_of

SHOWN, SAMPLE = 6, 48
"""Windows of a sheet, and of the score."""
TINY = 1e-6
"""How far uniform numbers keep from 0 and 1, whose Gumbel noise is infinite."""


@dataclass(frozen=True)
class Batch:
    """Windows. real: one-hot symbols. plan: features of each beat. known: the notes that are not hidden, as planes."""

    step: int
    real: Tokens
    plan: Float[Tensor, "n f b"]
    known: Float[Tensor, "n k b"]
    hidden: Bool[Tensor, "n v b"]


@dataclass(frozen=True)
class Window:
    """Part of a piece: its number and its first beat."""

    piece: int
    start: int


class MusicTask(AdversarialTask):
    """Data, networks and objectives of a composer. pieces: learned from. held_out: not learned from; may be empty."""

    score_name = "Distance"

    def __init__(
        self, recipe: MusicRecipe, pieces: Sequence[Piece], held_out: Sequence[Piece], *, device: str, precision: str
    ) -> None:
        super().__init__(device=device, precision=precision, betas=recipe.betas)
        self.recipe, self.pieces, self.held_out = recipe, tuple(pieces), tuple(held_out)
        self.batch_size, self.half_life, self.fitted = recipe.batch, recipe.half_life, ()
        self.alone = int((recipe.images or 0) * recipe.warm_start)
        self.symbols = [
            symbols_of(one.score.notes, shift_of(one.score.tonic, one.score.mode), where=one.name) for one in self.all
        ]
        self.plans = [features(outline_of_score(one.score)) for one in self.all]
        self.windows = self._windows(range(len(self.pieces)))
        self.order = Order(len(self.windows), batch=recipe.batch, seed=recipe.seed)
        self.generator = MusicGenerator(recipe.generator)
        self._add_discriminator("critic", MusicDiscriminator(recipe.critic.network), recipe.critic, conditional=True)
        self._initialise(self.generator, {}, seed=recipe.seed)
        losses = self.discriminator_loss, self.generator_loss
        self.players = self._make_players(recipe, [self.generator], losses, start=self.alone)

    @property
    def all(self) -> tuple[Piece, ...]:
        """The pieces that are learned from, then the held out ones."""
        return (*self.pieces, *self.held_out)

    def _windows(self, pieces: range) -> list[Window]:
        beats = self.recipe.beats
        return [Window(piece, start) for piece in pieces for start in range(self.all[piece].score.beats - beats + 1)]

    def batch(self, step: int) -> Batch:
        """Return the windows of a step; what is hidden of each is drawn anew."""
        chosen = [self.windows[number] for number in self.order.indices(step)]
        numbers = stream(self.recipe.seed, "hidden", step=step)
        return self._batch(chosen, draw_hidden(numbers, len(chosen), self.recipe.beats), numbers, step=step)

    def _batch(self, chosen: Sequence[Window], hidden: np.ndarray, numbers: Stream | None, *, step: int) -> Batch:
        """Gather windows. numbers: draw of whose plan no chords are known; None: of none."""
        beats = self.recipe.beats
        symbols = np.stack([self._cut(self.symbols[one.piece], one.start) for one in chosen])
        plan = np.stack([self.plans[one.piece][:, one.start : one.start + beats] for one in chosen])
        if numbers is not None:
            plan[numbers.uniform(len(chosen)) < self.recipe.chords_dropped, :CHORD_FEATURES] = 0.0
        real = np.zeros((len(chosen), len(VOICES), SYMBOLS, beats * BEAT), dtype=np.float32)
        np.put_along_axis(real, symbols[:, :, None], 1.0, axis=2)
        known = known_of(symbols, hidden)
        return Batch(step, torch.from_numpy(real).to(self.device), self._tensor(plan), self._tensor(known), self._tensor(hidden))

    def _cut(self, symbols: np.ndarray, start: int) -> np.ndarray:
        """Return a window of symbols; what is held when it begins begins with it."""
        first, last = start * BEAT, (start + self.recipe.beats) * BEAT
        cut = symbols[:, first:last].copy()
        for voice in np.flatnonzero(cut[:, 0] == HOLD_SYMBOL):
            since = began(symbols[voice])[first]
            cut[voice, 0] = symbols[voice, since] if since >= 0 else SYMBOLS - 2
        return cut

    def discriminator_loss(self, batch: Batch, progress: Progress) -> Loss:
        """Return the discriminator's loss: tell real windows from completed ones."""
        with torch.no_grad():
            fake = self._completed(batch, self._logits(batch, turn="discriminator"), turn="discriminator")
        return sum_losses(self._discriminator_terms(batch, (batch.real, fake), progress))

    def generator_loss(self, batch: Batch, progress: Progress) -> Loss:
        """Return the generator's loss: the true notes where they are hidden, and to pass after the warm start."""
        logits = self._logits(batch, turn="generator")
        losses = [weight_loss(self.recipe.anchor.at(progress.share), Notes().generator(logits.float(), batch.real, batch.hidden))]
        if progress.images >= self.alone:
            fake = self._completed(batch, logits, turn="generator")
            with self._precision(exact=False):
                losses += self._generator_terms(batch, (batch.real, fake), progress)
        return sum_losses(losses)

    def _logits(self, batch: Batch, *, turn: str, generator: nn.Module | None = None) -> Tokens:
        shape = (len(batch.real), self.recipe.generator.latent, batch.plan.shape[2])
        z = self._tensor(stream(self.recipe.seed, f"latent/{turn}", step=batch.step).normal(shape))
        with self._precision(exact=False):
            return unfold((generator or self.generator)(batch.known, batch.hidden.float(), batch.plan, z)).float()

    def _completed(self, batch: Batch, logits: Tokens, *, turn: str) -> Tokens:
        uniform = stream(self.recipe.seed, f"gumbel/{turn}", step=batch.step).uniform(tuple(logits.shape))
        gumbel = -torch.log(-torch.log(torch.from_numpy(uniform.astype(np.float32)).to(self.device).clamp(TINY, 1 - TINY)))
        return keep_known(draw_tokens(logits, gumbel, temperature=self.recipe.temperature), batch.real, batch.hidden)

    def _scorer(self, adversary: DiscriminatorTerms, batch: Batch) -> BoundScorer:
        apart = torch.ones(len(batch.plan), len(batch.plan), dtype=torch.bool)
        return BoundScorer(adversary.network, {PLAN: batch.plan}, apart)

    @cached_property
    def _fixed(self) -> Batch:
        """Windows of held out pieces, else of learned ones, with all notes hidden."""
        held = self._windows(range(len(self.pieces), len(self.all))) or self.windows
        chosen = [held[number] for number in np.linspace(0, len(held) - 1, SAMPLE).astype(int)]
        hidden = np.ones((len(chosen), len(VOICES), self.recipe.beats), dtype=bool)
        return replace(self._batch(chosen, hidden, None, step=0), step=len(chosen))

    @cached_property
    def _held(self) -> list[Window]:
        held = self._windows(range(len(self.pieces), len(self.all))) or self.windows
        return [held[number] for number in np.linspace(0, len(held) - 1, SAMPLE).astype(int)]

    def _drawn(self, generator: nn.Module) -> list[Score]:
        """Compose the fixed windows in one go."""
        with torch.no_grad():
            logits = self._logits(self._fixed, turn="fixed", generator=generator)
            tokens = self._completed(self._fixed, logits, turn="fixed").argmax(dim=2).cpu().numpy()
        return [self._score_of(window, symbols) for window, symbols in zip(self._held, tokens, strict=True)]

    def _score_of(self, window: Window, symbols: np.ndarray) -> Score:
        """Return symbols as a piece in C major or A minor, with the metre and phrases of a window."""
        whole, beats = self.all[window.piece].score, self.recipe.beats
        bar = 3 if whole.metre == "3/4" else 4
        ends = tuple(end - window.start for end in whole.ends if 0 <= end - window.start < beats)
        return Score(notes_of(symbols, 0), 0 if whole.mode == "major" else 9, whole.mode, whole.metre,
                     (whole.upbeat - window.start) % bar, ends)  # fmt: skip

    def sheet(self, generator: nn.Module) -> np.ndarray:
        """Draw SHOWN compositions as rolls, and below them the true music of their plans."""
        drawn = self._drawn(generator)[:: SAMPLE // SHOWN][:SHOWN]
        true = self._true[:: SAMPLE // SHOWN][:SHOWN]
        return make_sheet([draw_roll(one, step=3, row=3, span=(30, 90)) for one in (*drawn, *true)], columns=SHOWN)

    @cached_property
    def _true(self) -> list[Score]:
        return [self._score_of(window, self._cut(self.symbols[window.piece], window.start)) for window in self._held]

    def score(self, generator: nn.Module) -> float | None:
        """Return how far compositions are from the true music of their plans, as a mean of `scoring.music.distances`."""
        made, real = ([figures(one) for one in some] for some in (self._drawn(generator), self._true))
        return float(np.mean(list(distances(made, real).values())))

    def signs(self, progress: Progress) -> dict[str, Tensor]:
        """Compare compositions with real windows that are learned from and held out ones, and measure the anchor on the last."""
        batch = self._fixed
        with torch.no_grad():
            logits = self._logits(batch, turn="fixed")
            found = {"g/unseen notes": Notes().generator(logits, batch.real, batch.hidden).total} if self.held_out else {}
            if progress.images < self.alone or not self.held_out:
                return found
            fake = self._completed(batch, logits, turn="fixed")
            learned = self.windows[:: max(len(self.windows) // SAMPLE, 1)][:SAMPLE]
            known = self._batch(learned, np.ones((len(learned), len(VOICES), self.recipe.beats), dtype=bool), None, step=0)
            network = self.adversaries["critic"].network
            pairs = (fake, batch.plan), (known.real, known.plan), (batch.real, batch.plan)
            rated = [network(music, {PLAN: plan}).mean(dim=1) for music, plan in pairs]
        return found | measure_memorisation(*rated)


def draw_hidden(numbers: Stream, count: int, beats: int) -> np.ndarray:
    """Draw what is hidden of each window: bool (count, 4, beats), something of each.

    A quarter has nothing known. Of others all but the melody is hidden, or all after some beat, or some voices, or some beats, or
    single places of both, with any share.
    """
    kind, share = numbers.uniform(count), 0.1 + 0.9 * numbers.uniform(count)
    places, columns = numbers.uniform((count, len(VOICES), beats)), numbers.uniform((count, beats))
    voices, cut = numbers.uniform((count, len(VOICES))), numbers.integers(beats, count)
    hidden = places < share[:, None, None]
    after = np.arange(beats)[None, None] >= cut[:, None, None]
    options = (
        (0.25, np.ones_like(hidden)),
        (0.40, np.arange(len(VOICES))[None, :, None] > 0),
        (0.50, after),
        (0.60, (voices < 0.6)[:, :, None]),
        (0.72, (columns < share[:, None])[:, None]),
        (1.01, hidden),
    )
    found, below = hidden, 0.0
    for bound, option in options:
        chosen = (kind >= below) & (kind < bound)
        found = np.where(chosen[:, None, None], np.broadcast_to(option, hidden.shape), found)
        below = bound
    found[~found.any(axis=(1, 2))] = True
    return found
