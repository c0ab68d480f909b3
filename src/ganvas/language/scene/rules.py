# ruff: noqa: E501 (rows of words, some of them wide)
"""A Brief without a language model: the user's words matched with the model's vocabulary, and rules for relations and surroundings."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ganvas.language.scene.arrange import arrange
from ganvas.language.scene.attributes import is_kind, size_in, usual_size
from ganvas.language.scene.bridge import shortened
from ganvas.language.scene.emoji import spell_emoji
from ganvas.language.scene.expressions import Expression, find_expression
from ganvas.language.scene.hybrids import joined
from ganvas.language.scene.indirect_ideas import IndirectIdea, find_candidates, split_idea
from ganvas.language.scene.naming import FAR, Named, describe_unknown, find_end, name_pieces
from ganvas.language.scene.pieces import CJK, SEVERAL, Piece, known_spans, mask_phrases, split_pieces
from ganvas.language.scene.relation_words import SIGN, mark_relations
from ganvas.language.scene.surroundings import MOODS, find_surroundings, names_any
from ganvas.language.scene.ties import ALIVE, LIGHTS, add_tie, share_ties
from ganvas.language.text.colours import colour_in
from ganvas.language.text.embed import TextEncoder
from ganvas.language.text.lexicon import Lexicon
from ganvas.vocabulary.brief import (
    MAX_DRAWN,
    MAX_ELEMENTS,
    MAX_RELATIONS,
    MAX_SCENERY,
    Background,
    Brief,
    Element,
    Ground,
    Sky,
    Tie,
)

SAME_MEANING = 0.80
"""Cosine from which a language model's words mean a thing of the vocabulary."""

GUESSED_SCORE = 0.6
"""Score from which an idea that names nothing may mean a thing."""

MAX_IDEA = 1000
SAID_BRIEFLY = 4
"""Words of an idea up to which surroundings alone are what it means; a longer one describes something in them."""
RING = 6
"""Copies of what is said to be around something, where no number is said."""

SLEEP = "ZZZ"
_ASLEEP = re.compile(
    r"\b(?:asleep|sleeping|sleeps|sleepy|napping|dozing|snoozing|schläft|schlafend\w*|durmiendo|dormid[oa]|duerme|dort|endormie?|dorme|addormentat[oa]|dormindo)\b"
    r"|睡觉|睡着|熟睡|打瞌睡|寝ている|眠っている|眠い|спит|спящ", re.IGNORECASE)  # fmt: skip
_ALONE = ("lonely", "alone", "孤独", "孤单", "寂寞", "孤零零")
_HIGH = ("cloud", "sun", "rainbow")


_MEDIA = (
    re.compile(r"^\s*(?:(?:an?|the|my|our|ein|eine|un|une|una|um|uma)\s+)?(?:(?:cute|small|simple|nice|funny|little)\s+)?(?:logo|icon|emoji|sticker|picture|drawing|painting|photo"
               r"|image|illustration|clip ?art|avatar|poster|banner|sketch|doodle|bild|zeichnung|icono|imagen|dibujo|icône|dessin)s?"
               r"\s+(?:for|of|showing|für|von|de|para|pour)\s+", re.IGNORECASE),
    re.compile(r"(?<=\w )(?:logo|icon|emoji|sticker|clip ?art)s?(?=\s+(?:with|for|of|in)\b|\s*$)", re.IGNORECASE),
    re.compile(r"(?<=.)的?(?:可爱的?|简单的?|小)?(?:图标|标志|徽标|贴纸|表情包?|头像|插画|图片|照片|logo|のアイコン|のイラスト|の絵)$", re.IGNORECASE),
)  # fmt: skip


_FULL_OF = re.compile(
    r"(?:(?P<before>\w)\s+)?(?:(?:in|on|through|across|among)\s+)?(?:an?|the)?\s*\b(?P<place>field|meadow|garden|park|forest|sea|lake|beach|sky|city|room)s? (?:full )?of (?P<things>(?:\w+ )?\w+s)\b",
    re.IGNORECASE,
)
"""A place that is full of things: "a bunny in a field of pink flowers"."""


