"""Whether anything changed from one commit to another: digests of what the command line draws, trains and scores.

`unchanged.py take KEEP` makes works, half-done runs and models under KEEP and writes KEEP/before.json.
`unchanged.py check KEEP OUT` does the same with the same files on another commit, and says what
differs; its exit code is 1 where something does. `unchanged.py time --against PYTHONPATH` compares
start-up times. The Ganvas in question is that of PYTHONPATH. All runs are on one thread, and with a
cache of their own.

What a restructure may rename is told with --rename (keys of recipes) and --door (functions that the command line does not reach).
"""

import argparse
import contextlib
import importlib
import io
import json
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[2]))  # so that it runs as a script, whatever Ganvas PYTHONPATH names
from tests.proof.unchanged_cases import (
    BATCH,
    CHANGES,
    DOORS,
    EDITED,
    FROM_FOLDERS,
    HALVED,
    KEPT,
    RING,
    STEPS,
    WORKS,
    draw_sources,
    edit_work,
    merged,
    open_door,
)
from tests.proof.unchanged_digests import compare, of_array, of_bytes, of_picture, of_run

PARTS = ("replays", "models", "score", "doors", "runs")
"""What can be asked for by itself."""
EXPORTED = 130
"""The exit code of a run that was cut off where its model would be exported."""


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


def work_through(jobs: Path) -> None:
    """Run commands one after another in this one process, so that torch is imported once; write what each says beside them."""
    told: dict[str, Any] = {}
    for name, words in json.loads(jobs.read_text(encoding="utf-8")).items():
        out, err, code, sys.argv = io.StringIO(), io.StringIO(), 0, ["ganvas", *words]
        began = time.perf_counter()
        whole = words[0] != "train" or (Path(words[-1]).parent.name in ("runs", "resumed") and Path(words[-1]).name in KEPT)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.nullcontext() if whole else no_export():
            try:
                runpy.run_module("ganvas", run_name="__main__")
            except SystemExit as ended:
                code = int(ended.code or 0)
        told[name] = {
            "code": code,
            "out": out.getvalue(),
            "err": err.getvalue(),
            "seconds": round(time.perf_counter() - began, 2),
        }
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
    """Return the environment of a command: one thread, nothing of the person's own."""
    return {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "GANVAS_CACHE": str(cache),
        "GANVAS_CONFIG": str(cache / "config"),
        "GANVAS_DEBUG": "0",
    }


def run_all(commands: Mapping[str, Sequence[str]], out: Path, name: str) -> dict[str, Any]:
    """Run commands in one process of their own; return what each said."""
    out.mkdir(parents=True, exist_ok=True)
    jobs = out / f"{name}.jobs.json"
    jobs.write_text(json.dumps(commands), encoding="utf-8")
    began = time.perf_counter()
    subprocess.run([sys.executable, __file__, "work", str(jobs)], check=True, env=environment(out / "cache"), cwd=out)
    sys.stderr.write(f"{name}: {len(commands)} commands, {time.perf_counter() - began:.0f} s\n")
    return json.loads(jobs.with_suffix(".told.json").read_text(encoding="utf-8"))


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
    found = measure(keep, keep / "before", {}, PARTS)
    for name in WORKS:
        if name != "sheet" and found["replays"][name] != of_picture(keep / "works" / f"{name}.png"):
            sys.stderr.write(f"  {name}: its replay differs from the work itself\n")
    (keep / "before.json").write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")


