"""Models that draw pictures, measured side by side in one run: everything that the rows of docs/proof.md say of their pictures.

    python -m tests.proof.pictures DATA... --model emoji-64 --model runs/new/model --out pictures.json

DATA: captioned folders that the models learned from, the four old styles first; colours, seeds and blends are asked on the last.
--large: the last set at 256 px, by the same file names, for what is drawn large. --part: scores, colours, seeds, blends, large,
vector; all of them where none is named. --sheets: a folder for pictures to look at. The JSON is written anew after each part, and
what stands in it already is kept, so that parts may be measured one after another.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.files import write_json
from ganvas.ground.seeds import stream
from ganvas.pipelines import ImagePipeline, load
from ganvas.scoring.disturb import TRIALS, disturb_by
from ganvas.scoring.draw import NOISE_SEEDS, Drawn
from ganvas.scoring.evaluator import SEED, VERSION
from ganvas.scoring.features import EXTRACTOR, extract_features
from ganvas.scoring.report import Scoring
from ganvas.scoring.schema import OURS, REAL, RETRIEVAL, STYLE_ACCURACY, Report
from ganvas.scoring.scores import Estimate, share
from tests.proof import pictures_asked as asking
from tests.proof.pictures_set import Result, Say, Set, plain, spread

CHOSEN = 400
"""Pictures of a split that are asked for."""


# the yardstick itself


def yardstick(known: Set) -> Result:
    """Try the classifiers on real pictures, as they are and disturbed, each as if it had not been seen: accuracy of the style."""
    evaluator = known.evaluator
    rows = np.flatnonzero(evaluator.splits == "train")
    rows = rows[np.linspace(0, len(rows) - 1, min(1000, len(rows))).astype(int)]
    images = np.stack([known.pictures.images[number] for number in evaluator.numbers[rows]])
    tables = {"as they are": {name: part[rows] for name, part in evaluator.tables.items()}}
    tables |= {name: extract_features(disturb_by(trial, images, stream(SEED, f"trial/{name}"))) for name, trial in TRIALS.items()}
    label = next(iter(evaluator.labels))
    wanted, things = evaluator.label(label)[rows], evaluator.things[rows]
    found = {name: evaluator.values_of(one, rows)[label] == wanted for name, one in tables.items()}
    return {name: plain(share(hits, things, seed=SEED), len(rows)) for name, hits in found.items()}


# scores of three splits


def scores(pipeline: ImagePipeline, known: Set, *, say: Say) -> Result:
    """Score CHOSEN pictures of each split, one draw each: the rows of `ganvas score` that need no more."""
    scoring = Scoring(pipeline, known.pictures, known.evaluator, say)
    scoring.chosen = {split: spread(numbers, CHOSEN) for split, numbers in scoring.chosen.items()}
    scoring.rest = np.setdiff1d(scoring.trained, scoring.chosen["train"])
    found = Report(pipeline.manifest.name, pipeline.digest, known.pictures.digest)
    for split, numbers in scoring.chosen.items():
        ours = scoring.drawer.drawn(numbers, NOISE_SEEDS[0], split)
        real, retrieved = scoring.real(numbers), scoring.real(scoring.nearest_caption(numbers), numbers)
        answers = scoring._hits(real)
        scoring._row(found, REAL, split, real, answers)
        scoring._row(found, OURS, split, ours, scoring._hits(ours), answers)
        scoring._row(found, RETRIEVAL, split, retrieved, scoring._hits(retrieved), answers)
        scoring._draws(found, split, numbers, ours)
        scoring._sketched(found, split, numbers, answers)
        scoring._surfaces(found, split, numbers)
        _answers_per_style(found, scoring, split, ours)
    scoring._label_effects(found)
    rows: Result = {}
    for row in found.rows:
        measures = {measure: plain(Estimate(one.value, one.low, one.high), one.n) for measure, one in row.scores.items()}
        rows.setdefault(row.split, {}).setdefault(row.subject, {}).update(measures)
    return rows


def _answers_per_style(found: Report, scoring: Scoring, split: str, ours: Drawn) -> None:
    """Add what share of all drawings is taken for each style: where one takes nearly all, that says more of it than of them."""
    shown = scoring.evaluator.values_of(ours.tables, ours.targets)
    for value in scoring.evaluator.labels.get("style", ()):
        taken = share(shown["style"] == value, scoring.evaluator.things[ours.targets], seed=SEED)
        name = f"{STYLE_ACCURACY}: taken for {value}"
        found.add(OURS, split, {name: taken.named(name, extractor=EXTRACTOR, split=split, n=len(ours.targets))})


PARTS = ("scores", "colours", "seeds", "blends", "large", "vector")


def measure(models: Sequence[str], sets: Sequence[Set], parts: Sequence[str], given: argparse.Namespace, *, say: Say) -> Result:
    """Measure every part of every model, and write what is known after each."""
    out: Path = given.out
    result: Result = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    if result.get("evaluator", VERSION) != VERSION:
        raise InputError("is of another version of the evaluator", where=out, do="name a new file")
    result["evaluator"], last = VERSION, sets[-1]

    def keep(section: str, name: str, found: Result) -> None:
        result.setdefault(section, {})[name] = found
        write_json(out, result)

    for known in sets:
        if known.folder.name not in result.get("yardstick", {}):
            keep("yardstick", known.folder.name, yardstick(known))
    for model in models:
        pipeline = load(model)
        name = f"{pipeline.manifest.name} {pipeline.digest[:12]}"
        for part in parts:
            say(f"{name}: {part}")
            if part == "scores":
                for known in sets:
                    keep(f"scores, {known.folder.name}", name, scores(pipeline, known, say=say))
            elif part != "large" or given.large is not None:
                keep(part, name, _ask(part, pipeline, last, given))
    return result


def _ask(part: str, pipeline: ImagePipeline, known: Set, given: argparse.Namespace) -> Result:
    match part:
        case "large":
            return asking.large(pipeline, known, given.large)
        case "vector":
            return asking.vector(pipeline, known)
        case _:
            ask = {"colours": asking.colours, "seeds": asking.seeds, "blends": asking.blends}[part]
            return ask(pipeline, known, sheets=given.sheets)


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("data", type=Path, nargs="+", help="captioned folders, the four old styles first")
    asked.add_argument("--model", action="append", required=True, help="a model; may be given again")
    asked.add_argument("--large", type=Path, help="the last set at 256 px")
    asked.add_argument("--part", action="append", choices=PARTS, help="measure this alone; may be given again")
    asked.add_argument("--sheets", type=Path, help="a folder for pictures to look at")
    asked.add_argument("--out", type=Path, default=Path("pictures.json"))
    given = asked.parse_args()

    def say(line: str) -> None:
        sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")

    if given.sheets is not None:
        given.sheets.mkdir(parents=True, exist_ok=True)
    sets = [Set(folder, say=say) for folder in given.data]
    result = measure(given.model, sets, given.part or PARTS, given, say=say)
    sys.stdout.write(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
