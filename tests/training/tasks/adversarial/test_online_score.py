"""The score that a training is stopped by: nearer drawings score lower, all the way, and the same drawings score the same."""

from collections.abc import Iterator

import pytest
import torch
from tests.training.fakes import image_task, pictures, recipe
from torch import Tensor

from ganvas.ground.seeds import stream
from ganvas.training.networks.projected import Lite0
from ganvas.training.tasks.adversarial.online_score import OnlineScore


@pytest.fixture(scope="module")
def blobs() -> Tensor:
    """Pictures that have something in them: a coloured square somewhere on white, (48, 3, 32, 32)."""
    return torch.stack(list(_blobs(48)))


def _blobs(count: int) -> Iterator[Tensor]:
    for number in range(count):
        chance = stream(number, "blob")
        left, top = chance.integers(20, 2)
        picture = torch.ones(3, 32, 32)
        picture[:, top : top + 12, left : left + 12] = torch.from_numpy(2 * chance.uniform((3, 1, 1)) - 1).float()
        yield picture


def test_nearer_drawings_score_lower(blobs: Tensor) -> None:
    quality = OnlineScore(Lite0(), blobs[:24])
    noise = torch.from_numpy(stream(1, "noise").normal((24, 3, 32, 32))).float()
    scores = [
        quality(lambda start, end, share=share: ((1 - share) * blobs[24:] + share * noise)[start:end].clamp(-1, 1))
        for share in (0.0, 0.2, 0.6, 1.0)
    ]
    assert scores == sorted(scores) and abs(scores[0]) < 0.2 * scores[1]


def test_a_task_scores_what_a_generator_draws_always_the_same() -> None:
    task = image_task(recipe(), pictures(count=20))
    before = task.score(task.generator)
    assert before is not None and before == task.score(task.generator)
    with torch.no_grad():
        task.generator.get_parameter("synthesis.colour.bias").add_(3.0)
    after = task.score(task.generator)
    assert after is not None and after != before
    assert image_task(recipe()).score(task.generator) is None, "14 pictures are no sample"
