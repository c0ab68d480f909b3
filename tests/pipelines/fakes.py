"""A model folder small enough to make in a test: real graphs of real operators, written with the onnx package."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ganvas.ground.files import digest
from ganvas.ground.seeds import stream
from ganvas.language.text.appearance import FILE, Appearances, in_steps
from ganvas.language.text.lexicon import Lexicon

LATENT, MAPPED, SIZE, WIDTH = 8, 6, 16, 512
STYLES = ("outline", "solid")
Change = Callable[[onnx.ModelProto], None]


def floats(name: str, *shape: object) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def constant(name: str, array: np.ndarray) -> onnx.TensorProto:
    return numpy_helper.from_array(array, name)


def model_of(nodes: list[onnx.NodeProto], inputs: list[Any], outputs: list[Any], held: list[onnx.TensorProto]) -> onnx.ModelProto:
    graph = helper.make_graph(nodes, "g", inputs, outputs, held)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


Labels = dict[str, tuple[str, ...]]


def mapping(*, words: bool, labels: Labels) -> onnx.ModelProto:
    """w = z A + words B + each label C."""
    chance = np.random.default_rng(0)
    widths = {
        "z": LATENT,
        **({"words": WIDTH} if words else {}),
        **{f"label_{name}": len(values) for name, values in labels.items()},
    }
    held = [constant(f"to {name}", chance.normal(size=(width, MAPPED)).astype(np.float32)) for name, width in widths.items()]
    nodes = [helper.make_node("MatMul", [name, f"to {name}"], [f"from {name}"]) for name in widths]
    last = "from z"
    for name in list(widths)[1:]:
        nodes.append(helper.make_node("Add", [last, f"from {name}"], [f"with {name}"]))
        last = f"with {name}"
    nodes[-1].output[0] = "w"
    return model_of(nodes, [floats(name, "n", width) for name, width in widths.items()], [floats("w", "n", MAPPED)], held)


def synthesis(*, channels: int) -> onnx.ModelProto:
    """work = reshape(w A) enlarged x2."""
    small = SIZE // 2
    weights = np.random.default_rng(1).normal(size=(MAPPED, channels * small * small)).astype(np.float32)
    held = [
        constant("to work", weights), constant("shape", np.array([-1, channels, small, small], dtype=np.int64)),
        constant("scales", np.array([1, 1, 2, 2], dtype=np.float32)),
    ]  # fmt: skip
    nodes = [
        helper.make_node("MatMul", ["w", "to work"], ["flat"]),
        helper.make_node("Reshape", ["flat", "shape"], ["small"]),
        helper.make_node("Resize", ["small", "", "scales"], ["work"], mode="linear"),
    ]
    return model_of(nodes, [floats("w", "n", MAPPED)], [floats("work", "n", channels, SIZE, SIZE)], held)


def write_model(
    folder: Path, *, words: bool = False, labels: Labels | None = None, channels: int = 4, change: Change | None = None,
    manifest: dict[str, Any] | None = None,
) -> Path:  # fmt: skip
    """Write a model folder. labels: of a model without words. change: done to the synthesis graph. manifest: fields that win."""
    folder.mkdir(parents=True)
    graph = synthesis(channels=channels)
    if change is not None:
        change(graph)
    (folder / "mapping.onnx").write_bytes(
        mapping(words=words, labels={"style": STYLES} if words else labels or {}).SerializeToString()
    )
    (folder / "synthesis.onnx").write_bytes(graph.SerializeToString())
    if words:
        vectors = np.random.default_rng(2).normal(size=(3, WIDTH)).astype(np.float32)
        things = ("robot", "cherry blossom", "cat")
        Lexicon(things, things, vectors).save(folder / "words.safetensors")
    if labels:
        manifest = {"takes": {"labels": labels}, **(manifest or {})}
    return sign(folder, words=words, channels=channels, manifest=manifest)


def sign(folder: Path, *, words: bool = False, channels: int = 4, manifest: dict[str, Any] | None = None) -> Path:
    """Write model.json for what lies in a folder now."""
    takes = {"encoder": "use-multilingual-3", "words": WIDTH, "labels": {"style": STYLES}} if words else {}
    content = {
        "name": "tiny", "size": SIZE, "channels": channels, "latent": LATENT, "mapped": MAPPED, "takes": takes,
        "licence": "CC0-1.0", "files": {path.name: digest(path) for path in folder.iterdir() if path.name != "model.json"},
        **(manifest or {}),
    }  # fmt: skip
    (folder / "model.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


ENTRIES, APPEARANCE = 3, 5
THINGS = ("robot", "cherry blossom", "cat")


def painter_mapping(labels: Labels, *, pixels: int = 0) -> onnx.ModelProto:
    """w = appearance A + a little z B + each label C, and after it the first `pixels` numbers of the appearance as they are."""
    chance = np.random.default_rng(4)
    widths = {"appearance": APPEARANCE, "z": LATENT, **{f"label_{name}": len(values) for name, values in labels.items()}}
    size = {"appearance": 1.0, "z": 0.05}
    held = [
        constant(f"to {name}", (size.get(name, 0.5) * chance.normal(size=(width, MAPPED))).astype(np.float32))
        for name, width in widths.items()
    ]
    nodes = [helper.make_node("MatMul", [name, f"to {name}"], [f"from {name}"]) for name in widths]
    last = "from appearance"
    for name in list(widths)[1:]:
        nodes.append(helper.make_node("Add", [last, f"from {name}"], [f"with {name}"]))
        last = f"with {name}"
    nodes[-1].output[0] = "styles" if pixels else "w"
    if pixels:
        held += [
            constant(name, np.array([value], dtype=np.int64)) for name, value in (("start", 0), ("end", pixels), ("axis", 1))
        ]
        nodes.append(helper.make_node("Slice", ["appearance", "start", "end", "axis"], ["pixels"]))
        nodes.append(helper.make_node("Concat", ["styles", "pixels"], ["w"], axis=1))
    inputs = [floats(name, "n", width) for name, width in widths.items()]
    return model_of(nodes, inputs, [floats("w", "n", MAPPED + pixels)], held)


def painter_synthesis(*, channels: int, pixels: int = 0) -> onnx.ModelProto:
    """logits, palette and shading = w A, each in its shape: blobs of three colours, the first of them clear."""
    chance, small = np.random.default_rng(5), SIZE // 4
    shapes = {"logits": (ENTRIES, small, small), "palette": (ENTRIES, channels), "shading": (channels, small, small)}
    held = [constant("scales", np.array([1, 1, 4, 4], dtype=np.float32))]
    nodes: list[onnx.NodeProto] = []
    for name, shape in shapes.items():
        size = {"logits": 3.0, "palette": 0.5, "shading": 0.01}[name]
        weights = size * chance.normal(size=(MAPPED + pixels, int(np.prod(shape))))
        held += [constant(f"to {name}", weights.astype(np.float32)), constant(f"{name} shape", np.array([-1, *shape], np.int64))]
        nodes += [
            helper.make_node("MatMul", ["w", f"to {name}"], [f"{name} flat"]),
            helper.make_node("Reshape", [f"{name} flat", f"{name} shape"], ["palette" if name == "palette" else f"{name} small"]),
        ]
    nodes += [
        helper.make_node("Resize", [f"{name} small", "", "scales"], [name], mode="linear") for name in ("logits", "shading")
    ]
    sides = {"logits": (ENTRIES, SIZE, SIZE), "palette": (ENTRIES, channels), "shading": (channels, SIZE, SIZE)}
    return model_of(nodes, [floats("w", "n", MAPPED + pixels)], [floats(name, "n", *side) for name, side in sides.items()], held)


def painter_appearances(labels: Labels, encode: Callable[[Sequence[str]], np.ndarray]) -> Appearances:
    """Three things in two styles each."""
    keys = np.zeros((6, 2, WIDTH), dtype=np.float32)
    keys[:, 0] = np.repeat(encode(THINGS), 2, axis=0)
    codes, scale = in_steps(np.random.default_rng(6).normal(size=(6, APPEARANCE)))
    concept = np.repeat(np.arange(3), 2)
    return Appearances(
        np.zeros(WIDTH, np.float32), np.eye(WIDTH, dtype=np.float32), keys, codes, scale, concept, concept,
        {name: np.tile(np.arange(2), 3) for name in labels}, THINGS,
    )  # fmt: skip


def write_painter(
    folder: Path, *, encode: Callable[[Sequence[str]], np.ndarray], channels: int = 4, labels: Labels | None = None,
    appearances: Appearances | None = None, manifest: dict[str, Any] | None = None, pixels: int = 0,
) -> Path:  # fmt: skip
    """Write the folder of a model that draws from appearances and paints from a palette. pixels: numbers of an appearance that
    its latents hold as they are.
    """
    folder.mkdir(parents=True)
    labels = {"style": STYLES, "colour": ("red", "green", "blue")} if labels is None else labels
    (folder / "mapping.onnx").write_bytes(painter_mapping(labels, pixels=pixels).SerializeToString())
    (folder / "synthesis.onnx").write_bytes(painter_synthesis(channels=channels, pixels=pixels).SerializeToString())
    (folder / FILE).write_bytes((appearances or painter_appearances(labels, encode)).save())
    Lexicon(THINGS, THINGS, encode(THINGS)).save(folder / "words.safetensors")
    takes = {"encoder": "use-multilingual-3", "words": WIDTH, "labels": labels}
    return sign(
        folder, channels=channels,
        manifest={"takes": takes, "palette": ENTRIES, "appearance": APPEARANCE, "mapped": MAPPED + pixels, **(manifest or {})},
    )  # fmt: skip


def judge_graph(*, words: bool = True) -> onnx.ModelProto:
    """verdicts = features A + words B + style C: a judge that judges, if not wisely."""
    chance = np.random.default_rng(3)
    widths = {"features": 1792, **({"words": WIDTH, "label_style": len(STYLES)} if words else {})}
    held = [constant(f"to {name}", chance.normal(size=(width, 2)).astype(np.float32)) for name, width in widths.items()]
    nodes = [helper.make_node("MatMul", [name, f"to {name}"], [f"from {name}"]) for name in widths]
    last = "from features"
    for name in list(widths)[1:]:
        nodes.append(helper.make_node("Add", [last, f"from {name}"], [f"with {name}"]))
        last = f"with {name}"
    nodes[-1].output[0] = "verdicts"
    return model_of(nodes, [floats(name, "n", width) for name, width in widths.items()], [floats("verdicts", "n", 2)], held)


def write_judged_model(folder: Path, *, change: Change | None = None) -> Path:
    """Write a model that takes words, with a judge. change: done to the judge's graph."""
    write_model(folder, words=True)
    graph = judge_graph()
    if change is not None:
        change(graph)
    (folder / "judge.onnx").write_bytes(graph.SerializeToString())
    return sign(folder, words=True)


