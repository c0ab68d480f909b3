"""The one line before a training: what is learned from, how, how long; nothing of it is a setting's name."""

from ganvas.training.start.plan import describe_plan
from ganvas.training.tasks.image.data import ImageData
from tests.training.fakes import conditions_of, pictures, recipe


def data() -> ImageData:
    material = pictures(14)
    return ImageData(material, conditions_of(material), None)


def test_a_new_training_says_what_how_and_how_long() -> None:
    said = describe_plan(recipe(minutes=5.0, captions="names"), data())
    assert said.startswith("The plan: 14 pictures in 2 styles, captions from the files' names (--captions none")
    assert "learned at 16 pixels" in said and "800 seen in training, with repetitions, about 5 minutes" in said
    assert "palette" not in said and "gets no better" not in said and said.endswith("(--explain says why)")


def test_one_that_goes_on_says_how_far_it_is() -> None:
    said = describe_plan(recipe(minutes=5.0), data(), seen=200)
    assert said.startswith("Going on: ") and "200 of 800 seen already" in said and "about 5 minutes" not in said


def test_what_it_begins_with_and_how_it_ends_are_said() -> None:
    said = describe_plan(recipe(start_from="emoji-64", patience=6), data())
    assert "beginning with what emoji-64 knows" in said and "it ends when it gets no better" in said
