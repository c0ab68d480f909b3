# ruff: noqa: E501 (tables of rules)
"""Do scenes show what was said? 120 ideas, fixed beforehand: each thing looked at by the evaluator, relations by outlines, grounds by colour.

`python -m tests.proof.scenes DATA --out FILE.json` draws every idea in every row and prints the table. A thing is looked at alone, as it is
painted on the page, over white; what others cover by more than half of it does not count.
"""

import argparse
import colorsys
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from ganvas.ground.config import Frozen, Name, Phrase, parse
from ganvas.ground.files import write_json
from ganvas.pipelines import ImagePipeline
from ganvas.pipelines.scene import cut_of, draw_elements, paint, scale_for, squared
from ganvas.pipelines.staging.outline import Area, bounds
from ganvas.pipelines.staging.page import Page, Put
from ganvas.service.draw_scene import conditions_of, draw_scene, staged_page
from ganvas.service.imagine import plan_works
from ganvas.service.session import SESSION
from ganvas.vocabulary.brief import Colour, Relation, drawn_parts
from ganvas.vocabulary.provenance import SceneProvenance
from ganvas.vocabulary.request import ImagineRequest
from ganvas.vocabulary.scene import layout

IDEAS = Path(__file__).with_name("scenes.toml")
OLD = Path(__file__).with_name("scenes_old.json")
NEAREST, SEED, SIDE, WORKS = 5, 20261130, 128, 2
COVERED = 0.5
"""Share of a thing that others may cover."""

