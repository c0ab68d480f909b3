"""From a brief to conditions: the person's own words reach the subject, whatever was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.ground.config import is_printable
from ganvas.ground.errors import InputError
from ganvas.language.scene.bridge import COLOUR, OWN_WORDS, PHRASE, bridge, shortened
from ganvas.vocabulary.brief import Brief, Element
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.manifest import Takes
from tests.language.fakes import lexicon

TAKES = Takes(encoder="use-multilingual-3", words=8, hashes=64, labels={"style": ("noto", "fluent")})
SCENE = Brief(elements=(Element(caption="robot", style="fluent"), Element(caption="cherry blossom", style="oil")))


def test_the_persons_words_always_reach_the_subject_and_only_it() -> None:
    subject, other = bridge("a lonely robot", SCENE, TAKES)
    assert [(one.phrase, one.weight) for one in subject.words] == [("robot", 1.0), ("a lonely robot", OWN_WORDS)]
    assert [one.phrase for one in other.words] == ["cherry blossom"]
    assert subject.labels == {"style": "fluent"} and other.labels == {}  # a style the model lacks is left free


def test_words_said_twice_are_said_once() -> None:
    assert [one.weight for one in bridge("robot", SCENE, TAKES)[0].words] == [1.0]


def test_a_model_of_hashes_alone_hears_the_words_too() -> None:
    assert bridge("a lonely robot", SCENE, Takes(hashes=8))[0].words
    assert bridge("a lonely robot", SCENE, Takes())[0] == Condition()


@pytest.mark.parametrize(
    ("caption", "told"),
    [
        ("red robot", [("robot", 1.0), ("red", COLOUR)]),
        ("robot rouge", [("robot", 1.0), ("red", COLOUR)]),
        ("红色的猫", [("猫", 1.0), ("red", COLOUR)]),
        ("red heart", [("red heart", 1.0)]),  # a thing of that name
        ("red pumpkin", [("red pumpkin", 1.0)]),  # nothing is known of it but these words
        ("red", [("red", 1.0)]),
    ],
)
def test_a_colour_is_told_beside_a_known_thing(caption: str, told: list[tuple[str, float]]) -> None:
    scene = Brief(elements=(Element(caption=caption),))
    assert [(one.phrase, one.weight) for one in bridge("", scene, TAKES, lexicon())[0].words] == told
    assert [one.phrase for one in bridge("", scene, TAKES)[0].words] == [caption]


CLASSES = Takes(labels={"class": ("ankle-boot", "bag"), "style": ("ink", "oil")})


def things(*captions: str, style: str | None = None) -> Brief:
    return Brief(elements=tuple(Element(caption=caption, style=style) for caption in captions))


def test_what_a_caption_names_is_its_label() -> None:
    told = bridge("shoes", things("Ankle boots", "a bag in ink"), CLASSES)
    assert [one.labels for one in told] == [{"class": "ankle-boot"}, {"class": "bag", "style": "ink"}]
    assert bridge("", things("a bag in ink", style="oil"), CLASSES)[0].labels == {"class": "bag", "style": "oil"}


def test_a_model_of_words_hears_its_labels_too_but_for_the_style() -> None:
    """There "a fluent speaker" asks for no hand: --style does."""
    takes = Takes(hashes=8, labels=CLASSES.labels)
    (told,) = bridge("", things("a bag of ink"), takes)
    assert told.labels == {"class": "bag"} and told.words
    assert bridge("", things("a bag and an ankle boot", style="ink"), takes)[0].labels == {"style": "ink"}
    assert bridge("", things("a robot"), takes)[0].labels == {}


@pytest.mark.parametrize(
    ("caption", "why"),
    [
        ("a cat", "^'a cat': fashion takes no words; it knows class: ankle-boot, bag; style: ink, oil$"),
        ("a bag and an ankle boot", "fashion takes one class for each thing, and these are bag, ankle-boot"),
    ],
)
def test_a_model_of_labels_alone_refuses_what_it_cannot_know(caption: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        bridge("a bag", things("a bag", caption, style="ink"), CLASSES, model="fashion")


def test_many_values_are_not_all_listed() -> None:
    many = Takes(labels={"class": tuple(f"c{number}" for number in range(100))})
    with pytest.raises(InputError, match=r"c18, c19 and 80 more$"):
        bridge("", things("a cat"), many)


def test_a_model_of_nothing_or_of_styles_draws_whatever_is_said() -> None:
    assert bridge("a cat", things("a cat"), Takes()) == (Condition(),)
    assert bridge("a cat", things("a cat"), Takes(labels={"style": ("ink",)})) == (Condition(),)


def test_long_ideas_end_at_a_word() -> None:
    assert shortened("lonely " * 40) == " ".join(["lonely"] * 17)
    assert shortened("机" * 300) == "机" * 120
    assert shortened("an  odd\u2028line\x00 with 👩\u200d🚀") == "an odd line with 👩\u200d🚀"


@given(st.text(max_size=400))
def test_any_idea_becomes_conditions(idea: str) -> None:
    for told in bridge(idea, SCENE, TAKES):
        assert Condition.model_validate_json(told.model_dump_json()) == told


@given(st.text(max_size=400))
def test_shortened_is_the_persons_words_from_the_first_on(idea: str) -> None:
    line = shortened(idea)
    assert len(line) <= PHRASE and line == line.strip() and shortened(line) == line
    if is_printable(idea):
        assert " ".join(idea.split()).startswith(line)


PAINTED = Takes(encoder="use-multilingual-3", words=8, labels={"style": ("noto", "fluent"), "colour": ("red", "blue", "orange")})


@pytest.mark.parametrize(
    ("caption", "told", "colour"),
    [
        ("red robot", ["robot"], "red"),
        ("robot rouge", ["robot"], "red"),
        ("红色的猫", ["猫"], "red"),
        ("red pumpkin", ["red pumpkin"], "red"),  # unknown: the words may still find something
        ("red heart", ["red heart"], None),  # what is called so is drawn as it is
        ("orange", ["orange"], None),
        ("green cat", ["cat", "green"], None),  # a colour that the model does not take is told as words
        ("a red and blue cat", ["a red and blue cat"], None),
    ],
)
def test_a_colour_is_a_label_where_the_model_takes_it_as_one(caption: str, told: list[str], colour: str | None) -> None:
    (condition,) = bridge("", things(caption), PAINTED, lexicon())
    assert [one.phrase for one in condition.words] == told and condition.labels.get("colour") == colour


def test_the_persons_words_are_told_without_the_colour_that_became_a_label() -> None:
    (condition,) = bridge("a lonely red robot", things("red robot"), PAINTED, lexicon())
    assert [one.phrase for one in condition.words] == ["robot", "a lonely robot"] and condition.labels == {"colour": "red"}


def test_two_in_one_are_told_apart_to_a_model_that_mixes() -> None:
    (mixed,) = bridge("a red robot cat", things("red robot cat"), PAINTED, lexicon(), mixes=True)
    assert [one.phrase for one in mixed.words] == ["cat", "a robot cat"] and mixed.labels == {"colour": "red"}
    assert [one.phrase for one in mixed.mixed] == ["robot"]
    (told,) = bridge("", things("red robot cat"), TAKES, lexicon())  # any other draws the thing alone, in its colour
    assert [one.phrase for one in told.words] == ["cat", "red"] and told.mixed == ()


def test_a_model_of_labels_alone_takes_a_colour_in_any_language() -> None:
    takes = Takes(labels={"class": ("bag", "shoe"), "colour": ("red", "blue")})
    assert bridge("", things("bag rouge"), takes)[0].labels == {"class": "bag", "colour": "red"}
    assert bridge("", things("blue bag"), takes)[0].labels == {"class": "bag", "colour": "blue"}
