"""What `ganvas vary`, `mix`, `walk`, `recolour`, `directions` and `invert` promise, measured: the rows of docs/proof.md.

    python -m tests.proof.explore DATA --model emoji-64 --out explore.json --part ends --part walks

DATA: the captioned folder of emoji, which an independent evaluator knows. Parts: ends, walks, directions, words, recolour, svg,
invert; all of them where none is named. --works: how many works are recoloured. --sheets: a folder for pictures to look at. The
JSON is written anew after each part, and what stands in it already is kept.
"""

import argparse
import io
import json
import sys
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ganvas.data.cache import open_pictures
from ganvas.ground.files import write_json
from ganvas.ground.images import lay_over, make_sheet, premultiply, save_png
from ganvas.ground.seeds import stream
from ganvas.pipelines.directions import directions_of, measure, sample
from ganvas.scoring.scores import concept_hits
from ganvas.service.drawing import draw
from ganvas.service.explored import drawing_of
from ganvas.service.imagine import plan_works
from ganvas.service.mix import mix
from ganvas.service.open_maker import ReplayContext
from ganvas.service.push import push, read_pushes
from ganvas.service.recolour import recolour
from ganvas.service.replay import replay_from
from ganvas.service.session import SESSION
from ganvas.service.vary import vary
from ganvas.service.vector import draw_svg
from ganvas.service.walk import perceived, walk
from ganvas.vocabulary.provenance import SceneProvenance
from ganvas.vocabulary.request import ImagineRequest, MixRequest, RecolourRequest, VaryRequest, WalkRequest, fill
from ganvas.vocabulary.steps import Recolour
from tests.proof.pictures_set import Set

IDEAS = (
    "sad face", "happy face", "cat", "dog", "red apple", "banana", "robot", "house", "tree", "car", "fish", "rocket", "rose",
    "umbrella", "guitar", "pizza",
)  # fmt: skip
PALETTES = (
    "#0b7285,#ffd43b,#f8f9fa,#343a40", "#264653,#2a9d8f,#e9c46a,#f4a261,#e76f51", "#000000,#ffffff,#e60012",
    "#003049,#d62828,#f77f00,#fcbf49,#eae2b7", "#606c38,#283618,#fefae0,#dda15e,#bc6c25", "#0d1b2a,#415a77,#e0e1dd",
    "#5f0f40,#9a031e,#fb8b24,#e36414,#0f4c5c", "#cdb4db,#ffc8dd,#ffafcc,#bde0fe,#a2d2ff,#22223b", "#111111,#00ff66",
    "#1d3557,#457b9d,#a8dadc,#f1faee,#e63946",
)  # fmt: skip
NEAR = 8.0
"""Levels of 255 by which a pixel may be off a palette's colour, or off the line between two, and still count as of it."""
HAPPY, SAD = ("grin", "smil", "joy", "laugh"), ("sad", "cry", "frown", "disappoint", "worried", "pensive")

Result = dict[str, Any]


