"""Cut the bundled font out of LXGW WenKai: python scripts/subset_font.py LXGWWenKai-Regular.ttf CHARACTERS.txt src/ganvas/zoo/kai

Needs fontTools. CHARACTERS.txt: all characters that verse is set in, such as characters.json of the bundled poet in both scripts.
The font's licence (OFL 1.1) reserves its name, so that the part has another one.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

NAME = "Ganvas Kai"
SIGNS = "，。？！、；：·《》「」□—0123456789"


def cut(source: Path, characters: str, out: Path) -> None:
    """Write kai.woff, a font of the given characters, of Latin letters and of a few signs, without hints."""
    font = TTFont(source)
    options = subset.Options()
    options.hinting, options.layout_features, options.name_IDs = False, [], [0, 1, 2, 3, 4, 6, 13, 14]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes={ord(letter) for letter in characters + SIGNS} | set(range(32, 127)))
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6):
            record.string = NAME.replace(" ", "") if record.nameID == 6 else NAME
    font["head"].modified = font["head"].created
    font.flavor = "woff"
    font.save(out / "kai.woff")


if __name__ == "__main__":
    cut(Path(sys.argv[1]), Path(sys.argv[2]).read_text(encoding="utf-8"), Path(sys.argv[3]))
