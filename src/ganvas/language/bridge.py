"""The bridge between the two: what a Brief says becomes what a GAN is told."""

from ganvas.ground.config import is_printable
from ganvas.vocabulary.brief import Brief, Element
from ganvas.vocabulary.condition import Condition, Weighted
from ganvas.vocabulary.manifest import Takes

OWN_WORDS = 0.35
"""Weight of the person's own words on the subject, beside the caption's 1: enough to colour it, too little to change it."""

PHRASE = 120


def bridge(idea: str, brief: Brief, takes: Takes) -> tuple[Condition, ...]:
    """Return one condition for each element of the brief, in its order. The person's words always reach the subject."""
    return tuple(_condition(element, idea if number == 0 else "", takes) for number, element in enumerate(brief.elements))


def _condition(element: Element, idea: str, takes: Takes) -> Condition:
    hears = takes.words > 0 or takes.hashes > 0
    words = [Weighted(phrase=element.caption)] if hears else []
    own = shortened(idea)
    if hears and own and own != element.caption:
        words.append(Weighted(phrase=own, weight=OWN_WORDS))
    takes_style = element.style is not None and element.style in takes.labels.get("style", ())
    return Condition(words=tuple(words), labels={"style": element.style} if takes_style and element.style else {})


def shortened(idea: str) -> str:
    """Cut an idea to a phrase's length at a word, and to one printable line."""
    line = " ".join("".join(letter if is_printable(letter) else " " for letter in idea).split())
    if len(line) <= PHRASE:
        return line
    return line[:PHRASE].rsplit(" ", 1)[0].strip() or line[:PHRASE]
