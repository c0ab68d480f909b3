"""What is asked of pictures beyond their scores: colours, draws of one prompt, two things in one, large pictures, SVG."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ganvas.data.cache import open_pictures
from ganvas.data.sets.colours import dominant_colours
from ganvas.data.sets.emoji import render
from ganvas.ground.images import lay_over, make_sheet, save_png
from ganvas.pipelines import ImagePipeline
from ganvas.pipelines.tracing import trace
from ganvas.scoring.effects import seed_effect
from ganvas.scoring.evaluator import SEED, Evaluator
from ganvas.scoring.features import extract_features
from ganvas.scoring.neighbours import nearest
from ganvas.scoring.scores import concept_hits, kid, median_ratio, ratio, share, unit
from ganvas.service.vector import Page, group, svg_of
from ganvas.vocabulary.condition import Condition, Weighted
from tests.proof.pictures_set import CHUNK, COLOURS, Result, Set, drawn, plain, spread
from tests.proof.test_enlarge import extract_features as look_closely
from tests.proof.test_enlarge import quarters, resampled

THINGS = 20
"""Things that are asked for in each colour."""
COLOUR_WEIGHT = 0.7
"""Of a colour's words beside a thing's, for a model that does not take colours as a label; the bridge's own weight."""
PROMPTS, DRAWS = 60, 8
PAIRS, NEAR = 40, 10
LARGE, FACTOR = 240, 4
WORKS = 200


# colours that are asked for


def colours(pipeline: ImagePipeline, known: Set, *, sheets: Path | None) -> Result:
    """Draw THINGS things in each colour that none of their training pictures has, and each thing without a colour.

    A colour is there where it is the largest or second largest of the thing; a thing is found by the nearest real pictures.
    """
    evaluator = known.evaluator
    wanted = coloured_things(known)
    numbers = np.array([number for things in wanted.values() for number in things])
    asked = [colour for colour, things in wanted.items() for _ in things]
    styles = evaluator.label("style")[numbers]
    bare = drawn(pipeline, [known.condition(number, pipeline) for number in numbers], SEED, numbers)
    told = [in_colour(known.condition(number, pipeline), colour, pipeline) for number, colour in zip(numbers, asked, strict=True)]
    painted = drawn(pipeline, told, SEED, numbers)
    shows = np.array([colour in two_largest(one) for colour, one in zip(asked, painted, strict=True)])
    before = np.array([colour in two_largest(one) for colour, one in zip(asked, bare, strict=True)])
    places = [evaluator.likeness(extract_features(one)) for one in (painted, bare)]
    found = [concept_hits(one, evaluator.concepts[numbers], evaluator.bank, evaluator.concepts, numbers) for one in places]
    things = evaluator.things[numbers]
    if sheets is not None:
        save_png(sheets / f"{pipeline.manifest.name}-colours.png", make_sheet(list(painted), columns=THINGS))
    each = {colour: round(float(shows[np.array(asked) == colour].mean()), 3) for colour in wanted}
    return {
        "asked colour is largest or second largest": plain(share(shows, things, seed=SEED), len(shows)),
        "the same without asking": plain(share(before, things, seed=SEED), len(shows)),
        "by colour": each,
        "thing found@5, with the colour": plain(share(found[0], things, seed=SEED), len(shows)),
        "thing found@5, without": plain(share(found[1], things, seed=SEED), len(shows)),
        "found with / without": plain(ratio(found[0], things, found[1], things, seed=SEED), len(shows)),
        "styles": sorted(set(styles.tolist())),
    }


def coloured_things(known: Set) -> dict[str, list[int]]:
    """Choose for each colour THINGS simple things none of whose training pictures shows it among its two largest colours."""
    evaluator = known.evaluator
    pool = known.simple()[: 8 * THINGS]
    shown: dict[int, set[str]] = {}
    for number in pool:
        same = np.flatnonzero((evaluator.concepts == evaluator.concepts[number]) & (evaluator.splits == "train"))
        shown[int(number)] = {colour for one in same for colour in two_largest(known.pictures.images[evaluator.numbers[one]])}
    chosen = {colour: [number for number in shown if colour not in shown[number]][:THINGS] for colour in COLOURS}
    return {colour: things for colour, things in chosen.items() if things}


def two_largest(picture: np.ndarray) -> tuple[str, ...]:
    """Name the two colours that fill most of a thing."""
    return dominant_colours(picture, least=0.0)


