"""Two manners of writing are told apart, also on texts that were not learned from."""

import numpy as np

from ganvas.ground.seeds import stream
from ganvas.scoring.voice import Voice, features

WORDS = {
    "old": "thou thy shalt unto lo verily behold hath".split(),
    "new": "okay so basically like totally just really stuff".split(),
}
SAME = "river night moon water stone wind tree road".split()


def texts(manner: str, count: int, seed: int) -> list[str]:
    numbers = stream(seed, manner)
    words = [*WORDS[manner], *SAME]
    return [" ".join(words[one] for one in row) for row in numbers.integers(len(words), (count, 12))]


def test_manners_are_told_apart_by_few_texts() -> None:
    voice = Voice.fit(texts("old", 30, 0), texts("new", 10, 0))
    old, new = voice(texts("old", 50, 1)), voice(texts("new", 50, 1))
    assert (old[:, None] > new[None]).mean() > 0.95
    assert (old > 0).mean() > 0.8 and (new < 0).mean() > 0.8, "the odds are calibrated for equal classes"


def test_rows_are_of_unit_length_and_texts_of_any_kind_have_one() -> None:
    rows = features(["a", "春風", "\ud800", "x" * 1_000_000, ""])
    assert np.allclose(np.linalg.norm(rows, axis=1), [1, 1, 1, 1, 0])
