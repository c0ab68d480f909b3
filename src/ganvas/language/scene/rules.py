"""A Brief without a language model: the user's words matched with the model's vocabulary, and rules for surroundings."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ganvas.language.scene.arrange import MAX_ELEMENTS, Relation, arrange
from ganvas.language.scene.bridge import shortened
from ganvas.language.scene.hybrids import is_first, joined
from ganvas.language.scene.indirect_ideas import IndirectIdea, find_candidates, split_idea
from ganvas.language.scene.surroundings import MOODS, SURROUNDINGS, Surrounding, names_any, names_surrounding
from ganvas.language.text.colours import SIGNS, colour_in, painted
from ganvas.language.text.embed import TextEncoder
from ganvas.language.text.lexicon import Lexicon, fold_text
from ganvas.vocabulary.brief import Background, Brief, Size

SAME_MEANING = 0.80
"""Cosine from which words outside the vocabulary mean a thing in it: "perro" is a dog, "小熊" a bear."""

NAMES_SOMETHING = 0.55
"""Cosine from which words name a thing at all; below SAME_MEANING they become the caption as they are."""

HINTED_SCORE = 1.0
"""Score, by names and sense, from which words mean a thing whose tag they contain."""

GUESSED_SCORE = 0.6
"""Score from which an idea that names nothing may mean a thing."""

_JOINTS = re.compile(
    r"\b(?:in|on|at|under|beneath|over|above|below|with|and|by|near|next|beside|behind|inside|during|among|through|for|to|from|into|around"
    r"|is|are|that|who|which|while|eat(?:s|ing)|drink(?:s|ing)|rid(?:es|ing)|hold(?:s|ing)|wear(?:s|ing)|driv(?:es|ing)"
    r"|read(?:s|ing)|watch(?:es|ing)|chas(?:es|ing)|carr(?:ies|ying)|play(?:s|ing)|hug(?:s|ging)|flying|sitting|standing"
    r"|et|avec|sous|sur|dans|und|mit|unter|auf|neben|y|con|bajo|sobre|junto|e|sotto|sopra|accanto|com|sob|ao|en|onder|naast|met"
    r"|i|z|pod|obok|ve|ile|и|с|со|под|на|над|рядом)\b|[,.;:!?，。；：！？、\s]*[,.;:!?，。；：！？、]"
    r"|里面|里|正在|在|和|与|以及|还有|跟|旁边|上面|下面|[上下中](?=的|有|$)|有|是|吃着?|喝着?|骑着|骑(?![士手兵车行])|追着?|坐着?|抱着|拿着?|戴着?|穿着?|打着?"
    r"|(?<=[\u3041-\u30ff\u3400-\u9fff])(?:の下の?|の上の?|の中の?|の隣の?|に乗った|を食べる)|(?<=[\u30a1-\u30ff\u3400-\u9fff])と"
    r"|(?<=[가-힣])(?:와|과|이랑|랑|하고)\s|아래의?|위의?(?=\s)|옆의?(?=\s)|(?<=\s)و(?=ال)|(?<=[\u0e00-\u0e7f])(?:และ|กับ)",
    re.IGNORECASE,
)
_UNDER = re.compile(
    r"\b(?:under|beneath|below|sous|unter|bajo|sotto|sob|onder|pod|под)\b|下面|下(?=的|$)|の下|아래", re.IGNORECASE
)
_OVER = re.compile(
    r"\b(?:on|over|above|riding|rides|sur|auf|über|sobre|sopra|op|на|над)\b|上面|上(?=的|$)|骑|の上|に乗|위", re.IGNORECASE
)
_ACTING_ON = re.compile(r"(?:吃|喝|骑|抱|拿|戴|穿|打)着?([^的，。、]{1,6})的")
_COUNTED = {
    2: "two both pair couple deux zwei dos due dois duas twee два две dwa dwie iki 2 两 二 双 对 俩",
    3: "three several some trois drei tres tre três drie три trzy üç 3 三 几",
    4: "four five six seven eight nine ten many quatre vier cuatro quattro quatro четыре cztery dört 4 5 6 7 8 9 10"
    " 四 五 六 七 八 九 十",
}
"""Words for numbers; larger numbers count as four."""

_NUMBERS = {word: count for count, words in _COUNTED.items() for word in words.split()}
_HOW_MANY = "|".join(sorted((word for word in _NUMBERS if not "\u3400" <= word <= "\u9fff"), key=len, reverse=True))
_MEASURES = "只个条朵颗匹头位辆座本张杯块艘根把支棵顶架台件盏片"
_OPENERS = re.compile(
    rf"^(?:(?:an?|the|my|his|her|its|their|your|our|this|that|one|{_HOW_MANY})\b\s*(?:of\b\s*)?"
    r"|(?:un|une|le|la|les|des|el|los|las|una|unos|unas|der|das|den|dem|einen?|eine[mrs]?|il|lo|gli|um|uma|os|as|het|een)\b\s*|[ld]['’])+"
    rf"|^(?:[一两二三四五六七八九十几这那][{_MEASURES}]|[只个])(?=.)|^一?[对双](?=..)|^[一二三四五六七八九十\d][匹羽頭個本枚台人つ]の",
    re.IGNORECASE,
)
_PRONOUNS = frozenset("he she it they him them i me you we us 他 她 它 他们 她们 它们 我 你 我们".split())
_CJK = re.compile(r"[\u3400-\u9fff]")
_PRIVATE = 0xE000  # first private-use character; each stands for one known phrase that contains a joint


_ALONE = ("lonely", "alone", "small", "little", "tiny", "孤独", "孤单", "寂寞", "小小")


class Reading(NamedTuple):
    """The result of reading an idea.

    things: captions, the subject first, repeated as often as counted. found: they are known things, not just the user's words.
    candidates: of an idea that only describes a thing, the things it may mean with scores; the best is the subject.
    """

    things: tuple[str, ...]
    found: bool
    companions: tuple[str, ...]
    surroundings: Surrounding | None
    mood: Background | None
    alone: bool
    relation: Relation = "beside"
    candidates: tuple[tuple[str, float], ...] = ()


def read_idea(idea: str, *, lexicon: Lexicon, encoder: TextEncoder) -> Reading:
    """Find the things that an idea names, most important first, and its surroundings and mood.

    For a description the candidates are looked up in the vocabulary.
    """
    idea = joined("".join(letter for letter in idea[:400] if not "\ue000" <= letter <= "\uf8ff"))
    mood: Background | None = next((colour for words, colour in MOODS if names_any(idea, words)), None)
    named, described = split_idea(idea, lexicon)
    if described is None:
        reading = _named(named, mood=mood, lexicon=lexicon, encoder=encoder)
        guess = (
            ()
            if reading.found
            else tuple(find_candidates(IndirectIdea(idea, (), somebody=True), lexicon=lexicon, encoder=encoder))
        )
        if not guess or not len(lexicon.senses) or guess[0][1] < GUESSED_SCORE:
            return reading
        return reading._replace(things=(guess[0][0],), found=True, candidates=guess)
    candidates = tuple(find_candidates(described, lexicon=lexicon, encoder=encoder))
    beside = _named(named, mood=mood, lexicon=lexicon, encoder=encoder) if named else None
    things = (*(beside.things[: MAX_ELEMENTS - 1] if beside and beside.found else ()), candidates[0][0])
    return Reading(things, True, (), None, mood, names_any(idea, _ALONE), candidates=candidates)


def _named(idea: str, *, mood: Background | None, lexicon: Lexicon, encoder: TextEncoder) -> Reading:
    """Read an idea that names its things."""
    masked, masked_phrases = _masked(idea, lexicon)
    counted = _counted(masked, lexicon)
    pieces = list(counted)
    ends = [_ending(piece, lexicon, masked_phrases) for piece in pieces]
    is_surrounding = [names_surrounding(piece) for piece in pieces]
    texts = ["".join(masked_phrases.get(letter, letter) for letter in piece) for piece in pieces]
    captions = _captions(texts, ends, lexicon=lexicon, encoder=encoder)

    left = masked
    for end, surrounding in zip(ends, is_surrounding, strict=True):
        left = left.replace(end.surface, " ") if end and not surrounding else left
    surroundings = next((one for one in SURROUNDINGS if names_any(left, one.words)), None)
    bare = {end.name for end in ends if end}
    companions = tuple(one for one in surroundings.companions if one in lexicon.names and one not in bare) if surroundings else ()
    alone = names_any(idea, _ALONE)

    tail = re.split("[的有]", masked)[-1]
    front = sorted(range(len(pieces)), key=lambda place: _CJK.search(idea) is not None and pieces[place] not in tail)
    amounts: dict[str, int] = {}
    for place in front:
        if (caption := captions[place]) and not is_surrounding[place]:
            amounts[caption] = max(amounts.get(caption, 0), counted[pieces[place]])
    things = _repeated(amounts)
    if not things and len(pieces) == 1 and ends[0]:  # the surroundings are themselves a thing that can be drawn: a sunset
        things, companions = [ends[0].name], ()
    found = bool(things or companions)
    things = things or list(companions[:1]) or [shortened(idea) or "something"]
    relation: Relation = "under" if _UNDER.search(masked) else "over" if _OVER.search(masked) else "beside"
    return Reading(tuple(things), found, companions, surroundings, mood, alone, relation)


def _captions(texts: Sequence[str], ends: "Sequence[_End | None]", *, lexicon: Lexicon, encoder: TextEncoder) -> list[str | None]:
    """Choose a caption for each piece of an idea: the model's name, else its own words, or none."""
    nouns = [piece.rpartition("的")[2] or piece for piece in texts]  # the encoder confuses a sad cat with a happy one
    vectors = encoder.encode(nouns) if nouns else None
    found: list[str | None] = []
    for number, (piece, end) in enumerate(zip(texts, ends, strict=True)):
        if end is not None:
            rest = piece.replace(end.surface, " ").strip()
            found.append(_coloured(_mixed(end.name, rest, lexicon), rest, lexicon))
            continue
        assert vectors is not None
        found.append(_near_in_colour(piece, vectors[number], lexicon=lexicon, encoder=encoder))
    return found


