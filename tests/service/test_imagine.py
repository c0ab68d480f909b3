"""What a person can do: imagine and replay, on a tiny model of real graphs and a fake language model."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.language.llm.base import LanguageModel, Limit, Message, Reply, Schema
from ganvas.pipelines import image
from ganvas.pipelines.judge import Judge
from ganvas.pipelines.scene import draw_elements, resized, scale_for
from ganvas.service.session import SESSION
from ganvas.vocabulary.brief import Brief, Element
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.provenance import SceneProvenance, Tool, read_provenance
from tests.pipelines.fakes import SIZE, STYLES, FakeEncoder, write_model, write_painter, write_speaking_model
from tests.service.fakes import imagine, replay


class Writer:
    """A language model that always says the same."""

    name = "fake"

    def __init__(
        self,
        text: str = '{"elements": [{"caption": "robot"}], "relations": [], "ground": "none", "sky": "day", "background": "sand"}',
    ) -> None:
        self.text, self.asked = text, 0

    def complete(self, messages: Sequence[Message], schema: Schema, *, seed: int, limit: Limit) -> Reply:
        self.asked += 1
        return Reply(self.text, 0.1)


class Silent(Writer):
    """One that does not answer."""

    def complete(self, messages: Sequence[Message], schema: Schema, *, seed: int, limit: Limit) -> Reply:
        raise LanguageModelError("does not answer", where="http://secret.example/v1")


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A model that takes words, read by a fake encoder."""
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    return str(write_speaking_model(tmp_path / "model"))


def asks(monkeypatch: pytest.MonkeyPatch, writer: LanguageModel) -> None:
    monkeypatch.setattr("ganvas.service.write.open_language_model", lambda _: writer)


