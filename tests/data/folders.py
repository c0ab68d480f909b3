"""Small captioned folders for the tests of this floor."""

import json
from pathlib import Path

import numpy as np

from ganvas.ground.images import encode_png


def picture(colour: tuple[int, ...], *, width: int = 12, height: int = 12) -> bytes:
    """A PNG of one colour, RGB or RGBA."""
    return encode_png(np.full((height, width, len(colour)), colour, dtype=np.uint8))


def folder_of(root: Path, lines: list[object], *, names: tuple[str, ...] = ("a.png", "b.png")) -> Path:
    """A folder with red pictures of these names, and a metadata.jsonl of these lines (text is written as it is)."""
    root.mkdir(parents=True, exist_ok=True)
    for name in names:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(picture((200, 0, 0)))
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    (root / "metadata.jsonl").write_text(text, encoding="utf-8")
    return root