def _mixed(thing: str, words: str, lexicon: Lexicon) -> str:
    """Put the thing that stands right before another in front of it, colours left out: a robot cat.
    A name that has two things in it stays as it is.
    """
    colour = colour_in(words)
    front = colour[1] if colour else words
    tails = [front] if _CJK.search(front) else [" ".join(front.split()[start:]) for start in range(len(front.split()))]
    other = next((one for one in tails if is_first(one, lexicon)), None)
    other = lexicon.name_by_phrase[fold_text(other)] if other else thing
    joint = _JOINTS.search(thing) or _JOINTS.search(other)
    return thing if joint or other == thing or names_surrounding(thing) else f"{other} {thing}"


def _coloured(thing: str, words: str, lexicon: Lexicon) -> str:
    """Add the colour that a piece names to a thing, unless the thing has it anyway, as a rose is red.

    A name with two things in it gets no colour: a red heart on fire would lose its flames.
    """
    colour = colour_in(words)
    if colour is None or thing in lexicon.things_tagged(colour[0]) or _JOINTS.search(thing):
        return thing
    return painted(thing, colour[0])


def _near_in_colour(piece: str, vector: np.ndarray, *, lexicon: Lexicon, encoder: TextEncoder) -> str | None:
    """Name a piece that ends in no known name by the nearest thing; if a colour prevents that, by the nearest without it."""
    name = _near(piece, vector, lexicon)
    if name in lexicon.things:
        return _coloured(name, piece, lexicon)
    colour, rest = colour_in(piece) or ("", "")
    if not rest:
        return name
    end = _ending(rest, lexicon, {})
    bare = end.name if end else _near(rest, encoder.encode([rest])[0], lexicon)
    if bare not in lexicon.things or _differs_in_colour(bare, colour):
        return name
    return _coloured(bare, colour, lexicon)


