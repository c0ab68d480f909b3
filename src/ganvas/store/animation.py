"""Animations as files: GIF and WebP, with what makes them again inside."""

import io
import json
from pathlib import Path

import numpy as np
from PIL import Image

from ganvas.ground.files import next_free_path, slug, write_bytes
from ganvas.ground.images import COMMENT
from ganvas.vocabulary.animation import Animation

MOVING = (".gif", ".webp")
"""What an animation may be kept as."""
SAMPLED = 12
"""Frames that the colours of a GIF are chosen from; all frames share them, so that nothing flickers."""
ALPHA = 128
"""A GIF's pixels are clear or solid: clear below this."""
QUALITY = 90


def save_animation(path: Path, animation: Animation) -> Path:
    """Save an animation by its name's suffix, one of MOVING."""
    write_bytes(path, encode_animation(animation, path.suffix.lower()))
    return path


def encode_animation(animation: Animation, suffix: str) -> bytes:
    """Return an animation as a file, with its provenance inside. suffix: one of MOVING."""
    return (_as_gif if suffix == ".gif" else _as_webp)(animation)


def place_animation(folder: Path, animation: Animation, *, suffix: str) -> Path:
    """Return a free name for an animation in a folder, after what it is of."""
    folder.mkdir(parents=True, exist_ok=True)
    return next_free_path(folder, slug(animation.provenance.idea), suffix)


def _provenance(animation: Animation) -> str:
    return COMMENT + json.dumps(animation.provenance.model_dump(mode="json"))  # in ASCII, as both formats want it


def _as_webp(animation: Animation) -> bytes:
    frames = (Image.fromarray(frame) for frame in animation.frames(1))
    first, stream = next(frames), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = _provenance(animation)  # ImageDescription
    first.save(
        stream, format="WEBP", save_all=True, append_images=frames, duration=animation.milliseconds,
        loop=0 if animation.looped else 1, quality=QUALITY, method=2, exif=exif,
    )  # fmt: skip
    return stream.getvalue()


def _as_gif(animation: Animation) -> bytes:
    colours = _palette(animation)
    frames = (_indexed(frame, colours) for frame in animation.frames(1))
    first, stream = next(frames), io.BytesIO()
    clear = {"transparency": 255, "disposal": 2} if first.info.get("transparency") == 255 else {}
    first.save(
        stream, format="GIF", save_all=True, append_images=frames, duration=animation.milliseconds,
        comment=_provenance(animation).encode("ascii"), **({"loop": 0} if animation.looped else {}), **clear,
    )  # fmt: skip
    return stream.getvalue()


def _palette(animation: Animation) -> Image.Image:
    """Choose 255 colours for all frames, by a sample of them."""
    few = [np.asarray(Image.fromarray(frame[..., :3]).resize((64, 64), Image.Resampling.NEAREST))
           for frame in animation.frames(max(animation.count // SAMPLED, 1))]  # fmt: skip
    return Image.fromarray(np.concatenate(few)).quantize(255, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _indexed(frame: np.ndarray, colours: Image.Image) -> Image.Image:
    """Give each pixel the number of its colour; 255 where it is clear."""
    found = Image.fromarray(frame[..., :3]).quantize(palette=colours, dither=Image.Dither.NONE)
    if frame.shape[2] == 3:
        return found
    numbers = np.where(frame[..., 3] < ALPHA, 255, np.asarray(found)).astype(np.uint8)
    clear = Image.fromarray(numbers, mode="P")
    clear.putpalette([*(colours.getpalette() or [])[:765], 0, 0, 0])
    clear.info["transparency"] = 255
    return clear
