"""The image pipeline: conditions and noise in, pictures out, one call. Torch-free."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.images import unpremultiply
from ganvas.ground.latent import truncate
from ganvas.ground.palette import Painting, compose_palette
from ganvas.ground.seeds import Stream, stream
from ganvas.language.text.appearance import FILE, Appearances, Draw
from ganvas.language.text.embed import TextEncoder, embed
from ganvas.language.text.encoder import open_encoder
from ganvas.language.text.lexicon import Lexicon
from ganvas.models.read import ModelFiles
from ganvas.models.trial import Port
from ganvas.pipelines.enlarge import Enlarger, find_enlarger
from ganvas.pipelines.judge import Judge, judge_port
from ganvas.pipelines.pretrained import Pretrained
from ganvas.pipelines.restyle import Restyler, find_own_restyler
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.manifest import AnyManifest, Manifest, Takes
from ganvas.vocabulary.work import Source

KEPT_PHRASES = 256
"""Sets of phrases whose vectors are kept: the next work of an idea, and its replay, wait for no encoder."""

MEAN_OF = 64
"""Latents whose mean under a condition is the centre that truncation pulls towards."""


PAINTED = ("logits", "palette", "shading")
"""What the synthesis graph of a model with a palette gives."""

SCALES = range(1, 17)
"""How many times as large as its own size a model with a palette draws."""


def input_names(takes: Takes, *, appearance: int = 0) -> tuple[str, ...]:
    """Return the inputs of a mapping graph. appearance: the width of what some take in place of words."""
    words = ("words", "hashes") if appearance else ()
    return ("z", *(["appearance"] if appearance else []), *(name for name in takes.widths if name not in words))


MAPPING, SYNTHESIS, JUDGE = "mapping.onnx", "synthesis.onnx", "judge.onnx"


def appearance_stream(z: np.ndarray) -> Stream:
    """Return the stream that a work's appearance is chosen by. It follows from the work's latent, and so from its seed."""
    return Stream(hashlib.blake2b(np.rint(z * 1024).astype("<i4").tobytes(), digest_size=16).digest())


class _Known:
    """An encoder of phrases whose vectors are at hand."""

    name = "known"

    def __init__(self, name: str, vectors: Mapping[str, np.ndarray]) -> None:
        self.name, self._vectors = name, vectors

    def encode(self, phrases: Sequence[str]) -> np.ndarray:
        return np.stack([self._vectors[phrase] for phrase in phrases])


class ImagePipeline(Pretrained):
    """A model that draws pictures."""

    task = "image"

    def __init__(self, files: ModelFiles) -> None:
        assert isinstance(files.manifest, Manifest)
        super().__init__(files)
        self.manifest = files.manifest
        self._phrase_vectors: dict[tuple[str, ...], _Known] = {}
        self.judge = self._judge() if JUDGE in self.graphs else None

    @staticmethod
    def ports(manifest: AnyManifest) -> Mapping[str, Port]:
        """Return what its graphs take and give."""
        assert isinstance(manifest, Manifest)
        widths = {**manifest.takes.widths, "z": manifest.latent, "appearance": manifest.appearance}
        mapping = {name: (1, widths[name]) for name in input_names(manifest.takes, appearance=manifest.appearance)}
        output = PAINTED if manifest.palette else ("work",)
        ports = {MAPPING: Port(mapping, ("w",)), SYNTHESIS: Port({"w": (1, manifest.mapped)}, output)}
        return {**ports, JUDGE: judge_port(manifest.takes)} if JUDGE in manifest.files else ports

    @cached_property
    def encoder(self) -> TextEncoder | None:
        """The text encoder the model was trained with, or None."""
        takes = self.manifest.takes
        return open_encoder(takes.encoder) if takes.words else None

    @cached_property
    def lexicon(self) -> Lexicon | None:
        """The model's own vocabulary, or None."""
        if "words.safetensors" not in self.manifest.files:
            return None
        lexicon = Lexicon.load(self._contents["words.safetensors"], where=f"{self._where}/words.safetensors")
        if lexicon.vectors.shape[1] != self.manifest.takes.words:
            raise InputError("its vectors have another width than model.json says", where=f"{self._where}/words.safetensors")
        return lexicon

    @cached_property
    def appearances(self) -> Appearances | None:
        """The appearances that the model draws from, or None."""
        if not self.manifest.appearance:
            return None
        where, takes = f"{self._where}/{FILE}", self.manifest.takes
        known = Appearances.load(self._contents[FILE], where=where)
        if (known.width, len(known.mean)) != (self.manifest.appearance, takes.words):
            raise InputError("its appearances or meanings have another width than model.json says", where=where)
        if any(values.max() >= len(takes.labels.get(name, ())) for name, values in known.labels.items()):
            raise InputError("it knows labels that model.json does not", where=where)
        return known

    @cached_property
    def sketched(self) -> int:
        """How many of the last numbers of a latent w are the first of the appearance that it is drawn from: what is where, in
        which colours. 0 where the mapping graph passes none on. The numbers before them are styles.
        """
        if not self.manifest.appearance:
            return 0
        takes = self.manifest.takes.labels
        known = stream(0, "sketched").normal((1, self.manifest.appearance))
        labels = {f"label_{name}": np.zeros((1, len(values))) for name, values in takes.items()}
        w = self._run(MAPPING, "w", {"z": np.zeros((1, self.manifest.latent)), "appearance": known, **labels})
        widths = range(min(known.shape[1], w.shape[1]), 0, -1)
        return next((width for width in widths if np.array_equal(w[0, -width:], known[0, :width])), 0)

    @cached_property
    def enlarger(self) -> Enlarger | None:
        """What makes this model's pictures larger, or None."""
        return find_enlarger(self.manifest)

    @cached_property
    def own_restyler(self) -> Restyler | None:
        """The restyler that was trained on the same pictures as this model, and redraws its pictures in a style, or None."""
        return find_own_restyler(self.manifest)

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles the model can draw in; empty when it has none."""
        return self.manifest.takes.labels.get("style", ())

    def noise(self, seed: int, *, number: int, count: int = 1, proposal: int = 0) -> np.ndarray:
        """Return the latents of one work's elements, float32 (count, latent): from the seed, the work's number and which of its
        proposals this is.
        """
        return stream(seed, "noise", step=number, rank=proposal).normal((count, self.manifest.latent))

    def __call__(
        self, conditions: Sequence[Condition], noise: np.ndarray, *, truncation: float = 1.0, scale: int = 1
    ) -> np.ndarray:
        """Draw one picture for each condition and row of noise: uint8 (N, height, width, C), straight alpha.

        Each goes through the graphs alone, so a work's pixels never depend on what it was drawn with, and replay is exact: in a
        batch, sums may be taken in another order. On a CPU a batch is no quicker. truncation below 1 pulls each latent towards
        the mean of its own condition. scale: how many times as large as its size a model with a palette draws. Raises InputError
        for a condition that the model cannot take.
        """
        return self.draw(self.latents(conditions, noise, truncation=truncation), scale=scale)

    def latents(
        self,
        conditions: Sequence[Condition],
        noise: np.ndarray,
        *,
        truncation: float = 1.0,
        appearances: np.ndarray | None = None,
    ) -> np.ndarray:
        """Return the latent w, float32 (N, mapped), of each condition and row of noise, as `__call__` draws them.

        appearances: what to draw from, (N, appearance), in place of what would be chosen for the conditions.
        """
        assert 0 < len(conditions) == len(noise)
        parts = self._parts(conditions)
        found: list[np.ndarray] = []
        for number, z in enumerate(noise):
            own, rest = parts[number], self._mapped(parts[number])
            if self.manifest.appearance:
                vector = self._choose(own, z).vector if appearances is None else appearances[number]
                rest = {"appearance": vector[np.newaxis], **rest}
            w = self._run(MAPPING, "w", {"z": z[np.newaxis], **rest})
            found.append(w if truncation == 1.0 else truncate(w, centre=self._centre(own), psi=truncation))
        return np.concatenate(found)

    def sources(self, conditions: Sequence[Condition], noise: np.ndarray) -> list[tuple[Source, ...]]:
        """Say which known pictures each work is drawn from; nothing of a model that draws from none."""
        known = self.appearances
        if known is None:
            return [()] * len(conditions)
        draws = [self._choose(parts, z) for parts, z in zip(self._parts(conditions), noise, strict=True)]
        return [
            tuple(Source(known.name_of(row), share, draw.likeness) for row, share in zip(draw.rows, draw.shares, strict=True))
            for draw in draws
        ]

    def styles_for(self, conditions: Sequence[Condition]) -> tuple[str, ...]:
        """Return the styles that suit a work best: those in which most of its things are known, so that least has to be changed.

        All styles of a model that draws from no appearances, or of what has no words.
        """
        known = self.appearances
        if known is None or not self.styles:
            return self.styles
        worded = [part["words"][0] for part in self._parts(conditions) if "words" in part]
        found = Counter(number for words in worded for number in known.styles_of(words))
        most = max(found.values(), default=0)
        return tuple(style for number, style in enumerate(self.styles) if not most or found[number] == most)

    def draw(self, w: np.ndarray, *, scale: int = 1) -> np.ndarray:
        """Draw latents (N, mapped), however they came about: uint8 (N, scale height, scale width, C), straight alpha.

        Raises InputError for a scale other than 1 where the model has no palette.
        """
        if scale != 1 and (scale not in SCALES or not self.manifest.palette):
            raise InputError(f"{self.manifest.name} does not draw {scale} times as large as {self.manifest.size}")
        return np.concatenate([unpremultiply(self._draw(one[np.newaxis], scale=scale)) for one in w])

    def paint(self, w: np.ndarray) -> list[Painting]:
        """Return what each latent (N, mapped) is painted from. The model must have a palette."""
        assert self.manifest.palette
        return [self._paint(one[np.newaxis]) for one in w]

    def _judge(self) -> Judge:
        takes, where = self.manifest.takes, f"{self._where}/{JUDGE}"
        return Judge(lambda: self.session(JUDGE), takes=takes, encoded=self._encoded, where=where)

    def _encoded(self, conditions: Sequence[Condition]) -> TextEncoder | None:
        """Encode every phrase of the conditions once. Sets are kept whole: beside other phrases one's last bits may differ."""
        if self.encoder is None:
            return None
        phrases = tuple(sorted({words.phrase for one in conditions for words in (*one.words, *one.mixed)}))
        if phrases not in self._phrase_vectors:
            if len(self._phrase_vectors) >= KEPT_PHRASES:
                self._phrase_vectors.clear()
            vectors = dict(zip(phrases, self.encoder.encode(phrases), strict=True)) if phrases else {}
            self._phrase_vectors[phrases] = _Known(self.encoder.name, vectors)
        return self._phrase_vectors[phrases]

    def _parts(self, conditions: Sequence[Condition]) -> list[Mapping[str, np.ndarray]]:
        """Return each condition as arrays of one row, with what it is to be mixed with under "mixed" where it says so."""
        takes, encoder = self.manifest.takes, self._encoded(conditions)
        found: list[Mapping[str, np.ndarray]] = []
        for condition in conditions:
            parts = embed([condition], takes=takes, encoder=encoder)
            if condition.mixed and takes.words and self.manifest.appearance:
                second = Condition(words=condition.mixed)
                parts["mixed"] = embed([second], takes=takes, encoder=encoder)["words"]
            found.append(parts)
        return found

    def _mapped(self, parts: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return those parts that the mapping graph takes."""
        names = input_names(self.manifest.takes, appearance=self.manifest.appearance)
        return {name: part for name, part in parts.items() if name in names}

    def _choose(self, parts: Mapping[str, np.ndarray], z: np.ndarray) -> Draw:
        """Choose what a work is drawn from."""
        assert self.appearances is not None
        columns = {name: parts[f"label_{name}"][0] for name in self.manifest.takes.labels}
        labels = {name: int(column.argmax()) for name, column in columns.items() if column.any()}
        words, mixed = (parts[name][0] if name in parts else None for name in ("words", "mixed"))
        return self.appearances.sample(words, labels, appearance_stream(z), mixed=mixed)

    def _draw(self, w: np.ndarray, *, scale: int) -> np.ndarray:
        """Draw one work, float32 (1, C, height, width)."""
        if self.manifest.palette:
            logits, palette, shading = self._paint(w)
            return compose_palette(logits[np.newaxis], palette[np.newaxis], shading[np.newaxis], scale=scale)
        work = self._run(SYNTHESIS, "work", {"w": w})
        self._check(work, (self.manifest.channels, *self.manifest.size.grid))
        return work

    def _paint(self, w: np.ndarray) -> Painting:
        entries, channels, grid = self.manifest.palette, self.manifest.channels, self.manifest.size.grid
        parts = self.session(SYNTHESIS).run(PAINTED, {"w": w})
        for part, wanted in zip(parts, ((entries, *grid), (entries, channels), (channels, *grid)), strict=True):
            self._check(part, wanted)
        return Painting(*(part[0] for part in parts))

    def _check(self, drawn: np.ndarray, wanted: tuple[int, ...]) -> None:
        if drawn.shape != (1, *wanted) or not np.isfinite(drawn).all():
            raise InputError(
                f"the model drew numbers of shape {drawn.shape}, not finite ones of {(1, *wanted)}", where=self._where
            )

    def _centre(self, parts: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the mean latent under a condition, (1, mapped)."""
        z = stream(0, "centre").normal((MEAN_OF, self.manifest.latent))
        repeated = {name: np.repeat(part, MEAN_OF, axis=0) for name, part in self._mapped(parts).items()}
        if self.manifest.appearance:
            repeated["appearance"] = np.stack([self._choose(parts, one).vector for one in z])
        return self._run(MAPPING, "w", {"z": z, **repeated}).mean(axis=0, keepdims=True)

    def _run(self, graph: str, output: str, feed: Mapping[str, np.ndarray]) -> np.ndarray:
        return self.session(graph).run((output,), feed)[0]
