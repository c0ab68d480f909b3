# ruff: noqa: E501 (rows of words, some of them wide)
"""The things of a vocabulary that the pieces of an idea name: by their names, their tags, or the nearest meaning."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ganvas.language.scene.attributes import pose_in, size_in, without_pose, without_size
from ganvas.language.scene.bridge import shortened
from ganvas.language.scene.everyday import EVERYDAY
from ganvas.language.scene.hybrids import is_first
from ganvas.language.scene.nouns import NOUNS, english_of
from ganvas.language.scene.pieces import CJK, JOINTS
from ganvas.language.scene.surroundings import names_surrounding
from ganvas.language.text.colours import SIGNS, colour_in, painted
from ganvas.language.text.embed import TextEncoder
from ganvas.language.text.lexicon import Lexicon, fold_text
from ganvas.vocabulary.brief import Colour, Pose, Size

SURE = 0.87
"""Cosine from which words outside the vocabulary mean a thing in it: "perro" is a dog, and a windmill no wind chime."""

NEAR = 0.80
"""Cosine from which the nearest thing is drawn under its own name; below, the words are the condition as they are."""

FAR = 0.75
"""Cosine below which the nearest thing is another thing: it is not drawn where anything else is."""

OWN_SCORE = 0.84
"""Score, by names and sense, from which a word that is a tag means one of the things that have it: a car is an automobile."""

HINTED_SCORE = 1.0
"""Score, by names and sense, from which words mean a thing whose tag they contain."""

LONG_TAG = 4
"""Letters from which a tag that a single thing has means that thing."""

_MEASURED = re.compile(
    r"^(?:cup|mug|glass|slice|piece|plate|bottle|bunch|pair|pile|bouquet|box|bag|jar|tasse|glas|taza|vaso|verre|pile) (?:of|de|d['’]) ?",
    re.IGNORECASE,
)
_ACT = re.compile(
    r"(?<=\w)\s+(?:(?:is|are) )?(?:\w{2,}ing|\w{2,}[ai]e?ndo|asleep|awake|qui \w+|(?:schl[aä]f|tanz|spring|l[aä]uf|flieg|sitz|sing|spiel|lach|wein|schwimm)(?:en|t))\b.*$|(?<=\w)\s+\w{3,}ed(?: up| out| down| over)?$",
    re.IGNORECASE,
)
"""What a thing does, after its name: in English, Spanish, Portuguese, Italian and French."""
_NAME = re.compile(r"^[A-Z][a-zé'’-]+(?: (?:[A-Z]\.|de|van|von|[A-Z][a-zé'’-]+)){1,3}$")


class Named(NamedTuple):
    """What a piece names. words: its own. cosine: how near the thing is to them, 1 where it is called so.

    guessed: the words may mean something else.
    """

    caption: str
    words: str
    size: Size | None = None
    pose: Pose = "upright"
    colour: Colour | None = None
    nearest: str = ""
    cosine: float = 1.0
    guessed: bool = False

    @property
    def sure(self) -> bool:
        """Whether the thing is what the words mean."""
        return not self.guessed


class End(NamedTuple):
    """The thing that the last words of a piece name, and these words."""

    name: str
    surface: str


def name_pieces(pieces: Sequence[str], *, masked: Mapping[str, str], lexicon: Lexicon, encoder: TextEncoder) -> list[Named]:
    """Name the things that pieces of an idea mean. masked: phrases of which a piece has only a sign."""
    pieces = [_without_act(piece, lexicon, masked) for piece in pieces]
    ends = [find_end(without_pose(piece).strip() or piece, lexicon, masked) for piece in pieces]
    texts = ["".join(masked.get(letter, letter) for letter in piece) for piece in pieces]
    others = [_bare(text) for text, end in zip(texts, ends, strict=True) if end is None]
    vectors = dict(zip(others, encoder.encode(others), strict=True)) if others else {}
    found: list[Named] = []
    for text, end in zip(texts, ends, strict=True):
        if (bare := _bare(text).lower()) in EVERYDAY and EVERYDAY[bare] in lexicon.names:
            end = End(EVERYDAY[bare], text[-len(bare) :])
        pose, words = pose_in(text), without_pose(text).strip() or text
        if end is None:
            near = _nearest(words, vectors[_bare(text)], lexicon)
            colour = _own_colour(near.caption, words) if near.caption in lexicon.names else near.colour
            found.append(near._replace(pose=pose, colour=colour))
            continue
        rest = words.removesuffix(end.surface).strip() if words.endswith(end.surface) else words.replace(end.surface, " ").strip()
        caption = _coloured(_mixed(end.name, without_size(rest), lexicon), rest, lexicon)
        found.append(Named(caption, words, size_in(rest) if rest else None, pose, _own_colour(caption, words), end.name))
    return found


def _without_act(piece: str, lexicon: Lexicon, masked: Mapping[str, str]) -> str:
    """Leave out what a thing does where the vocabulary has no name for it: a trout jumping out of the lake is a trout."""
    act = _ACT.search(piece)
    if act is None or not act.start() or find_end(piece, lexicon, masked):
        return piece
    return piece[: act.start()].strip() or piece


def _own_colour(caption: str, words: str) -> Colour | None:
    """Return the colour that is in a known name, so that the model is asked for it too: a black cat, 黑猫. None where the words
    name another.
    """
    known, wanted = colour_in(caption), colour_in(words)
    own = known is not None and known[1] and caption.split()[0] == known[0] and (wanted is None or wanted[0] == known[0])
    return known[0] if known and own else None  # pyright: ignore


def _bare(text: str) -> str:
    """Return the words of a piece that say what it is: without pose, size and colour, in Chinese what stands last."""
    text = without_pose(text).strip() or text
    if CJK.search(text):
        text = text.rpartition("的")[2] or text
        text = re.sub(r"^(?:大|小)(?=..)", "", text)
    else:
        text = _MEASURED.sub("", without_size(text) or text) or text
        text = re.sub(r"['’]s$", "", text)
    colour = colour_in(text)
    return colour[1] if colour and colour[1] else text


def _meant(text: str, lexicon: Lexicon) -> str | None:
    """Return what people mean by a common word for many things, where the vocabulary has it."""
    text = text.lower()
    words = (
        [text, *(text[start:] for start in range(len(text))), *((text.removesuffix("s"),))]
        if CJK.search(text)
        else [text, *text.split()[-1:], text.split()[-1].removesuffix("s")]
    )
    meant = next((EVERYDAY[word] for word in words if word in EVERYDAY), None)
    return meant if meant in lexicon.names else None


def _translated(text: str, lexicon: Lexicon) -> str | None:
    """Return the thing that a common noun of another language means. A word that is a tag is read as no inflected noun: a burger
    is not "Burg", a castle.
    """
    english = english_of(text)
    if english is None or (text.lower() not in NOUNS and lexicon.things_tagged(text)):
        return None
    if (fold := fold_text(english)) in lexicon.name_by_phrase:
        return lexicon.name_by_phrase[fold]
    tagged = lexicon.things_tagged(english)
    return EVERYDAY.get(english) if EVERYDAY.get(english) in lexicon.names else next(iter(tagged), None)


def _nearest(words: str, vector: np.ndarray, lexicon: Lexicon) -> Named:
    """Name a piece that ends in no known name: a car is an automobile, a flower one of the flowers; else it is a guess."""
    if not fold_text(words):  # an emoji without a name: a text encoder has one vector for all that it does not know
        return Named(words, words, cosine=0.0, guessed=True)
    bare = _bare(words)
    size = size_in(words.removesuffix(bare)) if bare != words else None
    ((name, cosine),) = lexicon.nearest(vector[np.newaxis], count=1)[0]
    if meant := _meant(bare, lexicon) or _translated(bare, lexicon):
        return Named(_coloured(meant, words, lexicon), words, size, nearest=meant)
    whole, hinted = lexicon.things_tagged(bare), _tagged(bare, lexicon)
    if only := _only(hinted, bare):
        rest = without_size(words).removesuffix(words.split()[-1]).strip()
        return Named(_coloured(_mixed(only, rest, lexicon), rest, lexicon), words, size, nearest=only)
    among = [thing for thing in (*([name] if cosine >= SURE else []), *(whole or hinted)) if not _differs_in_colour(thing, words)]
    colour = colour_in(words)
    among = [thing for thing in among if colour and thing in lexicon.things_tagged(colour[0])] or among
    if among:
        ((best, score),) = lexicon.rank_things(vector, count=1, among=among, named=1.0)
        own = cosine >= SURE or (bool(whole) and score >= OWN_SCORE)
        if own or score >= HINTED_SCORE:
            return Named(
                _coloured(best, words, lexicon), words, size, nearest=best, cosine=1.0 if own else cosine, guessed=not own
            )
    if _NAME.match(words) and "person" in lexicon.names and cosine < SURE:
        return Named("person", words, nearest="person", cosine=cosine, guessed=True)
    caption = _coloured(name, words, lexicon) if cosine >= NEAR else shortened(words)  # the words are the condition
    return Named(caption, words, size, nearest=name, cosine=cosine, guessed=True)


def _mixed(thing: str, words: str, lexicon: Lexicon) -> str:
    """Put the thing that stands right before another in front of it, colours left out: a robot cat.
    A name that has two things in it stays as it is.
    """
    colour = colour_in(words)
    front = colour[1] if colour else words
    tails = [front] if CJK.search(front) else [" ".join(front.split()[start:]) for start in range(len(front.split()))]
    other = next((one for one in tails if is_first(one, lexicon)), None)
    other = lexicon.name_by_phrase[fold_text(other)] if other else thing
    joint = JOINTS.search(thing) or JOINTS.search(other)
    return thing if joint or other == thing else f"{other} {thing}"


def _coloured(thing: str, words: str, lexicon: Lexicon) -> str:
    """Add the colour that a piece names to a thing, unless the thing has it anyway, as a rose is red.

    A name with two things in it gets no colour: a red heart on fire would lose its flames.
    """
    colour = colour_in(words)
    if colour is None or thing in lexicon.things_tagged(colour[0]) or JOINTS.search(thing) or names_surrounding(thing):
        return thing
    return painted(thing, colour[0])


def _differs_in_colour(thing: str, piece: str) -> bool:
    """Return whether thing and piece name different colours: a red flower is no white flower."""
    colour = colour_in(piece)
    return colour is not None and colour[0] not in thing.split() and any(one in thing.split() for one in SIGNS)


def _tagged(piece: str, lexicon: Lexicon) -> list[str]:
    """Return the things that have the last word of a piece as a tag."""
    head = piece.rpartition("的")[2] or piece
    ends = [head[start:] for start in range(len(head))] if CJK.match(piece[-1]) else piece.split()[-1:]
    whole = (end for end in ends if len(end) > 1 or end == head)  # a single character of a word means little
    return next((things for end in whole if (things := lexicon.things_tagged(end))), [])


def _only(things: Sequence[str], piece: str) -> str | None:
    """Return the one thing that has the last word of a piece as a tag, its variants counted once: a nurse is a health worker."""
    if CJK.search(piece) or len(piece.split()[-1]) < LONG_TAG or not things:
        return None
    shortest = min(things, key=len)
    return shortest if all(shortest in thing for thing in things) else None


def find_end(piece: str, lexicon: Lexicon, masked: Mapping[str, str]) -> End | None:
    """Find the longest known phrase at the end of a piece, where the noun is in English and in Chinese."""
    if piece[-1] in masked:
        phrase = masked[piece[-1]]
        return End(lexicon.names[lexicon.phrases.index(phrase)], piece[-1])
    if (fold := fold_text(piece)) in lexicon.name_by_phrase:
        return End(lexicon.name_by_phrase[fold], piece)
    if CJK.match(piece[-1]):
        head = piece.rpartition("的")[2]
        for start in range(len(head)):
            tail = head[start:]
            # a single last character counts after a colour, a size or a thing only: 企鹅 (penguin) is no 鹅 (goose)
            before = head[:start]
            whole = start == 0 or len(tail) > 1 or colour_in(before) or size_in(before) or is_first(before, lexicon)
            if whole and tail in lexicon.name_by_phrase:
                return End(lexicon.name_by_phrase[tail], tail)
        return None
    words = piece.split()
    for last in (len(words), len(words) - 1) if words[-1].lower().endswith("ing") else (len(words),):
        for start in range(last):
            surface = " ".join(words[start:last])
            if (fold := fold_text(surface)) and fold in lexicon.name_by_phrase:
                return End(lexicon.name_by_phrase[fold], surface)
    return None


def describe_unknown(named: Named) -> str:
    """Say that a thing is not known, and what is nearest, if that can be said."""
    nearest = f"; nearest: {named.nearest}, {f'{named.cosine:.2f}'.removeprefix('0')}" if named.nearest else ""
    return f"no {shortened(named.words)[:40]} known{nearest}"
