"""The model that a training starts from: its manifest, its text prior, and its weights as far as they fit.

With few pictures most of what another model knows is needed. Its text prior and its sketches are kept as they are, for a few
pictures do not show better what words look like; the painting is trained. Sources: Mo et al. 2020 (FreezeD) and
Ojha et al. 2021 (few-shot adaptation) for keeping what few pictures would only destroy.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ganvas.ground.errors import InputError
from ganvas.models.read import read_model
from ganvas.pipelines.registry import find, open_files
from ganvas.training.export.weights import read_generator
from ganvas.training.networks.conditioner import ConditionerConfig
from ganvas.training.networks.image_generator import GeneratorConfig, Sketch
from ganvas.training.networks.layers import grids
from ganvas.training.networks.text_prior import TextPrior, TextPriorConfig
from ganvas.training.recipes.base import AnyRecipe
from ganvas.vocabulary.manifest import AnyManifest, Manifest, Takes

_IMAGINATION, _SKETCH, _ENTER, _PARTS = "mapping.imagination.", "synthesis.sketch.", "mapping.enter.weight", "conditioner.parts."


@dataclass(frozen=True)
class InitialWeights:
    """A verified model folder, with the weights of its generator by their torch names."""

    folder: Path
    manifest: AnyManifest
    weights: Mapping[str, Tensor]

    @cached_property
    def sketches(self) -> int:
        """How many numbers of an appearance are pixels; 0 where the generator has no sketch."""
        components = self.weights.get(_SKETCH + "components")
        return 0 if components is None else components.shape[1]

    @cached_property
    def generator(self) -> GeneratorConfig:
        """The configuration of its generator. Only for models that draw."""
        assert isinstance(self.manifest, Manifest)
        steps = range(len(grids(self.manifest.size)))
        widths = tuple(self.weights[f"synthesis.second.{step}.weight"].shape[0] for step in steps)
        parts = {name.removeprefix("mapping." + _PARTS).removesuffix(".weight"): layer for name, layer in self.weights.items()
                 if name.startswith("mapping." + _PARTS)}  # fmt: skip
        wide = {"label" if name.startswith("label_") else name: layer.shape[0] for name, layer in parts.items()}
        condition = ConditionerConfig.model_validate(wide)
        gate = self.weights.get("synthesis.head.gate.weight")
        palette = 0 if gate is None else gate.shape[0]
        mapped = self.manifest.mapped - self.sketches
        return GeneratorConfig(latent=self.manifest.latent, mapped=mapped, widths=widths, palette=palette, condition=condition)

    @property
    def draws_appearances(self) -> bool:
        """Whether its generator draws from given appearances, and has no text prior."""
        return isinstance(self.manifest, Manifest) and self.manifest.appearance > 0

    def sketch_of(self, shape: tuple[int, int, int], *, pixels: int) -> np.ndarray | None:
        """Return the mean and the components of its sketches, (C * H * W, 1 + K), for a model of given appearances.

        None where it draws from no given appearances, or its sketches have another shape (C, H, W) or number of components.
        """
        table = self._sketch_table() if self.draws_appearances else None
        return table if table is not None and table.shape == (math.prod(shape), 1 + pixels) else None

    def _sketch_table(self) -> np.ndarray:
        return torch.cat([self.weights[_SKETCH + "mean"][:, None], self.weights[_SKETCH + "components"]], dim=1).numpy()

    def appearance_prior(self, takes: Takes, *, shape: tuple[int, int, int]) -> tuple[TextPrior, Sketch] | None:
        """Return its text prior for a model that may take other labels, with its sketch of a shape (C, H, W).

        A label with the same values in both keeps its effect; one that the new model does not take is as if dropped; a new one
        has no effect. None where it has no prior for these words, or sketches of another shape.
        """
        mine = self.manifest.takes if isinstance(self.manifest, Manifest) else Takes()
        if not self.sketches or self.draws_appearances or not takes.words or mine.encoder != takes.encoder:
            return None
        if len(self.weights[_SKETCH + "mean"]) != math.prod(shape):
            return None
        found = {name.removeprefix(_IMAGINATION): part for name, part in self.weights.items() if name.startswith(_IMAGINATION)}
        known, width = found["weights"].shape
        config = TextPriorConfig(pixels=self.sketches, features=width - self.sketches, components=found["whitening"].shape[1])
        prior = TextPrior(config, takes, known=known)
        weights = found["weights"].clone()
        for name, values in mine.labels.items():
            if takes.labels.get(name) != values:
                weights *= found[f"common_{name}"][-1][:, None]
        for name, values in takes.labels.items():
            same = mine.labels.get(name) == values
            found[f"common_{name}"] = found[f"common_{name}"] if same else torch.ones(len(values) + 1, known)
        for name, buffer in prior.named_buffers():
            buffer.copy_(weights if name == "weights" else found[name])
        return prior, Sketch(shape, self._sketch_table())

    def fitting(self, wanted: Mapping[str, Tensor], takes: Takes, *, say: Callable[[str], None]) -> dict[str, Tensor]:
        """Return its weights where another generator has such, else that one's own, `wanted`, and say which those are.

        takes: the other's condition, for the layer that it enters: its columns are copied part by part. Raises InputError when
        no layer fits: it is another kind of generator.
        """
        taken = {name: self.weights[name] for name, own in wanted.items()
                 if name in self.weights and self.weights[name].shape == own.shape}  # fmt: skip
        if _ENTER in wanted and isinstance(self.manifest, Manifest):
            taken.pop(_ENTER, None)  # of the same shape its columns may still mean other things
            taken |= self._of_conditions(wanted, self.manifest.takes, takes) | self._labels(wanted, self.manifest.takes, takes)
        if not any(tensor.dim() > 1 for tensor in taken.values()):
            raise InputError("none of its layers fits this generator", where=self.folder,
                             do="train from a model of the same widths")  # fmt: skip
        anew = [name for name in wanted if name not in taken]
        if anew:
            kept = f"{len(taken)} of {len(wanted)} tensors are those of {self.folder.name}"
            say(f"{kept}; {_parts(anew)} start anew: not there, or other shapes")
        return {**wanted, **taken}

    def _of_conditions(self, wanted: Mapping[str, Tensor], mine: Takes, theirs: Takes) -> dict[str, Tensor]:
        """Return the first layer of the mapping, with the columns of all parts that both generators have: of a label, if a value
        means the same to both.
        """
        values = {f"label_{name}" for name in theirs.labels if not set(theirs.labels[name]) & set(mine.labels.get(name, ()))}
        here, own = _columns(self.weights, mine), _columns(wanted, theirs)
        layer, entered = wanted[_ENTER].clone(), self.weights[_ENTER]
        if len(layer) != len(entered):
            return {}
        for name, place in own.items():
            if name in here and name not in values and here[name].stop - here[name].start == place.stop - place.start:
                layer[:, place] = entered[:, here[name]]
        return {_ENTER: layer}

    def _labels(self, wanted: Mapping[str, Tensor], mine: Takes, theirs: Takes) -> dict[str, Tensor]:
        """Return the layers of labels of which it knows some values: a new value begins as the mean of the known ones."""
        found: dict[str, Tensor] = {}
        for label, values in theirs.labels.items():
            name, old = f"mapping.{_PARTS}label_{label}.weight", mine.labels.get(label, ())
            both = [value for value in values if value in old]
            if name in wanted and name in self.weights and both and len(wanted[name]) == len(self.weights[name]):
                layer = self.weights[name]
                columns = [layer[:, old.index(value)] if value in old else layer.mean(dim=1) for value in values]
                found[name] = torch.stack(columns, dim=1)
        return found


def read_initial_weights(recipe: AnyRecipe) -> InitialWeights | None:
    """Open the model that a recipe starts from, if it names one. Raises InputError."""
    return None if recipe.start_from is None else open_initial_weights(recipe.start_from)


def open_initial_weights(model: str) -> InitialWeights:
    """Open a model to start from, by name or folder; all of it is verified first. Raises InputError."""
    files = read_model(find(model))
    graphs = open_files(files).graphs  # what passed inspection: no other file or byte of the folder is read
    return InitialWeights(files.folder, files.manifest, read_generator(graphs, where=files.folder))


def _columns(weights: Mapping[str, Tensor], takes: Takes) -> dict[str, slice]:
    """Return the columns of each part in the first layer of a mapping, in the order of its weights: manifests sort labels."""
    taken = ("words", "hashes", *(f"label_{name}" for name in takes.labels))
    parts = [name.removeprefix(f"mapping.{_PARTS}").removesuffix(".weight") for name in weights if f".{_PARTS}" in name]
    widths = {name: weights[f"mapping.{_PARTS}{name}.weight"].shape[0] for name in parts if name in taken}
    start = weights[_ENTER].shape[1] - sum(widths.values())
    found = {"latent and appearance": slice(0, start)}
    for name, width in widths.items():
        found[name] = slice(start, start + width)
        start += width
    return found


def _parts(names: list[str]) -> str:
    """Name the parts of a network that hold some tensors, each once: two levels say enough."""
    return ", ".join(dict.fromkeys(".".join(name.split(".")[:2]) for name in names))
