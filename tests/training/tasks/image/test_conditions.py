"""What pictures are told while a generator learns: labels alone are a condition too, and may come late."""

import numpy as np
import pytest
from tests.training.fakes import image_task, pictures, recipe

from ganvas.data.conditions import group_of, takes_of
from ganvas.data.records import Record
from ganvas.ground.seeds import stream
from ganvas.training.recipes.sections import Dropout
from ganvas.training.tasks.image.conditions import Conditions


def labelled(count: int = 40) -> list[Record]:
    return [Record(file_name=f"{n}.png", labels={"class": "ab"[n % 2]}) for n in range(count)]


def conditions(records: list[Record]) -> Conditions:
    return Conditions(records, takes=takes_of(records, conditional=True, encoder_width=24), encoder=None)


def test_without_words_a_label_is_what_a_picture_is_asked_by() -> None:
    told = conditions(labelled()).draw(np.arange(40), stream(0, "tell"), Dropout(labels=0.5))
    kept = told.parts["label_class"].any(axis=1)
    assert 5 < kept.sum() < 35
    assert (told.spoken == kept).all(), "what was dropped contradicts nothing, what was kept does"


def test_pictures_of_one_label_do_not_contradict_each_other() -> None:
    one, other, same = labelled(3)
    assert group_of(one) == group_of(same) != group_of(other)
    spoken = Record(file_name="0.png", captions=("a cat",), labels={"style": "ink"})
    assert group_of(spoken) == "0.png", "beside words a label tells hands apart, not things"


def test_labels_come_late(monkeypatch: pytest.MonkeyPatch) -> None:
    task = image_task(recipe(images=800, dropout=Dropout(labels=0.0, late=0.5)), pictures(count=40))
    shares = [float(task.batch(step).given["label_style"].any(dim=1).float().mean()) for step in range(0, 200, 4)]
    assert shares[0] == 0.0 and np.mean(shares[25:]) == 1.0
    assert 0.1 < np.mean(shares[:12]) < np.mean(shares[12:25]) < 1.0


def test_the_rule_at_the_end_is_the_rule() -> None:
    rule = Dropout(labels=0.2, late=0.5)
    assert [rule.at(share).labels for share in (0.0, 0.25, 0.45, 0.5, 1.0)] == pytest.approx([1.0, 0.5, 0.2, 0.2, 0.2])