class Bench:
    """What the parts share: the model, records of works, and the evaluator."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.model, self.works, self.sheets, self.data = arguments.model, arguments.works, arguments.sheets, arguments.data
        self.context = ReplayContext("work.png", self.model)
        self.pipeline = SESSION.open_pipeline(self.model)

    def record(self, idea: str, seed: int = 1, **fields: object) -> SceneProvenance:
        asked = {"idea": idea, "model": self.model, "count": 1, "seed": seed, "llm": "none", **fields}
        return plan_works(fill(ImagineRequest, asked)).works[0]

    @cached_property
    def known(self) -> Set:
        return Set(self.data, say=lambda line: None)

    def sheet(self, name: str, pictures: list[np.ndarray], *, columns: int) -> None:
        if self.sheets:
            save_png(self.sheets / f"{name}.png", make_sheet(pictures, columns=columns))


def ends(bench: Bench) -> Result:
    """At no amount a neighbour is the work, and at its ends a mixture is its parents: to the bit."""
    same, count = 0, 0
    pictures: list[np.ndarray] = []
    for number, idea in enumerate(IDEAS):
        one, other = bench.record(idea), bench.record(IDEAS[number - 1], 2)
        first, second = (replay_from(made, bench.context.anew()).pixels for made in (one, other))
        (still,) = vary(one, VaryRequest(amount=0, count=1, seed=1), bench.context)
        mixed = [work.pixels for work in mix(one, other, MixRequest(at=(0, 0.25, 0.5, 0.75, 1)), bench.context)]
        same += np.array_equal(still.pixels, first) and np.array_equal(mixed[0], first) and np.array_equal(mixed[-1], second)
        count += 1
        pictures += mixed + [work.pixels for work in vary(one, VaryRequest(count=3, seed=1), bench.context)]
    bench.sheet("mix-and-vary", pictures, columns=8)
    return {"same to the bit": same, "of": count}


def walks(bench: Bench) -> Result:
    """The largest step that the eye sees over the median one, the closing one too; CPU seconds for 60 frames."""
    found: list[float] = []
    closing: list[float] = []
    seconds: dict[int, list[float]] = {64: [], 256: []}
    for size in seconds:
        for number in range(8):
            words = [IDEAS[(3 * number + step) % len(IDEAS)] for step in range(2 + number % 2)]
            works = [bench.record(word, number, size=size, transparent=number % 2 == 1) for word in words]
            start = time.process_time()
            frames = list(walk(works, WalkRequest(frames=60), bench.context).frames(1))
            seconds[size].append(time.process_time() - start)
            tables = [perceived(frame) for frame in frames]
            steps = [
                float(np.sqrt(np.square(a - b).sum(axis=-1).mean())) for a, b in zip(tables, tables[1:] + tables[:1], strict=True)
            ]
            found.append(max(steps) / float(np.median(steps)))
            closing.append(steps[-1] / float(np.median(steps)))
            bench.sheet(f"walk-{size}-{number}", frames[::4], columns=15)
    return {
        "largest step / median": {"worst": round(max(found), 2), "median": round(float(np.median(found)), 2), "n": len(found)},
        "closing step / median": {"worst": round(max(closing), 2)},
        "CPU seconds for 60 frames, all cores": {size: {"least": round(min(one), 2), "median": round(float(np.median(one)), 2)}
                                  for size, one in seconds.items()},
    }  # fmt: skip


def directions(bench: Bench) -> Result:
    """In how many of 50 works an attribute rises at each of four steps from -2 to 2."""
    latents, amounts = sample(bench.pipeline, 50, start=9), np.linspace(-2, 2, 5)
    found: Result = {}
    pictures: list[np.ndarray] = []
    for name, direction in directions_of(bench.pipeline).items():
        drawn = [bench.pipeline.draw(w + amounts[:, np.newaxis] * direction) for w in latents]
        values = np.array([[measure(one)[name] for one in strip] for strip in drawn])
        found[name] = round(float((np.diff(values, axis=1) > 0).all(axis=1).mean()), 2)
        pictures += [one for strip in drawn[:4] for one in strip]
    bench.sheet("directions", pictures, columns=20)
    return found


def words(bench: Bench) -> Result:
    """In how many of 40 works the evaluator finds more of happy faces, and less of sad ones, after "sad face->happy face"."""
    evaluator = bench.known.evaluator
    faces = [str(concept) for concept in evaluator.concepts]
    rows = {name: [n for n, concept in enumerate(faces) if "face" in concept and any(word in concept for word in said)]
            for name, said in (("happy", HAPPY), ("sad", SAD))}  # fmt: skip
    before, after = [], []
    for number in range(40):
        made = bench.record(("sad face", "crying face", "worried face", "frowning face")[number % 4], number, transparent=True)
        before.append(replay_from(made, bench.context.anew()).pixels)
        after.append(push(made, read_pushes(["sad face->happy face=1"]), bench.context).pixels)

    def score(pictures: list[np.ndarray]) -> np.ndarray:
        small = np.stack([np.asarray(Image.fromarray(one).resize((64, 64), Image.Resampling.BOX)) for one in pictures])
        from ganvas.scoring.features import extract_features

        near = evaluator.likeness(extract_features(small)) @ evaluator.bank.T
        happy, sad = (np.sort(near[:, rows[name]], axis=1)[:, -5:].mean(axis=1) for name in ("happy", "sad"))
        return happy - sad

    bench.sheet("sad-to-happy", [one for pair in zip(before, after, strict=True) for one in pair][:40], columns=10)
    return {"happier": round(float((score(after) > score(before)).mean()), 3), "n": len(before),
            "real pictures": {name: len(one) for name, one in rows.items()}}  # fmt: skip


def recolouring(bench: Bench) -> Result:
    """How many solid pixels are a palette's colour or a mixture of two, and how often things are recognised, before and after."""
    from ganvas.scoring.features import extract_features

    known, evaluator = bench.known, bench.known.evaluator
    asked = known.simple()[: bench.works]
    conditions = [known.condition(int(number), bench.pipeline) for number in asked]
    noise = np.concatenate([bench.pipeline.noise(3, number=int(number)) for number in asked])
    latents = bench.pipeline.latents(conditions, noise)
    base = drawing_of(bench.record("cat", transparent=True, size=64), bench.context)
    concepts, own = evaluator.concepts[asked], np.asarray(asked)

    def hits(pictures: list[np.ndarray]) -> float:
        found = evaluator.likeness(extract_features(np.stack(pictures)))
        return float(concept_hits(found, concepts, evaluator.bank, evaluator.concepts, own).mean())

    from dataclasses import replace

    every = [replace(base, latents=w[np.newaxis], conditions=(one,)) for w, one in zip(latents, conditions, strict=True)]
    plain = [draw(one) for one in every]
    before, after, exact, mixed = hits(plain), list[float](), list[float](), list[float]()
    pictures: list[list[np.ndarray]] = [plain[:12]]
    for palette in PALETTES:
        step = Recolour(colours=tuple(palette.split(",")))
        coloured = [draw(replace(one, colours=step)) for one in every]
        after.append(hits(coloured))
        solid = np.concatenate([one[one[..., 3] == 255][:, :3] for one in coloured]).astype(float)
        exact.append(float((_off(solid, step.colours, lines=False) <= NEAR).mean()))
        mixed.append(float((_off(solid, step.colours, lines=True) <= NEAR).mean()))
        pictures.append(coloured[:12])
    bench.sheet("recolour", [one for row in pictures for one in row], columns=12)
    return {
        "works": len(every), "palettes": len(PALETTES), "concept accuracy before": round(before, 3),
        "after": round(float(np.mean(after)), 3), "after / before": round(float(np.mean(after)) / max(before, 1e-9), 3),
        "solid pixels of a colour": round(float(np.mean(exact)), 4), "or between two": round(float(np.mean(mixed)), 4),
    }  # fmt: skip


