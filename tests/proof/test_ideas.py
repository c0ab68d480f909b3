"""Does the language model help? Sixty ideas, fixed beforehand, drawn by every writer and scored by the evaluator."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ganvas.data.cache import Pictures, open_pictures
from ganvas.data.records import Record, parse_record
from ganvas.data.sets import make_set
from ganvas.ground.errors import LanguageModelError
from ganvas.language.llm.gguf import fetch_local
from ganvas.language.scene.director import Directed, write_plain_brief
from ganvas.vocabulary.brief import Brief, Element
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.provenance import SceneProvenance
from ganvas.vocabulary.work import Work
from tests.language.fakes import BagEncoder
from tests.proof import ideas
from tests.proof.ideas import (
    IDEAS,
    Figure,
    Idea,
    Row,
    crops,
    figure,
    holds,
    markdown,
    missing_concepts,
    read_ideas,
    report,
    retrieval,
    run,
    seen_in,
)  # fmt: skip

DATA = Path(__file__).parents[2] / "data" / "emoji"
SCENE = Idea(words="a cat and a dog", kind="scene", language="en", accepts=(("cat", "cat-face"), ("dog",)))
LONE = Idea(words="a dog", kind="literal", language="en", accepts=(("dog",),))


class Shades:
    """Eyes that see concepts by the shade at a picture's middle."""

    def __init__(self, shades: dict[int, str]) -> None:
        self.shades = shades

    def nearest_concepts(self, pixels: np.ndarray, *, count: int = 5) -> list[list[str]]:
        middle = pixels.shape[1] // 2
        return [[self.shades.get(int(picture[middle, middle, 0]), "nothing"), "moss"] for picture in pixels]


def test_the_ideas_are_sixty_and_balanced() -> None:
    sixty = read_ideas(IDEAS)
    assert Counter((idea.kind, idea.language) for idea in sixty) == {
        (kind, language): 10 for kind in ("literal", "indirect", "scene") for language in ("en", "zh")
    }
    assert len({idea.words.casefold() for idea in sixty}) == 60
    for idea in sixty:
        assert idea.words.isascii() == (idea.language == "en"), idea.words
        assert len(idea.accepts) == (2 if idea.kind == "scene" else 1), idea.words
        named = [concept for thing in idea.accepts for concept in thing]
        assert all(idea.accepts) and len(set(named)) == len(named), f"{idea.words}: a concept twice"


def two_things() -> np.ndarray:
    """A picture with the shade 10 at the upper left and 20 at the lower right."""
    picture = np.zeros((64, 64, 3), dtype=np.uint8)
    picture[4:34, 4:34], picture[34:60, 34:60] = 10, 20
    return picture


def test_crops_go_from_edge_to_edge() -> None:
    parts = crops(np.arange(64 * 64).reshape(64, 64, 1))
    assert parts.shape == (9, 40, 40, 1)
    assert parts[0, 0, 0] == 0 and parts[8, -1, -1] == 64 * 64 - 1 and parts[4, 0, 0] == 12 * 64 + 12


def test_a_scene_is_found_in_its_parts_and_a_lone_thing_is_not() -> None:
    eyes = Shades({10: "cat-face", 20: "dog"})
    (seen,) = seen_in([two_things()], SCENE, eyes=eyes)
    assert {"cat-face", "dog"} <= seen and holds(seen, SCENE)
    (seen,) = seen_in([two_things()], LONE, eyes=eyes)
    assert seen == {"cat-face", "moss"}, "the whole alone, whose middle is the cat's"


def test_a_scene_with_one_of_its_things_is_no_hit() -> None:
    assert not holds({"cat", "cat-face", "moss"}, SCENE)
    row = Row("x", seen=[[{"cat", "cat-face"}, {"cat", "dog"}], [{"moss"}, {"dog"}]])
    assert row.shares([SCENE, LONE]).tolist() == [0.5, 0.5]
    assert row.distinct([SCENE, LONE]).tolist() == [3, 1]


def test_chance_is_what_pictures_score_on_other_ideas_of_their_kind() -> None:
    other = Idea(words="moss", kind="literal", language="en", accepts=(("moss",),))
    row = Row("x", seen=[[{"dog"}, {"moss", "dog"}], [{"moss"}, {"moss"}]])
    assert row.chance([LONE, other]).tolist() == [0.5, 0.0]


def test_a_figure_is_a_mean_with_its_interval() -> None:
    values = np.repeat([0.0, 1.0], 30)
    mean = figure(values)
    assert mean.mean == 0.5 and 0.35 < mean.low < 0.45 and 0.55 < mean.high < 0.65
    assert figure(values, below=values / 2).mean == 2
    assert figure(values, below=values * 0).mean == 240, "nothing below counts as one picture"


