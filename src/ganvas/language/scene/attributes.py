# ruff: noqa: E501 (rows of words, some of them wide)
"""Words for how a thing is: how many, how large, which way round; and how large things of a kind usually are."""

import re

from ganvas.language.text.lexicon import Lexicon
from ganvas.vocabulary.brief import MAX_COUNT, Pose, Size

_COUNTED = {
    1: "one ein eine einen einer un une uno una um uma een jeden bir один одна 하나 1 一",
    2: "two both pair couple deux zwei dos due dois duas twee два две dwa dwie iki اثنان 2 两 二 双 对 俩 二つ 両",
    3: "three several some trois drei tres tre três drie три trzy üç 3 三 几 数",
    4: "four quatre vier cuatro quattro quatro четыре cztery dört 4 四",
    5: "five many group flock cinq fünf cinco cinque vijf пять pięć beş 5 五 许多 很多 一群 群 たくさん muchos muchas beaucoup viele molti muitos много",
    6: "six sechs seis sei zes шесть sześć altı 6 六",
    7: "seven sept sieben siete sette sete zeven семь siedem yedi 7 七",
    8: "eight huit acht ocho otto oito восемь osiem sekiz 8 八",
    9: "nine ten dozen neuf neun nueve nove negen девять dziewięć dokuz 9 10 九 十",
}
"""Words for numbers; larger numbers count as nine."""
NUMBERS = {word: count for count, words in _COUNTED.items() for word in words.split()}
SPACED_NUMBERS = "|".join(sorted((word for word in NUMBERS if not "\u3040" <= word[0] <= "\u9fff"), key=len, reverse=True))
MEASURES = "只个条朵颗匹头位辆座本张杯块艘根把支棵顶架台件盏片群匹羽頭個枚台人つ本"

_SIZES: tuple[tuple[Size, str, str], ...] = (
    ("giant", "giant|huge|gigantic|enormous|massive|colossal|riesige[nrs]?|gigante[sc]?a?|enorme|énorme|géante?|gigantesco|enorme|огромн\\w+|거대한", "巨大|巨型|超大|巨"),
    ("tiny", "tiny|teeny|minuscule|miniature|winzige[nrs]?|diminut[oa]|minúscul[oa]|minuscule|minuscolo|крошечн\\w+", "微小|迷你|极小|小小"),
    ("large", "big|large|great|tall|groß(?:e[nrms]?)?|große[nrs]?|grande?s?|grosse?|больш\\w+|큰|groot|grote|duży|duża|büyük", "大きな|大きい|大"),
    ("small", "small|little|short|klein(?:e[nrms]?)?|pequeñ[oa]s?|petite?s?|piccol[oa]|pequen[oa]s?|маленьк\\w+|작은|kleine?|mały|mała|küçük", "小さな|小さい|小"),
)  # fmt: skip
_SPACED_SIZES: tuple[tuple[Size, re.Pattern[str]], ...] = tuple(
    (size, re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)) for size, words, _ in _SIZES
)
_POSES: tuple[tuple[Pose, re.Pattern[str]], ...] = (
    ("upside down", re.compile(r"\bupside[ -]down\b|\bon (?:its|his|her) head\b|kopfüber|boca abajo|à l['’]envers|倒立|倒着|颠倒|逆さ", re.IGNORECASE)),
    ("mirrored", re.compile(r"\b(?:mirrored|facing right|turned (?:around|right)|looking right)\b|gespiegelt|镜像|朝右|向右|右向き", re.IGNORECASE)),
)  # fmt: skip
_LARGE = ("place building", "place religious", "transport water", "place geographic")
_SMALL = (
    "animal bug",
    "food",
    "plant flower",
    "light video",
    "book paper",
    "av symbol",
    "clothing",
    "musical instrument",
    "award medal",
    "hand",
    "money",
)
_LARGE_THINGS = frozenset((
    "elephant", "mammoth", "giraffe", "whale", "spouting whale", "sauropod", "T-Rex", "dragon", "castle", "ferris wheel", "fountain", "mountain",
    "volcano", "circus tent", "roller coaster", "airplane", "train", "locomotive", "bed", "couch and lamp", "rainbow", "orca",
))  # fmt: skip
_SMALL_THINGS = frozenset("mouse rat hamster frog snail turtle squirrel chipmunk crab butterfly bird chick ladybug egg balloon key ring crown hat cap ball heart star"
                          " candle cup feather coin gem bell".split())  # fmt: skip


def size_in(words: str) -> Size | None:
    """Return how large some words say that a thing is."""
    for (size, spaced), (_, _, signs) in zip(_SPACED_SIZES, _SIZES, strict=True):
        if spaced.search(words) or re.search(signs, words):
            return size
    return None


def without_size(words: str) -> str:
    """Leave words for sizes out of some words of a spaced script."""
    for _, spaced in _SPACED_SIZES:
        words = spaced.sub(" ", words)
    return " ".join(words.split())


def pose_in(words: str) -> Pose:
    """Return which way round some words say that a thing is."""
    found: list[Pose] = [pose for pose, pattern in _POSES if pattern.search(words)]
    return found[0] if found else "upright"


def without_pose(words: str) -> str:
    """Leave out what `pose_in` reads."""
    for _, pattern in _POSES:
        words = pattern.sub(" ", words)
    return words


def usual_size(thing: str, lexicon: Lexicon) -> Size:
    """Return how large a known thing usually is beside others, by its kind."""
    words = thing.split()
    if "tree" in words or thing in _LARGE_THINGS or any(thing in lexicon.things_tagged(tag) for tag in _LARGE):
        return "large"
    if (words[-1:] and words[-1] in _SMALL_THINGS) or is_kind(thing, _SMALL, lexicon):
        return "small"
    return "medium"


def is_kind(thing: str, kinds: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Return whether a known thing has a tag that is, or begins with, one of some words."""
    return any(thing in lexicon.of_group(kind) for kind in kinds)


def count_of(opener: str, *, spaced: bool) -> int:
    """Return the number that the words before a thing say, 1 to MAX_COUNT."""
    words = re.findall(r"[^\W_]+", opener.lower()) if spaced else [*re.findall(r"许多|很多|一群|たくさん|二つ", opener), *opener]
    return min(max((NUMBERS.get(word, 1) for word in words), default=1), MAX_COUNT)