def test_the_language_model_writes_and_its_scene_is_drawn(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Writer()
    asks(monkeypatch, writer)
    works, directed = imagine("robot", model=model, count=3, seed=4)
    assert writer.asked == 1 and directed.writer == "fake"
    assert directed.brief.background == "sand" and directed.brief.elements[0].caption == "robot"
    assert [work.pixels.shape for work in works] == [(256, 256, 3)] * 3
    assert len({work.pixels.tobytes() for work in works}) == 3


def test_the_work_says_all_that_made_it(model: str) -> None:
    works, directed = imagine("robot in spring", model=model, count=3, seed=4, llm="rules")
    for number, work in enumerate(works):
        made = work.provenance
        assert (made.idea, made.number, made.noise_seed, made.writer) == ("robot in spring", number, 4, "rules")
        assert made.brief == directed.brief and len(made.conditions) == len(directed.brief.elements) + len(directed.brief.scenery)
        assert made.conditions[0].words[0].phrase == "robot"
        assert {one.labels["style"] for one in made.conditions} == {STYLES[number % 2]}  # one work stays in one style
    assert any(words.phrase == "robot in spring" for words in works[0].provenance.conditions[0].words)


def test_replay_is_the_same_to_the_pixel_and_asks_nobody(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    works, _ = imagine("robot in spring", model=model, count=5, llm="rules")

    def never(_: str) -> LanguageModel:
        raise AssertionError("a language model was asked")

    monkeypatch.setattr("ganvas.service.write.open_language_model", never)
    for work in works:
        written = SceneProvenance.model_validate_json(work.provenance.model_dump_json())
        again = replay(written, model=model)
        np.testing.assert_array_equal(again.pixels, work.pixels)
        assert again.provenance == work.provenance


def test_the_seed_decides_and_a_fresh_one_differs(tmp_path: Path) -> None:
    folder = str(write_model(tmp_path / "model"))
    drawn = [imagine("x", model=folder, count=1, seed=seed, llm="none")[0][0] for seed in (7, 7, 8, None, None)]
    first, same, other, fresh, fresher = (work.pixels.tobytes() for work in drawn)
    assert first == same and len({first, other, fresh, fresher}) == 4


def test_a_work_does_not_depend_on_how_many_are_drawn(tmp_path: Path) -> None:
    folder = str(write_model(tmp_path / "model"))
    few, many = (imagine("x", model=folder, count=count, seed=1, llm="none")[0] for count in (1, 4))
    np.testing.assert_array_equal(few[0].pixels, many[0].pixels)


def test_who_is_named_must_answer(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asks(monkeypatch, Silent())
    with pytest.raises(LanguageModelError):
        imagine("robot", model=model, count=1, llm="http")


def test_with_auto_the_rules_write_when_nobody_answers(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asks(monkeypatch, Silent())
    (work,), directed = imagine("robot", model=model, count=1, llm="auto")
    assert directed.writer == "rules" and "did not answer" in directed.note
    assert "secret.example" not in work.provenance.model_dump_json()  # pictures are shared, addresses are not


@pytest.mark.parametrize("reply", ["", "{", "[]", '{"subject": "../../etc"}', "x" * 100_000, '{"subject": "cat", "path": "/"}'])
def test_a_bad_reply_is_not_followed(reply: str, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asks(monkeypatch, Writer(reply))
    (work,), directed = imagine("robot", model=model, count=1)
    assert directed.writer == "rules" and "not used" in directed.note
    assert work.provenance.brief is not None and work.provenance.brief.elements[0].caption == "robot"


def test_none_means_the_words_alone(model: str) -> None:
    (work,), _ = imagine("a cat that sings", model=model, count=1, llm="none")
    made = work.provenance
    assert made.writer == "none" and made.brief is not None and len(made.brief.elements) == 1
    assert [words.phrase for words in made.conditions[0].words] == ["a cat that sings"]


def test_a_colour_is_heard_beside_its_thing_unless_the_words_are_alone(model: str) -> None:
    def told(llm: str) -> list[str]:
        (work,), _ = imagine("a red robot", model=model, count=1, llm=llm)
        return [words.phrase for words in work.provenance.conditions[0].words]

    assert told("rules") == ["robot", "red", "a red robot"] and told("none") == ["a red robot"]


CLOTHES = {"class": ("ankle-boot", "bag", "sneaker")}


def test_a_model_of_classes_draws_the_class_that_is_named(tmp_path: Path) -> None:
    folder = str(write_model(tmp_path / "model", labels=CLOTHES))
    boots, bags = (imagine(idea, model=folder, count=3, seed=1)[0] for idea in ("two Ankle boots", "a bag"))
    for works, value in ((boots, "ankle-boot"), (bags, "bag")):
        assert [[one.labels for one in work.provenance.conditions] for work in works] == [[{"class": value}]] * 3
        again = [replay(work.provenance, model=folder) for work in works]
        assert all((work.pixels == one.pixels).all() for work, one in zip(works, again, strict=True))
    assert not any((boot.pixels == bag.pixels).all() for boot, bag in zip(boots, bags, strict=True))


def test_a_scene_of_classes(tmp_path: Path) -> None:
    folder = str(write_model(tmp_path / "model", labels=CLOTHES))
    brief = Brief.model_validate({"elements": [{"caption": "bag", "place": "left"}, {"caption": "sneakers", "place": "right"}]})
    works, _ = imagine("shopping", model=folder, count=2, seed=1, brief=brief)
    assert {tuple(one.labels["class"] for one in work.provenance.conditions) for work in works} == {("bag", "sneaker")}


def test_a_model_of_classes_says_what_it_knows(tmp_path: Path) -> None:
    folder = str(write_model(tmp_path / "model", labels=CLOTHES))
    brief = Brief.model_validate({"elements": [{"caption": "bag"}, {"caption": "a cat"}]})
    for ask in (lambda: imagine("a cat", model=folder), lambda: imagine("bag", model=folder, brief=brief)):
        with pytest.raises(InputError, match=r"^'a cat': tiny takes no words; it knows class: ankle-boot, bag, sneaker$"):
            ask()


@pytest.mark.parametrize(
    ("idea", "choices", "why"),
    [
        ("   ", {}, "idea: is empty"),
        ("x" * 1001, {}, "characters"),
        ("\x07\u200b", {}, "is empty"),
        ("x", {"count": 0}, "count: must be at least 1, not 0"),
        ("x", {"count": 65}, "count: must be at most 64, not 65"),
        ("x", {"seed": -1}, "seed: must be at least 0"),
        ("x", {"seed": 2**63}, "seed: must be less than"),
        ("x", {"truncation": 2.5}, "truncation: must be at most 2"),
        ("x", {"truncation": float("nan")}, "truncation: must be a finite number"),
        ("x", {"llm": "gpt"}, "there is no language model 'gpt'"),
        ("x", {"best_of": 0}, "best_of: must be at least 1"),
        ("x", {"best_of": 65}, "best_of: must be at most 64"),
        ("x", {"best_of": 2}, "tiny has no judge"),
        ("x", {"style": "oil"}, "tiny knows no style 'oil'"),
    ],
)
def test_bad_wishes_are_refused(idea: str, choices: dict[str, object], why: str, tmp_path: Path) -> None:
    folder = str(write_model(tmp_path / "model"))
    with pytest.raises(InputError, match=why):
        imagine(idea, **{"model": folder, "count": 1, "seed": 1, "llm": "none", **choices})  # pyright: ignore


@pytest.mark.parametrize("idea", ["گربه‌ای می‌خندد", "👩‍🚀", "ein  Hund\n im Wald"])
def test_any_script_is_an_idea(idea: str, tmp_path: Path) -> None:
    (work,), _ = imagine(idea, model=str(write_model(tmp_path / "m")), count=1, llm="none")
    assert work.provenance.idea == " ".join(idea.split())


def test_replay_wants_the_model_that_made_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = write_model(tmp_path / "tiny")
    (work,), _ = imagine("x", model=str(mine), count=1, llm="none")
    other = str(write_model(tmp_path / "other", manifest={"summary": "another"}))
    with pytest.raises(InputError, match="made by another tiny"):
        replay(work.provenance, model=other)
    monkeypatch.chdir(tmp_path)  # where a folder of that very name lies: a file's word alone does not open it
    with pytest.raises(InputError, match="no bundled model"):
        replay(work.provenance)
    monkeypatch.setattr("ganvas.models.find.ZOO", tmp_path)
    np.testing.assert_array_equal(replay(work.provenance).pixels, work.pixels)


def pair(**fields: object) -> Brief:
    """A scene whose fields are stated; `fields` change its first element, or the scene."""
    own = {name: fields.pop(name) for name in tuple(fields) if name in Brief.model_fields}
    first = {"caption": "robot", "style": "solid", "size": "medium", "place": "left", **fields}
    other = {"caption": "cat", "style": "solid", "size": "small", "place": "top right"}
    return Brief.model_validate({"elements": [first, other], **own})


ON = [{"subject": 1, "relation": "on", "object": 2}]
SWAPS: tuple[tuple[dict[str, object], dict[str, object]], ...] = (
    ({}, {"caption": "cat"}),
    ({}, {"style": "outline"}),
    ({}, {"size": "large"}),
    ({}, {"place": "bottom"}),
    ({"place": None}, {"place": None, "count": 4}),
    ({}, {"pose": "upside down"}),
    ({}, {"background": "sand"}),
    ({}, {"ground": "sea"}),
    ({"ground": "snow"}, {"ground": "snow", "sky": "night"}),
    ({"ground": "snow"}, {"ground": "snow", "scenery": ["cat"]}),
    ({}, {"relations": ON}),
    ({"relations": ON}, {"relations": [{**ON[0], "relation": "under"}]}),
    ({"relations": ON}, {"relations": [{"subject": 2, "relation": "on", "object": 1}]}),
)
"""A field each, in a scene without and with it. An element's colour needs a model that takes it: see below."""


def drawn(brief: Brief, model: str, **choices: Any) -> np.ndarray:
    (work,), directed = imagine("robot", model=model, count=1, seed=1, brief=brief, **choices)
    assert directed.writer == "person" and work.provenance.brief == brief
    return work.pixels


@pytest.mark.parametrize(("without", "swap"), SWAPS, ids=lambda swap: "-".join(swap))
def test_every_field_of_a_brief_reaches_the_pixels(without: dict[str, object], swap: dict[str, object], model: str) -> None:
    assert (drawn(pair(**without), model) != drawn(pair(**swap), model)).mean() > 0.005


def test_no_field_of_a_brief_is_left_out() -> None:
    swapped = {name for pair in SWAPS for part in pair for name in part}
    assert {*Brief.model_fields, *Element.model_fields} - {"elements", "colour"} == swapped


def test_the_order_and_number_of_elements_reach_the_pixels(model: str) -> None:
    brief = pair()
    turned = brief.model_copy(update={"elements": brief.elements[::-1]})
    alone = brief.model_copy(update={"elements": brief.elements[:1]})
    assert len({drawn(one, model).tobytes() for one in (brief, turned, alone)}) == 3


def test_works_of_one_scene_are_laid_out_differently(model: str) -> None:
    """Not only the noise: the same pixels of one element stand elsewhere."""
    works, _ = imagine("x", model=model, count=4, seed=1, brief=pair(), transparent=True)
    edges = {tuple(np.flatnonzero(work.pixels[..., 3].any(axis=0))[[0, -1]]) for work in works}
    assert len(edges) == 4


def test_a_style_is_every_works_and_a_stated_one_stays(model: str) -> None:
    works, _ = imagine("robot in spring", model=model, count=3, seed=4, llm="rules", style="solid")
    assert {one.labels["style"] for work in works for one in work.provenance.conditions} == {"solid"}
    (work,), _ = imagine("x", model=model, count=1, brief=pair(style="outline"), style="solid")
    assert [one.labels["style"] for one in work.provenance.conditions] == ["outline", "solid"]
    with pytest.raises(InputError, match=r"knows no style 'oil' \(choose one of outline, solid\)"):
        imagine("x", model=model, count=1, brief=pair(style="oil"))


def test_the_judge_chooses_once_and_replay_needs_none(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, ...]] = []

    class Brightest(Judge):
        def __init__(self) -> None: ...

        def __call__(self, pixels: np.ndarray, conditions: Sequence[Condition]) -> np.ndarray:
            assert len(set(map(str, conditions))) == 1 and len(conditions) == len(pixels)
            asked.append(pixels.shape)
            return pixels.mean(axis=(1, 2, 3)).astype(np.float32)

    monkeypatch.setattr(SESSION.open_pipeline(model), "judge", Brightest())
    works, _ = imagine("x", model=model, count=2, seed=1, brief=pair(), best_of=5)
    assert asked == [(5, SIZE, SIZE, 4)] * 4  # each element of each work has its own five
    assert len({work.provenance.kept for work in works}) == 2 and all(max(work.provenance.kept) < 5 for work in works)
    plain, _ = imagine("x", model=model, count=2, seed=1, brief=pair())
    assert plain[0].provenance.kept == () and (works[0].pixels != plain[0].pixels).any()
    monkeypatch.setattr(SESSION.open_pipeline(model), "judge", None)
    for work in works:
        again = replay(SceneProvenance.model_validate_json(work.provenance.model_dump_json()), model=model)
        np.testing.assert_array_equal(again.pixels, work.pixels)
        assert again.provenance == work.provenance


class Doubler:
    """An enlarger of pixels twice as large."""

    name, digest = "doubler", "d" * 64

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        return pixels.repeat(2, axis=1).repeat(2, axis=2)


def test_an_enlarger_is_written_down_and_no_other_will_do(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (small,), _ = imagine("x", model=model, count=1, seed=1, brief=pair())
    monkeypatch.setattr(SESSION.open_pipeline(model), "enlarger", Doubler())
    (large,), _ = imagine("x", model=model, count=1, seed=1, brief=pair())
    assert (large.provenance.enlarger, small.provenance.enlarger) == (Tool(name="doubler", digest="d" * 64), None)
    assert (large.pixels != small.pixels).any()
    for work in (small, large):  # what was drawn without one is drawn without one again
        np.testing.assert_array_equal(replay(work.provenance, model=model).pixels, work.pixels)
    for other in (None, type("Other", (Doubler,), {"digest": "e" * 64})()):
        monkeypatch.setattr(SESSION.open_pipeline(model), "enlarger", other)
        with pytest.raises(InputError, match=r"enlarged by doubler dddddddddd, which is not here"):
            replay(large.provenance, model=model)


def test_files_of_the_first_format_are_drawn_as_they_were(model: str) -> None:
    """As the first version wrote them: without the new fields, larger things behind, each exactly in its place."""
    (now,), _ = imagine("x", model=model, count=1, seed=3, brief=pair(size="large"), llm="none")
    written = {name: value for name, value in now.provenance.model_dump(mode="json").items()
               if name not in ("kept", "enlarger", "transparent")} | {"format": 1}  # fmt: skip
    old = read_provenance(written, where="a file")
    again = replay(old, model=model)
    elements = draw_elements(SESSION.open_pipeline(model), old.conditions, seed=3, number=0).pixels
    page = np.full((256, 256, 3), 255, dtype=np.float32)
    for pixels, (left, top, side) in ((elements[0], (10, 48, 159)), (elements[1], (169, 10, 77))):
        element = resized(pixels, side)
        area = page[top : top + side, left : left + side]
        area *= 1 - element[..., 3:] / 255
        area += element[..., :3]
    np.testing.assert_array_equal(again.pixels, np.clip(np.rint(page), 0, 255).astype(np.uint8))
    assert again.provenance.format == 1 and (again.pixels != now.pixels).any()


def test_a_work_of_another_kind_is_refused(tmp_path: Path) -> None:
    folder = str(write_model(tmp_path / "m"))
    (work,), _ = imagine("x", model=folder, count=1, llm="none")
    made = work.provenance.model_dump(mode="json")
    for change in ({"pipeline": "music"}, {"conditions": []}, {"brief": None}, {"kept": [1, 1]}):
        with pytest.raises(InputError, match=r"the kind 'music'|does not say what was drawn|brief: must be a table"):
            replay(read_provenance({**made, **change}, where="a file"), model=folder)
    with pytest.raises(InputError, match="kind 'music', which this version does not draw"):
        replay(work.provenance.model_copy(update={"pipeline": "music"}), model=folder)


@pytest.fixture
def painter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A model that paints from a palette, in two styles and three colours."""
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    return str(write_painter(tmp_path / "painter", encode=FakeEncoder().encode))


def test_a_palette_is_drawn_at_the_asked_size_and_again(painter: str, model: str) -> None:
    """Its elements are drawn as large as the canvas and go through no enlarger, though one is there."""
    for size in (64, 256):
        (work,), _ = imagine("x", model=painter, count=1, seed=1, brief=pair(), size=size)
        assert work.pixels.shape == (size, size, 3) and (work.provenance.size, work.provenance.enlarger) == (size, None)
        again = replay(SceneProvenance.model_validate_json(work.provenance.model_dump_json()), model=painter)
        np.testing.assert_array_equal(again.pixels, work.pixels)
        assert again.sources == work.sources and [len(one) for one in work.sources] == [1, 1]
    assert scale_for(SESSION.open_pipeline(painter), canvas=256) == 256 // SIZE
    (small,), _ = imagine("x", model=model, count=1, seed=1, brief=pair(), size=128)
    assert small.pixels.shape == (128, 128, 3)
    with pytest.raises(InputError, match="size: must be"):
        imagine("x", model=painter, count=1, size=100)


def test_a_canvas_that_an_opaque_model_cannot_fill_is_refused(tmp_path: Path) -> None:
    folder = str(write_model(tmp_path / "opaque", channels=3))
    with pytest.raises(InputError, match="draws 16 pixels and nothing else"):
        imagine("x", model=folder, count=1, llm="none", size=512)


def test_a_colour_and_a_mixture_reach_the_pixels(painter: str) -> None:
    """The colour as a label, the other thing as what the first is mixed with; both are in what makes the work again."""
    works = [
        imagine(idea, model=painter, count=1, seed=1, llm="rules", style="solid")[0][0]
        for idea in ("a cat", "a red cat", "a blue cat", "a robot cat")
    ]
    told = [work.provenance.conditions[0] for work in works]
    assert [one.labels.get("colour") for one in told] == [None, "red", "blue", None]
    assert [[words.phrase for words in one.mixed] for one in told] == [[], [], [], ["robot"]]
    assert len({work.pixels.tobytes() for work in works}) == 4
    assert [one.name for one in works[3].sources[0]] == ["cat", "robot"] and "robot" in works[3].provenance.parameters()
    again = replay(SceneProvenance.model_validate_json(works[3].provenance.model_dump_json()), model=painter)
    np.testing.assert_array_equal(again.pixels, works[3].pixels)
