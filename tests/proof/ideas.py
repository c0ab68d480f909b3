"""Does the language model help? Sixty ideas, drawn from bare words, by rules and by language models, looked at by the evaluator.

`python -m tests.proof.ideas DATA --out FILE.json` draws every idea eight times in every row and prints the table.

Without the judge a picture is the first of k proposals, with it the one of the same k that the judge keeps: both cost k draws.
"""

import argparse
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from ganvas.data.cache import Pictures, open_pictures
from ganvas.ground.config import Frozen, Name, Phrase, parse
from ganvas.ground.errors import GanvasError, InputError
from ganvas.ground.files import write_json
from ganvas.ground.images import lay_over
from ganvas.ground.seeds import stream
from ganvas.language.text.embed import TextEncoder
from ganvas.language.text.encoder import MultilingualEncoder
from ganvas.pipelines.scene import finish
from ganvas.service.session import SESSION
from ganvas.vocabulary.brief import Brief, Element, Place
from ganvas.vocabulary.provenance import CANVAS
from ganvas.vocabulary.scene import layout
from tests.service.fakes import imagine

IDEAS = Path(__file__).with_name("ideas.toml")
WORKS, BEST_OF, NEAREST, SEED = 8, 8, 5, 20261125
CROP = 5 / 8
"""Side of a crop, of the picture's: three by three of them, evenly spread, from edge to edge."""


class Idea(Frozen):
    """What a person types, and the concepts accepted for each thing in it."""

    words: Phrase
    kind: Literal["literal", "indirect", "scene"]
    language: Literal["en", "zh"]
    accepts: tuple[tuple[Name, ...], ...]
    unseen: bool = False


class _Ideas(Frozen):
    ideas: tuple[Idea, ...]


def read_ideas(path: Path) -> tuple[Idea, ...]:
    """Read the ideas in the order of the file."""
    return parse(_Ideas, tomllib.loads(path.read_text(encoding="utf-8")), where=path).ideas


class Recogniser(Protocol):
    """The part of the evaluator that is asked here."""

    def nearest_concepts(self, pixels: np.ndarray, *, count: int = 5) -> list[list[str]]: ...


def crops(picture: np.ndarray) -> np.ndarray:
    """Return the nine fixed crops of a square picture, (9, side, side, C)."""
    full = picture.shape[0]
    side = round(full * CROP)
    starts = [round((full - side) * part) for part in (0, 0.5, 1)]
    return np.stack([picture[top : top + side, left : left + side] for top in starts for left in starts])