def measure(keep: Path, out: Path, names: Mapping[str, str], parts: Sequence[str]) -> dict[str, Any]:
    """Do some parts of it all once, with what KEEP holds, and return the digests."""
    began = time.perf_counter()
    found: dict[str, Any] = {"ganvas": str(importlib.import_module("ganvas").__file__)}
    if "replays" in parts:
        found["replays"] = drawn(replays(keep), keep, out, "replays")
    if "models" in parts:
        found["models of before"] = drawn(FROM_FOLDERS, keep, out, "models of before")
    if "score" in parts:
        told = run_all({"score": ["score", str(keep / "models/judged"), str(keep / "data"), "--json"]}, out, "score")
        found["score"] = json.loads(told["score"]["out"] or "null")
    if "doors" in parts:
        found |= through_doors(keep, out)
    if "runs" in parts:
        found["runs"], found["resumed"] = trained(keep, out, names)
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
    ring = {
        f"{objective}, {penalty}": of_array(play(objective, penalty, seed=3, steps=STEPS).points) for objective, penalty in RING
    }
    files = [sorted((keep / "data" / style).glob("*.png")) for style in ("solid", "outline")]
    pixels = np.stack([np.asarray(Image.open(file).convert("RGB").resize((16, 16))) for group in files for file in group])
    labels = np.repeat([0, 1], [len(group) for group in files])
    network = open_door("train_classifier")(pixels, labels, classes=2, seed=3, seen=STEPS * 64)
    weights = sorted(of_array(value.numpy()) for value in network.state_dict().values())
    found = {"models of before, enlarger": of_array(large), "ring": ring, "classifier": of_bytes(json.dumps(weights).encode())}
    sys.stdout.write(json.dumps(found))


def check(keep: Path, out: Path, names: Mapping[str, str], parts: Sequence[str]) -> int:
    """Measure again on this commit, and compare."""
    out.mkdir(parents=True)
    found = measure(keep, out, names, parts)
    (out / "after.json").write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    sys.stdout.write(f"{found['ganvas']}: {found['seconds']} s\n")
    before = json.loads((keep / "before.json").read_text(encoding="utf-8"))
    return compare({name: value for name, value in before.items() if name in found}, found)


def compare_times(against: str, rounds: int = 5) -> None:
    """Print the least wall and processor time of starting up, here and against another PYTHONPATH, taken in turn.

    On a busy machine only the processor time says anything.
    """
    paths = {"here": os.environ.get("PYTHONPATH", ""), "against": against}
    commands = {
        "--help": ["--help"],
        "imagine, cold": ["imagine", "a red heart", "-n", "1", "--seed", "1", "--llm", "none", "-o"],
    }
    with tempfile.TemporaryDirectory() as scratch:
        for name, words in commands.items():
            taken: dict[str, list[tuple[float, float]]] = {one: [] for one in paths}
            for turn in range(rounds + 1):
                for one, path in paths.items():
                    out = [f"{scratch}/{one}-{turn}.png"] if words[-1] == "-o" else []
                    began = time.perf_counter(), processor()
                    subprocess.run([sys.executable, "-m", "ganvas", *words, *out], check=True, capture_output=True, cwd=scratch,
                                   env={**environment(Path(scratch) / "cache"), "PYTHONPATH": path})  # fmt: skip
                    if turn:  # the first round brings files into memory
                        taken[one].append((time.perf_counter() - began[0], processor() - began[1]))
            for place, kind in enumerate(("wall", "processor")):
                here, there = (min(times[place] for times in taken[one]) for one in paths)
                ratio = f"here {here:.3f} s, against {there:.3f} s, ratio {here / there:.3f}"
                sys.stdout.write(f"{name}, {kind}: {ratio} (least of {rounds})\n")


def processor() -> float:
    """Return the processor seconds of all commands that have ended."""
    return sum(os.times()[2:4])


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
    checking.add_argument(
        "--door", action="append", default=[], metavar="NAME=MODULE:FUNCTION", help=f"one of {', '.join(DOORS)}"
    )
    checking.add_argument("--part", action="append", choices=PARTS, help="only this; may be repeated")
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
            names, parts = pairs(given.rename), given.part or PARTS
            return min(check(given.keep.resolve(), given.out.resolve(), names, parts), 1)
        case "time":
            compare_times(given.against)
        case "doors":
            doors(given.keep)
        case _:
            work_through(given.jobs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
