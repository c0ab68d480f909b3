"""Writing quatrains: a language model proposes, character by character, and a discriminator chooses. Torch-free.

The candidates of one poem are drawn from the language model P and resampled with the probability of softmax(log r), r the
discriminator's ratio of real to written: importance resampling of the residual energy-based model P(x) r(x) (Deng et al. 2020,
"Residual energy-based models for text generation", section 3.3; as rejection sampling: Azadi et al. 2019).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load

from ganvas.ground.errors import InputError
from ganvas.ground.seeds import Stream, draw_by_odds, stream
from ganvas.models.read import ModelFiles
from ganvas.models.trial import Port
from ganvas.pipelines.copying import Copies
from ganvas.pipelines.pretrained import Pretrained
from ganvas.pipelines.verse_characters import Characters, parse_characters
from ganvas.vocabulary.manifest import AnyManifest, VerseManifest
from ganvas.vocabulary.verse import FORMS, LONGEST, Form

GRAPH, CRITIC, ARRAYS, CHARACTERS = "write.onnx", "critic.onnx", "poet.safetensors", "characters.json"
SINKS = 2
"""Empty places before the first character, as in training."""
TEMPERATURE = 0.9
"""Of the drawn characters, where a caller gives no other."""
RHYMING = (1, 3)
"""The lines that rhyme."""


@dataclass(frozen=True)
class Candidates:
    """Poems of one form that were written for one theme. tokens: int64 (K, size). nats: minus log-likelihood of each character
    at temperature 1, float (K, size). verdicts: realism and match of each, float32 (K, 2); usable: copies no line or run.
    """

    form: Form
    tokens: np.ndarray
    nats: np.ndarray
    verdicts: np.ndarray
    usable: np.ndarray


class Poet(Pretrained):
    """Writes quatrains."""

    task = "verse"

    def __init__(self, files: ModelFiles) -> None:
        super().__init__(files)
        assert isinstance(files.manifest, VerseManifest)
        self.manifest, self.name = files.manifest, files.manifest.name
        self.arrays = _read_arrays(self.content(ARRAYS), files.manifest, where=f"{files.folder}/{ARRAYS}")
        self.characters: Characters = parse_characters(
            self.content(CHARACTERS), count=files.manifest.characters, where=f"{files.folder}/{CHARACTERS}"
        )
        self.copies = Copies(self.arrays["known"])
        self._unwritten = np.ones(files.manifest.characters, dtype=bool)  # numbers that stand for no character
        self._unwritten[1 : len(self.characters.traditional) + 1] = False

    @staticmethod
    def ports(manifest: AnyManifest) -> Mapping[str, Port]:
        """Return what its graphs take and give."""
        assert isinstance(manifest, VerseManifest)
        width, kept = manifest.width, 2 * manifest.blocks * manifest.width
        return {
            GRAPH: Port({"entered": (1, width), "past": (1, kept, SINKS)}, ("left", "made")),
            CRITIC: Port({"entered": (1, width, LONGEST), "themes": (1, manifest.takes.words)}, ("verdicts",)),
        }

    def propose(
        self, form: Form, theme: np.ndarray, *, count: int, seed: int, name: str = "write", temperature: float = TEMPERATURE,
        rhymed: bool = False, given: np.ndarray | None = None,
    ) -> Candidates:  # fmt: skip
        """Write `count` candidates in a form for a theme, float32 (width,) or all zeros for none, and have them judged.

        name: of the random numbers, another one for each poem. rhymed: the second and the fourth line end on level tones of one
        rhyme. given: characters that stand already, int64 (size,), 0 where one is to be written. Every poem has the form's number
        of characters, all of them known.
        """
        themes = np.repeat(theme[None], count, axis=0)
        tokens, nats = self.write(form, themes, stream(seed, name), temperature=temperature, rhymed=rhymed, given=given)
        usable = np.array([not self.copies.holds(self.text(row), form.length) for row in tokens])
        return Candidates(form, tokens, nats, self.judge(tokens, form, theme), usable)

    def write(
        self, form: Form, themes: np.ndarray, numbers: Stream, *, temperature: float, rhymed: bool = False,
        given: np.ndarray | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        """Write one poem for each theme, float32 (N, width): numbers of characters, int64 (N, size), and their nats (N, size).

        given: as `propose` takes it.
        """
        count = len(themes)
        past = np.zeros((count, 2 * self.manifest.blocks * self.manifest.width, SINKS), dtype=np.float32)
        stands = np.zeros(form.size, dtype=np.int64) if given is None else given
        tokens, nats = np.repeat(stands[None], count, axis=0), np.zeros((count, form.size))
        places, meant = self._places(form), themes @ self.arrays["theme"].T * math.sqrt(themes.shape[1])
        entered = places[0] + meant
        for place in range(form.size):
            left, made = self.session(GRAPH).run(["left", "made"], {"entered": entered, "past": past})
            self._check(left, (count, self.manifest.width))
            self._check(made, past.shape[:2])
            past = np.concatenate([past, made[:, :, None]], axis=2)
            logits = left @ self.arrays["table"].T + self.arrays["frequent"]
            logits[:, self._unwritten] = -np.inf
            allowed = self._allowed(form, place, tokens) if rhymed else None
            if not stands[place]:
                tokens[:, place] = _draw(logits if allowed is None else np.where(allowed, logits, -np.inf), temperature, numbers)
            nats[:, place] = _log_total(logits) - logits[np.arange(count), tokens[:, place]]
            if place + 1 < form.size:
                entered = self._vectors(tokens[:, place]) + places[place + 1] + meant
        return tokens, nats

    def judge(self, tokens: np.ndarray, form: Form, theme: np.ndarray) -> np.ndarray:
        """Return realism and match of poems (N, size) under a theme: float32 (N, 2), logits."""
        entered = (self._vectors(tokens) + self._places(form)).transpose(0, 2, 1)
        themes = np.repeat(theme[None], len(tokens), axis=0)
        (verdicts,) = self.session(CRITIC).run(["verdicts"], {"entered": entered, "themes": themes})
        self._check(verdicts, (len(tokens), 2))
        return verdicts

    def text(self, tokens: np.ndarray) -> str:
        """Return a poem (size,) as one text in the characters that it was written in."""
        return "".join(self.characters.traditional[number - 1] for number in tokens)

    def _places(self, form: Form) -> np.ndarray:
        """Return what is added at each place of a form, (size, width)."""
        first = list(FORMS).index(form.name) * LONGEST
        return self.arrays["places"][first : first + form.size] * math.sqrt(self.manifest.width)

    def _vectors(self, tokens: np.ndarray) -> np.ndarray:
        return self.arrays["table"][tokens] * math.sqrt(self.manifest.width)

    def _allowed(self, form: Form, place: int, tokens: np.ndarray) -> np.ndarray | None:
        """Return which characters may end a rhyming line, bool (N or 1, V); None at other places."""
        line, column = divmod(place, form.length)
        if line not in RHYMING or column != form.length - 1:
            return None
        ended = tokens[:, (sum(RHYMING) - line + 1) * form.length - 1]  # of the other line; 0 where it is not written yet
        rhymes = self.characters.rhymes
        same = ((rhymes[None] == rhymes[ended][:, None]) | (ended == 0)[:, None]) & self.characters.rhyming[None]
        same[np.arange(len(tokens)), ended] = False
        return same

    def _check(self, found: np.ndarray, shape: tuple[int, ...]) -> None:
        if found.shape != shape or not np.isfinite(found).all():
            raise InputError(f"it made numbers of shape {found.shape}, not finite ones of {shape}", where=self._where)


def choose(candidates: Candidates, numbers: Stream, *, match: float = 1.0, more: np.ndarray | float = 0.0) -> int:
    """Draw the candidate that is kept, with the probability of softmax(realism + match * match + more); a usable one where any
    is. more: the log odds of another discriminator, float (K,).
    """
    energy = candidates.verdicts[:, 0].astype(float) + match * candidates.verdicts[:, 1] + more
    if candidates.usable.any():
        energy = np.where(candidates.usable, energy, -np.inf)
    return draw_by_odds(energy, numbers)


def _draw(logits: np.ndarray, temperature: float, numbers: Stream) -> np.ndarray:
    """Draw one character each: the first whose cumulative weight exceeds a uniform share of the whole."""
    weights = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature).cumsum(axis=1, dtype=np.float64)
    return (weights > numbers.uniform(len(logits))[:, None] * weights[:, -1:]).argmax(axis=1)


def _log_total(logits: np.ndarray) -> np.ndarray:
    highest = logits.max(axis=1)
    return highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))


def _read_arrays(content: bytes, manifest: VerseManifest, *, where: object) -> dict[str, np.ndarray]:
    """Read the vectors of a poet, as float32. Raises InputError where one is missing, of another shape, or not finite."""
    try:
        arrays = load(content)
    except SafetensorError as error:
        raise InputError("is no whole file of arrays", where=where) from error
    shapes = {
        "table": (manifest.characters, manifest.width), "places": (len(FORMS) * LONGEST, manifest.width),
        "theme": (manifest.width, manifest.takes.words), "frequent": (manifest.characters,),
    }  # fmt: skip
    for name, shape in shapes.items():
        if name not in arrays or arrays[name].shape != shape or arrays[name].dtype != np.float16 or \
                not np.isfinite(arrays[name]).all():  # fmt: skip
            raise InputError(f"{name} is no finite float16 array of the shape {shape}", where=where)
        arrays[name] = arrays[name].astype(np.float32)
    if "known" not in arrays or arrays["known"].dtype != np.uint8 or arrays["known"].ndim != 1 or not len(arrays["known"]):
        raise InputError("known is no row of bytes", where=where)
    return arrays
