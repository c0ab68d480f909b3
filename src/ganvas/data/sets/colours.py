"""Colour names: which of eleven colours a picture mostly shows."""

import numpy as np

CHINESE = {
    "red": "红色", "orange": "橙色", "yellow": "黄色", "green": "绿色", "blue": "蓝色", "purple": "紫色", "pink": "粉色",
    "brown": "棕色", "black": "黑色", "grey": "灰色", "white": "白色",
}  # fmt: skip
"""The closed list: English name -> Chinese name."""

_EXAMPLES = {
    "red": "d0021b f44336 dd2e44 f8312f be1931 a0041e 8b0000",
    "orange": "f4900c ff822d f57c00 ff9800 ff6723 e65100",
    "yellow": "ffcc4d ffb02e fcc21b fdd835 fff176 f9c23c ffe8b6 fde030",
    "green": "43a047 78b159 00d26a 2e7d32 aed581 1b5e20 008463 689f38 5c913b c6e377",
    "blue": "1e88e5 55acee 0074ba 90caf9 1a237e 00bcd4 bbdefb 226699 00a6ed 3b88c3 0d47a1 4fc3f7 5c6bc0",
    "purple": "8e24aa aa8ed6 8d65c5 5b2c83 9c27b0 ba68c8 6d4aff 744eaa c5b4e3",
    "pink": "f06292 f4abba ff8fc8 f8bbd0 e91e63 ea4f97 ff80ab ff679d f48fb1 f092bb",
    "brown": "795548 c1694f 6d4c41 a56953 8d6e63 5d4037 8a4b38 6d4534 bf6952 9e6a38 3e2723 d79e84",
    "black": "000000 1c1c1c 292f33 212121 31373d 263238 2f2f2f 424242",
    "grey": "808080 9e9e9e 66757f 99aab5 b0bec5 ccd6dd 78909c 9b9b9b bebebe 636363 d3d3d3",
    "white": "ffffff f5f8fa e1e8ed eceff1 f4f4f4 fafafa e6e6e6",
}  # common colours of drawings, in hexadecimal; a colour is named after its nearest example
_NAMES = [name for name, examples in _EXAMPLES.items() for _ in examples.split()]


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Turn uint8 sRGB (..., 3) into OKLab, where distances match perceived differences (Ottosson 2020)."""
    share = rgb.astype(np.float64) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _TO_CONES.T) @ _TO_LAB.T


_TO_CONES = np.array([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
])  # fmt: skip
_TO_LAB = np.array([
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
])  # fmt: skip
_HEX = "".join("".join(examples.split()) for examples in _EXAMPLES.values())
_PLACES = oklab(np.frombuffer(bytes.fromhex(_HEX), dtype=np.uint8).reshape(-1, 3))


def dominant_colours(pixels: np.ndarray, *, least: float = 0.2) -> tuple[str, ...]:
    """Name the one or two main colours of a picture, the larger first.

    pixels: uint8 RGBA (H, W, 4); clear pixels do not count. The second is named where it fills the
    share `least`.
    """
    seen = pixels.reshape(-1, 4)
    weight = seen[:, 3] / 255.0
    seen, weight = seen[weight > 0.5], weight[weight > 0.5]
    if not len(seen):
        return ()
    distance = np.square(_PLACES).sum(axis=1) - 2 * oklab(seen[:, :3]) @ _PLACES.T  # (pixels, examples), less a constant each
    shares = dict.fromkeys(CHINESE, 0.0)
    for nearest, part in enumerate(np.bincount(distance.argmin(axis=1), weights=weight, minlength=len(_NAMES))):
        shares[_NAMES[nearest]] += part / weight.sum()
    first, second = sorted(shares, key=lambda name: -shares[name])[:2]
    return (first, second) if shares[second] >= least else (first,)
