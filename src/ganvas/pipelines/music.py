"""Composing for four voices from a plan: a generator writes, a discriminator says which beats to write again. Torch-free."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.seeds import Stream, stream
from ganvas.models.read import ModelFiles
from ganvas.models.trial import Port
from ganvas.pipelines.music_grid import (
    FEATURES,
    KNOWN,
    SEEN,
    SYMBOLS,
    Outline,
    features,
    known_of,
    notes_of,
    seen_of,
    symbols_of,
)  # fmt: skip
from ganvas.pipelines.pretrained import Pretrained
from ganvas.vocabulary.harmony import find_leaps, find_parallels, split_slots
from ganvas.vocabulary.manifest import AnyManifest, MusicManifest
from ganvas.vocabulary.score import BEAT, BEATS, VOICES

GRAPH, CRITIC = "compose.onnx", "critic.onnx"
ROUNDS = 32
"""How often places are written again."""
FIRST, LAST = 0.85, 0.12
"""Shares of the places, a voice in a beat each, that are written again in the first and in the last round."""
WARM, COOL = 1.0, 0.55
"""The temperature of the drawn symbols in the first and in the last round."""
MENDINGS, MENDING = 40, 0.8
"""How often mistakes of voice leading are written again at most, and the temperature of that."""
TINY = 1e-6


@dataclass(frozen=True)
class Start:
    """What a composition begins from. symbols: int (4, steps), written already where `free`, bool (4, beats), is False."""

    symbols: np.ndarray
    free: np.ndarray


class Composer(Pretrained):
    """Composes for four voices."""

    task = "music"

    def __init__(self, files: ModelFiles) -> None:
        super().__init__(files)
        assert isinstance(files.manifest, MusicManifest)
        self.manifest, self.name = files.manifest, files.manifest.name

    @staticmethod
    def ports(manifest: AnyManifest) -> Mapping[str, Port]:
        """Return what its graphs take and give: each beat is a column."""
        assert isinstance(manifest, MusicManifest)
        takes = {
            "known": (1, KNOWN, 16),
            "hidden": (1, len(VOICES), 16),
            "plan": (1, FEATURES, 16),
            "z": (1, manifest.latent, 16),
        }
        return {GRAPH: Port(takes, ("logits",)), CRITIC: Port({"seen": (1, SEEN, 16), "plan": (1, FEATURES, 16)}, ("scores",))}

    def compose(
        self, outline: Outline, *, seed: int, name: str = "compose", rounds: int = ROUNDS, start: Start | None = None,
        guided: bool = True, mended: bool = True,
    ) -> np.ndarray:  # fmt: skip
        """Compose for an outline: symbols, int64 (4, steps). name: of the random numbers, another one for each piece.

        First everything is written at once; then, in each round, some places are written again, given all others (Gibbs sampling
        as in Hadjeres et al. 2017, DeepBach), fewer each time, and cooler. guided: mostly in the beats that the
        discriminator likes least; else anywhere. mended: see `_mend`.
        """
        beats = len(outline.places)
        plan = features(outline)[None]
        free = np.ones((len(VOICES), beats), dtype=bool) if start is None else start.free
        symbols = np.full((1, len(VOICES), beats * BEAT), SYMBOLS - 2) if start is None else start.symbols[None]
        for turn in range(rounds + 1):
            numbers = stream(seed, name, step=turn)
            gone, hidden = turn / max(rounds, 1), free[None]
            if turn:
                share = FIRST + (LAST - FIRST) * gone
                weight = self._dislike(symbols, plan) if guided else np.ones((1, beats))
                hidden = hidden & (numbers.uniform((1, len(VOICES), beats)) < share * weight[:, None])
            symbols = self._write(symbols, hidden, plan, temperature=WARM + (COOL - WARM) * gone, numbers=numbers)
        return self._mend(symbols, free, plan, seed=seed, name=name)[0] if mended else symbols[0]

    def _mend(self, symbols: np.ndarray, free: np.ndarray, plan: np.ndarray, *, seed: int, name: str) -> np.ndarray:
        """Let the generator write again where voices move in parallel fifths or octaves, or leap, up to MENDINGS times.

        Rules only find the places; what is written there is the generator's, and is kept where there are no more than before.
        """
        found = _find_mistakes(symbols[0])
        for turn in range(MENDINGS):
            if not found:
                break
            numbers = stream(seed, f"{name}/mend", step=turn)
            hidden = np.zeros((1, *free.shape), dtype=bool)
            for upper, lower, step in found:
                before, after = np.floor(numbers.uniform(2) * (3, 2)).astype(int)
                beats = slice(max(step // BEAT - before, 0), step // BEAT + 1 + after)
                for voice, draw in zip((upper, lower), numbers.uniform(2), strict=True):
                    hidden[0, voice, beats] |= draw < 0.7
            tried = self._write(symbols, hidden & free, plan, temperature=MENDING, numbers=numbers)
            again = _find_mistakes(tried[0])
            if len(again) <= len(found):
                symbols, found = tried, again
        return symbols

    def judge(self, symbols: np.ndarray, outline: Outline) -> float:
        """Return how real the discriminator takes a piece (4, steps) for, among pieces of one outline: a mean over beats."""
        return float(self._scores(symbols[None], features(outline)[None]).mean())

    def _write(
        self, symbols: np.ndarray, hidden: np.ndarray, plan: np.ndarray, *, temperature: float, numbers: Stream
    ) -> np.ndarray:  # fmt: skip
        """Write the hidden places (N, 4, beats) anew, given all others."""
        count, _, beats = hidden.shape
        z = numbers.normal((count, self.manifest.latent, beats))
        feed = {"known": known_of(symbols, hidden), "hidden": hidden.astype(np.float32), "plan": plan, "z": z}
        (logits,) = self.session(GRAPH).run(["logits"], feed)
        wanted = (count, len(VOICES) * SYMBOLS * BEAT, beats)
        if logits.shape != wanted or not np.isfinite(logits).all():
            raise InputError(f"it made numbers of shape {logits.shape}, not finite ones of {wanted}", where=self._where)
        spread = logits.reshape(count, len(VOICES), SYMBOLS, BEAT, beats).transpose(0, 1, 2, 4, 3).reshape(
            count, len(VOICES), SYMBOLS, beats * BEAT)  # fmt: skip
        uniform = numbers.uniform(spread.shape).clip(TINY, 1 - TINY)
        drawn = (spread - temperature * np.log(-np.log(uniform))).argmax(axis=2)
        return np.where(np.repeat(hidden, BEAT, axis=2), drawn, symbols)

    def _dislike(self, symbols: np.ndarray, plan: np.ndarray) -> np.ndarray:
        """Return how likely each beat is to be written again, (N, beats): 1 on average, and twice that for the worst."""
        scores = self._scores(symbols, plan)
        rank = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1, kind="stable")
        return 2 * (rank + 0.5) / scores.shape[1]

    def _scores(self, symbols: np.ndarray, plan: np.ndarray) -> np.ndarray:
        (scores,) = self.session(CRITIC).run(["scores"], {"seen": seen_of(symbols), "plan": plan})
        if scores.shape != (len(symbols), 1, plan.shape[2]) or not np.isfinite(scores).all():
            raise InputError("its discriminator gives no finite number for each beat", where=self._where)
        return scores[:, 0]


def _find_mistakes(symbols: np.ndarray) -> list[tuple[int, int, int]]:
    """Return parallel fifths and octaves, and wide leaps, in symbols (4, steps): two voices, and the step of arrival."""
    notes = notes_of(symbols, 0)
    return find_parallels(notes) + find_leaps(notes)


def with_melody(notes: np.ndarray, shift: int, *, where: object) -> Start:
    """Return the start of a harmonisation: a given soprano, int16 (steps,), all else free. Raises InputError beyond its range."""
    whole = np.zeros((len(VOICES), len(notes)), dtype=np.int16)
    whole[0] = notes
    free = np.ones((len(VOICES), len(notes) // BEAT), dtype=bool)
    free[0] = False
    return Start(symbols_of(whole, shift, where=where), free)


def without_chords(outline: Outline, *, beats: int) -> Outline:
    """Return an outline of so many beats in which the model is free to choose the chords."""
    bar = BEATS[outline.metre]
    starts = tuple(start for start, _ in split_slots(beats, outline.metre))
    return replace(outline, chords=(None,) * beats, places=np.arange(beats) % bar, starts=starts)