def _near(piece: str, vector: np.ndarray, lexicon: Lexicon) -> str | None:
    """Name a piece that ends in no known name: a kitten is a cat, a flower one of the flowers; else by its own words."""
    ((name, cosine),) = lexicon.nearest(vector[np.newaxis], count=1)[0]
    tagged = _tagged(piece, lexicon)
    among = [thing for thing in (*([name] if cosine >= SAME_MEANING else []), *tagged) if not _differs_in_colour(thing, piece)]
    if among:
        ((best, score),) = lexicon.rank_things(vector, count=1, among=among, named=1.0)
        if cosine >= SAME_MEANING or score >= HINTED_SCORE:
            return best
    return shortened(piece) if cosine >= NAMES_SOMETHING or tagged else None


def _differs_in_colour(thing: str, piece: str) -> bool:
    """Return whether thing and piece name different colours: a red flower is no white flower."""
    colours = {colour for colour, sign in SIGNS.items() if names_any(piece, (colour, sign))}
    return bool(colours) and not colours & set(thing.split()) and any(colour in thing.split() for colour in SIGNS)


def _tagged(piece: str, lexicon: Lexicon) -> list[str]:
    """Return the things that have the last word of a piece as a tag."""
    head = piece.rpartition("的")[2] or piece
    ends = [head[start:] for start in range(len(head))] if _CJK.match(piece[-1]) else piece.split()[-1:]
    whole = (end for end in ends if len(end) > 1 or end == head)  # a single character of a word means little
    return next((things for end in whole if (things := lexicon.things_tagged(end))), [])


