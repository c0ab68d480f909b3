"""Draw things in every style and in every colour of a model, one sheet each: how much of a condition is drawn.

python scripts/draw_sheets.py emoji-64 docs/pictures
"""

import sys
from pathlib import Path

from ganvas.ground.images import lay_over, make_sheet, save_png
from ganvas.pipelines import ImagePipeline, load
from ganvas.vocabulary.condition import Condition, Weighted

IN_STYLES = "cat,dog,robot,house,guitar,rocket,fish,red apple,hot beverage,umbrella".split(",")
IN_COLOURS = "automobile,chair,cat,house,rose,bird,guitar,umbrella".split(",")
SEED = 1


def draw_label(pipeline: ImagePipeline, things: list[str], label: str, others: dict[str, str], path: Path) -> None:
    """Save a sheet with a row for each thing and a column for each value of a label."""
    values = pipeline.manifest.takes.labels[label]
    works = [
        lay_over(pipeline([Condition(words=(Weighted(phrase=thing),), labels={**others, label: value})], noise)[0])
        for number, thing in enumerate(things)
        for noise in [pipeline.noise(SEED, number=number)]
        for value in values
    ]
    save_png(path, make_sheet(works, columns=len(values)))


if __name__ == "__main__":
    drawn, folder = load(sys.argv[1]), Path(sys.argv[2])
    draw_label(drawn, IN_STYLES, "style", {}, folder / f"{drawn.manifest.name}-styles.png")
    draw_label(drawn, IN_COLOURS, "colour", {"style": "noto"}, folder / f"{drawn.manifest.name}-colours.png")
