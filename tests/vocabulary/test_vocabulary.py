"""The records: bounded, frozen, closed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ganvas.ground.errors import InputError
from ganvas.vocabulary.brief import Brief, Element, Place, Size
from ganvas.vocabulary.condition import Condition, Weighted
from ganvas.vocabulary.manifest import Manifest, Takes
from ganvas.vocabulary.provenance import SceneProvenance
from ganvas.vocabulary.scene import box, first_layout


def test_dropping_a_part_empties_it_and_no_other() -> None:
    whole = Condition(words=(Weighted(phrase="cat"),), labels={"style": "noto"}, plan="AABA", source="0" * 64)
    assert whole.drop("words") == Condition(labels={"style": "noto"}, plan="AABA", source="0" * 64)
    assert whole.drop("labels").labels == {}
    with pytest.raises(InputError, match="no part"):
        whole.drop("colour")


@pytest.mark.parametrize("caption", ["", "   ", "x" * 121, "a\nb", "\x1b[31m", "\u200b", None, 5, ["a"]])
def test_captions_are_bounded_and_printable(caption: object) -> None:
    with pytest.raises(ValidationError):
        Element(caption=caption)  # pyright: ignore[reportArgumentType]


def test_a_brief_has_one_to_six_elements_of_closed_kinds() -> None:
    one = Element(caption="cat")
    for elements in ((), (one,) * 7):
        with pytest.raises(ValidationError):
            Brief(elements=elements)
    with pytest.raises(ValidationError):
        Brief.model_validate({"elements": [{"caption": "cat"}], "background": "#ff0000"})
    with pytest.raises(ValidationError):
        Brief.model_validate({"elements": [{"caption": "cat", "path": "/etc/passwd"}]})
    for subject, other in ((1, 1), (1, 3), (3, 1), (0, 1), (1, 7)):
        with pytest.raises(ValidationError):
            Brief.model_validate({"elements": [one, one], "relations": [{"subject": subject, "relation": "on", "object": other}]})
    with pytest.raises(ValidationError, match="pictures in one scene"):
        Brief(elements=(Element(caption="cat", count=9),) * 3)


@given(st.sampled_from(Size.__args__), st.sampled_from(Place.__args__), st.integers(64, 512))
def test_every_box_is_on_the_canvas(size: Size, place: Place, canvas: int) -> None:
    left, top, side = box(Element(caption="x", size=size, place=place), canvas=canvas)
    assert side > 0 and left >= 0 and top >= 0 and left + side <= canvas and top + side <= canvas


def test_in_the_first_format_smaller_things_stand_in_front_and_the_subject_before_its_equals() -> None:
    subject, equal, small, large = (Element(caption="x", size=size) for size in ("medium", "medium", "small", "large"))
    placed = first_layout(Brief(elements=(subject, equal, small, large)), canvas=256)
    assert [one.number for one in placed] == [3, 1, 0, 2]


def test_provenance_says_itself_in_words_and_reads_back() -> None:
    made = SceneProvenance(
        version="0.1.0", model="emoji-64", model_digest="a" * 64, idea="一只猫", noise_seed=7,
        brief=Brief(elements=(Element(caption="cat"),)), conditions=(Condition(),),
    )  # fmt: skip
    assert SceneProvenance.model_validate_json(made.model_dump_json()) == made and made.format == 3
    assert made.parameters().startswith("一只猫\n") and "Seed: 7" in made.parameters()


def test_a_manifest_hangs_together() -> None:
    good = {"name": "m", "size": 64, "channels": 4, "latent": 8, "mapped": 8, "takes": {}, "licence": "CC0-1.0",
            "files": {"mapping.onnx": "0" * 64, "synthesis.onnx": "0" * 64}}  # fmt: skip
    assert Manifest.model_validate(good).takes == Takes()
    for said in (64, "96x64"):
        told = Manifest.model_validate({**good, "size": said})
        assert told.model_dump(mode="json")["size"] == said and Manifest.model_validate_json(told.model_dump_json()) == told
    for change in (
        {"takes": {"words": 512}},
        {"files": {}},
        {"size": 4096},
        {"size": "96x"},
        {"channels": 2},
        {"licence": "x" * 2000},
        {"palette": 1000},
        {"appearance": 768},  # with no file of appearances
    ):
        with pytest.raises(ValidationError):
            Manifest.model_validate({**good, **change})