def _repeated(amounts: Mapping[str, int]) -> list[str]:
    """Repeat each thing as often as it is counted, all at least once, up to MAX_ELEMENTS."""
    names = list(amounts)[:MAX_ELEMENTS]
    room = MAX_ELEMENTS - len(names)
    things: list[str] = []
    for name in names:
        more = min(amounts[name] - 1, room)
        room -= more
        things += [name] * (1 + more)
    return things


def write_brief(idea: str, *, lexicon: Lexicon, encoder: TextEncoder) -> Brief:
    """Write a brief from the user's words: the things that the model knows, in the surroundings that they name.

    Things of the vocabulary get the model's name, others keep the user's words. Without surroundings a single thing fills the
    picture. If nothing is known, the words themselves are the caption.
    """
    return arrange_reading(read_idea(idea, lexicon=lexicon, encoder=encoder))


def arrange_reading(reading: Reading) -> Brief:
    """Lay out the scene of a reading."""
    subject, *beside = reading.things
    background = reading.surroundings.background if reading.surroundings else reading.mood or "white"
    size: Size = "medium" if reading.alone else "full"
    return arrange(subject, beside=beside, around=reading.companions, size=size, background=background, relation=reading.relation)


def split_parts(idea: str) -> list[str]:
    """Split an idea at prepositions, verbs, commas and particles; measure words and articles are removed."""
    return list(_counted(idea, None))


def _counted(idea: str, lexicon: Lexicon | None) -> dict[str, int]:
    """Split an idea into its parts with their counts. "Two hearts" count once where the vocabulary has a name for them."""
    found: dict[str, int] = {}
    for whole in _JOINTS.split(_ACTING_ON.sub(r"，\1，", idea)):
        piece = whole.strip().removeprefix("的").strip()
        if lexicon and fold_text(piece) in lexicon.name_by_phrase:
            bare, count = piece, 1
        else:
            bare = _OPENERS.sub("", piece).strip()
            opener = piece[: len(piece) - len(bare)].lower()
            words = re.findall(r"[^\W_]+", opener) if not _CJK.search(opener) else list(opener)
            count = max((_NUMBERS.get(word, 1) for word in words), default=1)
        if bare and fold_text(bare) not in _PRONOUNS and bare not in found and not _OPENERS.fullmatch(bare):
            found[bare[:80]] = count
    return dict(list(found.items())[:12])


class _End(NamedTuple):
    """The thing that the last words of a piece name, and these words."""

    name: str
    surface: str


def _masked(idea: str, lexicon: Lexicon) -> tuple[str, dict[str, str]]:
    """Replace each known phrase that contains a joint ("heart on fire") by one character, so that it is not split."""
    masked_phrases: dict[str, str] = {}
    lower = idea.lower()
    if len(lower) != len(idea):  # some letters become longer in lower case, and positions would not match
        idea = lower
    for phrase in sorted((one for one in set(lexicon.phrases) if one.lower() in lower), key=len, reverse=True):
        if _JOINTS.search(phrase) and len(masked_phrases) < 16:
            edge = r"(?<![^\W_]){}(?![^\W_])" if phrase.isascii() else "{}"
            character = chr(_PRIVATE + len(masked_phrases))
            idea, count = re.subn(edge.format(re.escape(phrase)), character, idea, flags=re.IGNORECASE)
            if count:
                masked_phrases[character] = phrase
    return idea, masked_phrases


def _ending(piece: str, lexicon: Lexicon, masked_phrases: dict[str, str]) -> _End | None:
    """Find the longest known phrase at the end of a piece, where the noun is in English and in Chinese."""
    if piece[-1] in masked_phrases:
        phrase = masked_phrases[piece[-1]]
        return _End(lexicon.names[lexicon.phrases.index(phrase)], piece[-1])
    if (fold := fold_text(piece)) in lexicon.name_by_phrase:
        return _End(lexicon.name_by_phrase[fold], piece)
    if _CJK.match(piece[-1]):
        head = piece.rpartition("的")[2]
        for start in range(len(head)):
            tail = head[start:]
            # a single last character counts after a colour or a thing only: 企鹅 (penguin) is no 鹅 (goose)
            before = head[:start]
            whole = start == 0 or len(tail) > 1 or colour_in(before) or is_first(before, lexicon)
            if whole and tail in lexicon.name_by_phrase:
                return _End(lexicon.name_by_phrase[tail], tail)
        return None
    words = piece.split()
    for last in (len(words), len(words) - 1) if words[-1].lower().endswith("ing") else (len(words),):
        for start in range(last):
            surface = " ".join(words[start:last])
            if (fold := fold_text(surface)) and fold in lexicon.name_by_phrase:
                return _End(lexicon.name_by_phrase[fold], surface)
    return None
