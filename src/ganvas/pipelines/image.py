"""The image pipeline: conditions and noise in, pictures out, one call. Torch-free."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.images import unpremultiply
from ganvas.ground.latent import truncate
from ganvas.ground.seeds import stream
from ganvas.language.text.embed import TextEncoder, embed
from ganvas.language.text.encoder import open_encoder
from ganvas.language.text.lexicon import Lexicon
from ganvas.models.graph import inspect, open_session
from ganvas.models.read import ModelFiles
from ganvas.pipelines.enlarge import Enlarger, find_enlarger
from ganvas.pipelines.judge import Judge
from ganvas.pipelines.pretrained import Pretrained
from ganvas.pipelines.restyle import Restyler, find_hands
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.manifest import Manifest, Takes

HEARD = 256
"""Sets of phrases whose vectors are kept: the next work of an idea, and its replay, wait for no encoder."""

MEAN_OF = 64
"""Latents whose mean under a condition is the centre that truncation pulls towards."""


def input_names(takes: Takes) -> tuple[str, ...]:
    """Return the inputs of a mapping graph."""
    words = [name for name, width in (("words", takes.words), ("hashes", takes.hashes)) if width]
    return ("z", *words, *(f"label_{name}" for name in takes.labels))


class _Known:
    """An encoder of phrases whose vectors are at hand."""

    name = "known"

    def __init__(self, name: str, vectors: Mapping[str, np.ndarray]) -> None:
        self.name, self._vectors = name, vectors

    def encode(self, phrases: Sequence[str]) -> np.ndarray:
        return np.stack([self._vectors[phrase] for phrase in phrases])


class ImagePipeline(Pretrained):
    """A model that draws pictures. The graphs are inspected when it is made; sessions open when it first draws."""

    task = "image"

    def __init__(self, files: ModelFiles) -> None:
        super().__init__(files)
        assert isinstance(files.manifest, Manifest)
        self.manifest = manifest = files.manifest
        where = files.folder
        self._heard: dict[tuple[str, ...], _Known] = {}
        self._graphs = {name: files.contents[f"{name}.onnx"] for name in ("mapping", "synthesis")}
        inspect(self._graphs["mapping"], inputs=input_names(manifest.takes), output="w", where=f"{where}/mapping.onnx")
        inspect(self._graphs["synthesis"], inputs=("w",), output="work", where=f"{where}/synthesis.onnx")
        self.judge = self._judge() if "judge.onnx" in manifest.files else None

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
    def enlarger(self) -> Enlarger | None:
        """What makes this model's pictures larger, or None."""
        return find_enlarger(self.manifest)

    @cached_property
    def hands(self) -> Restyler | None:
        """What knows the hands of this model better than it does, and redraws its pictures in one that is asked for, or None."""
        return find_hands(self.manifest)

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles the model can draw in; empty when it has none."""
        return self.manifest.takes.labels.get("style", ())

    def noise(self, seed: int, *, number: int, count: int = 1, proposal: int = 0) -> np.ndarray:
        """Return the latents of one work's elements, float32 (count, latent): from the seed, the work's number and which of its
        proposals this is.
        """
        return stream(seed, "noise", step=number, rank=proposal).normal((count, self.manifest.latent))

    def __call__(self, conditions: Sequence[Condition], noise: np.ndarray, *, truncation: float = 1.0) -> np.ndarray:
        """Draw one picture for each condition and row of noise: uint8 (N, height, width, C), straight alpha.

        Each goes through the graphs alone, so a work's pixels never depend on what it was drawn with, and replay is exact: in a
        batch, sums may be taken in another order. On a CPU a batch is no quicker. truncation below 1 pulls each latent towards
        the mean of its own condition. Raises InputError for a condition that the model cannot take.
        """
        return self.draw(self.latents(conditions, noise, truncation=truncation))

    def latents(self, conditions: Sequence[Condition], noise: np.ndarray, *, truncation: float = 1.0) -> np.ndarray:
        """Return the latent w, float32 (N, mapped), of each condition and row of noise, as `__call__` draws them."""
        assert 0 < len(conditions) == len(noise)
        takes, encoder = self.manifest.takes, self._encoded(conditions)
        found: list[np.ndarray] = []
        for condition, z in zip(conditions, noise, strict=True):
            parts = embed([condition], takes=takes, encoder=encoder)
            w = self._run("mapping", "w", {"z": z[np.newaxis], **parts})
            found.append(w if truncation == 1.0 else truncate(w, centre=self._centre(parts), psi=truncation))
        return np.concatenate(found)

    def draw(self, w: np.ndarray) -> np.ndarray:
        """Draw latents (N, mapped), however they came about: uint8 (N, size, size, C), straight alpha."""
        return np.concatenate([unpremultiply(self._draw(one[np.newaxis])) for one in w])

    def _judge(self) -> Judge:
        content, where = self._contents["judge.onnx"], f"{self._where}/judge.onnx"
        return Judge(content, takes=self.manifest.takes, encoded=self._encoded, where=where)

    def _encoded(self, conditions: Sequence[Condition]) -> TextEncoder | None:
        """Encode every phrase of the conditions once. Sets are kept whole: beside other phrases one's last bits may differ."""
        if self.encoder is None:
            return None
        phrases = tuple(sorted({words.phrase for condition in conditions for words in condition.words}))
        if phrases not in self._heard:
            if len(self._heard) >= HEARD:
                self._heard.clear()
            vectors = dict(zip(phrases, self.encoder.encode(phrases), strict=True)) if phrases else {}
            self._heard[phrases] = _Known(self.encoder.name, vectors)
        return self._heard[phrases]

    def _draw(self, w: np.ndarray) -> np.ndarray:
        """Draw one work, float32 (1, C, height, width)."""
        work = self._run("synthesis", "work", {"w": w})
        wanted = (1, self.manifest.channels, *self.manifest.size.grid)
        if work.shape != wanted or not np.isfinite(work).all():
            raise InputError(f"the model drew numbers of shape {work.shape}, not finite ones of {wanted}", where=self._where)
        return work

    def _centre(self, parts: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the mean latent under a condition, (1, mapped)."""
        z = stream(0, "centre").normal((MEAN_OF, self.manifest.latent))
        repeated = {name: np.repeat(part, MEAN_OF, axis=0) for name, part in parts.items()}
        return self._run("mapping", "w", {"z": z, **repeated}).mean(axis=0, keepdims=True)

    @cached_property
    def _sessions(self) -> dict[str, object]:
        try:
            return {name: open_session(content) for name, content in self._graphs.items()}
        except Exception as error:  # the runtime's own errors have no common class
            raise InputError(f"the runtime refuses the graphs: {str(error).splitlines()[0][:200]}", where=self._where) from error

    def _run(self, graph: str, output: str, feed: Mapping[str, np.ndarray]) -> np.ndarray:
        session = self._sessions[graph]
        try:
            (result,) = session.run([output], {name: np.ascontiguousarray(part, dtype=np.float32) for name, part in feed.items()})  # pyright: ignore
        except Exception as error:
            raise InputError(f"the {graph} graph fails: {str(error).splitlines()[0][:200]}", where=self._where) from error
        return np.asarray(result)
