"""Maps of labels: parts, smoothing, gaps."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ganvas.ground.labelling import boxed, connected, grown, most_common

MAP = np.array([
    [0, 0, 1, 0],
    [1, 0, 1, 0],
    [1, 0, 0, 0],
    [1, 1, -1, -1],
])  # fmt: skip


def flood(labels: np.ndarray) -> np.ndarray:
    """Number the parts one pixel after another."""
    found, number = np.full(labels.shape, -1), 0
    for start in np.ndindex(labels.shape):
        if found[start] >= 0:
            continue
        todo = [start]
        while todo:
            row, column = todo.pop()
            if found[row, column] >= 0:
                continue
            found[row, column] = number
            for near in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
                inside = all(0 <= place < side for place, side in zip(near, labels.shape, strict=True))
                if inside and labels[near] == labels[row, column]:
                    todo.append(near)
        number += 1
    return found


@given(arrays(int, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.integers(-1, 2)))
def test_parts_are_what_can_be_walked(labels: np.ndarray) -> None:
    numbered, wanted = connected(labels), flood(labels)
    pairs = set(zip(numbered.ravel().tolist(), wanted.ravel().tolist(), strict=True))
    assert len(pairs) == numbered.max() + 1 == wanted.max() + 1


def test_parts_of_one_label_that_do_not_touch_are_two() -> None:
    numbered = connected(MAP)
    assert numbered.max() == 3 and numbered[0, 0] == numbered[0, 3] and numbered[0, 2] != numbered[1, 0]


def test_thin_lines_fall_to_what_is_around_them_and_clear_stays_clear() -> None:
    labels = np.zeros((20, 20), dtype=int)
    labels[:, 10] = 1
    labels[:, 14:] = 2
    labels[0] = -1
    smooth = most_common(labels, reach=2)
    assert set(smooth[1:, :13].ravel()) == {0} and set(smooth[1:, 15:].ravel()) == {2} and (smooth[0] == -1).all()


def test_boxes_are_counted() -> None:
    mask = np.zeros((5, 6), dtype=bool)
    mask[0, 0] = mask[2, 3] = True
    wanted = [[mask[max(r - 1, 0) : r + 2, max(c - 1, 0) : c + 2].sum() for c in range(6)] for r in range(5)]
    np.testing.assert_array_equal(boxed(mask, 1), wanted)


def test_gaps_take_the_label_next_to_them() -> None:
    labels = np.array([[3, -2, -2, -1, -2]])
    np.testing.assert_array_equal(grown(labels), [[3, 3, 3, -1, -1]])
