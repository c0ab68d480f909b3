"""What a model shows: a copy is found and comes first, truncation and walks begin and end where they say."""

from pathlib import Path

import numpy as np
import pytest

from ganvas.ground.images import lay_over
from ganvas.ground.seeds import stream
from ganvas.pipelines import Enlarger, load
from ganvas.training.report import figures as exhibits
from ganvas.training.report import neighbours
from ganvas.training.report.figures import (
    COPIED_SHOWN,
    ENLARGED_SHOWN,
    TRUNCATIONS,
    WALK_STEPS,
    WALKS,
    draw_enlarged_figures,
    draw_figures,
)
from ganvas.training.report.neighbours import COARSE_PIXELS, FEATURES, find_neighbours
from tests.pipelines.fakes import SIZE, write_enlarger, write_model
from tests.training.fakes import pictures


def blocks(seed: int, count: int, *, size: int) -> np.ndarray:
    """Pictures that differ in what is coarse: uint8 (N, size, size, 4), opaque."""
    coarse = stream(seed, "blocks").integers(256, (count, 4, 4, 4)).astype(np.uint8)
    coarse[..., 3] = 255
    return coarse.repeat(size // 4, axis=1).repeat(size // 4, axis=2)


def test_a_copy_is_found() -> None:
    known, others = blocks(0, 40, size=16), blocks(1, 5, size=16)
    drawn = np.concatenate([others, known[[7]]])
    train = np.arange(2, 40)
    found = find_neighbours(drawn, known, train, count=3, seed=0)
    assert found.compared_by == COARSE_PIXELS and found.among == 38 and found.nearest.shape == (6, 3)
    assert found.nearest[5, 0] == 7 and found.share[5] < 0.01
    assert found.share[:5].min() > 0.5 and found.share[:5].max() < 5 and np.isin(found.nearest, train).all()


def test_neighbours_are_the_same_however_many_are_compared_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    known, drawn, train = blocks(0, 60, size=16), blocks(1, 5, size=16), np.arange(3, 60)
    known[[40, 50]] = known[[10]]  # of those alike the first is named first
    drawn[0] = known[10]
    whole = find_neighbours(drawn, known, train, count=4, seed=0)
    monkeypatch.setattr(neighbours, "_CHUNK", 7)
    parts = find_neighbours(drawn, known, train, count=4, seed=0)
    assert np.array_equal(whole.nearest, parts.nearest) and np.allclose(whole.share, parts.share, atol=1e-5)
    assert whole.nearest[0, :3].tolist() == [10, 40, 50]


def test_from_64_pixels_on_features_order_what_coarse_pixels_list(monkeypatch: pytest.MonkeyPatch) -> None:
    known = blocks(0, 40, size=64)
    asked: list[int] = []

    def extract(pixels: np.ndarray) -> np.ndarray:
        """See nothing but the lower right corner's red."""
        asked.append(len(pixels))
        red = pixels[:, -1, -1, 0].astype(np.float32)
        return np.stack([np.cos(red / 255), np.sin(red / 255)], axis=1)

    monkeypatch.setattr(neighbours, "extract_features", extract)
    drawn = known[[7]].copy()
    drawn[:, -16:, -16:, 0] = 255 - drawn[:, -16:, -16:, 0]
    found = find_neighbours(drawn, known, np.arange(40), count=6, seed=0)
    assert found.compared_by == FEATURES and 7 in found.nearest[0]
    reds = known[found.nearest[0], -1, -1, 0].astype(int)
    apart = np.abs(reds - int(drawn[0, -1, -1, 0]))
    assert (np.diff(apart) >= 0).all() and max(asked) <= 40


@pytest.mark.parametrize("count", [2, 3])
def test_few_pictures_are_enough(count: int) -> None:
    known = blocks(0, count, size=16)
    found = find_neighbours(known[:1], known, np.arange(count), count=3, seed=0)
    assert found.nearest[0, 0] == 0 and np.isfinite(found.share).all()


def test_of_many_pictures_some_stand_for_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    known = blocks(0, 40, size=16)
    monkeypatch.setattr(neighbours, "MAX_BYTES", 10 * known[0].nbytes)
    found = find_neighbours(known[:1], known, np.arange(40), count=3, seed=0)
    assert found.among == 10 and found.nearest.max() > 20


def test_pictures_are_shown_three_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline, material = load(write_model(tmp_path / "m")), pictures(30, size=SIZE)
    drawn = pipeline(
        [exhibits.Condition()] * exhibits.NEIGHBOUR_DRAWINGS, np.zeros((exhibits.NEIGHBOUR_DRAWINGS, 8), dtype=np.float32)
    )
    material.images[4] = drawn[0]
    copied, truncated, walked = draw_figures(pipeline, material, np.arange(30), seed=0)
    assert [len(one.pictures) for one in (copied, truncated, walked)] == [COPIED_SHOWN, len(TRUNCATIONS), WALKS]
    shares = [float(one.caption.split()[0]) for one in copied.pictures]
    assert shares == sorted(shares) and "coarse pixels" in copied.about

    cells = [np.stack(np.split(row.pixels[4:-4, 4:], 8, axis=1))[:, :, :SIZE] for row in truncated.pictures]
    assert np.ptp(cells[0].astype(int), axis=0).max() == 0  # at 0 every drawing is the average
    assert np.ptp(cells[-1].astype(int), axis=0).max() > 0
    assert "hardly differ" not in truncated.about

    ends = [np.split(row.pixels[4:-4, 4:], WALK_STEPS, axis=1) for row in walked.pictures]
    np.testing.assert_array_equal(ends[0][-1], ends[1][0])  # the second walk begins where the first ends
    assert not np.array_equal(ends[0][0], ends[0][-1])


def test_an_enlarger_is_shown_on_what_it_never_saw(tmp_path: Path) -> None:
    enlarger, material = Enlarger.from_pretrained(write_enlarger(tmp_path / "x4")), pictures(20, size=64)
    (shown,) = draw_enlarged_figures(enlarger, material, np.arange(18))
    assert len(shown.pictures) == 2 and "held out of training" in shown.about
    true = shown.pictures[0].pixels[4:-4, -68:-4]
    np.testing.assert_array_equal(true, lay_over(material.images[18]))
    (known,) = draw_enlarged_figures(enlarger, material, np.arange(20))
    assert len(known.pictures) == ENLARGED_SHOWN and "training pictures" in known.about
