"""A sheet of 24 held-out concepts: `python -m tests.proof.restyled MODEL OUT.png --to STYLE FOLDER...`.

Three rows for each dozen: a picture of a family that nobody learned from, in a style that the model redraws; what the model makes
of it; and the true drawing of the same thing in the style. Chosen evenly over all that there are, the same for every model.
"""

import argparse
from pathlib import Path

import numpy as np

from ganvas.data.cache import open_pictures
from ganvas.ground.images import make_sheet, save_png
from ganvas.pipelines.registry import load_restyler

SHOWN, ACROSS = 24, 12


def pairs(folders: list[Path], *, size: int, sources: set[str], to: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return held-out pictures of the sources, and the true drawings of the same things, RGBA."""
    given: list[tuple[str, np.ndarray]] = []
    truth: dict[str, np.ndarray] = {}
    for folder in folders:
        pictures = open_pictures(folder, size=size, channels=4)
        for number, record in enumerate(pictures.records):
            style = record.labels.get("style", "")
            if record.split == "held out family" and record.concept:
                if style == to:
                    truth[record.concept] = np.array(pictures.images[number])
                elif style in sources:
                    given.append((record.concept, np.array(pictures.images[number])))
    return [(picture, truth[concept]) for concept, picture in given if concept in truth]


def main() -> None:
    """Redraw and lay out."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("model")
    asked.add_argument("out", type=Path)
    asked.add_argument("folders", nargs="+", type=Path)
    asked.add_argument("--to", required=True)
    given = asked.parse_args()
    restyler = load_restyler(given.model)
    known = pairs(
        given.folders, size=restyler.manifest.size, sources=set(restyler.manifest.from_styles) - {given.to}, to=given.to
    )
    chosen = [known[place] for place in np.linspace(0, len(known) - 1, SHOWN).astype(int)]
    rows: list[np.ndarray] = []
    for start in range(0, SHOWN, ACROSS):
        some = chosen[start : start + ACROSS]
        rows += [picture for picture, _ in some]
        rows += [restyler(picture, style=given.to) for picture, _ in some]
        rows += [true for _, true in some]
    save_png(given.out, make_sheet(rows, columns=ACROSS))


if __name__ == "__main__":
    main()
