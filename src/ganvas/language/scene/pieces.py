# ruff: noqa: E501 (rows of words, some of them wide)
"""An idea in pieces: the words for each of its things, how many there are, and what stands between them."""

import re
from dataclasses import dataclass

from ganvas.language.scene.attributes import MEASURES, SPACED_NUMBERS, count_of
from ganvas.language.scene.everyday import EVERYDAY
from ganvas.language.scene.relation_words import ACT, SIGN, mark_relations, relation_of
from ganvas.language.text.lexicon import Lexicon, fold_text

MAX_PIECES = 24
SEVERAL = 3
"""How many of a thing a plural means."""
_PAIRS = frozenset(
    "glasses sunglasses scissors jeans shorts trousers pants goggles binoculars clothes waves woods mountains fireworks headphones socks shoes".split()
)

CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
JOINTS = re.compile(
    r"\b(?:in|on|at|under|beneath|over|above|below|with|and|by|near|next|beside|behind|inside|during|among|through|for|to|from|into|around"
    r"|is|are|that|who|which|while|eat(?:s|ing)|drink(?:s|ing)|rid(?:es|ing)|hold(?:s|ing)|wear(?:s|ing)|driv(?:es|ing)"
    r"|read(?:s|ing)|watch(?:es|ing)|chas(?:es|ing)|carr(?:ies|ying)|play(?:s|ing)|hug(?:s|ging)|flying|sitting|standing|sleeping|running|dancing"
    r"|et|avec|sous|sur|dans|qui|und|mit|unter|auf|neben|y|con|bajo|sobre|junto|que|e|sotto|sopra|accanto|com|sob|ao|en|onder|naast|met"
    r"|i|z|pod|obok|ve|ile|и|с|со|под|на|над|рядом)\b|[,.;:!?，。；：！？、\s]*[,.;:!?，。；：！？、]"
    r"|里面|里|正在|在|和|与|以及|还有|跟|旁边|上面|下面|[上下中](?=的|有|$)|有|是|吃着?|喝着?|骑着|骑(?![士手兵车行])|追着?|坐着?|抱着|拿着?|戴着?|穿着?|打着?"
    r"|(?<=[\u3041-\u30ff\u3400-\u9fff])(?:の下の?|の上の?|の中の?|の隣の?|に乗った|を食べる|で遊ぶ)|(?<=[\u30a1-\u30ff\u3400-\u9fff])[とがは]"
    r"|(?<=[가-힣])(?:와|과|이랑|랑|하고)\s|아래의?|위의?(?=\s)|옆의?(?=\s)|(?<=\s)و(?=ال)|(?<=[\u0e00-\u0e7f])(?:และ|กับ)",
    re.IGNORECASE,
)
"""What parts two things without saying how they relate."""

_PARTED = re.compile(f"(?:{SIGN.pattern})|(?:{JOINTS.pattern})", re.IGNORECASE)
_OPENERS = re.compile(
    rf"^(?:(?:an?|the|my|his|her|its|their|your|our|this|that|one|some|{SPACED_NUMBERS})\b\s*(?:of\b\s*)?"
    r"|(?:un|une|le|la|les|des|el|los|las|una|unos|unas|der|das|den|dem|die|einen?|eine[mrs]?|il|lo|gli|um|uma|os|as|het|een|mein[e]?|mi|mon|ma)\b\s*|[ld]['’])+"
    rf"|^(?:[一两二三四五六七八九十几这那][{MEASURES}]|[只个])(?=.)|^一?[对双群](?=..)|^(?:许多|很多|一群)|^[一二三四五六七八九十\d][匹羽頭個本枚台人つ]の"
    r"|^(?:我的|他的|她的|一位|一名)",
    re.IGNORECASE,
)
_PRONOUNS = frozenset("he she it they him them i me you we us 他 她 它 他们 她们 它们 我 你 我们".split())
_PRIVATE = 0xE000  # first private-use character; each stands for one known phrase that contains a joint

_SAYS = re.compile("[^\\W_]|[\ue000-\ue0ff\U0001f000-\U0001faff]")
"""What a piece needs so that it names something: a letter, a digit, a masked phrase or an emoji, of which some have no name here."""


