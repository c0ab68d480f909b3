"""The image pipeline: conditions and noise in, pictures out, one call. Torch-free."""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.images import straight
from ganvas.ground.latent import truncate
from ganvas.ground.seeds import stream
from ganvas.language.embed import Encodes, embed
from ganvas.language.encoder import open_encoder
from ganvas.language.lexicon import Lexicon
from ganvas.pipelines.graph import inspect, open_session
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.manifest import Manifest, Takes

CHUNK = 16
"""Works drawn at once: more is hardly quicker and costs memory."""
MEAN_OF = 64
"""Latents whose mean under a condition is the centre that truncation pulls towards."""


def input_names(takes: Takes) -> tuple[str, ...]:
    """Return the inputs of a mapping graph."""
    words = [name for name, width in (("words", takes.words), ("hashes", takes.hashes)) if width]
    return ("z", *words, *(f"label_{name}" for name in takes.labels))


class ImagePipeline:
    """A model that draws pictures. The graphs are inspected when it is made; sessions open when it first draws."""

    def __init__(self, manifest: Manifest, read: Callable[[str], bytes], *, digest: str, where: object) -> None:
        self.manifest, self.digest, self._read, self._where = manifest, digest, read, where
        self._graphs = {name: read(f"{name}.onnx") for name in ("mapping", "synthesis")}
        inspect(self._graphs["mapping"], inputs=input_names(manifest.takes), output="w", where=f"{where}/mapping.onnx")
        inspect(self._graphs["synthesis"], inputs=("w",), output="work", where=f"{where}/synthesis.onnx")

    @cached_property
    def encoder(self) -> Encodes | None:
        """The text encoder the model was trained with, or None."""
        takes = self.manifest.takes
        return open_encoder(takes.encoder) if takes.words else None

    @cached_property
    def lexicon(self) -> Lexicon | None:
        """The model's own vocabulary, or None."""
        if "words.safetensors" not in self.manifest.files:
            return None
        lexicon = Lexicon.load(self._read("words.safetensors"), where=f"{self._where}/words.safetensors")
        if lexicon.vectors.shape[1] != self.manifest.takes.words:
            raise InputError("its vectors have another width than model.json says", where=f"{self._where}/words.safetensors")
        return lexicon

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles the model can draw in; empty when it has none."""
        return self.manifest.takes.labels.get("style", ())

    def noise(self, seed: int, *, number: int, count: int = 1) -> np.ndarray:
        """Return the latents of one work's elements, float32 (count, latent): from the seed and the work's number alone."""
        return stream(seed, "noise", step=number).normal((count, self.manifest.latent))

    def __call__(self, conditions: Sequence[Condition], noise: np.ndarray, *, truncation: float = 1.0) -> np.ndarray:
        """Draw one picture for each condition and row of noise: uint8 (N, size, size, C), straight alpha.

        truncation below 1 pulls each latent towards the mean of its own condition. Raises InputError for a condition that the
        model cannot take.
        """
        assert len(conditions) == len(noise)
        parts = embed(conditions, takes=self.manifest.takes, encoder=self.encoder)
        works: list[np.ndarray] = []
        for start in range(0, len(conditions), CHUNK):
            rows = slice(start, start + CHUNK)
            works.append(self._draw(noise[rows], {name: part[rows] for name, part in parts.items()}, truncation))
        return straight(np.concatenate(works))

    def _draw(self, noise: np.ndarray, parts: dict[str, np.ndarray], truncation: float) -> np.ndarray:
        w = self._run("mapping", "w", {"z": noise, **parts})
        if truncation != 1.0:
            w = truncate(w, centre=self._centres(parts), psi=truncation)
        work = self._run("synthesis", "work", {"w": w})
        wanted = (len(noise), self.manifest.channels, self.manifest.size, self.manifest.size)
        if work.shape != wanted or not np.isfinite(work).all():
            raise InputError(f"the model drew {work.shape}, not {wanted}", where=self._where)
        return work

    def _centres(self, parts: dict[str, np.ndarray]) -> np.ndarray:
        """Return the mean latent under each condition, (N, mapped)."""
        noise = stream(0, "centre").normal((MEAN_OF, self.manifest.latent))
        rows = next(iter(parts.values())).shape[0] if parts else 1
        centres = [
            self._run("mapping", "w", {"z": noise, **{name: np.repeat(part[row : row + 1], MEAN_OF, 0) for name, part in parts.items()}})
            for row in range(rows)
        ]  # fmt: skip
        return np.stack([centre.mean(axis=0) for centre in centres])

    @cached_property
    def _sessions(self) -> dict[str, object]:
        try:
            return {name: open_session(content) for name, content in self._graphs.items()}
        except Exception as error:  # the runtime's own errors have no common class
            raise InputError(f"the runtime refuses the graphs: {str(error).splitlines()[0][:200]}", where=self._where) from error

    def _run(self, graph: str, output: str, feed: dict[str, np.ndarray]) -> np.ndarray:
        session = self._sessions[graph]
        try:
            (result,) = session.run([output], {name: np.ascontiguousarray(part, dtype=np.float32) for name, part in feed.items()})  # pyright: ignore
        except Exception as error:
            raise InputError(f"the {graph} graph fails: {str(error).splitlines()[0][:200]}", where=self._where) from error
        return np.asarray(result)