class Reading(NamedTuple):
    """The result of reading an idea.

    elements, ties: of the scene, the subject first. found: some of them are known things, not just the user's words. guesses: what
    the model has no picture of, for the person. candidates: of an idea that only describes a thing, the things it may mean with
    scores; the best is the subject.
    """

    elements: tuple[Element, ...]
    ties: tuple[Tie, ...] = ()
    found: bool = True
    ground: Ground | None = None
    sky: Sky | None = None
    scenery: tuple[str, ...] = ()
    mood: Background | None = None
    alone: bool = False
    candidates: tuple[tuple[str, float], ...] = ()
    guesses: tuple[Named, ...] = ()

    @property
    def things(self) -> tuple[str, ...]:
        """The captions of the elements."""
        return tuple(element.caption for element in self.elements)

    @property
    def note(self) -> str:
        """What a person reads about things that are not known."""
        return "; ".join(describe_unknown(one) for one in self.guesses[:6])


def read_idea(idea: str, *, lexicon: Lexicon, encoder: TextEncoder) -> Reading:
    """Find the things that an idea names, how they relate, and where and when they are.

    For a description the candidates are looked up in the vocabulary.
    """
    plain = "".join(letter for letter in idea[:MAX_IDEA] if not "\ue000" <= letter <= "\uf8ff")
    idea = _spell_out(joined(_without_medium(spell_emoji(plain, lexicon.name_by_phrase))))
    mood: Background | None = next((colour for words, colour in MOODS if names_any(idea, words)), None)
    if wished := find_expression(idea, known_spans(idea, lexicon)):
        return _read_wish(wished, mood=mood, lexicon=lexicon, encoder=encoder)
    named, described = split_idea(idea, lexicon)
    if described and described.kind and not described.something and _names_its_thing(idea):
        named, described = idea, None
    if described is None:
        reading = _named(named, mood=mood, lexicon=lexicon, encoder=encoder)
        return reading if reading.found else _guessed(idea, reading, lexicon=lexicon, encoder=encoder)
    candidates = tuple(find_candidates(described, lexicon=lexicon, encoder=encoder))
    beside = _named(named, mood=mood, lexicon=lexicon, encoder=encoder) if named else None
    meant = Element(caption=candidates[0][0], size="medium")
    if beside and beside.found:
        return beside._replace(elements=(*beside.elements[: MAX_ELEMENTS - 1], meant), candidates=candidates)
    return Reading((meant,), mood=mood, alone=names_any(idea, _ALONE), candidates=candidates)


def _read_wish(wished: Expression, *, mood: Background | None, lexicon: Lexicon, encoder: TextEncoder) -> Reading:
    """Read an idea with a wish, a feeling or an abstract noun: what shows it, beside the things that the rest names."""
    shown = [Element(caption=one) for one in wished.things if one in lexicon.names]
    rest = _named(wished.left, mood=mood, lexicon=lexicon, encoder=encoder) if wished.left else Reading((), mood=mood)
    own = rest.elements if any(one.caption in lexicon.names for one in rest.elements) and rest.found else ()
    shown = [one for one in shown if one.caption not in {other.caption for other in own}]
    return rest._replace(
        elements=(*own, *shown)[:MAX_ELEMENTS], ties=rest.ties if own else (), found=True, guesses=rest.guesses if own else ()
    )


def _without_medium(idea: str) -> str:
    """Leave out words that say only that a picture is wanted: "a logo for a bakery" is a bakery."""
    for pattern in _MEDIA:
        left = pattern.sub("", idea, count=1).strip()
        idea = left or idea
    return idea


def _spell_out(idea: str) -> str:
    """Say of a place that is full of things that they are several, and in it."""

    def count_and_thing(match: re.Match[str]) -> str:
        before = f"{match['before']} next to " if match["before"] else ""
        return f"{before}five {match['things']} in the {match['place']}"

    return _FULL_OF.sub(count_and_thing, idea)


def _names_its_thing(idea: str) -> bool:
    """Return whether a Chinese noun with words before it is only said to be somewhere, to do something, or to look somehow."""
    if not CJK.search(idea):
        return False
    before = idea.rpartition("的")[0]
    return SIGN.search(mark_relations(idea)) is not None or bool(before and (colour_in(before) or size_in(before)))


