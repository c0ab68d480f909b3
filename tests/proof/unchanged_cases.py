"""The recipes and works by which two commits are compared (see unchanged.py), under the names that keys had before."""

import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

STEPS, BATCH = 24, 4
HEARS = {"components": 8, "words": 8, "hashes": 8, "label": 4}
COMMON = {
    "sources": ["{data}"], "seed": 7, "batch": BATCH, "images": STEPS * BATCH, "precision": "float32", "device": "cpu",
    "threads": 1, "half_life": 50.0, "sheets": 2, "log_every": 1,
}  # fmt: skip
LOOKS = {"features": 16, "embedding": 8, "condition": HEARS}
DRAWS = {"latent": 8, "mapped": 16, "condition": HEARS}
IMAGE = {
    **COMMON, "size": 16, "channels": 4, "judge": False, "generator": {**DRAWS, "widths": [12, 12, 8]},
    "pixel": {"network": {**LOOKS, "widths": [8, 12]}},
}  # fmt: skip
LARGE = {"size": 48, "generator": {"widths": [12, 12, 12, 8, 8]}, "pixel": {"network": {"widths": [8, 8, 12, 12]}}}
PROJECTED = {"objective": "hinge", "weight": 0.5, "matching": 0.3, "network": {"width": 8, "condition": HEARS}}
RESTYLE = {
    **COMMON, "task": "restyle", "size": 32, "generator": {"widths": [4, 6, 8], "blocks": 1, "mapped": 4}, "patches": 8,
    "pixel": {"objective": "nonsaturating", "gamma": {"start": 1.0, "end": 0.1}, "lazy": 2, "network": {"widths": [6, 8]}},
}  # fmt: skip
FOLDERS = {"sources": ["{data}/solid", "{data}/outline"]}
ENLARGE = {
    **COMMON, "task": "enlarge", "size": 16, "crop": 16, "look": 32, "likeness": {"alone": 0.25},
    "generator": {"width": 8, "blocks": 1, "twice": 6, "fourfold": 4},
    "pixel": {"gamma": {"start": 1.0, "end": 0.1}, "network": {"widths": [8, 8, 12], "features": 16}},
}  # fmt: skip


def ramp(start: float, end: float | None = None) -> dict[str, float]:
    """Return a ramp of a recipe; without an end it stays."""
    return {"start": start, "end": start if end is None else end}


CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "relativistic": (IMAGE, {"pixel": {"objective": "relativistic", "penalty": "r1+r2", "gamma": ramp(1, 0.1), "lazy": 2,
                                       "matching": 0.5, "contrast": 0.5, "contrast_generator": 0.25}}),
    "minimax": (IMAGE, {"pixel": {"objective": "minimax", "penalty": "r1", "gamma": ramp(0.1), "lazy": 1, "classify": 0.5,
                                  "network": {"conditioning": "concatenation"}}}),
    "nonsaturating": (IMAGE, {"patience": 9, "sheets": 6, "mirror": True,
                              "pixel": {"objective": "nonsaturating", "penalty": "r1", "gamma": ramp(1, 0.1), "matching": 0.5,
                                        "network": {"conditioning": "modulation"}}}),
    "hinge": (IMAGE, {"generator": {"mapping": "linear"}, "augment": {"translation": 0.0, "scale": 0.0},
                      "pixel": {"objective": "hinge", "network": {"spectral": True}}}),
    "leastsquares": (IMAGE, {"dropout": {"late": 0.5}, "pixel": {"objective": "leastsquares", "penalty": "zero-centred",
                             "gamma": ramp(1), "classify": 0.5, "network": {"conditioning": "none"}}}),
    "wasserstein": (IMAGE, {"channels": 3, "conditional": False, "turns": 3,
                            "pixel": {"objective": "wasserstein", "penalty": "one-centred", "gamma": ramp(10), "lazy": 1}}),
    "r2": (IMAGE, {"pixel": {"penalty": "r2", "gamma": ramp(1), "lazy": 1}}),
    "coarse": (IMAGE, {"size": 32, "generator": {"widths": [12, 12, 8, 8]}, "pixel": {"network": {"widths": [8, 8, 12]}},
                       "coarse": [{"weight": 4.0, "gamma": ramp(1), "network": {**LOOKS, "shrunk": 2, "widths": [8, 12]}},
                                  {"objective": "hinge", "matching": 0.5, "network": {**LOOKS, "shrunk": 4, "widths": [8]}}]}),
    "wide": (IMAGE, {"size": "32x16", "fit": "pad", "mirror": True, "generator": {"widths": [12, 12, 8]}}),
    "projected": (IMAGE, {**LARGE, "projected": PROJECTED}),
    "projected-alone": (IMAGE, {**LARGE, "pixel": None, "projected": PROJECTED}),
    "anchor": (IMAGE, {**LARGE, "projected": PROJECTED, "anchor": {"alone": 0.25, "ahead": 0.125, "features": 0.1},
                       "imagination": {"pixels": 24, "features": 8, "components": 8}}),
    "imagination": (IMAGE, {"imagination": {"pixels": 24, "features": 0, "components": 8, "unseen": 0.75},
                            "pixel": {"gamma": ramp(1), "contrast": 0.5}}),
    "adaptive": (IMAGE, {"channels": 3, "augment": {"colour": 0.5, "cutout": 0.3, "adaptive": {"target": 0.1, "images": 100}}}),
    "often": (IMAGE, {"augment": {"translation": 0.25, "scale": 0.2, "cutout": 0.5, "often": ramp(0.2, 0.9)}}),
    "judged": (IMAGE, {"judge": True, "pixel": {"matching": 0.5, "gamma": ramp(1)}}),
    "from-a-model": (IMAGE, {"start_from": "{models}/judged"}),
    "enlarge": (ENLARGE, {}),
    "enlarge-drawn": (ENLARGE, {"drawn_by": "{models}/judged", "drawn": 0.5, "pixel": {"objective": "hinge"}}),
    "cut": (RESTYLE, {**FOLDERS, "method": "cut"}),
    "cut-lines": (RESTYLE, {**FOLDERS, "method": "cut", "lines": 10.0, "same": 1.0, "mirror": True,
                            "generator": {"colours": 16}}),
    "fastcut": (RESTYLE, {**FOLDERS, "method": "fastcut"}),
    "cyclegan": (RESTYLE, {"method": "cyclegan", "only": ["outline", "solid"], "halves": True, "pool": 3}),
    "styles": (RESTYLE, {"method": "styles", "described": {"solid": ["filled with colour"]}}),
    "styles-projected": (RESTYLE, {"method": "styles", "size": 48, "pixel": None, "generator": {"colours": 16},
                                   "projected": {"objective": "hinge", "network": {"width": 8}}}),
}  # fmt: skip
"""Recipes under the names that keys had before, each as a common one and what it changes: every kind, objective and method."""

HALVED = ("adaptive", "enlarge", "cyclegan")
"""Runs that are begun before, and gone on with after."""
KEPT = ("judged", "imagination", "enlarge", "styles")
"""Models that are made before, and drawn with after. Of other runs no model is exported: that takes longer than the steps."""
DOORS = {
    "play": "ganvas.training.ring:play",
    "train_classifier": "ganvas.training.classifier:train_classifier",
    "Enlarger": "ganvas.pipelines:Enlarger",
}
"""What is called in Python, since no command reaches it in so few steps."""
RING = [(objective, penalty) for objective in ("minimax", "nonsaturating", "hinge", "leastsquares", "wasserstein", "relativistic")
        for penalty in ("none", "r1", "r2", "r1+r2", "one-centred", "zero-centred", "spectral")]  # fmt: skip

