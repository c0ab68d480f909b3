"""Draw the thirty ideas of docs/tutorials/scenes.md by the rules, three works each, nothing chosen.

python scripts/draw_ideas.py docs/pictures/scenes-thirty.png
"""

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import ganvas
from ganvas.ground.images import lay_over

IDEAS = Path(__file__).with_name("ideas.txt").read_text(encoding="utf-8").splitlines()
COLUMNS, WORKS, SIDE, LINE, GAP, SEED = 3, 3, 126, 18, 4, 2


def draw_ideas(out: Path) -> None:
    """Write the sheet: three ideas a row, each with its words above its works."""
    wide, high = WORKS * (SIDE + GAP) + 2 * GAP, SIDE + LINE + GAP
    sheet = Image.new("RGB", (COLUMNS * wide, -(-len(IDEAS) // COLUMNS) * high), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for number, idea in enumerate(IDEAS):
        left, top = number % COLUMNS * wide, number // COLUMNS * high
        pen.text((left, top), idea, fill="black", font=font)
        for place, work in enumerate(ganvas.imagine(idea, llm="rules", n=WORKS, seed=SEED)):
            picture = Image.fromarray(lay_over(work.pixels)).resize((SIDE, SIDE), Image.Resampling.BOX)
            sheet.paste(picture, (left + place * (SIDE + GAP), top + LINE))
    sheet.quantize(255, dither=Image.Dither.NONE).save(out, optimize=True)


if __name__ == "__main__":
    draw_ideas(Path(sys.argv[1]))
