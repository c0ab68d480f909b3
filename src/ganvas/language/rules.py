"""A Brief without a language model: the person's own words, matched with what the model knows, and a few rules for settings."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ganvas.language.bridge import shortened
from ganvas.language.embed import Encodes
from ganvas.language.lexicon import Lexicon, folded
from ganvas.vocabulary.brief import Background, Brief, Element, Place, Size

SURE = 0.80
"""Cosine from which words that are not in the vocabulary mean a thing that is: "perro" is a dog, "小熊" a bear."""

PART = 0.55
"""Cosine from which words name some thing at all; between PART and SURE they are the caption themselves."""

MOST = 4
"""Elements of a scene."""

_JOINTS = re.compile(
    r"\b(?:in|on|at|under|over|above|below|with|and|by|near|beside|behind|inside|during|among|through|for|to|from|into|around"
    r"|is|are|that|who|which|while|eat(?:s|ing)|drink(?:s|ing)|rid(?:es|ing)|hold(?:s|ing)|wear(?:s|ing)|driv(?:es|ing)"
    r"|read(?:s|ing)|watch(?:es|ing)|chas(?:es|ing)|carr(?:ies|ying)|play(?:s|ing)|hug(?:s|ging))\b|[,.;:!?，。；：！？、\s]*[,.;:!?，。；：！？、]"
    r"|里面|里|正在|在|和|与|以及|跟|旁边|上面|下面|[上下中](?=的|有|$)|有|是|吃着?|喝着?|骑着?|抱着|拿着?|戴着?|穿着?|打着?",
    re.IGNORECASE,
)
_ACTING_ON = re.compile(r"(?:吃|喝|骑|抱|拿|戴|穿|打)着?([^的，。、]{1,6})的")
_OPENERS = re.compile(
    r"^(?:(?:a|an|the|some|my|his|her|its|their|your|our|this|that|one|two|three)\b\s*)+"
    r"|^(?:[一两二三几这那]?[只个条朵颗匹头位辆座本张杯块艘])(?=.)",
    re.IGNORECASE,
)
_PRONOUNS = frozenset("he she it they him them i me you we us 他 她 它 他们 她们 它们 我 你 我们".split())
_CJK = re.compile(r"[\u3400-\u9fff]")
_PRIVATE = 0xE000  # first of the characters that no text uses: each stands for one known phrase that holds a joint


class Setting(NamedTuple):
    """Words that name no thing but a time, a weather, a place; what stands for it, and its colour."""

    words: tuple[str, ...]
    companions: tuple[str, ...]
    background: Background


SETTINGS = (
    Setting(("spring", "springtime", "春天", "春"), ("cherry blossom", "seedling"), "pale green"),
    Setting(("autumn", "fall", "秋天", "秋"), ("fallen leaf", "maple leaf"), "sand"),
    Setting(("winter", "snow", "snowy", "冬天", "冬", "雪地", "下雪", "雪"), ("snowflake", "evergreen tree"), "lavender"),
    Setting(("night", "midnight", "moonlight", "夜晚", "夜里", "夜", "晚上", "月光"), ("full moon", "star"), "night blue"),
    Setting(("rain", "rainy", "storm", "stormy", "下雨", "雨天", "雨", "暴风雨"), ("cloud with rain",), "grey"),
    Setting(("forest", "woods", "jungle", "森林", "树林"), ("evergreen tree", "deciduous tree"), "pale green"),
    Setting(("garden", "meadow", "花园", "草地"), ("tulip", "seedling"), "pale green"),
    Setting(("desert", "沙漠"), ("cactus",), "sand"),
    Setting(("space", "universe", "太空", "宇宙"), ("ringed planet", "star"), "night blue"),
    Setting(("sea", "ocean", "beach", "seaside", "大海", "海边", "海滩", "海"), ("water wave",), "sky blue"),
    Setting(("party", "birthday", "生日", "派对"), ("balloon", "party popper"), "pale pink"),
    Setting(("halloween", "万圣节"), ("bat", "full moon"), "sunset orange"),
    Setting(("christmas", "xmas", "圣诞节", "圣诞"), ("Christmas tree", "snowflake"), "lavender"),
    Setting(("sunset", "dusk", "evening", "黄昏", "日落", "傍晚"), ("sun",), "sunset orange"),
    Setting(("summer", "sunny", "夏天", "夏", "晴天"), ("sun",), "sky blue"),
    Setting(("sky", "天空"), ("cloud",), "sky blue"),
)
MOODS: tuple[tuple[tuple[str, ...], Background], ...] = (
    (("lonely", "alone", "sad", "孤独", "孤单", "寂寞", "悲伤", "难过"), "grey"),
    (("happy", "joyful", "cheerful", "开心", "快乐", "高兴"), "cream"),
    (("angry", "furious", "愤怒", "生气"), "sunset orange"),
    (("sleepy", "dreamy", "calm", "困", "安静", "梦"), "lavender"),
    (("cute", "lovely", "romantic", "可爱", "浪漫"), "pale pink"),
)
"""Words for a mood and the colour it gives to a scene without a setting."""

_ALONE = ("lonely", "alone", "small", "little", "tiny", "孤独", "孤单", "寂寞", "小小")
_AFTER = re.compile(r"(?:天|地|里|边|时|时候|晚|上|中)*$")


class Reading(NamedTuple):
    """What the rules make of an idea. things: captions, the subject first. found: they are things, not merely the words."""

    things: tuple[str, ...]
    found: bool
    companions: tuple[str, ...]
    setting: Setting | None
    mood: Background | None
    alone: bool


def names_any(text: str, words: Sequence[str]) -> bool:
    """Say whether a text holds one of some words: English ones whole, Chinese ones as they stand."""
    own = set(re.findall(r"[a-z]+", text.lower()))
    return any((word in own) if word.isascii() else (word in text) for word in words)


def read(idea: str, *, lexicon: Lexicon, encoder: Encodes) -> Reading:
    """Find in an idea the things it names, in the order of their weight, and the setting and mood it names."""
    idea = "".join(letter for letter in idea[:400] if not "\ue000" <= letter <= "\uf8ff")
    masked, held = _masked(idea, lexicon)
    pieces = parts(masked)
    ends = [_ending(piece, lexicon, held) for piece in pieces]
    scenes = [_names_setting(piece) for piece in pieces]
    spoken = ["".join(held.get(letter, letter) for letter in piece) for piece in pieces]
    nouns = [piece.rpartition("的")[2] or piece for piece in spoken]  # the encoder takes a sad cat for a happy one
    matches = lexicon.nearest(encoder.encode(nouns), count=1) if nouns else []
    captions = [_caption(piece, end, *match) for piece, end, match in zip(spoken, ends, matches, strict=True)]

    left = masked
    for end, scene in zip(ends, scenes, strict=True):
        left = left.replace(end.surface, " ") if end and not scene else left
    setting = next((one for one in SETTINGS if names_any(left, one.words)), None)
    companions = tuple(thing for thing in setting.companions if thing in lexicon.names) if setting else ()
    mood: Background | None = next((colour for words, colour in MOODS if names_any(idea, words)), None)
    alone = names_any(idea, _ALONE)

    tail = re.split("[的有]", masked)[-1]
    front = sorted(range(len(pieces)), key=lambda place: _CJK.search(idea) is not None and pieces[place] not in tail)
    things = [caption for place in front if (caption := captions[place]) and not scenes[place]]
    if not things and len(pieces) == 1 and ends[0]:  # the setting is itself a thing that can be drawn: a sunset
        things, companions = [ends[0].name], ()
    found = bool(things or companions)
    things = things or list(companions[:1]) or [shortened(idea) or "something"]
    return Reading(tuple(dict.fromkeys(things))[:MOST], found, companions, setting, mood, alone)


def write_brief(idea: str, *, lexicon: Lexicon, encoder: Encodes) -> Brief:
    """Write a scene from the person's words: what the model knows of them, in the setting they name.

    A thing that is in the vocabulary is called as the model calls it, any other by the person's own words. Without a setting, a
    thing alone fills the picture; nothing known at all leaves the words themselves.
    """
    reading = read(idea, lexicon=lexicon, encoder=encoder)
    subject, *beside = reading.things
    background = reading.setting.background if reading.setting else reading.mood or "white"
    size: Size = "medium" if reading.alone else "full"
    return arrange(subject, beside=beside, around=reading.companions, size=size, background=background)


def arrange(subject: str, *, beside: Sequence[str], around: Sequence[str], size: Size, background: Background) -> Brief:
    """Place a scene: the subject low, other things beside it, what shows the setting above and around, smaller."""
    beside = [thing for thing in dict.fromkeys(beside) if thing != subject][: MOST - 1]
    around = [thing for thing in dict.fromkeys(around) if thing not in (subject, *beside)][: MOST - 1 - len(beside)]
    if not beside and not around:
        return Brief(elements=(Element(caption=subject, size=size),), background=background)
    low: Iterator[Place] = iter(("bottom right", "right", "left"))
    high: Iterator[Place] = iter(("top right", "top left", "bottom right"))
    first = Element(caption=subject, size="large" if size == "full" else size, place="bottom left" if beside else "bottom")
    others = [Element(caption=thing, size="medium", place=next(low)) for thing in beside]
    others += [
        Element(caption=thing, size="small" if number or beside else "medium", place=next(high))
        for number, thing in enumerate(around)
    ]
    return Brief(elements=(first, *others), background=background)


def parts(idea: str) -> list[str]:
    """Split an idea where its things meet: at prepositions, verbs, commas and particles; measure words and articles fall away."""
    found: list[str] = []
    for piece in _JOINTS.split(_ACTING_ON.sub(r"，\1，", idea)):
        bare = _OPENERS.sub("", piece.strip().removeprefix("的")).strip()
        if bare and folded(bare) not in _PRONOUNS and bare not in found and not _OPENERS.fullmatch(bare):
            found.append(bare[:80])
    return found[:12]


class _End(NamedTuple):
    """The thing that the end of some words names outright, and the words that do."""

    name: str
    surface: str


def _masked(idea: str, lexicon: Lexicon) -> tuple[str, dict[str, str]]:
    """Put one character in the place of each known phrase that holds a joint ("heart on fire"), so that it is not split."""
    held: dict[str, str] = {}
    lower = idea.lower()
    if len(lower) != len(idea):  # rare letters grow when lowered, and places would no longer agree
        idea = lower
    for phrase in sorted((one for one in set(lexicon.phrases) if one.lower() in lower), key=len, reverse=True):
        if _JOINTS.search(phrase) and len(held) < 16:
            edge = r"(?<![^\W_]){}(?![^\W_])" if phrase.isascii() else "{}"
            character = chr(_PRIVATE + len(held))
            idea, count = re.subn(edge.format(re.escape(phrase)), character, idea, flags=re.IGNORECASE)
            if count:
                held[character] = phrase
    return idea, held


def _ending(piece: str, lexicon: Lexicon, held: dict[str, str]) -> _End | None:
    """Find the longest known phrase that ends a piece: there the noun stands, in English and in Chinese."""
    if piece[-1] in held:
        phrase = held[piece[-1]]
        return _End(lexicon.names[lexicon.phrases.index(phrase)], piece[-1])
    if (fold := folded(piece)) in lexicon.said:
        return _End(lexicon.said[fold], piece)
    if _CJK.match(piece[-1]):
        head = piece.rpartition("的")[2]
        for start in range(len(head)):
            tail = head[start:]
            if (start == 0 or len(tail) > 1) and tail in lexicon.said:  # one character within a word says little: 企鹅 is no 鹅
                return _End(lexicon.said[tail], tail)
        return None
    words = piece.split()
    for last in (len(words), len(words) - 1) if words[-1].lower().endswith("ing") else (len(words),):
        for start in range(last):
            surface = " ".join(words[start:last])
            if (fold := folded(surface)) and fold in lexicon.said:
                return _End(lexicon.said[fold], surface)
    return None


def _caption(piece: str, end: _End | None, nearest: tuple[str, float]) -> str | None:
    """Choose what a piece is called: as the model calls it, else by its own words, or not at all."""
    name, cosine = nearest
    if end is not None or cosine >= SURE:
        return end.name if end else name
    return shortened(piece) if cosine >= PART else None


def _names_setting(piece: str) -> bool:
    """Say whether a piece names a setting by its last word, in Chinese before particles of place and time."""
    words = piece.lower().split()
    bare = _AFTER.sub("", piece) or piece
    return any(
        (word == words[-1]) if word.isascii() else (piece.endswith(word) or bare.endswith(word))
        for setting in SETTINGS
        for word in setting.words
    )
