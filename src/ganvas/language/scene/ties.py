"""How the things of an idea are tied: by the relation that its words name, and by what the things are."""

import re
from collections.abc import Sequence

from ganvas.language.scene.attributes import is_kind, usual_size
from ganvas.language.scene.naming import Named
from ganvas.language.scene.relation_words import WITH, turned
from ganvas.language.text.lexicon import Lexicon
from ganvas.vocabulary.brief import MAX_RELATIONS, Element, Relation, Tie

LIGHTS = ("moon", "star", "stars", "comet")
"""What shines at night."""
_WORN_THINGS = frozenset(
    """hat cap crown glasses sunglasses goggles scarf necktie ribbon helmet coat dress shirt boots headphone shoe tie kimono vest
    shorts jeans socks gloves t-shirt mask clothes""".split()
)
_DRIVEN = frozenset(
    "bicycle scooter motorcycle skateboard horse sled tractor unicorn camel elephant surfboard broom donkey".split()
)
_SHARED = ("on", "in", "under", "behind", "in front of")
"""Relations in which all that are listed before them stand."""
ALIVE = ("animal", "person", "face", "cat", "monkey")
"""Kinds of what lives."""


def share_ties(ties: list[Tie], relations: Sequence[str]) -> None:
    """Add ties for what a tied thing is only listed with: bread and cheese on a plate.

    relations: what stands before each element.
    """
    tied = {number for tie in ties for number in (tie.subject, tie.object)}
    for tie in tuple(ties):
        other = tie.subject
        while tie.relation in _SHARED and other > 1 and not relations[other - 1] and other - 1 not in tied:
            other -= 1
            if len(ties) < MAX_RELATIONS:
                ties.append(tie.model_copy(update={"subject": other}))


def add_tie(ties: list[Tie], elements: list[Element], names: Sequence[Named], sign: str, *, before: int, number: int,
         places: dict[int, int], lexicon: Lexicon) -> None:  # fmt: skip
    """Add the tie between a thing and the one before it; what is worn or held is passed over: its wearer sits on the chair."""
    subject, thing = places[before], names[number].nearest
    if ties and ties[-1].relation in ("wearing", "holding") and ties[-1].object == subject and sign not in ("around", WITH):
        subject = ties[-1].subject
        before = next(one for one, place in places.items() if place == subject)
    found = turned(sign)
    relation, exchanged = found if found else (_relation_with(names[before].nearest, thing, lexicon), False)
    worn, alive = _is_worn(thing, lexicon), is_kind(names[before].nearest, ALIVE, lexicon)
    if sign == WITH and thing == "candle" and not alive:
        relation, exchanged = "on", True
    if relation == "in" and any(word in LIGHTS for word in thing.split()):
        relation = "on"  # "en la luna"
    if relation == "in" and worn and alive:
        relation = "wearing"
    if relation == "on" and alive and thing in _DRIVEN:
        relation = "riding"
    if relation == "wearing" and not worn:
        relation = "holding"
    if relation == "wearing" and f"{names[before].caption} face" in lexicon.names:  # a face has its head where one looks for it
        elements[subject - 1] = elements[subject - 1].model_copy(update={"caption": f"{names[before].caption} face"})
    ends = (places[number], subject) if exchanged else (subject, places[number])
    ties.append(Tie(subject=ends[0], relation=relation, object=ends[1]))


def _is_worn(thing: str, lexicon: Lexicon) -> bool:
    if "umbrella" in thing or "bag" in thing or "gem" in thing:
        return False
    return bool(set(re.findall(r"[a-z-]+", thing.lower())) & _WORN_THINGS) or thing in lexicon.of_group("clothing")


def _relation_with(subject: str, thing: str, lexicon: Lexicon) -> Relation:
    """Return how a thing that something is said to be "with" relates to it: what can be worn is worn, what is small is held."""
    if _is_worn(thing, lexicon):
        return "wearing"
    large = usual_size(thing, lexicon) == "large" or is_kind(thing, ("animal", "person", "face", "transport", "place"), lexicon)
    alive = is_kind(subject, ALIVE, lexicon)
    return "holding" if alive and not large else "beside"
