"""The bridge between the two: what a Brief says becomes a condition of a GAN."""

from collections.abc import Sequence

from ganvas.ground.characters import clean_line, cut_at_word
from ganvas.ground.config import PHRASE
from ganvas.ground.errors import InputError
from ganvas.language.scene.hybrids import two_in_one
from ganvas.language.text.colours import colour_in, painted
from ganvas.language.text.labels import find_values
from ganvas.language.text.lexicon import Lexicon, fold_text
from ganvas.vocabulary.brief import Brief, Element
from ganvas.vocabulary.condition import Condition, Weighted
from ganvas.vocabulary.manifest import Takes

OWN_WORDS = 0.35
"""Weight of the person's own words on the subject, beside the caption's 1: too little to change what it is."""

COLOUR = 0.7
"""Weight of a colour beside the thing that has it. As one phrase, which no training caption was, they give the colour and lose
the thing; below .5 the thing keeps its own colour (docs/decisions/024-colours.md).
"""

SHOWN = 20
"""Values of a label that an error message lists."""


def bridge(
    idea: str,
    brief: Brief,
    takes: Takes,
    lexicon: Lexicon | None = None,
    *,
    model: str = "the model",
    mixes: bool = False,
) -> tuple[Condition, ...]:
    """Return one condition for each element of the brief and then for each thing of its scenery, in its order.

    The person's words always reach the subject.

    A value of one of the model's labels that a caption names becomes that label. lexicon: the model's own vocabulary; a thing
    that it knows, in a colour that it does not know it in, becomes two phrases, or the thing and a label where the model takes
    the colour as one. model: its name, for a person. mixes: whether it draws two things of one element as one.
    Raises InputError where a model without words cannot know what to draw.
    """
    elements = (*brief.elements, *(Element(caption=caption) for caption in brief.scenery))
    if not takes.by_words:
        for element in elements:
            _check(element, takes, model)
    mixed = {tie.subject - 1: brief.elements[tie.object - 1].caption for tie in brief.relations if tie.relation == "mixed with"}
    return tuple(
        _condition(element, idea if number == 0 else "", takes, lexicon, mixes, other=mixed.get(number, ""))
        for number, element in enumerate(elements)
    )


def _condition(element: Element, idea: str, takes: Takes, lexicon: Lexicon | None, mixes: bool, *, other: str = "") -> Condition:
    labels = {name: values[0] for name, values in _named(element, takes).items() if len(values) == 1}
    if not takes.by_words:
        return Condition(labels=labels)
    caption, own = element.caption, shortened(idea)
    if element.colour and element.colour not in takes.labels.get("colour", ()):
        caption = painted(caption, element.colour)
    elif element.colour:
        labels["colour"] = element.colour
        caption, own = _without_colour(caption, lexicon), _without_colour(own, None)
    elif colour := _colour_label(caption, takes, lexicon):
        labels["colour"] = colour
        caption, own = _without_colour(caption, lexicon), _without_colour(own, None)
    if not other:
        caption, other = _parted(caption, lexicon)
    words = _weighted_words(caption, lexicon)
    if own and own != element.caption and own != caption:
        words.append(Weighted(phrase=own, weight=OWN_WORDS))
    mixed = (Weighted(phrase=other),) if other and mixes else ()
    return Condition(words=tuple(words), labels=labels, mixed=mixed)


def _colour_label(caption: str, takes: Takes, lexicon: Lexicon | None) -> str | None:
    """Return the colour that a caption asks for where the model takes it as a label. What is called by a colour asks for none."""
    named = colour_in(caption)
    if named is None or not named[1] or (lexicon and fold_text(caption) in lexicon.name_by_phrase):
        return None
    return named[0] if named[0] in takes.labels.get("colour", ()) else None


def _without_colour(text: str, lexicon: Lexicon | None) -> str:
    """Leave the colour out of a text that names one; out of a caption only where the thing without it is known."""
    named = colour_in(text)
    if named is None or not named[1]:
        return text
    known = lexicon is None or fold_text(named[1]) in lexicon.name_by_phrase or two_in_one(named[1], lexicon) is not None
    return named[1] if known else text


def _parted(caption: str, lexicon: Lexicon | None) -> tuple[str, str]:
    """Return a caption's thing, in its colour if it has one, and the other that it is to be mixed with, or nothing."""
    colour = colour_in(caption) if lexicon and fold_text(caption) not in lexicon.name_by_phrase else None
    hybrid = two_in_one(colour[1] if colour else caption, lexicon) if lexicon else None
    if hybrid is None:
        return caption, ""
    return painted(hybrid.thing, colour[0]) if colour else hybrid.thing, hybrid.other


def _named(element: Element, takes: Takes) -> dict[str, tuple[str, ...]]:
    """Return for each label the values that an element names, if any. Where the model takes words, they alone name no style.

    Nor for a colour here: of a known thing's own name it is a part.
    """
    found = _labels_in(element.caption, takes)
    if element.style in takes.labels.get("style", ()):
        found["style"] = (element.style,)
    elif takes.by_words:
        found.pop("style", None)
    if takes.by_words:
        found.pop("colour", None)
    elif "colour" not in found and (colour := _colour_label(element.caption, takes, None)):
        found["colour"] = (colour,)
    return found


def _labels_in(caption: str, takes: Takes) -> dict[str, tuple[str, ...]]:
    return {name: found for name, values in takes.labels.items() if (found := find_values(caption, values))}


def _check(element: Element, takes: Takes, model: str) -> None:
    """Refuse what a model of labels alone cannot draw. One of nothing but styles goes through them."""
    where = repr(element.caption[:40])
    if not _labels_in(element.caption, takes) and takes.labels.keys() - {"style"}:
        known = "; ".join(f"{name}: {_listed(values)}" for name, values in takes.labels.items())
        raise InputError(f"{model} takes no words; it knows {known}", where=where)
    for name, values in _named(element, takes).items():
        if len(values) > 1:
            raise InputError(f"{model} takes one {name} for each thing, and these are {_listed(values)}", where=where,
                             do="name one, or make each a thing of its own with --brief or --edit")  # fmt: skip


def _listed(values: Sequence[str]) -> str:
    more = f" and {len(values) - SHOWN} more" if len(values) > SHOWN else ""
    return ", ".join(values[:SHOWN]) + more


def _weighted_words(caption: str, lexicon: Lexicon | None) -> list[Weighted]:
    """Return a caption, and apart from it the colour that it gives a known thing."""
    named = colour_in(caption) if lexicon and fold_text(caption) not in lexicon.name_by_phrase else None
    if lexicon is None or named is None or fold_text(named[1]) not in lexicon.name_by_phrase:
        return [Weighted(phrase=caption)]
    colour, thing = named
    return [Weighted(phrase=thing), Weighted(phrase=colour, weight=COLOUR)]


def shortened(idea: str) -> str:
    """Cut an idea to a phrase's length at a word, and to one printable line."""
    return cut_at_word(clean_line(idea), PHRASE)
