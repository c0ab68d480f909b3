"""The figures of a report, drawn through the exported model folder as any user would draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PIL import Image

from ganvas.data.cache import Pictures
from ganvas.data.conditions import condition_of
from ganvas.ground.images import lay_over, make_sheet
from ganvas.ground.latent import walk
from ganvas.ground.seeds import stream
from ganvas.pipelines import Enlarger, ImagePipeline
from ganvas.training.report.neighbours import FEATURES, find_neighbours
from ganvas.vocabulary.condition import Condition

NEIGHBOURS = "neighbours"
"""The name of the figure that a card shows too."""
NEIGHBOUR_DRAWINGS, NEIGHBOURS_EACH, COPIED_SHOWN = 48, 3, 16
"""Drawings whose neighbours are searched, neighbours of each, and the number shown: those nearest to a training picture."""
TRUNCATIONS = (0.0, 0.3, 0.5, 0.7, 0.85, 1.0)
TRUNCATION_COLUMNS, WALKS, WALK_STEPS = 8, 3, 9
"""Drawings for each truncation, number of walks, drawings of each walk."""
MIN_TRUNCATION_EFFECT = 0.2
"""If truncation changes drawings by less than this share of the difference between conditions, the figure says so."""
ENLARGED_SHOWN = 6


@dataclass(frozen=True)
class Panel:
    """One picture of a figure, uint8 (H, W, 3), and its caption."""

    pixels: np.ndarray
    caption: str


@dataclass(frozen=True)
class Figure:
    """Pictures that belong together. about: how to read them. beside: side by side, not one below the other."""

    name: str
    title: str
    about: str
    pictures: tuple[Panel, ...]
    beside: bool = False


def draw_figures(pipeline: ImagePipeline, pictures: Pictures, train: np.ndarray, *, seed: int) -> tuple[Figure, ...]:
    """Draw the nearest training pictures, the effect of truncation, and latent walks. train: numbers of the training pictures."""
    return (
        _nearest_training_pictures(pipeline, pictures, train, seed=seed),
        _truncations(pipeline, _conditions(pipeline, pictures, train, count=TRUNCATION_COLUMNS // 2), seed=seed),
        _walks(pipeline, _conditions(pipeline, pictures, train, count=WALKS + 1), seed=seed),
    )


def _conditions(pipeline: ImagePipeline, pictures: Pictures, train: np.ndarray, *, count: int) -> list[Condition]:
    """Return the conditions of training pictures, spread evenly over the set."""
    chosen = train[(np.arange(count) * 2 + 1) * len(train) // (2 * count)]
    return [condition_of(pictures.records[picture], pipeline.manifest.takes) for picture in chosen]


def _describe(condition: Condition) -> str:
    """Describe a condition in one line."""
    words = " and ".join(one.phrase for one in condition.words)
    labels = ", ".join(f"{name} {value}" for name, value in condition.labels.items())
    return ", ".join(part for part in (words, labels) if part)


def _nearest_training_pictures(pipeline: ImagePipeline, pictures: Pictures, train: np.ndarray, *, seed: int) -> Figure:
    conditions = _conditions(pipeline, pictures, train, count=NEIGHBOUR_DRAWINGS)
    drawn = pipeline(conditions, stream(seed, "report/copied").normal((NEIGHBOUR_DRAWINGS, pipeline.manifest.latent)))
    found = find_neighbours(drawn, pictures.images, train, count=NEIGHBOURS_EACH, seed=seed)
    order = np.argsort(found.share, kind="stable")[:COPIED_SHOWN]
    strips = [
        Panel(
            make_sheet([drawn[row], *(pictures.images[near] for near in found.nearest[row])], columns=1 + NEIGHBOURS_EACH),
            " ".join((f"{found.share[row]:.2f}", _describe(conditions[row]))).strip(),
        )
        for row in order
    ]
    coarse = "by their coarse pixels, which a blurred drawing matches easily"
    how = "by the features of a pretrained network (EfficientNet-Lite0)" if found.compared_by == FEATURES else coarse
    among = "" if found.among == len(train) else f" among {found.among:,} of its {len(train):,} pictures"
    about = (
        f"Is it copying? Each strip: a drawing first, then the {NEIGHBOURS_EACH} training pictures nearest to it{among}, {how}. "
        f"Of {NEIGHBOUR_DRAWINGS} drawings these are the {len(order)} nearest to what it learned from, the most copied first. "
        "The number is the distance to the nearest one; 1 is the median distance of a training picture to its own nearest "
        f"neighbour, and a drawing near 0 is a copy. Half of the {NEIGHBOUR_DRAWINGS} are above {np.median(found.share):.2f}."
    )
    return Figure(NEIGHBOURS, "Nearest training pictures", about, tuple(strips), beside=True)


def _truncations(pipeline: ImagePipeline, conditions: Sequence[Condition], *, seed: int) -> Figure:
    doubled = [condition for condition in conditions for _ in range(2)]
    noise = stream(seed, "report/truncated").normal((len(doubled), pipeline.manifest.latent))
    rows = [pipeline(doubled, noise, truncation=psi) for psi in TRUNCATIONS]
    effect, between = _difference(rows[0], rows[-1]), _difference(rows[-1], np.roll(rows[-1], 2, axis=0))
    note = (
        " Here the rows hardly differ: the condition determines most of a drawing."
        if effect < MIN_TRUNCATION_EFFECT * between
        else ""
    )
    described = "; ".join(filter(None, map(_describe, conditions)))
    columns = f" The conditions, each twice, from left to right: {described}." if described else ""
    about = (
        "Each column is one drawing whose latent is pulled towards the average latent of its condition: fully at 0, not at all "
        "at 1. Lower values make drawings more typical and more alike, often cleaner; higher ones "
        f"more varied. Choose with --truncation.{columns}{note}"
    )
    shown = [
        Panel(make_sheet(list(row), columns=len(doubled)), f"truncation {psi:g}")
        for psi, row in zip(TRUNCATIONS, rows, strict=True)
    ]
    return Figure("truncation", "Typical or varied", about, tuple(shown))


def _difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(lay_over(one).astype(np.float32) - lay_over(other)).mean())


def _walks(pipeline: ImagePipeline, conditions: Sequence[Condition], *, seed: int) -> Figure:
    w = pipeline.latents(conditions, stream(seed, "report/walked").normal((len(conditions), pipeline.manifest.latent)))
    rows: list[Panel] = []
    for start, (one, other) in enumerate(pairwise(conditions)):
        drawn = pipeline.draw(walk(w[start : start + 2], steps=WALK_STEPS))
        ends = [_describe(one), _describe(other)]
        rows.append(
            Panel(
                make_sheet(list(drawn), columns=WALK_STEPS), f"from {ends[0]} to {ends[1]}" if all(ends) else f"walk {start + 1}"
            )
        )
    about = (
        f"Each row goes from one drawing to another in {WALK_STEPS - 1} equal steps through the latent space. Where one "
        "picture turns into the other gradually, the generator has learned what lies between its training pictures; where it "
        "jumps, it has learned single pictures."
    )
    return Figure("walk", "From one drawing to another", about, tuple(rows))


def draw_enlarged_figures(enlarger: Enlarger, pictures: Pictures, train: np.ndarray) -> tuple[Figure, ...]:
    """Draw pictures shrunk and enlarged again, beside bicubic enlargement and the original; held out ones if there are any."""
    held_out = np.setdiff1d(np.arange(len(pictures.records)), train)
    among = held_out if len(held_out) else train
    rows: list[Panel] = []
    for picture in among[np.linspace(0, len(among) - 1, min(ENLARGED_SHOWN, len(among))).astype(int)]:
        true = Image.fromarray(np.asarray(pictures.images[picture]))
        small = true.reduce(4)
        plain = [np.asarray(small.resize(true.size, kind)) for kind in (Image.Resampling.NEAREST, Image.Resampling.BICUBIC)]
        large = enlarger(np.asarray(small)[np.newaxis])[0]
        record = pictures.records[picture]
        caption = record.captions[0] if record.captions else record.concept or record.file_name
        rows.append(Panel(lay_over(make_sheet([*plain, large, np.asarray(true)], columns=4)), caption))
    origin = "These pictures were held out of training." if len(held_out) else "These are training pictures: none were held out."
    about = f"From left to right: the input, bicubic enlargement, the model's enlargement, the original. {origin}"
    return (Figure("enlarged", "Compared with bicubic enlargement", about, tuple(rows)),)