@dataclass(frozen=True)
class Piece:
    """A thing's own words, its count, and what stands before it: the name of a relation or of WITH and its like, or nothing."""

    text: str
    count: int
    relation: str = ""


def split_pieces(idea: str, lexicon: Lexicon | None) -> list[Piece]:
    """Split an idea, whose relations are marked, into pieces; "two hearts" count once where the vocabulary has a name for them."""
    found: list[Piece] = []
    start, sign = 0, ""
    for match in [*_PARTED.finditer(idea), None]:
        piece = _piece(idea[start : match.start() if match else len(idea)], lexicon)
        if piece and (sign or piece[0] not in {one.text for one in found}):  # what is said twice is there once
            found.append(Piece(*piece, sign if found else ""))
            sign = ""
        if match is None:
            break
        start = match.end()
        if SIGN.fullmatch(match[0]):
            sign = relation_of(match[0])
    return found[:MAX_PIECES]


def _piece(whole: str, lexicon: Lexicon | None) -> tuple[str, int] | None:
    """Return a piece without what opens it, and the count that this says. None where nothing is left."""
    piece = whole.strip().removeprefix("的").removesuffix("的").strip()
    if lexicon and fold_text(piece) in lexicon.name_by_phrase:
        return piece, _plural(piece, lexicon)
    bare = _OPENERS.sub("", piece).strip()
    opener = piece[: len(piece) - len(bare)]
    if not bare or fold_text(bare) in _PRONOUNS or _OPENERS.fullmatch(bare) or not _SAYS.search(bare):
        return None
    count = count_of(opener, spaced=not CJK.search(opener))
    return bare[:80], count if count > 1 or re.search(r"\b(?:an?|one|this|that)\b", opener) else _plural(bare, lexicon)


def _plural(piece: str, lexicon: Lexicon | None) -> int:
    """Return SEVERAL for an English plural, which says no number, of what the vocabulary has in the singular, else 1."""
    word = piece.lower().split()[-1]
    if lexicon is None or not word.isascii() or not word.endswith("s") or word.endswith(("ss", "us")) or word in _PAIRS:
        return 1
    names = lexicon.spoken
    return SEVERAL if word not in names and (word[:-1] in names or word[:-2] in names or lexicon.things_tagged(word[:-1])) else 1


def mask_phrases(idea: str, lexicon: Lexicon) -> tuple[str, dict[str, str]]:
    """Replace each known phrase that would be split ("heart on fire") by one character."""
    masked: dict[str, str] = {}
    lower = idea.lower()
    if len(lower) != len(idea):  # some letters become longer in lower case, and positions would not match
        idea = lower
    for phrase in sorted((one for one in set(lexicon.phrases) if one.lower() in lower), key=len, reverse=True):
        if ACT.match(phrase) and len(phrase) < len(idea.strip()):
            continue  # "riding a bicycle" is a thing by itself, and of a bear it is what the bear does
        if len(masked) < 16 and (JOINTS.search(phrase) or mark_relations(phrase) != phrase):
            edge = r"(?<![^\W_]){}(?![^\W_])" if phrase.isascii() else "{}"
            character = chr(_PRIVATE + len(masked))
            idea, count = re.subn(edge.format(re.escape(phrase)), character, idea, flags=re.IGNORECASE)
            if count:
                masked[character] = phrase
    return idea, masked


def known_spans(idea: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Return where an idea names known things, from and to."""
    lower, found = idea.lower(), list[tuple[int, int]]()
    if len(lower) != len(idea):
        return found
    for phrase in {one.lower() for one in (*lexicon.phrases, *EVERYDAY) if one.lower() in lower}:
        edge = r"(?<![^\W_]){}s?(?![^\W_])" if phrase.isascii() else "{}"
        found += [match.span() for match in re.finditer(edge.format(re.escape(phrase)), lower)]
    return found


def split_parts(idea: str) -> list[str]:
    """Split an idea at prepositions, verbs, commas and particles; measure words and articles are removed."""
    return [piece.text for piece in split_pieces(mark_relations(idea), None)]