def _off(pixels: np.ndarray, colours: tuple[str, ...], *, lines: bool) -> np.ndarray:
    """Return how far pixels (N, 3) are from the nearest colour, or from the nearest line between two."""
    points = np.array([list(bytes.fromhex(colour[1:])) for colour in colours], dtype=float)
    least = np.linalg.norm(pixels[:, np.newaxis] - points, axis=2).min(axis=1)
    if lines:
        for first in range(len(points)):
            for second in range(first):
                way = points[second] - points[first]
                share = np.clip((pixels - points[first]) @ way / (way @ way), 0, 1)
                least = np.minimum(least, np.linalg.norm(pixels - points[first] - share[:, np.newaxis] * way, axis=1))
    return least


def svg(bench: Bench) -> Result:
    """The size of works as SVG, and how far they are from the same works as pixels."""
    import resvg_py  # pyright: ignore

    sizes, apart = [], []
    for number, idea in enumerate(IDEAS):
        made = bench.record(idea, number)
        (mixed,) = mix(made, bench.record(IDEAS[number - 1], number), MixRequest(at=(0.15,)), bench.context)
        (varied,) = vary(made, VaryRequest(count=1, seed=1), bench.context)
        coloured = recolour(made, RecolourRequest(colours=tuple(PALETTES[0].split(","))), bench.context)
        for work in (mixed, varied, coloured):
            content = draw_svg([work.provenance], model=bench.model)
            picture = Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=content.decode("utf-8")))))  # pyright: ignore
            sizes.append(len(content) / 1000)
            apart.append(
                float(np.abs(lay_over(np.asarray(picture.convert("RGBA"))).astype(float) - lay_over(work.pixels)).mean())
            )
    return {"kB, median": round(float(np.median(sizes)), 1), "levels apart, median": round(float(np.median(apart)), 2),
            "worst": round(max(apart), 2), "n": len(sizes)}  # fmt: skip


def inverting(bench: Bench) -> Result:
    """Mean error in levels of 255 of own drawings and of held-out pictures, beside the best of 1,000 draws."""
    from ganvas.training.start.invert import invert

    def error(one: np.ndarray, other: np.ndarray) -> float:
        return float(np.abs(premultiply(one[np.newaxis]) - premultiply(other[np.newaxis])).mean() * 127.5)

    pictures_of = open_pictures(bench.data, size=64, channels=4)
    held = np.array([number for number, record in enumerate(pictures_of.records) if record.split != "train"])
    real = [np.asarray(pictures_of.images[int(number)]) for number in held[stream(7, "held").permutation(len(held))[:3]]]
    draws = bench.pipeline.draw(sample(bench.pipeline, 1000, start=4))
    own = [bench.pipeline.draw(w[np.newaxis])[0] for w in sample(bench.pipeline, 3, start=8)]
    found: Result = {"own": [], "held out": [], "best of 1,000 draws": []}
    pictures: list[np.ndarray] = []
    for name, some in (("own", own), ("held out", real)):
        for picture in some:
            latent = invert(picture, bench.pipeline, model=bench.model, seconds=60)
            drawn = bench.pipeline.draw(latent[np.newaxis])[0]
            found[name].append(round(error(picture, drawn), 2))
            best = min(draws, key=lambda one, picture=picture: error(picture, one))
            if name == "held out":
                found["best of 1,000 draws"].append(round(error(picture, best), 2))
            pictures += [picture, drawn, best]
    bench.sheet("invert", pictures, columns=3)
    return found


PARTS: dict[str, Callable[[Bench], Result]] = {
    "ends": ends, "walks": walks, "directions": directions, "words": words, "recolour": recolouring, "svg": svg,
    "invert": inverting,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default="emoji-64")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--part", action="append", choices=list(PARTS))
    parser.add_argument("--works", type=int, default=200)
    parser.add_argument("--sheets", type=Path)
    arguments = parser.parse_args()
    if arguments.sheets:
        arguments.sheets.mkdir(parents=True, exist_ok=True)
    bench = Bench(arguments)
    found: Result = json.loads(arguments.out.read_text(encoding="utf-8")) if arguments.out.is_file() else {}
    for name in arguments.part or PARTS:
        start = time.perf_counter()
        found[name] = PARTS[name](bench)
        sys.stderr.write(f"{name} ({time.perf_counter() - start:.0f} s): {json.dumps(found[name])}\n")
        write_json(arguments.out, found)


if __name__ == "__main__":
    main()