def _guessed(idea: str, reading: Reading, *, lexicon: Lexicon, encoder: TextEncoder) -> Reading:
    """Look an idea that names nothing up as a description; what is nearest to its words stays where that finds nothing."""
    described = IndirectIdea(idea, (), somebody=True)
    guess = tuple(find_candidates(described, lexicon=lexicon, encoder=encoder)) if len(lexicon.senses) else ()
    if reading.ground or reading.sky:  # a lighthouse at night is no picture of a night
        guess = tuple(one for one in guess if not _is_place(one[0]))
    if (
        not guess
        or guess[0][1] < GUESSED_SCORE
        or (reading.guesses and reading.guesses[0].cosine >= FAR and len(idea.split()) < 3)
    ):
        return reading
    return reading._replace(elements=(Element(caption=guess[0][0]),), ties=(), candidates=guess)


def _is_place(name: str) -> bool:
    """Say whether a name says where or when something is."""
    around = find_surroundings(name)
    return bool(around.ground or around.sky)


def _named(idea: str, *, mood: Background | None, lexicon: Lexicon, encoder: TextEncoder) -> Reading:
    """Read an idea that names its things."""
    alone = names_any(idea, _ALONE)
    around = find_surroundings(idea, known_spans(idea, lexicon))
    if (
        (around.ground or around.sky)
        and len(split_pieces(mark_relations(idea), lexicon)) == 1
        and find_end(idea.strip(), lexicon, {})
    ):
        left = split_pieces(mark_relations(around.left), lexicon)
        if not any(find_end(piece.text, lexicon, {}) for piece in left):  # surroundings that are a thing themselves: a red sunset
            around = around._replace(ground=None, sky=None, scenery=(), left=idea)
    masked, phrases = mask_phrases(around.left, lexicon)
    pieces = split_pieces(mark_relations(masked), lexicon)
    names = name_pieces([piece.text for piece in pieces], masked=phrases, lexicon=lexicon, encoder=encoder) if pieces else []
    sure = any(one.sure for one in names)
    something = sure or around.ground is not None or around.sky is not None  # is drawn without what is not known
    shown = [number for number, one in enumerate(names) if one.sure or (one.cosine >= FAR if something else number == 0)]
    elements, ties = _elements(pieces, names, shown, lexicon)
    drawn = {one.caption for one in elements}
    if (
        elements
        and SLEEP not in drawn
        and len(elements) < MAX_ELEMENTS
        and _ASLEEP.search(idea)
        and _may_sleep(elements[0], lexicon)
    ):
        elements = (*elements, Element(caption=SLEEP, size="small"))
        ties = (*ties, Tie(subject=1, relation="under", object=len(elements)))[:MAX_RELATIONS]
    guesses = tuple(one for one in names if one.guessed and one.cosine < 1)
    ground, sky = around.ground, around.sky
    if elements and ground is None and sky is None:
        ground, sky = _implied(elements, ties)
    if elements and ground is None and (sky or len(elements) > 1) and _lives_at_sea(elements, ties, lexicon):
        ground = "sea"
    scenery = tuple(one for one in around.scenery if one in lexicon.names)
    riddle = len(idea.split()) > SAID_BRIEFLY or (CJK.search(idea) is not None and len(idea) > 2 * SAID_BRIEFLY)
    found = sure or (bool(around.ground or around.sky) and not riddle)
    elements = elements or _landscape(idea, ground, sky, scenery, lexicon)
    return Reading(elements, ties, found, ground, sky, scenery, mood, alone, guesses=guesses)


def _elements(
    pieces: Sequence[Piece], names: Sequence[Named], shown: Sequence[int], lexicon: Lexicon
) -> tuple[tuple[Element, ...], tuple[Tie, ...]]:
    """Make elements of the pieces that are shown, and ties of what stands between them."""
    places: dict[int, int] = {}
    elements: list[Element] = []
    ties: list[Tie] = []
    drawn = MAX_SCENERY
    for number in shown:
        if len(elements) >= MAX_ELEMENTS or drawn >= MAX_DRAWN:
            break
        named, piece = names[number], pieces[number]
        count = min(piece.count, MAX_DRAWN - drawn)
        size = named.size or usual_size(named.nearest or named.caption, lexicon)
        places[number] = len(elements) + 1
        elements.append(Element(caption=named.caption, size=size, count=count, pose=named.pose, colour=named.colour))
        drawn += count
        before = next((one for one in range(number - 1, -1, -1) if one in places), None)
        if piece.relation and before is not None and len(ties) < MAX_RELATIONS:
            add_tie(ties, elements, names, piece.relation, before=before, number=number, places=places, lexicon=lexicon)
    share_ties(ties, [pieces[number].relation for number in places])
    for tie in ties:
        place = tie.subject - 1
        if tie.relation == "around" and elements[place].count <= SEVERAL and drawn + RING - 1 <= MAX_DRAWN:
            elements[place] = elements[place].model_copy(update={"count": RING, "size": "medium"})
    return tuple(elements), tuple(ties)


