import numpy as np

from ganvas.ground.seeds import stream
from ganvas.scoring.centred import choose_centred


def test_what_all_pictures_have_in_common_is_taken_off() -> None:
    asked = np.repeat([0, 1, 2], 20)
    scores = 0.3 * np.eye(3)[asked] + np.array([0.0, 2.0, 0.0]) + 0.01 * stream(0, "scores").normal((60, 3))
    assert (scores.argmax(axis=1) == 1).all()  # all are taken for one value
    assert (choose_centred(scores, asked) == asked).all()


def test_values_that_are_not_told_apart_stay_so() -> None:
    asked = np.repeat([0, 1], 500)
    chosen = choose_centred(np.array([0.0, 2.0]) + stream(0, "scores").normal((1000, 2)), asked)
    assert abs((chosen == asked).mean() - 0.5) < 0.06


def test_a_value_asked_more_often_has_no_more_say() -> None:
    scores = np.array([[1.0, 0.0]] * 30 + [[0.9, 0.2]] * 2)
    assert choose_centred(scores, np.array(["a"] * 30 + ["b"] * 2)).tolist() == [0] * 30 + [1] * 2
