"""Draw the picture of docs/tutorials/explore.md: neighbours, a walk, palettes, and two sliders, a row each.

python scripts/draw_explored.py docs/pictures/explore.png [MODEL]
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

import ganvas
from ganvas.ground.images import make_sheet, save_png

SIDE, ACROSS = 96, 8
PALETTES = (
    "#0b7285,#ffd43b,#f8f9fa,#343a40", "#264653,#2a9d8f,#e9c46a,#f4a261,#e76f51", "#000000,#ffffff,#e60012",
    "#003049,#d62828,#f77f00,#fcbf49,#eae2b7", "#606c38,#283618,#fefae0,#dda15e,#bc6c25", "#0d1b2a,#415a77,#e0e1dd",
    "#cdb4db,#ffc8dd,#bde0fe,#22223b,#ffffff",
)  # fmt: skip


def main(path: Path, model: str) -> None:
    """Draw the rows and save them."""

    def draw(idea: str, seed: int) -> ganvas.SavableWork:
        return ganvas.imagine(idea, seed=seed, llm="none", style="noto", model=model)[0]

    rocket, sad, house, tree = (draw(idea, 1) for idea in ("rocket", "sad face", "house", "tree"))
    happy = draw("happy face", 2)
    rows = [rocket.pixels, *(one.pixels for one in ganvas.vary(rocket, n=ACROSS - 1, amount=0.6, seed=1, model=model))]
    rows += list(ganvas.walk(sad, happy, frames=ACROSS, looped=False, model=model).frames(1))
    rows += [house.pixels, *(ganvas.recolour(house, to=palette, model=model).pixels for palette in PALETTES)]
    for name in ("darker", "redder"):
        rows += [ganvas.push(tree, f"{name}={amount}", model=model).pixels for amount in np.linspace(-2, 2, ACROSS).round(2)]
    small = [np.asarray(Image.fromarray(one).resize((SIDE, SIDE), Image.Resampling.LANCZOS)) for one in rows]
    save_png(path, make_sheet(small, columns=ACROSS))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(sys.argv[2:] or ["emoji-64"]))
