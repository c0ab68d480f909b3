"""Draw the 64 fixed prompts with fixed noise, nothing chosen: the sheet that is kept for every shipped version.

    python scripts/draw_prompts.py emoji-64 docs/pictures/emoji-64-prompts.png

Rows of eight in the order of prompts.txt; styles take turns. Single draws of the generator at its own size.
"""

import sys
from pathlib import Path

import numpy as np

from ganvas.ground.images import make_sheet, save_png
from ganvas.pipelines import load
from ganvas.vocabulary.condition import Condition, Weighted

PROMPTS = Path(__file__).with_name("prompts.txt")
SEED = 1


def main(model: str, out: Path) -> None:
    """Draw the sheet."""
    pipeline = load(model)
    labels = [{"style": style} for style in pipeline.styles] or [{}]
    asked = PROMPTS.read_text(encoding="utf-8").splitlines()
    conditions = [
        Condition(words=(Weighted(phrase=phrase),), labels=labels[number % len(labels)]) for number, phrase in enumerate(asked)
    ]
    noise = np.concatenate([pipeline.noise(SEED, number=number) for number in range(len(asked))])
    save_png(out, make_sheet(list(pipeline(conditions, noise)), columns=8))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