Shade = Literal["white", "light", "grey", "dark", "black", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown"]


class Idea(Frozen):
    """What a person types, and what is accepted."""

    words: Phrase
    kind: Literal["literal", "relation", "place", "indirect"]
    language: Literal["en", "zh", "de", "ja", "es"]
    accepts: tuple[tuple[Name, ...], ...]
    colour: Colour | None = None
    count: int = 1
    larger: int = 0
    relation: Relation | None = None
    top: tuple[Shade, ...] = ()
    bottom: tuple[Shade, ...] = ()
    not_white: bool = False


class _Ideas(Frozen):
    ideas: tuple[Idea, ...]


class Drawn(NamedTuple):
    """A picture of a work: which element it is of, its pixels over white, its whole mask on the page, and what of it is visible."""

    element: int
    pixels: np.ndarray
    mask: np.ndarray
    visible: np.ndarray
    front: int


def read_ideas(path: Path = IDEAS) -> tuple[Idea, ...]:
    """Read the ideas in the order of the file."""
    return parse(_Ideas, tomllib.loads(path.read_text(encoding="utf-8")), where=path).ideas


def parts_of(made: SceneProvenance, pipeline: ImagePipeline) -> list[Drawn]:
    """Draw a work's things again and say where each is on its page, in works of the formats 2 and 3."""
    scale = scale_for(pipeline, canvas=made.size)
    whole = draw_scene(made, pipeline).provenance
    assert isinstance(whole, SceneProvenance)
    conditions, seed = conditions_of(made), made.noise_seed
    drawn = list(squared(draw_elements(pipeline, conditions, seed=seed, number=made.number, kept=whole.kept, scale=scale).pixels))
    if made.format == 3:
        page = staged_page(made, drawn)
        numbers = drawn_parts(made.brief)
    else:
        page, numbers = _old_page(made, drawn), tuple(range(len(drawn)))
    return [one for one in seen_on(page, drawn, numbers) if one.element < len(made.brief.elements)]


def _old_page(made: SceneProvenance, drawn: Sequence[np.ndarray]) -> Page:
    """Return the page of a work of format 2: each thing where its square has it."""
    puts: list[Put] = []
    for number, (left, top, side) in layout(made.brief, canvas=SIDE, seed=made.words_seed, number=made.number):
        cut, (x0, y0, x1, y1) = cut_of(drawn[number]), bounds(drawn[number])
        share = side / cut.side / SIDE
        area = Area(
            left / SIDE + (x0 - cut.left) * share, top / SIDE + (y0 - cut.top) * share, (x1 - x0) * share, (y1 - y0) * share
        )
        puts.append(Put(number, area))
    return Page(tuple(puts), ())


def seen_on(page: Page, drawn: Sequence[np.ndarray], numbers: Sequence[int]) -> list[Drawn]:
    """Paint each put alone, then take from it what later ones cover."""
    alphas = [paint(drawn, Page((put,), ()), None, canvas=SIDE) for put in page.puts]
    seen: dict[int, Drawn] = {}
    for place, (put, own) in enumerate(zip(page.puts, alphas, strict=True)):
        mask = own[..., 3] >= 96
        covered = np.zeros_like(mask)
        for later in alphas[place + 1 :]:
            covered |= later[..., 3] >= 160
        if put.picture in seen:  # a front that is painted once more
            seen[put.picture] = seen[put.picture]._replace(visible=seen[put.picture].visible | (mask & ~covered))
            continue
        over = own[..., 3:] / 255
        pixels = np.rint(own[..., :3] * over + 255 * (1 - over)).astype(np.uint8)
        seen[put.picture] = Drawn(numbers[put.picture], pixels, mask, mask & ~covered, place)
    return [seen[key] for key in sorted(seen)]


def close(pixels: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Cut a thing out of its page, square, with a little room, uint8 (SIDE, SIDE, 3)."""
    from PIL import Image

    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return pixels
    side = int(max(rows[-1] - rows[0], columns[-1] - columns[0]) * 1.1) + 2
    top, left = int(rows[0] + rows[-1] - side) // 2, int(columns[0] + columns[-1] - side) // 2
    wide = np.pad(pixels, ((SIDE, SIDE), (SIDE, SIDE), (0, 0)), constant_values=255)
    part = wide[top + SIDE : top + SIDE + side, left + SIDE : left + SIDE + side]
    return np.asarray(Image.fromarray(part).resize((SIDE, SIDE)))


def shade(colour: Sequence[float]) -> str:
    """Name the class of a colour, RGB 0 to 255."""
    hue, light, chroma = colorsys.rgb_to_hls(*(level / 255 for level in colour))
    spread = (max(colour) - min(colour)) / 255
    if light < 0.1:
        return "black"
    if light < 0.3 and spread < 0.2:
        return "dark"
    if spread < 0.06 or (light > 0.9 and chroma < 0.5 and spread < 0.1):
        return "white" if light > 0.93 else "light" if light > 0.84 else "grey"
    degrees = hue * 360
    if light < 0.34 and not 190 <= degrees <= 300:
        return "brown" if degrees < 50 else "dark" if light < 0.2 else "green" if degrees < 170 else "dark"
    names = (
        (14, "red"),
        (40, "orange"),
        (68, "yellow"),
        (165, "green"),
        (252, "blue"),
        (292, "purple"),
        (345, "pink"),
        (361, "red"),
    )
    name = next(name for limit, name in names if degrees < limit)
    if name in ("orange", "red") and light < 0.45 and spread < 0.5:
        return "brown"
    return "pink" if name == "red" and light > 0.72 else "grey" if spread < 0.13 and light < 0.84 else name


def has_colour(parts: Sequence[Drawn], colour: str, picture: np.ndarray) -> bool:
    """Return whether a fifth of what is visible of a thing has a colour."""
    pixels = np.concatenate([part.pixels[part.visible] for part in parts])
    if not len(pixels):
        return False
    near = {"grey": {"grey", "light"}, "black": {"black", "dark"}, "white": {"white", "light", "grey"}, "brown": {"brown", "orange"},
            "orange": {"orange", "brown"}, "red": {"red", "pink"}, "pink": {"pink", "red", "purple"}, "purple": {"purple", "pink"}}  # fmt: skip
    counts = Counter(shade(one) for one in pixels[:: max(len(pixels) // 400, 1)])
    wanted = near.get(colour, {colour})
    return sum(counts[name] for name in wanted) >= 0.2 * sum(counts.values())


def strips(picture: np.ndarray, parts: Sequence[Drawn]) -> tuple[str, str]:
    """Return the classes of the middle colours of the upper and the lower tenth of a picture, outside of its things."""
    free = ~np.any([part.mask for part in parts], axis=0) if parts else np.ones(picture.shape[:2], dtype=bool)
    tenth = len(picture) // 10
    found: list[str] = []
    for rows in (slice(0, tenth), slice(len(picture) - tenth, None)):
        pixels = picture[rows][free[rows]] if free[rows].any() else picture[rows].reshape(-1, 3)
        found.append(shade(np.median(pixels, axis=0)))
    return found[0], found[1]


def _box(mask: np.ndarray) -> Area:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return Area(0.0, 0.0, 0.0, 0.0)
    return Area(float(columns[0]), float(rows[0]), float(columns[-1] - columns[0]) + 1, float(rows[-1] - rows[0]) + 1)


def _near(mask: np.ndarray, other: np.ndarray, pixels: int) -> bool:
    """Return whether two masks touch, or nearly."""
    grown = mask.copy()
    for _ in range(pixels):
        step = grown.copy()
        step[1:] |= grown[:-1]
        step[:-1] |= grown[1:]
        step[:, 1:] |= grown[:, :-1]
        step[:, :-1] |= grown[:, 1:]
        grown = step
    return bool((grown & other).any())


def holds_relation(relation: str, subjects: Sequence[Drawn], objects: Sequence[Drawn]) -> bool:
    """Return whether a relation holds between the outlines of what is drawn of two things."""
    one = np.any([part.mask for part in subjects], axis=0)
    two = np.any([part.mask for part in objects], axis=0)
    a, b = _box(one), _box(two)
    if not a.width or not b.width:
        return False
    (ax, ay), (bx, by) = a.middle, b.middle
    touching, shared = _near(one, two, 3), float((one & two).sum())
    front = max(part.front for part in subjects) > max(part.front for part in objects)
    rules: dict[str, Callable[[], bool]] = {
        "on": lambda: touching and ay < by and a.bottom <= b.top + 0.7 * b.height and b.left < ax < b.right and shared < 0.45 * one.sum(),
        "riding": lambda: touching and ay < by and b.top < a.bottom <= b.bottom and b.left < ax < b.right and shared < 0.6 * one.sum(),
        "under": lambda: ay > by + 0.1 * SIDE and abs(ax - bx) < max(0.5 * (a.width + b.width), 0.3 * SIDE),
        "in": lambda: b.left <= ax <= b.right and b.top - 0.55 * a.height <= ay <= b.bottom and shared >= 0.08 * one.sum(),
        "beside": lambda: abs(ay - by) < 0.3 * SIDE and min(a.right, b.right) - max(a.left, b.left) < 0.2 * min(a.width, b.width),
        "behind": lambda: shared >= 0.04 * min(one.sum(), two.sum()) and not front,
        "in front of": lambda: shared >= 0.04 * min(one.sum(), two.sum()) and front and ay > by - 0.05 * SIDE,
        "holding": lambda: touching and two.sum() < 1.3 * one.sum() and shared < 0.6 * two.sum() and by > a.top - 0.3 * a.height,
        "wearing": lambda: shared >= 0.1 * two.sum() and not front and a.left - 4 < bx < a.right + 4 and two.sum() < 0.9 * one.sum(),
        "looking at": lambda: min(a.right, b.right) - max(a.left, b.left) < 0.1 * min(a.width, b.width) and not shared,
        "around": lambda: len(subjects) >= 3 and len({(x > bx, y > by) for x, y in (_box(part.mask).middle for part in subjects)}) >= 3,
    }  # fmt: skip
    return bool(rules[relation]())


def judge(
    idea: Idea, made: SceneProvenance, picture: np.ndarray, parts: Sequence[Drawn], concepts: Sequence[Sequence[str]]
) -> dict[str, bool]:
    """Say of each thing that is asked for whether it is shown. concepts: near each part."""
    by_element: dict[int, list[int]] = {}
    for place, part in enumerate(parts):
        by_element.setdefault(part.element, []).append(place)
    shown = {
        key: [n for n in places if parts[n].visible.sum() >= (1 - COVERED) * parts[n].mask.sum()]
        for key, places in by_element.items()
    }
    match: list[int | None] = []
    for accepted in idea.accepts:
        fits = [
            key for key, places in shown.items() if key not in match and any(set(concepts[n]) & set(accepted) for n in places)
        ]
        match.append(fits[0] if fits else None)
    found = {"things": all(key is not None for key in match)}
    first = [parts[n] for n in by_element.get(match[0], [])] if match[0] is not None else []
    if idea.colour:
        found["colour"] = bool(first) and has_colour(first, idea.colour, picture)
    if idea.count > 1:
        same = [n for places in shown.values() for n in places if set(concepts[n]) & set(idea.accepts[0])]
        alike = len(by_element.get(match[0], [])) if match[0] is not None else 0
        found["count"] = max(len(same), alike) == idea.count or (alike == idea.count and len(by_element) == 1)
    if idea.larger:
        sizes = [sum(int(parts[n].mask.sum()) for n in by_element[key]) if key is not None else 0 for key in match]
        found["larger"] = min(sizes) > 0 and sizes.index(max(sizes)) == idea.larger - 1 and max(sizes) > 1.5 * min(sizes)
    if idea.relation:
        ends = [[parts[n] for n in by_element[key]] if key is not None else [] for key in match]
        found["relation"] = all(ends) and holds_relation(idea.relation, *ends)
    if idea.top:
        top, bottom = strips(picture, parts)
        found["ground"] = top in idea.top and bottom in idea.bottom and not (idea.not_white and top == bottom == "white")
    return found


def old_works(idea: Idea, briefs: Mapping[str, Any]) -> list[SceneProvenance]:
    """Return the works of an idea as the former bridge laid them out, from its recorded scenes."""
    kept = briefs[idea.words]
    return [SceneProvenance.model_validate({**kept, "number": number}) for number in range(WORKS)]


def new_works(idea: Idea, llm: str) -> list[SceneProvenance]:
    """Plan the works of an idea."""
    return list(plan_works(ImagineRequest(idea=idea.words, llm=llm, count=WORKS, seed=SEED, size=SIDE)).works)


def run(ideas: Sequence[Idea], works: Callable[[Idea], list[SceneProvenance]], *, eyes: Any) -> dict[str, list[dict[str, bool]]]:
    """Judge the works of every idea."""
    pipeline, found = SESSION.open_pipeline("emoji-64"), dict[str, list[dict[str, bool]]]()
    for idea in ideas:
        verdicts: list[dict[str, bool]] = []
        for made in works(idea):
            picture = draw_scene(made, pipeline).pixels[..., :3]
            parts = parts_of(made, pipeline)
            near = eyes.nearest_concepts(np.stack([close(part.pixels, part.mask) for part in parts]), count=NEAREST)
            verdicts.append(judge(idea, made, picture, parts, near))
        found[idea.words] = verdicts
    return found


def table(ideas: Sequence[Idea], rows: Mapping[str, dict[str, list[dict[str, bool]]]]) -> str:
    """Write the shares of works in which all that is asked for is shown, by row and kind."""
    kinds = ("literal", "relation", "place", "indirect")
    lines = [f"| row | {' | '.join(kinds)} | all |", "|" + "---|" * (len(kinds) + 2)]
    for name, verdicts in rows.items():
        shares = [
            np.mean([all(one.values()) for idea in ideas if kind in (idea.kind, "all") for one in verdicts[idea.words]])
            for kind in kinds
        ]
        whole = np.mean([all(one.values()) for idea in ideas for one in verdicts[idea.words]])
        lines.append(f"| {name} | {' | '.join(f'{share:.2f}' for share in (*shares, whole))} |")
    return "\n".join(lines)


def main() -> None:
    """Draw, look, print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("data", type=Path)
    asked.add_argument("--rows", default="none,old,rules")
    asked.add_argument("--out", type=Path, default=Path("scenes.json"))
    given = asked.parse_args()
    from ganvas.data.cache import open_pictures
    from ganvas.scoring.evaluator import Evaluator

    ideas = read_ideas()
    eyes = Evaluator.fit(open_pictures(given.data, size=64, channels=4))
    rows: dict[str, dict[str, list[dict[str, bool]]]] = {}
    for name in given.rows.split(","):
        if name == "old":
            kept = json.loads(OLD.read_text(encoding="utf-8"))
            rows[name] = run(ideas, lambda idea, kept=kept: old_works(idea, kept), eyes=eyes)
        else:
            rows[name] = run(ideas, lambda idea, name=name: new_works(idea, name), eyes=eyes)
        sys.stderr.write(table(ideas, rows) + "\n")
    write_json(given.out, rows)
    sys.stdout.write(table(ideas, rows) + "\n")


if __name__ == "__main__":
    main()