def in_colour(condition: Condition, colour: str, pipeline: ImagePipeline) -> Condition:
    """Ask for a colour: by its label where the model takes it as one, else by words beside the thing's."""
    if colour in pipeline.manifest.takes.labels.get("colour", ()):
        return condition.model_copy(update={"labels": {**condition.labels, "colour": colour}})
    return condition.model_copy(update={"words": (*condition.words, Weighted(phrase=colour, weight=COLOUR_WEIGHT))})


# draws of one prompt


def seeds(pipeline: ImagePipeline, known: Set, *, sheets: Path | None) -> Result:
    """Draw PROMPTS prompts DRAWS times: how far draws lie apart, and whether the judge's best is better than the first."""
    evaluator = known.evaluator
    trained = evaluator.captioned[evaluator.splits[evaluator.captioned] == "train"]
    numbers = np.repeat(spread(trained, PROMPTS), DRAWS)
    conditions = [known.condition(number, pipeline) for number in numbers]
    noise = np.concatenate([pipeline.noise(SEED, number=int(n), proposal=place % DRAWS) for place, n in enumerate(numbers)])
    pixels = np.concatenate([pipeline(conditions[at : at + CHUNK], noise[at : at + CHUNK]) for at in range(0, len(noise), CHUNK)])
    tables = extract_features(pixels)
    apart = seed_effect(evaluator, tables["features"], numbers)
    said = (evaluator.meanings_of(tables, numbers) * evaluator.words[evaluator.word_of[numbers]]).sum(axis=1).reshape(-1, DRAWS)
    result: Result = {"mean distance between draws / between real pictures of the family": apart and plain(apart, len(numbers))}
    prompts = np.arange(len(said))
    if pipeline.judge is not None:
        verdicts = pipeline.judge(pixels, conditions).reshape(-1, DRAWS)
        kept = said[prompts, verdicts.argmax(axis=1)]
        gain = share(kept - said[:, 0], prompts, seed=SEED)
        result["cosine with the caption: judge's best less the first"] = plain(gain, len(said))
    result["cosine with the caption: the first"] = plain(share(said[:, 0], prompts, seed=SEED), len(said))
    most = share(said.max(axis=1) - said[:, 0], prompts, seed=SEED)
    result["cosine with the caption: the best there is less the first"] = plain(most, len(said))
    if sheets is not None:
        save_png(sheets / f"{pipeline.manifest.name}-seeds.png", make_sheet(list(pixels[: 12 * DRAWS]), columns=DRAWS))
    return result


# two things in one


def blends(pipeline: ImagePipeline, known: Set, *, sheets: Path | None) -> Result:
    """Draw PAIRS pairs of simple things as one: are both among the nearest concepts, and is it no training picture?"""
    evaluator = known.evaluator
    first, second = known.simple()[: 2 * PAIRS].reshape(2, -1)
    conditions = [mixed(known.condition(a, pipeline), known.condition(b, pipeline), pipeline)
                  for a, b in zip(first, second, strict=True)]  # fmt: skip
    pixels = drawn(pipeline, conditions, SEED, range(len(conditions)))
    tables = extract_features(pixels)
    near = nearest_distinct(evaluator, evaluator.likeness(tables), count=NEAR)
    pairs = list(zip(evaluator.concepts[first], evaluator.concepts[second], strict=True))
    one = np.array([bool({a, b} & names) for (a, b), names in zip(pairs, near, strict=True)])
    both = np.array([{a, b} <= names for (a, b), names in zip(pairs, near, strict=True)])
    rows = unit(evaluator.tables["features"])
    trained, held = (np.flatnonzero((evaluator.splits == "train") == learned) for learned in (True, False))
    far = median_ratio(nearest(unit(tables["features"]), rows[trained])[0], nearest(rows[held], rows[trained])[0], seed=SEED)
    if sheets is not None:
        parents = [known.pictures.images[evaluator.numbers[number]] for number in (*first, *second)]
        page = [picture for three in zip(parents[:PAIRS], pixels, parents[PAIRS:], strict=True) for picture in three]
        save_png(sheets / f"{pipeline.manifest.name}-blends.png", make_sheet(page, columns=12))
    everyone = np.arange(len(both))
    return {
        f"both parents among the {NEAR} nearest concepts": plain(share(both, everyone, seed=SEED), len(both)),
        f"one parent among the {NEAR} nearest concepts": plain(share(one, everyone, seed=SEED), len(one)),
        "distance to the nearest training picture / real held-out": plain(far, len(both)),
    }


