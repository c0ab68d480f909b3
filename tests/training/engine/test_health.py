"""Health: numbers that are not finite, and what the log says of the game."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ganvas.ground.errors import HealthError
from ganvas.training.engine import health
from ganvas.training.engine.health import diagnose
from ganvas.training.engine.loop import SETBACKS, Loop
from ganvas.training.engine.run import EVENT, Run
from ganvas.training.engine.schedule import Progress
from ganvas.training.engine.stop import Stop
from ganvas.training.objectives.base import Loss
from ganvas.training.tasks.image.task import ImageTask, split_held_out
from tests.training.fakes import image_task, pictures, recipe

GOOD = {"g/spread": 0.9, "g/range": 1.0, "d/right": 0.9, "d/known": 0.9, "d/aside": 0.85, "generator/gradient": 1.0}


def log(last: dict[str, float], count: int) -> list[dict[str, float]]:
    return [GOOD] * 30 + [GOOD | last] * count


@pytest.mark.parametrize(
    ("sign", "named", "lasting"),
    [
        ({"g/spread": 0.1}, "collapse", 3),
        ({"g/range": 4.0}, "divergence", 2),
        ({"d/known": 0.95, "d/aside": 0.5}, "overfitting", 3),
        ({"d/right": 1.0}, "the discriminator has won", 20),
        ({"generator/gradient": 1e-6}, "vanishing gradients", 5),
    ],
)
def test_each_trouble_is_named_once_its_sign_has_lasted(sign: dict[str, float], named: str, lasting: int) -> None:
    assert diagnose(log(sign, lasting - 1)) == ()
    assert [trouble.name for trouble in diagnose(log(sign, lasting))] == [named]
    assert diagnose([*log(sign, lasting), GOOD]) == ()


def test_drawings_that_were_better_once_are_named() -> None:
    def entries(*scores: float) -> list[dict[str, float]]:
        return [GOOD | {"score/kid": score} for score in scores]

    assert [trouble.name for trouble in diagnose(entries(38, 37, 94, 123, 113))] == ["divergence"]
    assert diagnose(entries(38, 37, 94, 123)) == () == diagnose(entries(38, 37, 94, 123, 113, 60))
    assert diagnose(entries(38, 9, 0.5, 1.5, 2.0, 1.8)) == (), "what is near the real pictures may waver"
    assert diagnose(entries(0.02, 0.12, 0.3, 0.4, 0.2)) == (), (
        "what restyles begins with pictures as they are, nearer than it draws"
    )


def test_a_good_game_and_an_empty_log_are_silent() -> None:
    assert diagnose([]) == () and diagnose([GOOD] * 100) == ()


def spoiled(task: ImageTask, *, at: set[int]) -> None:
    """Make the discriminator's loss not a number at some steps, each the first time that it comes there."""
    player, left = task.players[0], set(at)
    whole = player.loss

    def loss(batch: object, progress: Progress) -> Loss:
        found = whole(batch, progress)
        if progress.step in left:
            left.discard(progress.step)
            return Loss(found.total * float("nan"), found.parts)
        return found

    player.loss = loss


def test_a_number_that_is_not_finite_sends_the_run_back_with_smaller_steps(tmp_path: Path) -> None:
    task = image_task(recipe())
    spoiled(task, at={7})
    said: list[str] = []
    loop = Loop(task, run=Run(tmp_path, log_every=1, say=said.append), budget=40, keep_minutes=0.0)
    outcome = loop.fit(Stop())
    assert outcome.reason == "budget" and outcome.progress.step == 10 and outcome.progress.setbacks == 1
    assert task.players[0].optimiser.param_groups[0]["lr"] == pytest.approx(
        task.players[0].base_rates[0] * task.players[0].rate(9 / 10) / 2
    )
    (line,) = (line for line in said if not line.startswith("sheet: "))
    assert "nan" in line and "step 7" in line
    steps = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [entry["step"] for entry in steps if EVENT not in entry] == list(range(1, 11))
    assert [entry[EVENT] for entry in steps if EVENT in entry] == [line]