def test_retrieval_gives_the_pictures_of_the_nearest_training_captions() -> None:
    said = {"a dog": "train", "a cat": "train", "dog": "train", "held out dog": "held out pair"}
    records = [
        parse_record({"file_name": f"{text}.png", "captions": (text,), "split": split}, where=text)
        for text, split in said.items()
    ]
    images = np.zeros((4, 8, 8, 4), dtype=np.uint8)
    images[..., 0], images[..., 3] = np.arange(4)[:, None, None], 255
    (found,) = retrieval([LONE], Pictures(images, records, "0" * 64), encoder=BagEncoder())
    assert [int(picture[0, 0, 0]) for picture in found] == [0, 2, 1], "each once, never a held-out one"


def test_the_report_compares_with_bare_words_and_with_itself_unjudged() -> None:
    hit, miss = [{"cat", "dog"}] * 8, [set[str]()] * 8
    bare, judged = Row("bare words", seen=[miss, hit]), Row("bare words", judged=True, seen=[hit, hit])
    scene = Row("rules", seen=[hit, hit], wrote=["rules", "rules"])
    result = report([bare, judged, scene], [SCENE, LONE])
    first, second, third = result["rows"]  # pyright: ignore
    assert first["share"]["all"]["mean"] == 0.5 and second["gain by the judge"]["mean"] == 0.5
    assert third["gain over bare words"]["scene"]["mean"] == 1 and third["scenes, times bare words"]["mean"] == 8
    assert third["wrote"] == {"rules": 2}
    lines = markdown(result).splitlines()
    assert len(lines) == 5 and len({line.count("|") for line in lines}) == 1


def test_every_writer_draws_without_and_with_the_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int, int]] = []

    def imagine(words: str, *, model: str, count: int, seed: int, llm: str, best_of: int) -> tuple[list[Work], Directed]:
        asked.append((llm, best_of, seed))
        if llm == "http":
            raise LanguageModelError("no server is configured")
        brief = Brief(elements=(Element(caption="x"),))
        made = SceneProvenance(version="0", model="m", model_digest="0" * 64, idea=words, brief=brief, conditions=(Condition(),))
        return [Work(two_things(), made)] * count, write_plain_brief(words)._replace(writer="rules")

    monkeypatch.setattr(ideas, "imagine", imagine)
    monkeypatch.setattr(ideas, "MultilingualEncoder", BagEncoder)
    left_out: list[str] = []
    records = [Record(file_name=f"{name}.png", captions=(name,), concept=name) for name in ("cat", "cat-face", "dog")]
    shades = np.full((3, 64, 64, 4), 255, dtype=np.uint8)
    shades[..., 0] = np.array([10, 10, 20])[:, None, None]
    eyes = Shades({10: "cat-face", 20: "dog"})
    rows = run(
        [SCENE], Pictures(shades, records, "0" * 64), eyes=eyes, model="m", writers=("none", "local", "http"), say=left_out.append
    )
    assert [(row.name, row.judged) for row in rows] == [
        ("real pictures, composed", False), ("retrieval", False), ("bare words", False), ("bare words", True),
        ("local", False), ("local", True),
    ]  # fmt: skip
    assert [best_of for _, best_of, _ in asked] == [1, 8, 1, 8, 1, 8] and len({seed for *_, seed in asked}) == 1
    assert rows[0].shares([SCENE]).tolist() == [1], "real pictures of both, side by side"
    assert rows[4].wrote == ["rules"] and rows[4].shares([SCENE]).tolist() == [1]
    assert sum("left out" in line for line in left_out) == 2


@pytest.mark.proof
def test_the_scene_finds_both_things_twice_as_often(record_property: Callable[[str, object], None]) -> None:
    """All rows on the shipped model; the figures are recorded whichever way they fall, and one line is asserted."""
    from ganvas.scoring.evaluator import Evaluator

    if not DATA.is_dir():
        make_set("emoji", DATA)
    fetch_local()
    sixty, pictures = read_ideas(IDEAS), open_pictures(DATA, size=64, channels=4)
    assert not missing_concepts(sixty, pictures)
    held = {record.concept for record in pictures.records if record.split == "held out family"}
    assert [idea.words for idea in sixty if idea.unseen] == [
        idea.words for idea in sixty if any(held.issuperset(thing) for thing in idea.accepts)
    ]
    rows = run(sixty, pictures, eyes=Evaluator.fit(pictures), model="emoji-64", writers=("none", "rules", "local", "http"))
    result = report(rows, sixty)
    for entry in result["rows"]:  # pyright: ignore
        for group, share in entry["share"].items():
            record_property(f"ideas: {entry['row']}, judge {entry['judge']}, {group}", str(Figure(**share)))
    drawn = [entry for entry in result["rows"] if entry["wrote"] and entry["row"] != "bare words"]  # pyright: ignore
    assert max(entry["scenes, times bare words"]["mean"] for entry in drawn) >= 2
