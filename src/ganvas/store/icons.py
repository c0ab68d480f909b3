"""Icons, stickers and sprite sheets as files."""

import io
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import numpy as np
from PIL import Image

from ganvas.ground.errors import InputError
from ganvas.ground.files import slug, write_bytes, write_json, write_text
from ganvas.ground.images import save_png
from ganvas.store.folder import check_file
from ganvas.vocabulary.icons import Sticker

QUALITIES = (95, 85, 75, 60, 45, 30)
"""A sticker is written in the first of these that keeps it small enough, if it is too large without loss."""


def save_ico(path: Path, pictures: Mapping[int, np.ndarray]) -> Path:
    """Save an .ico of pictures by their side, uint8 RGBA."""
    return _save_icon(path, pictures, "ICO")


def save_icns(path: Path, pictures: Mapping[int, np.ndarray]) -> Path:
    """Save an .icns of pictures by their side, uint8 RGBA."""
    return _save_icon(path, pictures, "ICNS")


def _save_icon(path: Path, pictures: Mapping[int, np.ndarray], kind: str) -> Path:
    largest, *others = (Image.fromarray(pictures[side]) for side in sorted(pictures, reverse=True))
    stream = io.BytesIO()
    sizes = {"sizes": [(side, side) for side in pictures]} if kind == "ICO" else {}
    largest.save(stream, format=kind, append_images=others, **sizes)
    write_bytes(path, stream.getvalue())
    return path


def save_sticker(path: Path, picture: np.ndarray, sticker: Sticker) -> Path:
    """Save a sticker as WebP, small enough for its messenger. Raises InputError where it cannot be."""
    for quality in (None, *QUALITIES):
        stream = io.BytesIO()
        Image.fromarray(picture).save(
            stream, format="WEBP", method=6, lossless=quality is None, quality=100 if quality is None else quality
        )
        if stream.tell() <= sticker.most_bytes:
            write_bytes(path, stream.getvalue())
            return path
    raise InputError(f"is larger than {sticker.most_bytes:,} bytes in any quality", where=path)


def check_sprites(path: Path) -> None:
    """Raise InputError unless a sprite sheet, and what goes beside it, can be written."""
    for suffix in (".png", ".json", ".css"):
        check_file(path if suffix == ".png" else path.with_suffix(suffix), kinds=(suffix,))


def save_sprites(path: Path, pictures: Mapping[str, np.ndarray]) -> list[Path]:
    """Save pictures of one size, uint8 RGBA, as one sprite sheet, with where each is as JSON (of the kind that TexturePacker
    writes and game engines read) and as CSS beside it. pictures: by their names. Returns the paths.
    """
    side = next(iter(pictures.values())).shape[0]
    columns = int(np.ceil(np.sqrt(len(pictures))))
    page = np.zeros((-(-len(pictures) // columns) * side, columns * side, 4), dtype=np.uint8)
    frames: dict[str, dict[str, object]] = {}
    picture_of = f"display: inline-block; width: {side}px; height: {side}px; background-image: url({quote(path.name)})"
    rules = [f".sprite {{ {picture_of} }}"]
    for number, (name, picture) in enumerate(pictures.items()):
        y, x = (place * side for place in divmod(number, columns))
        page[y : y + side, x : x + side] = picture
        frames[name] = {"frame": {"x": x, "y": y, "w": side, "h": side}}
        rules.append(f".sprite-{name} {{ background-position: {-x}px {-y}px }}")
    save_png(path, page)
    atlas, style = path.with_suffix(".json"), path.with_suffix(".css")
    size = {"w": page.shape[1], "h": page.shape[0]}
    write_json(atlas, {"frames": frames, "meta": {"app": "ganvas", "image": path.name, "size": size}})
    write_text(style, "\n".join(rules) + "\n")
    return [path, atlas, style]


def distinct_names(ideas: list[str]) -> list[str]:
    """Return a name for each idea that is safe in a file and in CSS, no two alike."""
    found: dict[str, None] = {}
    for idea in ideas:
        name = slug(idea).encode("ascii", errors="ignore").decode("ascii").strip("-") or "work"
        number = 1
        while (one := name if number == 1 else f"{name}-{number}") in found:
            number += 1
        found[one] = None
    return list(found)
