"""What every language model must do, whoever runs it: one class of tests, taken by each backend with a fixture `model`."""

import pytest

from ganvas.language.llm import ask as asking
from ganvas.language.llm.base import LanguageModel, Limit, Message
from ganvas.language.llm.replies import first_object
from ganvas.language.scene.brief_cache import brief_key
from ganvas.language.scene.director import Directed, direct, messages_for, scene_schema
from ganvas.vocabulary.provenance import Provenance
from tests.language.fakes import BagEncoder, lexicon

HINTS = ["robot", "cherry blossom", "seedling"]
LIMIT = Limit(tokens=600, seconds=120)


class Conformance:
    """A backend gives these tests its `model`."""

    def test_it_has_a_name_that_files_may_hold(self, model: LanguageModel) -> None:
        Provenance(version="1", pipeline="scene", model="m", model_digest="0" * 64, idea="x", writer=model.name)
        assert isinstance(model, LanguageModel)

    def test_its_answer_fills_the_schema(self, model: LanguageModel) -> None:
        reply = model.complete(messages_for("a lonely robot in spring", HINTS), scene_schema(), seed=2**62, limit=LIMIT)
        answer = first_object(reply.text)
        assert set(answer) == {"scenes"} and 1 <= len(answer["scenes"]) <= 4
        assert 0 <= reply.seconds <= LIMIT.seconds

    def test_the_same_seed_says_the_same(self, model: LanguageModel) -> None:
        said = [model.complete(messages_for("a cat", ["cat"]), scene_schema(), seed=5, limit=LIMIT).text for _ in range(2)]
        assert said[0] == said[1]

    def test_without_a_schema_it_says_a_text_within_its_limit(self, model: LanguageModel) -> None:
        reply = model.complete([Message("user", "Write a long story.")], None, seed=0, limit=Limit(tokens=12, seconds=120))
        assert 0 < len(reply.text) < 12 * 40

    def test_a_question_is_answered(self, model: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(asking, "open_language_model", lambda _: model)
        monkeypatch.setattr(asking, "ANSWER_LIMIT", Limit(tokens=40, seconds=120))
        said = asking.ask("How many legs has a spider?")
        assert said.text and said.writer == model.name

    @pytest.mark.parametrize("idea", ["a lonely robot in spring", "春天里孤独的机器人"])
    def test_it_writes_a_scene_of_what_was_asked_for(self, idea: str, model: LanguageModel) -> None:
        result: Directed = direct(idea, model=model, lexicon=lexicon(), encoder=BagEncoder(), seed=1)
        assert result.writer in (model.name, "rules") and result.brief.elements[0].caption == "robot"

    def test_its_briefs_can_be_kept(self, model: LanguageModel) -> None:
        assert brief_key("a cat", model=model, seed=1, vocabulary="v") is not None
