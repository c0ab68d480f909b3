"""What a finished model has to show for its report: drawn through the exported folder, as whoever loads it would draw."""

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
"""The name of the exhibit that a card shows too."""
NEIGHBOUR_DRAWINGS, NEIGHBOURS_EACH, COPIED_SHOWN = 48, 3, 16
"""Drawings whose neighbours are looked for, neighbours of each, and drawings that are shown, the most copied."""
TRUNCATIONS = (0.0, 0.3, 0.5, 0.7, 0.85, 1.0)
TRUNCATION_COLUMNS, WALKS, WALK_STEPS = 8, 3, 9
"""Drawings of a truncation, walks, and drawings of a walk."""
MIN_TRUNCATION_EFFECT = 0.2
"""Where all that truncation moves is less than that share of what lies between drawings of different things, it is said."""
ENLARGED_SHOWN = 6


@dataclass(frozen=True)
class Panel:
    """One picture of an exhibit, uint8 (H, W, 3), and what is said below it."""

    pixels: np.ndarray
    caption: str


@dataclass(frozen=True)
class Figure:
    """Pictures that belong together. about: how a newcomer reads them. beside: side by side, not one below the other."""

    name: str
    title: str
    about: str
    pictures: tuple[Panel, ...]
    beside: bool = False


def draw_figures(pipeline: ImagePipeline, pictures: Pictures, train: np.ndarray, *, seed: int) -> tuple[Figure, ...]:
    """Show what drawings are copied from, what truncation does, and walks between drawings. train: what it learned from (n,)."""
    return (
        _copied(pipeline, pictures, train, seed=seed),
        _truncated(pipeline, _asked(pipeline, pictures, train, count=TRUNCATION_COLUMNS // 2), seed=seed),
        _walked(pipeline, _asked(pipeline, pictures, train, count=WALKS + 1), seed=seed),
    )


def _asked(pipeline: ImagePipeline, pictures: Pictures, train: np.ndarray, *, count: int) -> list[Condition]:
    """Ask for what training pictures from all through the set are told."""
    chosen = train[(np.arange(count) * 2 + 1) * len(train) // (2 * count)]
    return [condition_of(pictures.records[picture], pipeline.manifest.takes) for picture in chosen]


def _said(condition: Condition) -> str:
    """Say a condition in one line."""
    words = " and ".join(one.phrase for one in condition.words)
    labels = ", ".join(f"{name} {value}" for name, value in condition.labels.items())
    return ", ".join(part for part in (words, labels) if part)


def _copied(pipeline: ImagePipeline, pictures: Pictures, train: np.ndarray, *, seed: int) -> Figure:
    asked = _asked(pipeline, pictures, train, count=NEIGHBOUR_DRAWINGS)
    drawn = pipeline(asked, stream(seed, "report/copied").normal((NEIGHBOUR_DRAWINGS, pipeline.manifest.latent)))
    found = find_neighbours(drawn, pictures.images, train, count=NEIGHBOURS_EACH, seed=seed)
    order = np.argsort(found.share, kind="stable")[:COPIED_SHOWN]
    strips = [
        Panel(
            make_sheet([drawn[row], *(pictures.images[near] for near in found.nearest[row])], columns=1 + NEIGHBOURS_EACH),
            " ".join((f"{found.share[row]:.2f}", _said(asked[row]))).strip(),
        )
        for row in order
    ]
    coarse = "by their coarse pixels, to which a blurred drawing is near"
    how = "by the features of a pretrained network (EfficientNet-Lite0)" if found.compared_by == FEATURES else coarse
    among = "" if found.among == len(train) else f" among {found.among:,} of its {len(train):,} pictures"
    about = (
        f"Is it copying? Each strip: a drawing first, then the {NEIGHBOURS_EACH} training pictures nearest to it{among}, {how}. "
        f"Of {NEIGHBOUR_DRAWINGS} drawings these are the {len(order)} nearest to what it learned from, the most copied first. "
        "The number is the distance to the nearest one; 1 is the median distance of a training picture to its own nearest "
        f"neighbour, and a drawing near 0 is a copy. Half of the {NEIGHBOUR_DRAWINGS} are above {np.median(found.share):.2f}."
    )
    return Figure(NEIGHBOURS, "Nearest training pictures", about, tuple(strips), beside=True)


def _truncated(pipeline: ImagePipeline, asked: Sequence[Condition], *, seed: int) -> Figure:
    twice = [condition for condition in asked for _ in range(2)]
    noise = stream(seed, "report/truncated").normal((len(twice), pipeline.manifest.latent))
    rows = [pipeline(twice, noise, truncation=psi) for psi in TRUNCATIONS]
    moved, apart = _difference(rows[0], rows[-1]), _difference(rows[-1], np.roll(rows[-1], 2, axis=0))
    hardly = " Here the rows hardly differ: what it is told leaves little open." if moved < MIN_TRUNCATION_EFFECT * apart else ""
    told = "; ".join(filter(None, map(_said, asked)))
    columns = f" Asked for, each twice, from left to right: {told}." if told else ""
    about = (
        "Each column is one drawing, pulled more or less towards the average of all that could be drawn there: at 0 it is that "
        "average, at 1 nothing is pulled. Lower values make drawings more typical and more alike, often cleaner; higher ones "
        f"more varied. Choose with --truncation.{columns}{hardly}"
    )
    shown = [
        Panel(make_sheet(list(row), columns=len(twice)), f"truncation {psi:g}")
        for psi, row in zip(TRUNCATIONS, rows, strict=True)
    ]
    return Figure("truncation", "Typical or varied", about, tuple(shown))


def _difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(lay_over(one).astype(np.float32) - lay_over(other)).mean())


def _walked(pipeline: ImagePipeline, asked: Sequence[Condition], *, seed: int) -> Figure:
    w = pipeline.latents(asked, stream(seed, "report/walked").normal((len(asked), pipeline.manifest.latent)))
    rows: list[Panel] = []
    for start, (one, other) in enumerate(pairwise(asked)):
        drawn = pipeline.draw(walk(w[start : start + 2], steps=WALK_STEPS))
        ends = [_said(one), _said(other)]
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
    """Show pictures made small and large again, beside plain enlargement and the truth: held out ones where there are any."""
    held = np.setdiff1d(np.arange(len(pictures.records)), train)
    among = held if len(held) else train
    rows: list[Panel] = []
    for picture in among[np.linspace(0, len(among) - 1, min(ENLARGED_SHOWN, len(among))).astype(int)]:
        true = Image.fromarray(np.asarray(pictures.images[picture]))
        small = true.reduce(4)
        plain = [np.asarray(small.resize(true.size, kind)) for kind in (Image.Resampling.NEAREST, Image.Resampling.BICUBIC)]
        large = enlarger(np.asarray(small)[np.newaxis])[0]
        record = pictures.records[picture]
        said = record.captions[0] if record.captions else record.concept or record.file_name
        rows.append(Panel(lay_over(make_sheet([*plain, large, np.asarray(true)], columns=4)), said))
    seen = "It never saw these pictures." if len(held) else "It learned from these very pictures: nothing was held out."
    about = f"From left to right: what it was given, plain (bicubic) enlargement, what it made, the true picture. {seen}"
    return (Figure("enlarged", "Beside plain enlargement", about, tuple(rows)),)
