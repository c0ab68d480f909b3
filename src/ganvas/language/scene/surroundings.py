"""Words for times, weather, places and moods: the things that show them, and their background colours."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ganvas.vocabulary.brief import Background


class Surrounding(NamedTuple):
    """Words for a time, a weather or a place. companions: things that show it. background: its colour."""

    words: tuple[str, ...]
    companions: tuple[str, ...]
    background: Background


SURROUNDINGS = (
    Surrounding(("spring", "springtime", "春天", "春"), ("cherry blossom", "seedling"), "pale green"),
    Surrounding(("autumn", "fall", "秋天", "秋"), ("fallen leaf", "maple leaf"), "sand"),
    Surrounding(("winter", "snow", "snowy", "冬天", "冬", "雪地", "下雪", "雪"), ("snowflake", "evergreen tree"), "lavender"),
    Surrounding(("night", "midnight", "moonlight", "夜晚", "夜里", "夜", "晚上", "月光"), ("full moon", "star"), "night blue"),
    Surrounding(("rain", "rainy", "storm", "stormy", "下雨", "雨天", "雨", "暴风雨"), ("cloud with rain",), "grey"),
    Surrounding(("forest", "woods", "jungle", "森林", "树林"), ("evergreen tree", "deciduous tree"), "pale green"),
    Surrounding(("garden", "meadow", "花园", "草地"), ("tulip", "seedling"), "pale green"),
    Surrounding(("desert", "沙漠"), ("cactus",), "sand"),
    Surrounding(("space", "universe", "太空", "宇宙"), ("ringed planet", "star"), "night blue"),
    Surrounding(("sea", "ocean", "beach", "seaside", "大海", "海边", "海滩", "海"), ("water wave",), "sky blue"),
    Surrounding(("party", "birthday", "生日", "派对"), ("balloon", "party popper"), "pale pink"),
    Surrounding(("halloween", "万圣节"), ("bat", "full moon"), "sunset orange"),
    Surrounding(("christmas", "xmas", "圣诞节", "圣诞"), ("Christmas tree", "snowflake"), "lavender"),
    Surrounding(("sunset", "dusk", "evening", "黄昏", "日落", "傍晚"), ("sun",), "sunset orange"),
    Surrounding(("summer", "sunny", "夏天", "夏", "晴天"), ("sun",), "sky blue"),
    Surrounding(("sky", "天空"), ("cloud",), "sky blue"),
)
MOODS: tuple[tuple[tuple[str, ...], Background], ...] = (
    (("lonely", "alone", "sad", "孤独", "孤单", "寂寞", "悲伤", "难过"), "grey"),
    (("happy", "joyful", "cheerful", "开心", "快乐", "高兴"), "cream"),
    (("angry", "furious", "愤怒", "生气"), "sunset orange"),
    (("sleepy", "dreamy", "calm", "困", "安静", "梦"), "lavender"),
    (("cute", "lovely", "romantic", "可爱", "浪漫"), "pale pink"),
)
"""Words for a mood, and the background of a scene without surroundings."""

_AFTER = re.compile(r"(?:天|地|里|边|时|时候|晚|上|中)*$")


def names_any(text: str, words: Sequence[str]) -> bool:
    """Return whether a text contains one of some words: English ones as whole words, Chinese ones anywhere."""
    own = set(re.findall(r"[a-z]+", text.lower()))
    return any((word in own) if word.isascii() else (word in text) for word in words)


def names_surrounding(piece: str) -> bool:
    """Return whether a piece ends in a word for surroundings, in Chinese before particles of place and time."""
    words = piece.lower().split()
    bare = _AFTER.sub("", piece) or piece
    return any(
        (word == words[-1]) if word.isascii() else (piece.endswith(word) or bare.endswith(word))
        for surrounding in SURROUNDINGS
        for word in surrounding.words
    )
