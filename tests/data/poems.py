"""Small folders of verse, made up by chance from a few characters."""

import json
from pathlib import Path

from ganvas.ground.seeds import stream
from ganvas.vocabulary.verse import Poem

LETTERS = "春風花月夜山水雲雨江舟秋霜雪鳥人天日紅青白金玉樓臺門來去歸"


def make_poem(number: int, *, length: int = 5, lines: int = 4, split: str = "train") -> Poem:
    """Make a poem of its own for each number."""
    drawn = stream(number, f"poem/{length}").integers(len(LETTERS), (lines, length))
    texts = ["".join(LETTERS[one] for one in line) for line in drawn]
    return Poem.model_validate({"lines": texts, "title": LETTERS[number % len(LETTERS)] + "夜", "split": split})


def write_poems_folder(folder: Path, *, count: int = 24) -> Path:
    """Write `count` quatrains of each form, some of them held out, and a few longer poems."""
    folder.mkdir(parents=True)
    poems = [make_poem(number, length=length, split="train" if number % 6 else "held out family")
             for number in range(count) for length in (5, 7)]  # fmt: skip
    poems += [make_poem(number, length=length, lines=8) for number in (101, 102) for length in (5, 7)]
    rows = [json.dumps(poem.model_dump(mode="json"), ensure_ascii=False) for poem in poems]
    (folder / "poems.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return folder