def test_what_fails_again_and_again_ends_with_the_last_good_state_kept(tmp_path: Path) -> None:
    task = image_task(recipe())
    loop = Loop(task, run=Run(tmp_path, log_every=1), budget=40, keep_minutes=0.0)
    player = task.players[1]
    whole = player.loss

    def loss(batch: object, progress: Progress) -> Loss:
        found = whole(batch, progress)
        return Loss(found.total / 0.0, found.parts) if progress.step == 4 else found

    player.loss = loss
    with pytest.raises(HealthError, match="generator's loss"):
        loop.fit(Stop())
    assert loop.progress.setbacks == SETBACKS
    again = Loop(image_task(recipe()), run=Run(tmp_path, log_every=1), budget=16, keep_minutes=0.0)
    assert again.fit(Stop()).progress.step == 4, "the checkpoint loads, and trains on to where its budget ends"
    assert all(torch.isfinite(value).all() for value in again.state.tensors().values() if value.is_floating_point())


def test_a_picture_that_is_not_a_number_is_found_before_anything_is_updated(tmp_path: Path) -> None:
    task = image_task(recipe())
    before = {name: value.clone() for name, value in task.generator.state_dict().items()}
    whole = task.batch
    task.batch = lambda step: replace(whole(step), real=whole(step).real * float("nan"))  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(HealthError, match="discriminator"):
        Loop(task, run=Run(tmp_path, log_every=1), budget=40).fit(Stop())
    assert all(torch.equal(value, before[name]) for name, value in task.generator.state_dict().items())


def test_signs_know_a_collapsed_and_a_diverged_generator() -> None:
    task = image_task(recipe())
    progress = Progress(images=800, budget=800)
    colour = task.generator.synthesis.colour
    with torch.no_grad():
        colour.weight.zero_()
        assert float(task.signs(progress)["g/spread"]) == pytest.approx(0, abs=1e-6)
        colour.bias.fill_(100.0)
    assert float(task.signs(progress)["g/range"]) > health.RANGE


def test_a_resumed_run_suffers_from_what_it_suffered_from(tmp_path: Path) -> None:
    run = Run(tmp_path, log_every=1)
    run.open_log(Progress())
    for step in range(1, 5):
        run.log(Progress(step=step, images=step, budget=10), {"g/spread": torch.tensor(0.05)})
    assert [trouble.name for trouble in run.troubles] == ["collapse"]
    again, earlier = Run(tmp_path, log_every=1), Run(tmp_path, log_every=1)
    again.open_log(Progress(step=4, images=4, budget=10))
    assert again.troubles == run.troubles and len(again.entries) == 4
    earlier.open_log(Progress(step=2, images=2, budget=10))
    assert earlier.troubles == ()


def test_a_discriminator_that_knows_its_pictures_by_heart_shows_by_those_kept_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    task = image_task(recipe(), pictures(60))
    assert len(task.held_out) == 3 and not np.isin(task.held_out, task.train).any() and len(task.train) == 57
    pixels = task.pictures.images[task.train].astype(np.float32)
    over_white = pixels[..., :3] * pixels[..., 3:] / 255 + 255 - pixels[..., 3:]
    known = over_white.mean(axis=(1, 2, 3))

    def by_heart(works: torch.Tensor, _given: object) -> torch.Tensor:
        """Score what it has seen 2, drawings 1 and all else 0: drawings are dark, the pictures are noise."""
        scores: list[list[float]] = []
        for work in ((works + 1) * 127.5).numpy():
            seen = np.abs(known - work.mean()).min() < 1e-2
            scores.append([2.0 if seen else 0.0 if work.std() > 40 else 1.0])
        return torch.tensor(scores)

    monkeypatch.setattr(task.adversaries["pixel"].network, "forward", by_heart)
    signs = {name: float(value) for name, value in task.signs(Progress(images=800, budget=800)).items()}
    assert signs["d/known"] == 1.0 and signs["d/aside"] == 0.0
    assert [trouble.name for trouble in diagnose([signs] * 3)] == ["overfitting"]


def test_pictures_are_put_aside_only_where_there_are_enough() -> None:
    few, many = pictures(38), pictures(400)
    assert len(split_held_out(few, seed=0)[1]) == 0 and len(split_held_out(few, seed=0)[0]) == 38
    train, aside = split_held_out(many, seed=0)
    assert len(aside) == 20 and len(train) == 380 and not np.isin(aside, train).any()
    held = [replace(r, split="held out pair") if n < 8 else r for n, r in enumerate(many.records)]
    train, aside = split_held_out(type(many)(many.images, held, many.digest), seed=0)
    assert aside.tolist() == list(range(8)) and train.tolist() == list(range(8, 400))
    apart = [replace(r, split="test") if n < 8 else r for n, r in enumerate(many.records)]
    train, aside = split_held_out(type(many)(many.images, apart, many.digest), seed=0)
    assert not np.isin(range(8), (*train, *aside)).any() and len(aside)  # a test part is not even looked at
