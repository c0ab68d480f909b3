"""The bridge between the two: what a Brief says becomes what a GAN is told."""

from collections.abc import Sequence

from ganvas.ground.config import is_printable
from ganvas.ground.errors import InputError
from ganvas.language.text.colours import colour_in
from ganvas.language.text.labels import find_values
from ganvas.language.text.lexicon import Lexicon, fold_text
from ganvas.vocabulary.brief import Brief, Element
from ganvas.vocabulary.condition import Condition, Weighted
from ganvas.vocabulary.manifest import Takes

OWN_WORDS = 0.35
"""Weight of the person's own words on the subject, beside the caption's 1: too little to change what it is."""

COLOUR = 0.7
"""Weight of a colour beside the thing it is said of. As one phrase, which no training caption was, they give the colour and lose
the thing; below .5 the thing keeps its own colour (docs/decisions/024-colours.md).
"""

PHRASE = 120

SHOWN = 20
"""Values of a label that are told to a person."""


def bridge(
    idea: str, brief: Brief, takes: Takes, lexicon: Lexicon | None = None, *, model: str = "the model"
) -> tuple[Condition, ...]:
    """Return one condition for each element of the brief, in its order. The person's words always reach the subject.

    A value of one of the model's labels that a caption names is told as such. lexicon: the model's own vocabulary; a thing that
    it knows, in a colour that it does not know it in, is told as two phrases. model: its name, for a person. Raises InputError
    where a model that hears no words cannot know what to draw.
    """
    if not takes.hears:
        for element in brief.elements:
            _check(element, takes, model)
    return tuple(
        _condition(element, idea if number == 0 else "", takes, lexicon) for number, element in enumerate(brief.elements)
    )


def _condition(element: Element, idea: str, takes: Takes, lexicon: Lexicon | None) -> Condition:
    words = _told(element.caption, lexicon) if takes.hears else []
    own = shortened(idea)
    if takes.hears and own and own != element.caption:
        words.append(Weighted(phrase=own, weight=OWN_WORDS))
    labels = {name: values[0] for name, values in _named(element, takes).items() if len(values) == 1}
    return Condition(words=tuple(words), labels=labels)


def _named(element: Element, takes: Takes) -> dict[str, tuple[str, ...]]:
    """Return for each label the values that an element names, if any. Where words are heard, they alone ask for no style."""
    found = _said(element.caption, takes)
    if element.style in takes.labels.get("style", ()):
        found["style"] = (element.style,)
    elif takes.hears:
        found.pop("style", None)
    return found


def _said(caption: str, takes: Takes) -> dict[str, tuple[str, ...]]:
    return {name: said for name, values in takes.labels.items() if (said := find_values(caption, values))}


def _check(element: Element, takes: Takes, model: str) -> None:
    """Refuse what a model of labels alone cannot draw. One of nothing but styles goes through them."""
    asked = repr(element.caption[:40])
    if not _said(element.caption, takes) and takes.labels.keys() - {"style"}:
        known = "; ".join(f"{name}: {_listed(values)}" for name, values in takes.labels.items())
        raise InputError(f"{model} hears no words; it knows {known}", where=asked)
    for name, values in _named(element, takes).items():
        if len(values) > 1:
            raise InputError(f"{model} takes one {name} for each thing, and these are {_listed(values)}", where=asked,
                             do="name one, or make each a thing of its own with --brief or --edit")  # fmt: skip


def _listed(values: Sequence[str]) -> str:
    more = f" and {len(values) - SHOWN} more" if len(values) > SHOWN else ""
    return ", ".join(values[:SHOWN]) + more


def _told(caption: str, lexicon: Lexicon | None) -> list[Weighted]:
    """Tell a caption, and apart from it the colour that a known thing is said to have."""
    named = colour_in(caption) if lexicon and fold_text(caption) not in lexicon.name_by_phrase else None
    if lexicon is None or named is None or fold_text(named[1]) not in lexicon.name_by_phrase:
        return [Weighted(phrase=caption)]
    colour, thing = named
    return [Weighted(phrase=thing), Weighted(phrase=colour, weight=COLOUR)]


def shortened(idea: str) -> str:
    """Cut an idea to a phrase's length at a word, and to one printable line."""
    line = " ".join("".join(letter if is_printable(letter) else " " for letter in idea).split())
    if len(line) <= PHRASE:
        return line
    return line[:PHRASE].rsplit(" ", 1)[0].strip() or line[:PHRASE]