class FakeEncoder:
    """Gives each phrase its own unit vector: equal phrases meet, others do not."""

    name = "use-multilingual-3"

    def encode(self, phrases: Sequence[str]) -> np.ndarray:
        vectors = np.stack([stream(0, f"fake/{phrase}").normal(WIDTH) for phrase in phrases])
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def write_speaking_model(folder: Path) -> Path:
    """Write a model that takes words, whose vocabulary FakeEncoder knows."""
    write_model(folder, words=True)
    things = ("robot", "cherry blossom", "seedling", "cat")
    Lexicon(things, things, FakeEncoder().encode(things)).save(folder / "words.safetensors")
    return sign(folder, words=True)


def enlarge_graph(*, factor: int = 4) -> onnx.ModelProto:
    """large = small enlarged bilinearly."""
    held = [constant("scales", np.array([1, 1, factor, factor], dtype=np.float32))]
    node = helper.make_node("Resize", ["small", "", "scales"], ["large"], mode="linear")
    return model_of([node], [floats("small", "n", 4, "h", "w")], [floats("large", "n", 4, "H", "W")], held)


def write_enlarger(folder: Path, *, graph: onnx.ModelProto | None = None, size: int = SIZE) -> Path:
    """Write the folder of an enlarger."""
    folder.mkdir(parents=True)
    (folder / "enlarge.onnx").write_bytes((graph or enlarge_graph()).SerializeToString())
    content = {
        "task": "enlarge", "name": "tiny-x4", "size": size, "licence": "CC0-1.0",
        "files": {"enlarge.onnx": digest(folder / "enlarge.onnx")},
    }  # fmt: skip
    (folder / "model.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


REDRAWN_STYLES = ("flat", "round")


def restyle_graph(*, channels: int = 4, styles: int = 2) -> onnx.ModelProto:
    """work = picture blurred over 5 x 5, and as much of each style's colour as is asked for."""
    kernel = np.zeros((channels, channels, 5, 5), dtype=np.float32)
    kernel[range(channels), range(channels)] = 1 / 25
    colours = np.linspace(-0.4, 0.4, styles * channels, dtype=np.float32).reshape(styles, channels)
    held = [constant("kernel", kernel), constant("colours", colours), constant("axes", np.array([2, 3], dtype=np.int64))]
    nodes = [
        helper.make_node("Conv", ["picture", "kernel"], ["blurred"], pads=[2, 2, 2, 2]),
        helper.make_node("MatMul", ["style", "colours"], ["colour"]),
        helper.make_node("Unsqueeze", ["colour", "axes"], ["everywhere"]),
        helper.make_node("Add", ["blurred", "everywhere"], ["work"]),
    ]
    inputs = [floats("picture", "n", channels, "h", "w"), floats("style", "n", styles)]
    return model_of(nodes, inputs, [floats("work", "n", channels, "H", "W")], held)


def write_restyler(
    folder: Path, *, graph: onnx.ModelProto | None = None, channels: int = 4, each: bool = False, **changes: object
) -> Path:
    """Write the folder of a restyler with two styles."""
    folder.mkdir(parents=True)
    names = [f"restyle-{number}.onnx" for number in range(len(REDRAWN_STYLES))] if each else ["restyle.onnx"]
    for name in names:
        made = graph or restyle_graph(channels=channels, styles=1 if each else len(REDRAWN_STYLES))
        (folder / name).write_bytes(made.SerializeToString())
    content = {
        "task": "restyle", "name": folder.name, "size": SIZE, "licence": "CC0-1.0", "channels": channels,
        "styles": REDRAWN_STYLES,
        "from_styles": REDRAWN_STYLES, "described": {"flat": ["flat colours"], "round": ["cute blobs"]}, "reach": 4, "each": each,
        "files": {name: digest(folder / name) for name in names}, **changes,
    }  # fmt: skip
    (folder / "model.json").write_text(json.dumps(content), encoding="utf-8")
    return folder
