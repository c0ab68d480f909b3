"""The bridge between the two: what a Brief says becomes what a GAN is told."""

from ganvas.ground.config import is_printable
from ganvas.language.colours import colour_in
from ganvas.language.lexicon import Lexicon, folded
from ganvas.vocabulary.brief import Brief, Element
from ganvas.vocabulary.condition import Condition, Weighted
from ganvas.vocabulary.manifest import Takes

OWN_WORDS = 0.35
"""Weight of the person's own words on the subject, beside the caption's 1: enough to colour it, too little to change it."""

COLOUR = 0.7
"""Weight of a colour beside the thing it is said of. As one phrase, which no training caption was, they give the colour and lose
the thing; below .5 the thing keeps its own colour (docs/decisions/024-colours.md).
"""

PHRASE = 120


def bridge(idea: str, brief: Brief, takes: Takes, lexicon: Lexicon | None = None) -> tuple[Condition, ...]:
    """Return one condition for each element of the brief, in its order. The person's words always reach the subject.

    lexicon: the model's own vocabulary. A thing that is in it, in a colour that is not, is told as two phrases.
    """
    return tuple(
        _condition(element, idea if number == 0 else "", takes, lexicon) for number, element in enumerate(brief.elements)
    )


def _condition(element: Element, idea: str, takes: Takes, lexicon: Lexicon | None) -> Condition:
    hears = takes.words > 0 or takes.hashes > 0
    words = _told(element.caption, lexicon) if hears else []
    own = shortened(idea)
    if hears and own and own != element.caption:
        words.append(Weighted(phrase=own, weight=OWN_WORDS))
    takes_style = element.style is not None and element.style in takes.labels.get("style", ())
    return Condition(words=tuple(words), labels={"style": element.style} if takes_style and element.style else {})


def _told(caption: str, lexicon: Lexicon | None) -> list[Weighted]:
    """Tell a caption, and apart from it the colour that a known thing is said to have."""
    named = colour_in(caption) if lexicon and folded(caption) not in lexicon.said else None
    if lexicon is None or named is None or folded(named[1]) not in lexicon.said:
        return [Weighted(phrase=caption)]
    colour, thing = named
    return [Weighted(phrase=thing), Weighted(phrase=colour, weight=COLOUR)]


def shortened(idea: str) -> str:
    """Cut an idea to a phrase's length at a word, and to one printable line."""
    line = " ".join("".join(letter if is_printable(letter) else " " for letter in idea).split())
    if len(line) <= PHRASE:
        return line
    return line[:PHRASE].rsplit(" ", 1)[0].strip() or line[:PHRASE]
