"""Records of works: what earlier versions wrote is read, what is written stays readable for them, nothing else passes."""

import json

import pytest

from ganvas.ground.errors import InputError
from ganvas.vocabulary.provenance import KINDS, RestyleProvenance, SceneProvenance, read_provenance

FORMAT_2 = (
    "format version pipeline model model_digest idea writer note brief conditions words_seed noise_seed number truncation kept"
    " enlarger transparent restyled picture parents"
).split()
"""The fields of the one record that version 0.1.0 wrote for both kinds."""
HEAD = {"version": "0.1.0", "model": "m", "model_digest": "0" * 64, "idea": "a cat", "noise_seed": 3}
SCENE = {**HEAD, "pipeline": "scene", "brief": {"elements": [{"caption": "cat"}]}, "conditions": [{"words": [{"phrase": "cat"}]}]}
RESTYLED = {
    **HEAD, "pipeline": "restyle", "conditions": [{"labels": {"style": "flat"}}],
    "restyled": {"name": "m", "digest": "0" * 64, "style": "flat", "strength": 0.5},
    "picture": {"name": "a.png", "digest": "1" * 64},
}  # fmt: skip


@pytest.mark.parametrize("content", [SCENE, RESTYLED], ids=lambda content: content["pipeline"])
def test_what_is_written_has_the_fields_of_the_first_version(content: dict[str, object]) -> None:
    written = read_provenance(content, where="a file").model_dump(mode="json")
    younger = {"size"} if written["pipeline"] == "scene" else set[str]()
    assert written.keys() - younger == set(FORMAT_2) and written["format"] == (3 if younger else 2)
    assert read_provenance(json.loads(json.dumps(written)), where="a file").model_dump(mode="json") == written


def test_a_record_of_the_first_format_is_a_scene() -> None:
    old = read_provenance({**SCENE, "format": 1}, where="a file")
    assert isinstance(old, SceneProvenance) and old.format == 1 and old.edits == ()


def test_each_kind_has_its_own_record_and_parents_may_be_of_any() -> None:
    made = read_provenance({**RESTYLED, "parents": [SCENE, {**RESTYLED, "parents": [SCENE]}]}, where="a file")
    assert isinstance(made, RestyleProvenance)
    assert [type(parent) for parent in made.parents] == [SceneProvenance, RestyleProvenance]
    assert [edit.style for edit in made.edits] == ["flat"] and KINDS["restyle"] is RestyleProvenance
    assert "Style: flat 0.5 (m)" in made.parameters()
    assert (
        "Kept: 1, Style: flat 1 (m)"
        in read_provenance(
            {**SCENE, "kept": [1], "restyled": {"name": "m", "digest": "0" * 64, "style": "flat"}}, where="a file"
        ).parameters()
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({**SCENE, "pipeline": "music"}, "of the kind 'music', which this version does not know"),
        ({**SCENE, "pipeline": 3}, "pipeline: must be 'scene'"),
        ({**SCENE, "brief": None}, "brief: must be a table"),
        ({**SCENE, "conditions": []}, "not one condition for each element"),
        ({**SCENE, "picture": RESTYLED["picture"]}, "picture"),
        ({**RESTYLED, "restyled": None}, "restyled: must be a table"),
        ({name: value for name, value in RESTYLED.items() if name != "picture"}, "picture: is missing"),
        ({**RESTYLED, "kept": [1]}, "kept: must have at most 0 in it"),
        ({**RESTYLED, "parents": [{**SCENE, "brief": None}]}, "parent 1"),
        ({**RESTYLED, "parents": [{**SCENE, "pipeline": "music"}]}, "parent 1"),
        ({**RESTYLED, "parents": [SCENE] * 5}, "parents: must have at most 4 in it"),
        ([SCENE], "a table"),
        (None, "a table"),
    ],
)
def test_what_is_no_record_is_one_line(content: object, why: str) -> None:
    with pytest.raises(InputError, match=f"^a file: .*{why}"):
        read_provenance(content, where="a file")


@pytest.mark.parametrize("depth", [3, 40, 150])
@pytest.mark.parametrize("wrong", [{"brief": None}, {"colour": "red"}, {"pipeline": "music"}])
def test_a_long_line_of_parents_is_refused_at_once(depth: int, wrong: dict[str, object]) -> None:
    """A file of a few kilobytes: naming the bad field took three times as long for each generation."""
    made: dict[str, object] = {**SCENE, **wrong}
    for _ in range(depth):
        made = {**SCENE, "parents": [made]}
    with pytest.raises(InputError, match=r"^a file: parent 1"):
        read_provenance(made, where="a file")
