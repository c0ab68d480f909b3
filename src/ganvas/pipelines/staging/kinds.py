# ruff: noqa: E501 (rows of words, some of them wide)
"""Words that say how a thing is placed: what stands in the sky, what is worn where, what holds something."""

import re
from collections.abc import Sequence

SKY = ("moon", "sun", "star", "cloud", "rainbow", "planet", "comet", "airplane", "helicopter", "rocket", "saucer", "satellite", "kite",
       "fireworks", "lightning", "snowflake", "bird", "eagle", "dove", "bat", "parachute", "sparkles", "balloon")  # fmt: skip
"""What is above other things, small and far, where something is said to be under it."""
LIGHTS = ("moon", "sun", "star", "cloud", "rainbow", "planet", "comet", "fireworks", "sparkles", "snowflake", "milky way")
"""What scenery has in the sky."""
AIRBORNE = ("airplane", "helicopter", "kite", "parachute", "satellite", "saucer")
"""What is in the air by itself, without a relation that says where it is."""
LOW = (
    "tulip",
    "sunflower",
    "rose",
    "flower",
    "mushroom",
    "seedling",
    "leaf",
    "bat",
    "popper",
    "lantern",
    "balloon",
    "hyacinth",
    "herb",
)
"""What is small in scenery."""
FACE = ("glasses", "sunglasses", "goggles", "mask", "eye", "monocle")
NECK = ("scarf", "necktie", "tie", "medal", "ribbon", "beads", "stethoscope", "bow", "bell")
BODY = (
    "shirt",
    "coat",
    "dress",
    "kimono",
    "vest",
    "jeans",
    "shorts",
    "sari",
    "swimsuit",
    "bikini",
    "uniform",
    "clothes",
    "suit",
    "backpack",
)
FEET = ("shoe", "boot", "boots", "sandal", "socks", "skate", "skis", "skates", "ski")
HELD_LOW = ("balloon", "umbrella", "flag", "flower", "rose", "tulip", "sunflower", "lollipop", "kite", "broom", "candle", "torch", "sword",
            "dagger", "wand", "trident", "placard", "cream", "sparkler", "axe", "pick", "shovel", "cane", "paintbrush", "pencil", "hyacinth",
            "blossom", "hibiscus", "bouquet", "microphone", "hammer", "pole")  # fmt: skip
"""What is held by its lower end."""
OPEN = ("bowl", "basket", "bucket", "bathtub", "cup", "teacup", "mug", "pot", "cart", "nest", "hat", "glass", "box", "chest", "bag", "boat",
        "canoe", "sailboat", "ship", "amphora", "vase", "wastebasket", "drum", "car", "automobile", "sled", "pan", "trolley", "truck",
        "bathtub", "jeans", "boot", "hole", "crib")  # fmt: skip
"""What one looks out of: its front hides the lower part of what is in it."""
ROOF = ("tree", "umbrella", "blossom", "mushroom", "palm")
"""What something stands close under."""
LYING = ("bed", "chair", "table", "couch", "sofa", "bench", "bridge", "tent", "seat")
LETTERS = ("button", "sign", "keycap", "clock", "hundred", "symbol", "calendar", "flag", "mark", "medal", "input", "map", "abc", "arrow",
           "watch", "book", "newspaper", "note", "notes", "score", "o’clock", "thirty")  # fmt: skip
"""What reads wrongly in a mirror."""

_WORDS = re.compile(r"[^\W_]+(?:’[^\W_]+)?")


def is_one_of(caption: str, words: Sequence[str]) -> bool:
    """Return whether a caption has one of some words, in the singular or plural."""
    own = set(_WORDS.findall(caption.lower()))
    return any(word in own or f"{word}s" in own or f"{word}es" in own for word in words)
