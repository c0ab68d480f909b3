"""Walks: even steps, a closed loop, files that say how they were made, and bounds."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganvas.ground.errors import InputError
from ganvas.ground.images import lay_over
from ganvas.pipelines import image
from ganvas.service.open_maker import ReplayContext
from ganvas.service.walk import find_stops, is_walk, perceived, replay_walk, walk
from ganvas.store.animation import save_animation
from ganvas.store.folder import read_work
from ganvas.vocabulary.provenance import AnyProvenance
from ganvas.vocabulary.request import WalkRequest, fill
from tests.pipelines.fakes import FakeEncoder, write_painter


@pytest.fixture
def painter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    return str(write_painter(tmp_path / "painter", encode=FakeEncoder().encode, pixels=3))


def stops(painter: str, *words: str, transparent: bool = False) -> tuple[list[AnyProvenance], ReplayContext]:
    return find_stops(words, model=painter, seed=1, style=None, transparent=transparent, size=64)


def test_a_walk_takes_even_steps_and_closes(painter: str) -> None:
    works, context = stops(painter, "cat", "robot")
    walked = walk(works, WalkRequest(frames=16), context)
    frames = list(walked.frames(1))
    assert len(frames) == walked.count == 16 and frames[0].shape == (64, 64, 3)
    looks = [perceived(frame) for frame in frames]
    steps = np.array([np.abs(one - other).mean() for one, other in zip(looks, looks[1:] + looks[:1], strict=True)])
    assert steps.max() <= 3 * np.median(steps)
    assert [frame.tobytes() for frame in walked.frames(4)] == [frame.tobytes() for frame in frames[::4]]


def test_a_walk_that_is_not_looped_ends_at_its_last_work(painter: str) -> None:
    works, context = stops(painter, "cat", "robot")
    frames = list(walk(works, WalkRequest(frames=5, looped=False), context).frames(1))
    turned = list(walk(works[::-1], WalkRequest(frames=5, looped=False), context).frames(1))
    np.testing.assert_array_equal(frames[-1], turned[0])
    np.testing.assert_array_equal(frames[0], turned[-1])


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
@pytest.mark.parametrize("transparent", [False, True])
def test_a_file_moves_and_is_made_again(suffix: str, transparent: bool, painter: str, tmp_path: Path) -> None:
    works, context = stops(painter, "cat", "robot", transparent=transparent)
    walked = walk(works, WalkRequest(frames=6, seconds=0.6), context)
    path = save_animation(tmp_path / f"w{suffix}", walked)
    with Image.open(path) as picture:
        shown = getattr(picture, "n_frames", 1)
        assert 3 <= shown <= 6 and picture.info.get("loop") == 0  # equal frames are one that is shown longer
        last = picture.seek(shown - 1) or np.asarray(picture.convert("RGBA"))
        clear = last[..., 3].min() == 0
    assert clear == transparent
    wanted = list(walked.frames(1))[-1]  # the last frame is whole, after all that came before it
    assert np.abs(lay_over(last).astype(float) - lay_over(wanted)).mean() < 12
    assert is_walk(str(path)) and read_work(str(path)) == walked.provenance
    again = save_animation(tmp_path / f"again{suffix}", replay_walk(str(path), model=painter))
    assert again.read_bytes() == path.read_bytes()


def test_walks_out_of_bounds_are_refused(painter: str) -> None:
    works, context = stops(painter, "cat")
    for count in (1, 17):
        with pytest.raises(InputError, match="2 to 16 works"):
            walk(works * count, WalkRequest(), context)
    for field, value in (("frames", 10**6), ("frames", 1), ("seconds", 0), ("size", 100)):
        with pytest.raises(InputError, match=field):
            fill(WalkRequest, {field: value})
    with pytest.raises(InputError, match="there is no such file"):
        find_stops(["nothing.png", "cat"], model=painter, seed=1, style=None, transparent=False, size=64)
