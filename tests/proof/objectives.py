"""Every objective with and without penalties on stacked digits at 16 px: `python -m tests.proof.objectives DIGITS STACKED OUT`.

Each row is trained by the shipped command from the same recipe, but for what stands in the table, and counted by one classifier.
OUT/rows.jsonl holds what is done: called again, it goes on. The table is printed at the end, and at any time with --table.
Published at full size (Huang et al. 2024, table 1): relativistic with R1 and R2 1,000 modes, GAN with both 693, R1 alone fails.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import torch

from ganvas.ground.sizes import Size
from ganvas.pipelines import load
from ganvas.training.bench.modes import MODES_DRAWN, count_modes, digit_reader, drawings, open_labelled
from ganvas.vocabulary.condition import Condition

SEEDS = (0, 1)
ROWS = [
    ("relativistic", "r1+r2"), ("nonsaturating", "r1+r2"), ("relativistic", "r1"), ("nonsaturating", "r1"),
    ("relativistic", None), ("nonsaturating", None), ("hinge", "r1+r2"), ("hinge", None), ("leastsquares", "r1+r2"),
    ("leastsquares", None), ("minimax", "r1+r2"), ("minimax", None), ("wasserstein", "one-centred"), ("wasserstein", None),
]  # fmt: skip
"""Objective and penalty, those first that something is published of."""
GAMMA = {"one-centred": 10.0}
PENALISED = 5.0
"""Found in arms of one row (docs/lab.md, 2026-11-28), and the same for all."""
RECIPE = """
name = "modes"
sources = [{source}]
size = 16
channels = 3
conditional = false
batch = 64
images = {images}
seed = {seed}
threads = 1
rate_generator = 6e-3
rate_discriminator = 6e-3
half_life = 10_000
judge = false
sheets = 2

[generator]
mapping = "linear"
widths = [48, 48, 32]

[pixel]
objective = "{objective}"
penalty = "{penalty}"
gamma = {{ start = {gamma}, end = {gamma} }}
lazy = 4

[pixel.network]
widths = [48, 64]

[augment]
translation = 0.0
scale = 0.0
"""


def trained(out: Path, recipe: str) -> Path:
    """Train by the shipped command, or go on with it, and return the model's folder. A run that health ends has one too."""
    out.parent.mkdir(parents=True, exist_ok=True)
    file = out.with_suffix(".toml")
    file.write_text(recipe, encoding="utf-8", newline="\n")
    subprocess.run([sys.executable, "-m", "ganvas", "train", str(file), "-o", str(out)], check=False, encoding="utf-8")
    return out / "model"


def rows(digits: Path, stacked: Path, out: Path, *, images: int) -> Iterator[dict[str, object]]:
    """Train and count what is not done yet."""
    done = {(row["objective"], row["penalty"], row["seed"]) for row in read(out)}
    torch.set_num_threads(1)
    network, right = digit_reader(open_labelled(digits, size=Size.of(16), attribute="class"), seed=0)
    for seed in SEEDS:
        for objective, penalty in ROWS:
            if (objective, penalty, seed) in done:
                continue
            gamma = GAMMA.get(penalty, PENALISED) if penalty else 0.0
            recipe = RECIPE.format(source=json.dumps(str(stacked)), images=images, seed=seed, objective=objective,
                                   penalty=penalty or "r1", gamma=gamma)  # fmt: skip
            model = trained(out / f"{objective}-{penalty}-{seed}", recipe)
            row: dict[str, object] = {"objective": objective, "penalty": penalty, "seed": seed, "classifier": right}
            if model.is_dir():
                works = drawings(load(str(model)), [Condition()] * MODES_DRAWN, seed=seed)
                row |= count_modes("ours", works, network)
            yield row


def read(out: Path) -> list[dict[str, object]]:
    """Return the rows that are done."""
    file = out / "rows.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def table(found: list[dict[str, object]]) -> str:
    """Return the rows as Markdown: one line an objective and penalty, the seeds beside each other."""
    lines = ["| objective | penalty | modes | modes, sure | KL |", "|---|---|---|---|---|"]
    for objective, penalty in ROWS:
        mine = [row for row in found if (row["objective"], row["penalty"]) == (objective, penalty)]
        if mine:
            cells = [", ".join(_said(row.get(name)) for row in mine) for name in ("modes", "modes, sure", "KL to uniform")]
            lines.append(f"| {objective} | {penalty or 'none'} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _said(cell: object) -> str:
    return "ended" if cell is None else f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def main() -> None:
    """Train what is left, then print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    for name in ("digits", "stacked", "out"):
        asked.add_argument(name, type=Path)
    asked.add_argument("--images", type=int, default=300_000)
    asked.add_argument("--table", action="store_true", help="print what is done so far, and nothing else")
    given = asked.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for row in () if given.table else rows(given.digits, given.stacked, given.out, images=given.images):
        with (given.out / "rows.jsonl").open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(row) + "\n")
    sys.stdout.write(table(read(given.out)) + "\n")


if __name__ == "__main__":
    main()