def seen_in(pictures: Sequence[np.ndarray], idea: Idea, *, eyes: Recogniser) -> list[set[str]]:
    """Return the concepts near each picture: of the whole, and for scenes of its nine crops too."""
    seen = [set(near) for near in eyes.nearest_concepts(np.stack(pictures), count=NEAREST)]
    if idea.kind == "scene":
        parts = eyes.nearest_concepts(np.concatenate([crops(picture) for picture in pictures]), count=NEAREST)
        for number, near in enumerate(parts):
            seen[number // 9].update(near)
    return seen


def holds(seen: set[str], idea: Idea) -> bool:
    """Say whether an accepted concept was seen for every thing of the idea."""
    return all(not seen.isdisjoint(thing) for thing in idea.accepts)


@dataclass
class Row:
    """One way to draw. seen: for each idea, the concepts near each of its pictures; wrote: who wrote its scene in the end."""

    name: str
    judged: bool = False
    seen: list[list[set[str]]] = field(default_factory=list)
    wrote: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def shares(self, ideas: Sequence[Idea]) -> np.ndarray:
        """Return for each idea the share of its pictures that hold what is accepted, (N,)."""
        return np.array([np.mean([holds(one, idea) for one in seen]) for seen, idea in zip(self.seen, ideas, strict=True)])

    def distinct(self, ideas: Sequence[Idea]) -> np.ndarray:
        """Return for each idea how many accepted concepts its pictures hold between them, (N,)."""
        wanted = [{concept for thing in idea.accepts for concept in thing} for idea in ideas]
        return np.array([len(set.union(*seen) & named) for seen, named in zip(self.seen, wanted, strict=True)], dtype=float)

    def chance(self, ideas: Sequence[Idea]) -> np.ndarray:
        """Return what the pictures score on every other idea of their own kind: what long lists are worth by themselves, (N,)."""
        found: list[float] = []
        for seen, idea in zip(self.seen, ideas, strict=True):
            others = [other for other in ideas if other.kind == idea.kind and other is not idea]
            found.append(float(np.mean([holds(one, other) for one in seen for other in others])) if others else 0.0)
        return np.array(found)


@dataclass(frozen=True)
class Figure:
    """A mean over ideas, and its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.2f} [{self.low:.2f}, {self.high:.2f}]"


def figure(values: np.ndarray, *, below: np.ndarray | None = None, times: int = 4000) -> Figure:
    """Bootstrap over ideas the mean of `values` (N,), or its ratio to that of `below`, which counts as one picture at least."""
    picks = stream(0, "ideas/bootstrap").integers(len(values), (times, len(values)))
    means, mean = values[picks].mean(axis=1), float(values.mean())
    if below is not None:
        one = 1 / (WORKS * len(values))
        means, mean = means / np.maximum(below[picks].mean(axis=1), one), mean / max(float(below.mean()), one)
    low, high = np.quantile(means, [0.025, 0.975])
    return Figure(mean, float(low), float(high))


GROUPS: Mapping[str, Callable[[Idea], bool]] = {
    "all": lambda idea: True,
    "literal": lambda idea: idea.kind == "literal",
    "indirect": lambda idea: idea.kind == "indirect",
    "scene": lambda idea: idea.kind == "scene",
    "en": lambda idea: idea.language == "en",
    "zh": lambda idea: idea.language == "zh",
    "unseen": lambda idea: idea.unseen,
}


def retrieval(ideas: Sequence[Idea], pictures: Pictures, *, encoder: TextEncoder) -> Iterator[list[np.ndarray]]:
    """Give for each idea, in place of works, the real pictures of the nearest training captions: eight different ones."""
    train = pictures.select("train")
    said = [(phrase, int(place)) for place in train for phrase in pictures.records[place].captions[:2]]
    phrases = sorted({phrase for phrase, _ in said})
    row = {phrase: number for number, phrase in enumerate(phrases)}
    cosines = encoder.encode([idea.words for idea in ideas]) @ encoder.encode(phrases).T
    for near in cosines:
        ranked = sorted(said, key=lambda one: (-near[row[one[0]]], one[1]))
        places = list(dict.fromkeys(place for _, place in ranked))[:WORKS]
        yield [lay_over(pictures.images[place]) for place in places]


def composed(ideas: Sequence[Idea], pictures: Pictures) -> Iterator[list[np.ndarray]]:
    """Give for each idea real pictures of what is accepted, placed as a scene is: what a perfect drawing would score."""
    places: dict[str, list[int]] = {}
    for place, record in enumerate(pictures.records):
        places.setdefault(record.concept or "", []).append(place)
    for number, idea in enumerate(ideas):
        works: list[np.ndarray] = []
        for work in range(WORKS):
            numbers = stream(SEED, f"ideas/real/{number}", step=work)
            near = [[place for concept in thing for place in places[concept]] for thing in idea.accepts]
            elements = [pictures.images[some[int(numbers.integers(len(some), (1,))[0])]] for some in near]
            first, *others = (thing[0] for thing in idea.accepts)
            sides: tuple[Place, ...] = ("left", "right") if others else ("centre",)
            things = tuple(
                Element(caption=one, size="full", place=place) for one, place in zip((first, *others), sides, strict=True)
            )
            brief = Brief(elements=things, background="pale green" if others else "white")
            placed = layout(brief, canvas=CANVAS, seed=SEED, number=work)
            works.append(finish(np.stack(elements), placed, background=brief.background, canvas=CANVAS))
        yield works


def drawings(row: Row, ideas: Sequence[Idea], *, llm: str, model: str) -> Iterator[list[np.ndarray]]:
    """Draw each idea's works, and note who wrote the scene: rules where a language model failed the checks."""
    best_of = BEST_OF if row.judged else 1
    for idea in ideas:
        works, directed = imagine(idea.words, model=model, count=WORKS, seed=SEED, llm=llm, best_of=best_of)
        row.wrote.append(directed.writer)
        yield [work.pixels for work in works]


def fill(row: Row, ideas: Sequence[Idea], drawn: Iterator[list[np.ndarray]], *, eyes: Recogniser) -> Row:
    """Look at what was drawn for each idea, and count the CPU seconds of both."""
    began = time.process_time()
    row.seen = [seen_in(pictures, idea, eyes=eyes) for idea, pictures in zip(ideas, drawn, strict=True)]
    row.seconds = time.process_time() - began
    return row


def run(
    ideas: Sequence[Idea],
    pictures: Pictures,
    *,
    eyes: Recogniser,
    model: str,
    writers: Sequence[str],
    say: Callable[[str], None] = lambda line: None,
) -> list[Row]:
    """Fill every row: real pictures, retrieval, each writer without and with the judge. What cannot be drawn is left out."""
    rows = [
        fill(Row("real pictures, composed"), ideas, composed(ideas, pictures), eyes=eyes),
        fill(Row("retrieval"), ideas, retrieval(ideas, pictures, encoder=MultilingualEncoder()), eyes=eyes),
    ]
    for llm in writers:
        for judged in (False, True):
            row = Row("bare words" if llm == "none" else llm, judged=judged)
            try:
                rows.append(fill(row, ideas, drawings(row, ideas, llm=llm, model=model), eyes=eyes))
            except GanvasError as error:
                say(f"{row.name}{' with the judge' if row.judged else ''} left out: {error}")
                continue
            say(f"{row.name}{' with the judge' if row.judged else ''}: {row.seconds:.0f} CPU seconds")
    return rows


def report(rows: Sequence[Row], ideas: Sequence[Idea]) -> dict[str, object]:
    """Gather every figure: by row and group, and what each row gains over bare words and over itself without the judge."""
    picks = {name: np.array([member(idea) for idea in ideas]) for name, member in GROUPS.items()}
    by_name = {(row.name, row.judged): row for row in rows}
    table: list[dict[str, object]] = []
    for row in rows:
        shares, distinct = row.shares(ideas), row.distinct(ideas)
        entry: dict[str, object] = {
            "row": row.name, "judge": row.judged, "wrote": dict(Counter(row.wrote)), "seconds": round(row.seconds, 1),
            "distinct": vars(figure(distinct)),
            "share": {name: vars(figure(shares[pick])) for name, pick in picks.items() if pick.any()},
            "chance": {name: float(row.chance(ideas)[picks[name]].mean()) for name in ("all", "scene") if picks[name].any()},
            "by idea": {idea.words: float(share) for idea, share in zip(ideas, shares, strict=True)},
        }  # fmt: skip
        if (bare := by_name.get(("bare words", row.judged))) and row is not bare:
            own = bare.shares(ideas)
            entry["gain over bare words"] = {n: vars(figure(shares[p] - own[p])) for n, p in picks.items() if p.any()}
            if (scene := picks["scene"]).any():
                entry["scenes, times bare words"] = vars(figure(shares[scene], below=own[scene]))
        if row.judged and (alone := by_name.get((row.name, False))):
            entry["gain by the judge"] = vars(figure(shares - alone.shares(ideas)))
        table.append(entry)
    return {"ideas": len(ideas), "works": WORKS, "best of": BEST_OF, "nearest": NEAREST, "seed": SEED, "rows": table}


def markdown(result: Mapping[str, object]) -> str:
    """Write the table as it goes into the pages."""
    names = list(GROUPS)
    heads = ["row", "judge", *names, "distinct of 8", "chance, all / scenes", "gain over bare words", "scenes, times bare words"]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for entry in result["rows"]:  # pyright: ignore
        share = [str(Figure(**entry["share"][name])) if name in entry["share"] else "" for name in names]
        gain = str(Figure(**entry["gain over bare words"]["all"])) if "gain over bare words" in entry else ""
        times = str(Figure(**entry["scenes, times bare words"])) if "scenes, times bare words" in entry else ""
        chance = " / ".join(f"{value:.2f}" for value in entry["chance"].values())
        judge = f"best of {BEST_OF}" if entry["judge"] else ("" if not entry["wrote"] else f"first of {BEST_OF}")
        cells = [entry["row"], judge, *share, str(Figure(**entry["distinct"])), chance, gain, times]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Draw, look, print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("data", type=Path, help="the emoji set")
    asked.add_argument("--model", default="emoji-64")
    asked.add_argument("--writers", default="none,rules,local,http")
    asked.add_argument("--out", type=Path, default=Path("ideas.json"))
    given = asked.parse_args()
    from ganvas.scoring.evaluator import Evaluator

    def say(line: str) -> None:
        sys.stderr.write(line + "\n")

    pictures = open_pictures(given.data, size=64, channels=4)
    ideas = read_ideas(IDEAS)
    if missing := missing_concepts(ideas, pictures):
        raise InputError(f"the set knows no {', '.join(missing)}", where=given.data)
    eyes = Evaluator.fit(pictures)
    result = report(run(ideas, pictures, eyes=eyes, model=given.model, writers=given.writers.split(","), say=say), ideas)
    result["model"], result["digest"] = given.model, SESSION.open_pipeline(given.model).digest
    write_json(given.out, result)
    sys.stdout.write(markdown(result) + "\n")


def missing_concepts(ideas: Sequence[Idea], pictures: Pictures) -> list[str]:
    """Return the accepted concepts that a set does not hold."""
    known = {record.concept for record in pictures.records}
    return sorted({concept for idea in ideas for thing in idea.accepts for concept in thing} - known)


if __name__ == "__main__":
    main()