def mixed(one: Condition, other: Condition, pipeline: ImagePipeline) -> Condition:
    """Ask for two things in one: as such where the model mixes appearances, else by the words of both."""
    if getattr(pipeline.manifest, "appearance", 0) and "mixed" in Condition.model_fields:
        return one.model_copy(update={"mixed": other.words})
    return one.model_copy(update={"words": (*one.words, *other.words)})


def nearest_distinct(evaluator: Evaluator, places: np.ndarray, *, count: int) -> list[set[str]]:
    """Return the `count` concepts nearest to each place, each by its nearest real picture."""
    found: list[set[str]] = []
    for row in places @ evaluator.bank.T:
        names = dict.fromkeys(str(evaluator.concepts[place]) for place in np.argsort(-row, kind="stable")[: 20 * count])
        found.append(set(list(names)[:count]))
    return found


# larger pictures


def large(pipeline: ImagePipeline, known: Set, folder: Path) -> Result:
    """Draw training captions at 256 px, directly where the model can, by the x4 stage and by Lanczos, against true renderings."""
    evaluator = known.evaluator
    true = open_pictures(folder, size=256, channels=4)
    place = {record.file_name: number for number, record in enumerate(true.records)}
    numbers = np.array([n for n in np.flatnonzero(evaluator.splits == "train") if evaluator.records[n].file_name in place])
    numbers = spread(numbers, LARGE)
    truth = np.stack([true.images[place[evaluator.records[n].file_name]] for n in numbers])
    conditions = [known.condition(number, pipeline) for number in numbers]
    w = pipeline.latents(conditions, np.concatenate([pipeline.noise(SEED, number=int(n)) for n in numbers]))
    small = pipeline.draw(w)
    made: dict[str, np.ndarray] = {"Lanczos": resampled(small, Image.Resampling.LANCZOS)}
    if pipeline.enlarger is not None:
        made["x4 stage"] = pipeline.enlarger(small)
    if getattr(pipeline.manifest, "palette", 0):
        draw: Any = pipeline.draw
        made["directly"] = draw(w, scale=FACTOR)
    seen = look_closely(quarters(truth))
    result: Result = {}
    for name, pixels in made.items():
        mine = look_closely(quarters(pixels))
        apart = np.linalg.norm(unit(mine) - unit(seen), axis=1)
        groups = np.tile(evaluator.things[numbers], 4)
        distance = kid(mine, seen, groups=groups, real_groups=groups, seed=SEED)
        result[name] = {"KID": plain(distance, len(seen)), "feature distance": plain(share(apart, groups, seed=SEED), len(seen))}
    result["ms a picture"] = {"64 px": _milliseconds(lambda: pipeline.draw(w[:1]))}
    if "directly" in made:
        result["ms a picture"]["256 px"] = _milliseconds(lambda: draw(w[:1], scale=FACTOR))
    return result


def _milliseconds(do: Callable[[], object]) -> float:
    taken: list[float] = []
    for _ in range(30):
        began = time.perf_counter()
        do()
        taken.append(1000 * (time.perf_counter() - began))
    return round(statistics.median(taken[5:]), 2)


# shapes


def vector(pipeline: ImagePipeline, known: Set) -> Result:
    """Trace WORKS drawings, draw the SVG again and compare it with the picture: mean of 255 over white, and kilobytes."""
    if not getattr(pipeline.manifest, "palette", 0):
        return {"left out": "the model paints from no palette"}
    painter: Any = pipeline
    numbers = spread(np.flatnonzero(known.evaluator.splits == "train"), WORKS)
    apart: list[float] = []
    sizes: list[float] = []
    for number in numbers:
        w = pipeline.latents([known.condition(number, pipeline)], pipeline.noise(SEED, number=int(number)))
        traced = trace(painter.paint(w)[0])
        lines = tuple(group(traced, name="element", within="w", transform="scale(1)"))
        written = svg_of([Page(lines, *traced.size)], title="work", about="")
        again = render(written, traced.size[0], where=f"work {number}")
        apart.append(float(np.abs(lay_over(again).astype(float) - lay_over(traced.pixels)).mean()))
        sizes.append(len("\n".join(lines).encode()) / 1000)
    return {
        "mean difference of 255": plain(share(np.array(apart), np.arange(len(apart)), seed=SEED), len(apart)),
        "largest mean difference of 255": round(max(apart), 2),
        "share within 6 of 255": round(float((np.array(apart) <= 6).mean()), 4),
        "kB an element, median": round(statistics.median(sizes), 1),
    }
