"""A Brief without a language model: the person's own words, matched with what the model knows, and a few rules for settings."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ganvas.language.bridge import shortened
from ganvas.language.embed import Encodes
from ganvas.language.lexicon import Lexicon
from ganvas.vocabulary.brief import Background, Brief, Element, Place, Size

WHOLE = 0.72
"""Cosine from which an idea as a whole is something the model knows, and is drawn alone."""

PART = 0.55
"""Cosine from which a part of an idea is something the model knows."""

_JOINTS = re.compile(
    r"\b(?:in|on|at|under|over|with|and|by|near|beside|behind|during|among|through|of|for|to|from)\b|[,.;:!?，。；：！？、]"
    r"|(?:里面|里|在|和|与|的|跟|旁边|上面|下面|上|下|中)",
    re.IGNORECASE,
)
_OPENERS = re.compile(
    r"^(?:(?:a|an|the|some|my|his|her|its|their|your|one|two|three)\s+|[一两二三几][只个条朵颗匹头位辆座本张])", re.IGNORECASE
)
_PRONOUNS = frozenset("he she it they him her them his its their i me my you 他 她 它 他们 她们 它们 我 你".split())
_CJK = re.compile(r"[\u3400-\u9fff]")


class Setting(NamedTuple):
    """Words that name no thing but a time, a weather, a place; what stands for it, and its colour."""

    words: tuple[str, ...]
    companions: tuple[str, ...]
    background: Background


SETTINGS = (
    Setting(("spring", "blossom", "春"), ("cherry blossom", "seedling"), "pale green"),
    Setting(("summer", "sunny", "夏", "晴"), ("sun",), "sky blue"),
    Setting(("autumn", "fall", "秋"), ("fallen leaf", "maple leaf"), "sand"),
    Setting(("winter", "snow", "snowy", "冬", "雪"), ("snowflake", "evergreen tree"), "lavender"),
    Setting(("night", "midnight", "moonlight", "夜", "晚上", "月光"), ("full moon", "star"), "night blue"),
    Setting(("rain", "rainy", "storm", "雨"), ("cloud with rain",), "grey"),
    Setting(("sea", "ocean", "beach", "海"), ("water wave",), "sky blue"),
    Setting(("forest", "woods", "森林", "树林"), ("evergreen tree", "deciduous tree"), "pale green"),
    Setting(("garden", "meadow", "花园", "草地"), ("tulip", "seedling"), "pale green"),
    Setting(("desert", "沙漠"), ("cactus",), "sand"),
    Setting(("space", "universe", "太空", "宇宙"), ("ringed planet", "star"), "night blue"),
    Setting(("party", "birthday", "生日", "派对"), ("balloon", "party popper"), "pale pink"),
    Setting(("sunset", "dusk", "evening", "黄昏", "日落"), ("sun",), "sunset orange"),
    Setting(("sky", "天空"), ("cloud",), "sky blue"),
)
_ALONE = ("lonely", "alone", "small", "little", "tiny", "孤独", "孤单", "小小")
_COMPANION_PLACES: tuple[Place, ...] = ("top right", "top left", "bottom right")


def parts(idea: str) -> list[str]:
    """Split an idea where its things meet: at prepositions, commas and particles; measure words and articles fall away."""
    found: list[str] = []
    for piece in _JOINTS.split(idea):
        bare = _OPENERS.sub("", piece.strip()).strip()
        if bare and bare.lower() not in _PRONOUNS and bare not in found:
            found.append(bare[:80])
    return found[:12]


def setting_of(idea: str) -> Setting | None:
    """Find the first setting that an idea names, in English by whole words, in Chinese by characters."""
    words = set(re.findall(r"[a-z]+", idea.lower()))
    for setting in SETTINGS:
        if any((word in words) if word.isascii() else (word in idea) for word in setting.words):
            return setting
    return None


def write_brief(idea: str, *, lexicon: Lexicon, encoder: Encodes) -> Brief:
    """Write a scene from the person's words: what the model knows of them, in the setting they name.

    An idea that the model knows as a whole is drawn alone. Otherwise its known parts become elements, the first of them (in
    Chinese the last, where the noun stands) the subject; nothing known at all leaves the words themselves.
    """
    setting = setting_of(idea)
    pieces = parts(idea)
    matches = lexicon.nearest(encoder.encode([idea[:200], *pieces]), count=1)
    whole, best = matches[0][0]
    if best >= WHOLE and (setting is None or len(pieces) < 2):
        return Brief(elements=(Element(caption=whole, size="full"),), background="white")

    named = setting.words if setting else ()
    things: list[str] = []
    for piece, match in zip(pieces, matches[1:], strict=True):
        phrase, cosine = match[0]
        if cosine >= PART and phrase not in things and not any(word in piece.lower() for word in named):
            things.append(phrase)
    if not things and best >= PART:
        things = [whole]
    if not things and setting is not None:
        things = [thing for thing in setting.companions if thing in lexicon.names][:1]
    if not things:
        return Brief(
            elements=(Element(caption=shortened(idea) or "something", size="full"),),
            background=setting.background if setting else "white",
        )
    if _CJK.search(idea):
        things.reverse()
    return arrange(things, setting=setting, alone=any(word in idea.lower() for word in _ALONE), lexicon=lexicon)


def arrange(things: Sequence[str], *, setting: Setting | None, alone: bool, lexicon: Lexicon) -> Brief:
    """Place a subject and its companions: the subject low and in front, companions around it, smaller."""
    known = set(lexicon.names)
    companions = [*things[1:], *(thing for thing in (setting.companions if setting else ()) if thing in known)]
    companions = [thing for thing in companions if thing != things[0]][:3]
    if not companions:
        size: Size = "large" if alone else "full"
        subject = Element(caption=things[0], size=size, place="centre")
    else:
        subject = Element(caption=things[0], size="medium" if alone else "large", place="bottom" if alone else "bottom left")
    rest = [
        Element(caption=thing, size="medium" if number == 0 else "small", place=place)
        for number, (thing, place) in enumerate(zip(companions, _COMPANION_PLACES, strict=False))
    ]
    return Brief(elements=(subject, *rest), background=setting.background if setting else "white")