def _implied(elements: Sequence[Element], ties: Sequence[Tie]) -> tuple[Ground | None, Sky | None]:
    """Return the ground and sky that things say by themselves: under the moon it is night."""
    captions = [element.caption for element in elements]
    lit = [any(word in caption.split() for word in LIGHTS) for caption in captions]
    if len(elements) < 2:
        return None, None
    if any(lit) and not all(one or any(word in caption for word in _HIGH) for one, caption in zip(lit, captions, strict=True)):
        flies = any(
            word in caption for caption in captions for word in ("rocket", "astronaut", "alien", "saucer", "satellite", "planet")
        )
        on = any(tie.relation in ("on", "in", "looking at") and lit[tie.object - 1] for tie in ties)
        return ("space", None) if flies or (on and any(tie.relation == "on" for tie in ties)) else ("meadow", "night")
    if any(
        tie.relation == "under" and captions[tie.object - 1] in ("sun", "rainbow", "cloud", "cloud with rain") for tie in ties
    ):
        return "meadow", "rain" if "cloud with rain" in captions else "day"
    return None, None


def _may_sleep(element: Element, lexicon: Lexicon) -> bool:
    """Say whether a thing is alive, and the vocabulary has a sign of sleep."""
    return SLEEP in lexicon.names and is_kind(_uncoloured_name(element, lexicon), ALIVE, lexicon)


def _lives_at_sea(elements: Sequence[Element], ties: Sequence[Tie], lexicon: Lexicon) -> bool:
    """Say whether the first thing lives in the sea, or any is a boat, unless it is said to be in or on another one."""
    placed = {tie.subject for tie in ties if tie.relation in ("in", "on")}
    return any(
        number not in placed
        and is_kind(_uncoloured_name(element, lexicon), ("transport water", *(["animal marine"] if number == 1 else [])), lexicon)
        for number, element in enumerate(elements, start=1)
    )


def _uncoloured_name(element: Element, lexicon: Lexicon) -> str:
    """Return the name of an element without its colour."""
    colour = None if element.caption in lexicon.names else colour_in(element.caption)
    return colour[1] if colour else element.caption


def _landscape(
    idea: str, ground: Ground | None, sky: Sky | None, scenery: Sequence[str], lexicon: Lexicon
) -> tuple[Element, ...]:
    """Return the element of an idea that names surroundings and no thing, or nothing at all."""
    from ganvas.vocabulary.grounds import GROUNDS, SKIES

    own = [
        *(("sailboat",) if ground == "sea" else ()),
        *scenery,
        *(GROUNDS[ground].scenery if ground and ground != "none" else ()),
        *(SKIES[sky].scenery if sky else ()),
    ]
    own = [one for one in own if one in lexicon.names]
    return (Element(caption=own[0] if own else shortened(idea) or "something"),)


def write_brief(idea: str, *, lexicon: Lexicon, encoder: TextEncoder) -> Brief:
    """Write a brief from the user's words: the things that the model knows, as they relate, in the surroundings that they name.

    Things of the vocabulary get the model's name, others that of the nearest. Without surroundings a single thing fills the
    picture.
    """
    return arrange_reading(read_idea(idea, lexicon=lexicon, encoder=encoder), lexicon)


def arrange_reading(reading: Reading, lexicon: Lexicon) -> Brief:
    """Make the scene of a reading."""
    return arrange(
        reading.elements, ties=reading.ties, ground=reading.ground, sky=reading.sky, scenery=reading.scenery, mood=reading.mood,
        alone=reading.alone, known=lexicon.names,
    )  # fmt: skip
