"""Plans: rules alone, a language model's answer repaired, and what holds whatever it answers."""

import json

import pytest

from ganvas.language.llm.base import Limit, Message, Reply, Schema
from ganvas.language.music.planner import repair, write_plan


class Answering:
    """A language model that always gives one answer."""

    name, learns = "answering", False

    def __init__(self, answer: str) -> None:
        self.answer = answer

    def complete(self, messages: list[Message], schema: Schema | None, *, seed: int, limit: Limit) -> Reply:
        return Reply(self.answer, 0.0)


def test_rules_follow_the_words_and_the_seed_the_rest() -> None:
    one, other = (write_plan("a sad piece", seed=seed).plan for seed in (1, 2))
    assert one.mode == other.mode == "minor" and one.mood == "sad"
    assert one == write_plan("a sad piece", seed=1).plan and one != other
    joyful = write_plan("a joyful piece", seed=1).plan
    assert joyful.mode == "major" and joyful.tempo > one.tempo + 30


def test_what_the_person_sets_wins() -> None:
    model = Answering(json.dumps({"mood": "joyful", "mode": "major", "tonic": "G", "tempo": 200, "bars": 30}))
    given = {"bars": 4, "tempo": 50, "tonic": "E", "mode": "minor", "metre": "3/4"}
    plan = write_plan("in D major, 12 bars", seed=0, model=model, given=given).plan
    assert (plan.bars, plan.tempo, plan.tonic, plan.mode, plan.metre) == (4, 50, "E", "minor", "3/4")


def test_an_answer_fills_what_the_words_leave_open_and_is_repaired() -> None:
    answer = {
        "mood": "tender",
        "mode": "major",
        "tonic": "D",
        "tempo": 9999,
        "bars": 2,
        "chords": ["D", "C#7", "A", "G", "nonsense"],
    }
    planned = write_plan("für Elise", seed=0, model=Answering(f"Here you are: {json.dumps(answer)}"))
    assert planned.writer == "answering" and not planned.unread
    assert planned.plan.tonic == "D" and planned.plan.mood == "tender" and planned.plan.tempo == 240
    assert planned.plan.chords[0] == "D" and planned.plan.chords[-2] in ("A", "A7") and planned.plan.chords[-1] == "D"
    assert repair(planned.plan) == planned.plan


@pytest.mark.parametrize("answer", ["", "no idea", '{"mood": "hungry"}', '{"mode": 3}', "[1, 2]", '{"chords": "C"}'])
def test_an_answer_that_cannot_be_read_leaves_all_to_the_rules(answer: str) -> None:
    planned = write_plan("a sad piece", seed=1, model=Answering(answer))
    assert planned.unread and planned.writer == "rules"
    assert planned.plan == write_plan("a sad piece", seed=1).plan
