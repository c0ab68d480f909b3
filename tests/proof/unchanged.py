"""Whether anything changed from one commit to another: digests of what the command line draws, trains and scores.

`unchanged.py take KEEP` makes works, half-done runs and models under KEEP and writes KEEP/before.json. `unchanged.py check KEEP OUT`
does the same with the same files on another commit, and says what differs; its exit code is 1 where something does.
`unchanged.py time --against PYTHONPATH` compares start-up times. The Ganvas in question is that of PYTHONPATH. All runs are on one
thread, and with a cache of their own.

What a restructure may rename is told with --rename (keys of recipes) and --door (functions that the command line does not reach).
"""

import argparse
import contextlib
import hashlib
import importlib
import io
import json
import os
import runpy
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
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
    "cut-lines": (RESTYLE, {**FOLDERS, "method": "cut", "lines": 10.0, "same": 1.0, "mirror": True, "generator": {"colours": 16}}),
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
"""Models that are made before, and drawn with after. Of all other runs no model is exported, which takes longer than the steps."""
EXPORTED = 130
"""The exit code of a run that was cut off where its model would be exported."""

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
    "own-style": ["imagine", "a blue car", "-n", "1", "--seed", "7", "--llm", "none", "--style", "twemoji", "--truncation", "0.7"],
    "other-style": ["imagine", "a house", "-n", "1", "--seed", "8", "--llm", "none", "--style", "sketch-to-emoji/noto"],
    "pair": ["imagine", "an apple and a cat", "-n", "1", "--seed", "9", "--brief", "{sources}/pair.toml"],
    "redrawn": ["restyle", "{sources}/sticker.png", "--to", "twemoji"],
    "half-way": ["restyle", "{sources}/photo.png", "--to", "bright modern icons", "--strength", "0.5"],
    "coloured": ["restyle", "{sources}/sketch.png", "--to", "noto", "-m", "sketch-to-emoji"],
    "work-redrawn": ["restyle", "{works}/sticker.png", "--to", "noto-v1"],
    "from-a-folder": ["imagine", "a red circle", "-n", "1", "--seed", "10", "--llm", "none", "--best-of", "3", "-m", "{models}/judged"],
}  # fmt: skip
EDITED: dict[str, tuple[str, dict[str, Any]]] = {
    "heart-not-enlarged": ("heart", {"enlarger": None}),
    "first-format": ("pair", {"format": 1, **dict.fromkeys(("kept", "enlarger", "transparent", "restyled", "picture", "parents"))}),
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


def renamed(table: Mapping[str, Any], names: Mapping[str, str], path: str = "") -> dict[str, Any]:
    """Return a table with its keys renamed, by their dotted path or by themselves."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        whole = f"{path}{key}"
        if isinstance(value, dict):
            value = renamed(value, names, f"{whole}.")
        elif isinstance(value, list):
            value = [renamed(one, names, f"{whole}.") if isinstance(one, dict) else one for one in value]
        found[names.get(whole, names.get(key, key))] = value
    return found


def filled(words: Sequence[str], keep: Path) -> list[str]:
    """Put the folders of KEEP into an argument list."""
    places = {name: str(keep / name) for name in ("data", "sources", "works", "models")}
    return [word.format(**places) if "{" in word and "\n" not in word else word for word in words]


def write_recipe(path: Path, name: str, keep: Path, names: Mapping[str, str], **more: Any) -> Path:
    """Write one recipe as TOML."""
    import tomlkit

    base, change = CHANGES[name]
    content = {key: filled([value], keep)[0] if isinstance(value, str) else value
               for key, value in merged(base, {**change, "name": name, **more}).items()}  # fmt: skip
    content["sources"] = filled(content["sources"], keep)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(tomlkit.dumps(renamed(content, names)), encoding="utf-8", newline="\n")
    return path


# What is digested


def of_bytes(*parts: bytes) -> str:
    return hashlib.sha256(b"|".join(parts)).hexdigest()[:32]


def of_array(array: np.ndarray) -> str:
    return of_bytes(f"{array.dtype} {array.shape}".encode(), np.ascontiguousarray(array).tobytes())


def of_picture(path: Path) -> str:
    """Digest the pixels of a picture and nothing else of its file."""
    with Image.open(path) as picture:
        return of_array(np.asarray(picture.convert("RGBA")))


def of_tensors(path: Path) -> dict[str, str]:
    """Digest a safetensors file: with the names of its tensors, and without. Metadata is passed over."""
    content = path.read_bytes()
    end = 8 + int.from_bytes(content[:8], "little")
    head = json.loads(content[8:end])
    found = {
        name: of_bytes(f"{one['dtype']} {one['shape']}".encode(), content[end + one["data_offsets"][0] : end + one["data_offsets"][1]])
        for name, one in head.items() if name != "__metadata__"
    }  # fmt: skip
    return {"tensors": of_bytes(json.dumps(sorted(found.values())).encode()), "names": of_bytes(json.dumps(sorted(found.items())).encode())}


def of_graph(path: Path) -> str:
    """Digest a graph: its weights, and its operators in their order; names of nodes and weights are passed over."""
    import onnx

    graph = onnx.load(path).graph
    weights = sorted(of_array(onnx.numpy_helper.to_array(one)) for one in graph.initializer)
    return of_bytes(json.dumps([weights, [node.op_type for node in graph.node]]).encode())


def of_log(path: Path) -> str:
    """Digest the numbers of a log, line by line, whatever they are called; the seconds are passed over."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    numbers = [sorted(value for key, value in line.items() if key != "seconds" and isinstance(value, int | float)) for line in lines]
    return of_bytes(json.dumps(numbers).encode())


def of_run(run: Path) -> dict[str, str]:
    """Digest what a run leaves: its last checkpoint, its log, its last sheet, the graphs and words of its model."""
    found = {f"checkpoint, {name}": value for name, value in of_tensors(sorted((run / "checkpoints").glob("*.safetensors"))[-1]).items()}
    found["log"] = of_log(run / "log.jsonl")
    found["sheet"] = of_picture(sorted((run / "sheets").glob("*.png"))[-1])
    for file in sorted((run / "model").glob("*")):
        if file.suffix == ".onnx":
            found[file.name] = of_graph(file)
        elif file.suffix == ".safetensors":
            found |= {f"{file.name}, {name}": value for name, value in of_tensors(file).items()}
        elif file.suffix == ".png":
            found[file.name] = of_picture(file)
    return found


# What is run


def work_through(jobs: Path) -> None:
    """Run commands one after another in this one process, so that torch is imported once; write what each says beside them."""
    told: dict[str, Any] = {}
    for name, words in json.loads(jobs.read_text(encoding="utf-8")).items():
        out, err, code, sys.argv = io.StringIO(), io.StringIO(), 0, ["ganvas", *words]
        began = time.perf_counter()
        whole = words[0] != "train" or (Path(words[-1]).parent.name == "runs" and Path(words[-1]).name in KEPT)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.nullcontext() if whole else no_export():
            try:
                runpy.run_module("ganvas", run_name="__main__")
            except SystemExit as ended:
                code = int(ended.code or 0)
        told[name] = {"code": code, "out": out.getvalue(), "err": err.getvalue(), "seconds": round(time.perf_counter() - began, 2)}
        if code not in (0, EXPORTED):
            sys.stderr.write(f"  {name}: exit code {code}: {err.getvalue().strip().splitlines()[-1:]}\n")
    jobs.with_suffix(".told.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


@contextlib.contextmanager
def no_export() -> Iterator[None]:
    """Interrupt a training when it comes to export its model: all of the run itself is saved by then."""
    import torch

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    export, torch.onnx.export = torch.onnx.export, stop
    try:
        yield
    finally:
        torch.onnx.export = export


def environment(cache: Path) -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", "GANVAS_CACHE": str(cache), "GANVAS_CONFIG": str(cache / "config"), "GANVAS_DEBUG": "0"}


def run_all(commands: Mapping[str, Sequence[str]], out: Path, name: str) -> dict[str, Any]:
    """Run commands in one process of their own; return what each said."""
    out.mkdir(parents=True, exist_ok=True)
    jobs = out / f"{name}.jobs.json"
    jobs.write_text(json.dumps(commands), encoding="utf-8")
    began = time.perf_counter()
    subprocess.run([sys.executable, __file__, "work", str(jobs)], check=True, env=environment(out / "cache"), cwd=out)
    sys.stderr.write(f"{name}: {len(commands)} commands, {time.perf_counter() - began:.0f} s\n")
    return json.loads(jobs.with_suffix(".told.json").read_text(encoding="utf-8"))


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


def take(keep: Path) -> None:
    """Make what is gone on with after: sources, data, half-done runs, models, works. Then measure."""
    keep.mkdir(parents=True)
    draw_sources(keep / "sources")
    commands = {"data": ["data", "shapes", "-o", str(keep / "data"), "--size", "64", "-n", "64", "--seed", "3"]}
    for name in HALVED:
        recipe = write_recipe(keep / "half" / f"{name}.toml", name, keep, {}, images=STEPS * BATCH // 2)
        commands[f"half {name}"] = ["train", str(recipe), "-o", str(keep / "half" / name)]
    for name in KEPT:
        recipe = write_recipe(keep / "before/recipes" / f"{name}.toml", name, keep, {})
        commands[f"model {name}"] = ["train", str(recipe), "-o", str(keep / "before/runs" / name)]
    run_all(commands, keep / "made", "half-done runs and models")
    for name in KEPT:
        shutil.copytree(keep / "before/runs" / name / "model", keep / "models" / name)
    works = {name: [*filled(words, keep), "-o", str(keep / "works" / f"{name}.png")] for name, words in WORKS.items()}
    run_all(works, keep / "made", "works")
    for name, (from_, changes) in EDITED.items():
        edit_work(keep / "works" / f"{from_}.png", keep / "works" / f"{name}.png", changes)
    found = measure(keep, keep / "before", {})
    for name in WORKS:
        if name != "sheet" and found["replays"][name] != of_picture(keep / "works" / f"{name}.png"):
            sys.stderr.write(f"  {name}: its replay differs from the work itself\n")
    (keep / "before.json").write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")


def measure(keep: Path, out: Path, names: Mapping[str, str]) -> dict[str, Any]:
    """Do everything once, with what KEEP holds, and return the digests."""
    began = time.perf_counter()
    found: dict[str, Any] = {"ganvas": str(importlib.import_module("ganvas").__file__)}
    found["replays"] = drawn(replays(keep), keep, out, "replays")
    found["models of before"] = drawn(FROM_FOLDERS, keep, out, "models of before")
    found["runs"], found["resumed"] = trained(keep, out, names)
    told = run_all({"score": ["score", str(keep / "models/judged"), str(keep / "data"), "--json"]}, out, "score")
    found["score"] = json.loads(told["score"]["out"] or "null")
    found |= through_doors(keep, out)
    found["seconds"] = round(time.perf_counter() - began)
    return found


def replays(keep: Path) -> dict[str, list[str]]:
    """Return the command that draws each work again."""
    found = {name: ["replay", str(keep / "works" / f"{name}.png")] for name in (*WORKS, *EDITED) if name != "sheet"}
    found |= {f"sheet {place}": ["replay", f"{keep / 'works' / 'sheet.png'}#{place}"] for place in (1, 3)}
    found["from-a-folder"] += ["-m", str(keep / "models/judged")]
    for name in ("redrawn", "half-way", "coloured"):
        source = next(word for word in WORKS[name] if word.startswith("{sources}"))
        found[name] += ["--picture", *filled([source], keep)]
    return found


def drawn(commands: Mapping[str, Sequence[str]], keep: Path, out: Path, name: str) -> dict[str, str]:
    """Run commands that draw, and digest what they draw, or say how they failed."""
    files = {one: out / name / f"{one}.png" for one in commands}
    told = run_all({one: [*filled(words, keep), "-o", str(files[one])] for one, words in commands.items()}, out, name)
    return {one: of_picture(file) if file.exists() else f"failed: {told[one]['err']}" for one, file in files.items()}


def trained(keep: Path, out: Path, names: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Train every recipe, and go on with the runs that were begun before; digest them."""
    commands: dict[str, Sequence[str]] = {
        "data": ["data", "shapes", "-o", str(out / "data"), "--size", "64", "-n", "64", "--seed", "3", "--json"]
    }
    for name in CHANGES:
        recipe, run = write_recipe(out / "recipes" / f"{name}.toml", name, keep, names), out / "runs" / name
        if not run.exists():  # `take` has trained a few of them already
            commands[name] = ["train", str(recipe), "-o", str(run)]
    for name in HALVED:
        run = out / "resumed" / name
        shutil.copytree(keep / "half" / name, run, ignore=shutil.ignore_patterns("model", "report.html"))
        commands[f"resumed {name}"] = ["train", str(out / "recipes" / f"{name}.toml"), "-o", str(run)]
    told = run_all(commands, out, "runs")

    def ended(name: str, run: Path) -> dict[str, Any]:
        left = of_run(run) if (run / "checkpoints").is_dir() else {"failed": told[name]["err"]}
        return {"exit code": told[name]["code"] if name in told else 0, **left}

    runs: dict[str, Any] = {name: ended(name, out / "runs" / name) for name in CHANGES}
    runs["data"] = json.loads(told["data"]["out"] or "{}").get("digest")
    return runs, {name: ended(f"resumed {name}", out / "resumed" / name) for name in HALVED}


def through_doors(keep: Path, out: Path) -> dict[str, Any]:
    """Play the ring, train a classifier and enlarge a picture, in a process of their own."""
    began = time.perf_counter()
    command = [sys.executable, __file__, "doors", str(keep), *(f"{name}={door}" for name, door in DOORS.items())]
    ended = subprocess.run(command, env=environment(out / "cache"), cwd=out, capture_output=True, text=True, check=False)
    sys.stderr.write(f"doors: {time.perf_counter() - began:.0f} s\n")
    if ended.returncode:
        sys.stderr.write(ended.stderr)
        return {"doors": ended.stderr}
    return json.loads(ended.stdout)


def doors(keep: Path) -> None:
    """Print the digests of what is called in Python."""
    import torch

    torch.set_num_threads(1)
    with Image.open(keep / "sources/sticker.png") as picture:
        sticker = np.asarray(picture.resize((16, 16)))[None]
    large = open_door("Enlarger").from_pretrained(keep / "models/enlarge")(sticker)
    play = open_door("play")
    ring = {f"{objective}, {penalty}": of_array(play(objective, penalty, seed=3, steps=STEPS).points) for objective, penalty in RING}
    files = [sorted((keep / "data" / style).glob("*.png")) for style in ("solid", "outline")]
    pixels = np.stack([np.asarray(Image.open(file).convert("RGB").resize((16, 16))) for group in files for file in group])
    labels = np.repeat([0, 1], [len(group) for group in files])
    network = open_door("train_classifier")(pixels, labels, classes=2, seed=3, seen=STEPS * 64)
    weights = sorted(of_array(value.numpy()) for value in network.state_dict().values())
    found = {"models of before, enlarger": of_array(large), "ring": ring, "classifier": of_bytes(json.dumps(weights).encode())}
    sys.stdout.write(json.dumps(found))


# What differs


def differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Say what is not equal."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from differences(before.get(key), after.get(key), f"{path}/{key}")
    elif before != after:
        yield f"{path}: {str(before)[:200]} -> {str(after)[:200]}"


def numbers_of(content: Any) -> list[float | str]:
    """Return the numbers of JSON content in their order, whatever they are called."""
    if isinstance(content, dict):
        content = list(content.values())
    if isinstance(content, list):
        return [number for one in content for number in numbers_of(one)]
    return [content] if isinstance(content, int | float) else []


def compare(before: dict[str, Any], after: dict[str, Any]) -> int:
    """Print what differs; return how much of it is more than a name."""
    before, after = ({key: value for key, value in one.items() if key not in ("ganvas", "seconds")} for one in (before, after))
    scores = before.pop("score"), after.pop("score")
    found = list(differences(before, after))
    names = [line for line in found if line.split(": ")[0].endswith(", names")]
    worse = [line for line in found if line not in names]
    if scores[0] != scores[1]:
        same = numbers_of(scores[0]) == numbers_of(scores[1])
        (names if same else worse).append("score: " + ("words differ, all numbers equal" if same else "numbers differ"))
    for line in names:
        sys.stdout.write(f"named otherwise: {line}\n")
    for line in worse:
        sys.stdout.write(f"DIFFERS: {line}\n")
    count = {name: len(one) for name, one in before.items() if isinstance(one, dict)}
    sys.stdout.write(f"{len(worse)} differences, {len(names)} of names; compared: {count} and score\n")
    return len(worse)


def check(keep: Path, out: Path, names: Mapping[str, str]) -> int:
    """Measure again on this commit, and compare."""
    out.mkdir(parents=True)
    found = measure(keep, out, names)
    (out / "after.json").write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    sys.stdout.write(f"{found['ganvas']}: {found['seconds']} s\n")
    return compare(json.loads((keep / "before.json").read_text(encoding="utf-8")), found)


def compare_times(against: str, rounds: int = 5) -> None:
    """Print the least wall time of starting up, here and against another PYTHONPATH, taken in turn."""
    paths = {"here": os.environ.get("PYTHONPATH", ""), "against": against}
    commands = {"--help": ["--help"], "imagine, cold": ["imagine", "a red heart", "-n", "1", "--seed", "1", "--llm", "none", "-o"]}
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        for name, words in commands.items():
            taken: dict[str, list[float]] = {one: [] for one in paths}
            for turn in range(rounds + 1):
                for one, path in paths.items():
                    out = [f"{scratch}/{one}-{turn}.png"] if words[-1] == "-o" else []
                    began = time.perf_counter()
                    subprocess.run([sys.executable, "-m", "ganvas", *words, *out], check=True, capture_output=True, cwd=scratch,
                                   env={**environment(Path(scratch) / "cache"), "PYTHONPATH": path})  # fmt: skip
                    if turn:  # the first round brings files into memory
                        taken[one].append(time.perf_counter() - began)
            here, there = (min(taken[one]) for one in paths)
            sys.stdout.write(f"{name}: here {here:.3f} s, against {there:.3f} s, ratio {here / there:.3f} (least of {rounds})\n")


def pairs(words: Sequence[str]) -> dict[str, str]:
    """Read old=new words."""
    return dict(word.split("=", 1) for word in words)


def main() -> int:
    """Read the command line."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = asked.add_subparsers(dest="verb", required=True)
    verbs.add_parser("take").add_argument("keep", type=Path)
    checking = verbs.add_parser("check")
    checking.add_argument("keep", type=Path)
    checking.add_argument("out", type=Path)
    checking.add_argument("--rename", action="append", default=[], metavar="OLD=NEW", help="a recipe's key, dotted or not")
    checking.add_argument("--door", action="append", default=[], metavar="NAME=MODULE:FUNCTION", help=f"one of {', '.join(DOORS)}")
    verbs.add_parser("time").add_argument("--against", required=True, metavar="PYTHONPATH")
    verbs.add_parser("work").add_argument("jobs", type=Path)
    inner = verbs.add_parser("doors")
    inner.add_argument("keep", type=Path)
    inner.add_argument("door", nargs="*")
    given = asked.parse_args()
    DOORS.update(pairs(getattr(given, "door", [])))
    match given.verb:
        case "take":
            take(given.keep.resolve())
        case "check":
            return min(check(given.keep.resolve(), given.out.resolve(), pairs(given.rename)), 1)
        case "time":
            compare_times(given.against)
        case "doors":
            doors(given.keep)
        case _:
            work_through(given.jobs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