SCENE = """background = "sky blue"
elements = [
  { caption = "a green tree", size = "large", place = "left" },
  { caption = "a brown dog", style = "fluent", size = "medium", place = "bottom right" },
  { caption = "the sun", size = "small", place = "top right" },
]
"""
PAIR = """elements = [{ caption = "a red apple", size = "large", place = "left" },
            { caption = "a cat", style = "noto", size = "small", place = "right" }]
background = "cream"
"""
WORKS: dict[str, list[str]] = {
    "heart": ["imagine", "a red heart", "-n", "1", "--seed", "1", "--llm", "none"],
    "best-of": ["imagine", "a happy cat", "-n", "1", "--seed", "2", "--llm", "none", "--best-of", "4"],
    "sticker": ["imagine", "a yellow star", "-n", "1", "--seed", "3", "--llm", "none", "--transparent"],
    "scene": ["imagine", "a dog in the garden", "-n", "1", "--seed", "4", "--brief", "{sources}/scene.toml"],
    "sheet": ["imagine", "a lonely robot and two cats under the moon", "-n", "3", "--seed", "5", "--llm", "rules"],
    "chinese": ["imagine", "一只红色的猫和月亮", "-n", "1", "--seed", "6", "--llm", "rules"],
    "own-style": ["imagine", "a blue car", "-n", "1", "--seed", "7", "--llm", "none",
                  "--style", "twemoji", "--truncation", "0.7"],
    "other-style": ["imagine", "a house", "-n", "1", "--seed", "8", "--llm", "none", "--style", "sketch-to-emoji/noto"],
    "pair": ["imagine", "an apple and a cat", "-n", "1", "--seed", "9", "--brief", "{sources}/pair.toml"],
    "redrawn": ["restyle", "{sources}/sticker.png", "--to", "twemoji"],
    "half-way": ["restyle", "{sources}/photo.png", "--to", "bright modern icons", "--strength", "0.5"],
    "coloured": ["restyle", "{sources}/sketch.png", "--to", "noto", "-m", "sketch-to-emoji"],
    "work-redrawn": ["restyle", "{works}/sticker.png", "--to", "noto-v1"],
    "from-a-folder": ["imagine", "a red circle", "-n", "1", "--seed", "10", "--llm", "none",
                      "--best-of", "3", "-m", "{models}/judged"],
}  # fmt: skip
EDITED: dict[str, tuple[str, dict[str, Any]]] = {
    "heart-not-enlarged": ("heart", {"enlarger": None}),
    "first-format": (
        "pair",
        {"format": 1, **dict.fromkeys(("kept", "enlarger", "transparent", "restyled", "picture", "parents"))},
    ),
    "picture-is-gone": ("work-redrawn", {"picture": {"name": "gone.png"}}),
}
"""Works whose file is changed by hand: what was made, and fields with None where they are left out."""
FROM_FOLDERS: dict[str, list[str]] = {
    "judged": ["imagine", "a blue star", "-n", "4", "--seed", "5", "--llm", "none", "--best-of", "3", "-m", "{models}/judged"],
    "imagination": ["imagine", "空心的红色圆", "-n", "4", "--seed", "5", "--llm", "rules", "-m", "{models}/imagination"],
    "styles": ["restyle", "{sources}/photo.png", "--to", "filled with colour", "-m", "{models}/styles"],
}


def open_door(name: str) -> Any:
    """Import what the command line does not reach. The only place where Ganvas is imported."""
    module, function = DOORS[name].split(":")
    return getattr(importlib.import_module(module), function)


def merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with another laid over it; None takes a key away."""
    found = dict(base)
    for key, value in change.items():
        inner = base.get(key)
        found[key] = merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return {key: value for key, value in found.items() if value is not None}


def draw_sources(folder: Path) -> None:
    """Write the pictures and scenes that works are made from: a sticker, a picture without transparency, a line drawing."""
    folder.mkdir(parents=True)
    sticker = Image.new("RGBA", (64, 64))
    pen = ImageDraw.Draw(sticker)
    pen.ellipse((6, 10, 58, 60), fill=(230, 120, 40, 255))
    pen.rectangle((26, 4, 38, 20), fill=(40, 140, 60, 255))
    sticker.save(folder / "sticker.png")
    rows, columns = np.mgrid[0:90, 0:130]
    Image.fromarray(np.stack([rows * 2, columns, (rows * columns) % 256], axis=2).astype(np.uint8)).save(folder / "photo.png")
    sketch = Image.new("RGB", (64, 64), "white")
    pen = ImageDraw.Draw(sketch)
    pen.ellipse((8, 8, 56, 56), outline="black", width=2)
    pen.line((20, 40, 44, 40), fill="black", width=2)
    sketch.save(folder / "sketch.png")
    (folder / "scene.toml").write_text(SCENE, encoding="utf-8")
    (folder / "pair.toml").write_text(PAIR, encoding="utf-8")


def edit_work(path: Path, new: Path, changes: Mapping[str, Any]) -> None:
    """Write a work with other words about how it was made; None takes a field away, a table changes a part of one."""
    with Image.open(path) as picture:
        made = merged(json.loads(picture.text["ganvas"]), changes)  # pyright: ignore[reportAttributeAccessIssue]
        text = PngInfo()
        text.add_itxt("ganvas", json.dumps(made, ensure_ascii=False))
        picture.save(new, pnginfo=text)
