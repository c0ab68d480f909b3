"""The judge's training: it resumes to the bit, its graph says what torch says, and it learns what belongs together."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.pipelines.fakes import FakeEncoder, write_model
from tests.training.engine.test_loop import CutAt, goes_on_to_the_bit
from tests.training.fakes import image_task, pictures, recipe

from ganvas.data.cache import Pictures, open_pictures
from ganvas.data.conditions import takes_of
from ganvas.data.records import Record
from ganvas.data.sets.shapes import make_shapes
from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.language.text.embed import embed
from ganvas.language.text.lexicon import Lexicon
from ganvas.models.graph import inspect
from ganvas.models.session import GraphSession
from ganvas.pipelines import image, load
from ganvas.pipelines.features import WIDTH, extract_features
from ganvas.pipelines.judge import Judge, judge_port
from ganvas.training.engine.loop import Loop, Outcome
from ganvas.training.engine.run import Run
from ganvas.training.engine.schedule import Progress
from ganvas.training.engine.state import State
from ganvas.training.engine.stop import Stop
from ganvas.training.export.graphs import export_judge
from ganvas.training.report.summary import RunSummary
from ganvas.training.tasks.image import save as model
from ganvas.training.tasks.image.conditions import Conditions
from ganvas.training.tasks.judge import train as judge
from ganvas.training.tasks.judge import train as training
from ganvas.training.tasks.judge.task import Evidence, JudgeTask
from ganvas.training.tasks.judge.train import add_judge, gather
from ganvas.vocabulary.condition import Condition, Weighted


def conditions_of(material: Pictures) -> Conditions:
    takes = takes_of(material.records, conditional=True, encoder_width=512)
    return Conditions(material.records, takes=takes, encoder=FakeEncoder())


def asked_for(records: Sequence[Record]) -> list[Condition]:
    return [Condition(words=(Weighted(phrase=one.captions[0]),), labels=one.labels) for one in records]


def evidence(material: Pictures, *, real: np.ndarray, drawn: np.ndarray, chosen: np.ndarray) -> Evidence:
    records = [material.records[n] for n in chosen]
    takes = takes_of(material.records, conditional=True, encoder_width=512)
    told = embed(asked_for(records), takes=takes, encoder=FakeEncoder())
    groups = np.unique([one.family for one in records], return_inverse=True)[1]
    shown, rows = np.asarray(material.images[chosen]), np.arange(4)
    several = stream(1, "several").normal((4, 3, WIDTH)).astype(np.float16)
    return Evidence(chosen, real, drawn, told, groups, shown, several, rows)


def noisy_task() -> JudgeTask:
    """A task of no meaning: features are noise."""
    material = pictures(12)
    real, drawn = (stream(0, name).normal((12, 2, WIDTH)).astype(np.float16) for name in ("real", "drawn"))
    seen = evidence(material, real=real, drawn=drawn, chosen=np.arange(12))
    return JudgeTask(seen, conditions_of(material), seed=3, batch=5)


def run_to(step: int, folder: Path) -> State:
    loop = Loop(noisy_task(), run=Run(folder, log_every=1), budget=800)
    loop.fit(CutAt(step=step))
    return loop.state


def test_resume_is_bitwise(tmp_path: Path) -> None:
    goes_on_to_the_bit(run_to, cut=2, steps=4, folder=tmp_path)


def test_match_weighs_twice_as_much_as_realism() -> None:
    """Whatever their scales were: neither may decide alone."""
    task = noisy_task()
    with torch.no_grad():
        task.network.realism_layers[-1].weight.mul_(1000)
    task.balance(task.network)
    features = torch.from_numpy(task.evidence.several.astype(np.float32)).flatten(0, 1)
    given = {name: torch.from_numpy(part[np.repeat(task.evidence.rows, 3)]) for name, part in task.evidence.given.items()}
    with torch.no_grad():
        realism, match = task.network(features, given).unflatten(0, (4, 3)).std(dim=1).mean(dim=0)
    assert 2 * float(realism) == pytest.approx(float(match), rel=1e-4)


def test_drawings_are_no_right_answers() -> None:
    """What a picture shows is learned from real ones alone: other drawings, same match."""
    task = noisy_task()
    batch = task.batch(0)
    half = len(batch.features) // 2
    other = replace(batch, features=torch.cat([batch.features[:half], batch.features[half:].flip(1)]))
    one, two = (task.loss(each, Progress()).parts for each in (batch, other))
    assert torch.equal(one["judge/match"], two["judge/match"]) and not torch.equal(one["judge/realism"], two["judge/realism"])


def test_pictures_of_one_family_are_no_wrong_answers() -> None:
    batch = noisy_task().batch(0)
    groups = noisy_task().evidence.groups[noisy_task().order.indices(0)]
    same = torch.from_numpy(groups[:, None] == groups[None, :])
    assert not (batch.distinct & same).any() and batch.distinct.any()


def shapes(folder: Path, *, count: int) -> Pictures:
    make_shapes(folder, size=32, seed=0, source=None, count=count)
    return open_pictures(folder, size=32, channels=4)


def blurred(images: np.ndarray) -> np.ndarray:
    """What a poor generator would draw: four pixels in one, of no shape in particular."""
    return images.reshape(len(images), 4, 8, 4, 8, 4).mean(axis=(2, 4)).repeat(8, axis=1).repeat(8, axis=2).astype(np.uint8)


def test_it_learns_what_is_real_and_what_belongs_together(tmp_path: Path) -> None:
    """On pictures it has not seen: their own captions against others, and them against what is drawn. Asked through its graph."""
    material = shapes(tmp_path / "shapes", count=240)
    images = np.asarray(material.images)
    known, new = np.arange(192), np.arange(192, 240)  # all kinds come round every 96
    real, drawn = extract_features(images), extract_features(blurred(images))
    seen = evidence(material, real=real[known, None], drawn=drawn[known, None], chosen=known)
    task = JudgeTask(seen, conditions_of(material), seed=0, batch=48)
    Loop(task, run=Run(tmp_path / "run", sheets=1), budget=80 * 48).fit(Stop())
    content, worst = export_judge(task.network, takes=task.conditions.takes)
    assert worst <= 1e-4  # from torch, over batches of 1, 3 and 8
    takes = task.conditions.takes
    session = GraphSession(inspect(content, inputs=tuple(judge_port(takes).takes), output="verdicts", where="here"), where="here")
    judge = Judge(lambda: session, takes=takes, encoded=lambda _: FakeEncoder(), where="here")

    owners, strangers = ([material.records[n] for n in order] for order in (new, np.roll(new, 7)))
    asked, others = asked_for(owners), asked_for(strangers)
    told_apart = np.array([a.family != b.family for a, b in zip(owners, strangers, strict=True)])
    own = judge(images[new], asked)
    assert (own > judge(images[new], others))[told_apart].mean() >= 0.85
    assert (own > judge(blurred(images[new]), asked)).mean() >= 0.95


@pytest.fixture
def fake_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())


@pytest.mark.usefixtures("fake_encoder")
def test_a_judge_is_added_to_a_model_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "STEPS", 2)
    monkeypatch.setattr(training, "EPOCHS", 1)
    shapes(tmp_path / "shapes", count=12)
    folder = write_model(tmp_path / "m", words=True)
    before = load(folder)
    said: list[str] = []
    assert add_judge(folder, tmp_path / "shapes", say=said.append) == folder / "judge.onnx"
    assert any("is not, or no longer, what tiny was trained on" in line for line in said)

    pipeline = load(folder)
    assert pipeline.digest != before.digest and {**pipeline.manifest.files, **before.manifest.files} == pipeline.manifest.files
    assert pipeline.judge is not None
    asked = [Condition(words=(Weighted(phrase="a red star"),))] * 2
    drawn = pipeline(asked, np.concatenate([pipeline.noise(0, number=n) for n in range(2)]))
    assert np.isfinite(pipeline.judge(drawn, asked)).all()

    first = (folder / "judge.onnx").read_bytes()
    add_judge(folder, tmp_path / "shapes", say=said.append)
    assert (folder / "judge.onnx").read_bytes() == first  # from the seed alone, and over the old one


@pytest.mark.usefixtures("fake_encoder")
def test_held_out_pictures_are_never_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    material = shapes(tmp_path / "shapes", count=96)
    train = material.select("train")
    assert 0 < len(train) < 96
    pipeline = load(write_model(tmp_path / "m", words=True))
    looked: list[np.ndarray] = []

    def watched(pixels: np.ndarray) -> np.ndarray:
        looked.append(pixels)
        return np.zeros((len(pixels), WIDTH), dtype=np.float32)

    monkeypatch.setattr(training, "extract_features", watched)
    seen = gather(pipeline, material, conditions_of(material), seed=0)
    np.testing.assert_array_equal(seen.chosen, train)
    np.testing.assert_array_equal(looked[0], material.images[train])
    assert sum(map(len, looked)) == 4 * len(train) + 48 * 6  # real and drawn, two views each; and what is drawn several times


def test_of_a_large_set_some_are_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = np.arange(40) * 3
    assert np.array_equal(judge._some(numbers, 0), numbers)
    monkeypatch.setattr(judge, "MOST", 12)
    some = judge._some(numbers, 0)
    assert len(some) == 12 and set(some.tolist()) <= set(numbers.tolist()) and (np.diff(some) > 0).all() and some[-1] > 60


def test_a_model_that_takes_nothing_gets_no_judge(tmp_path: Path) -> None:
    shapes(tmp_path / "shapes", count=4)
    folder = write_model(tmp_path / "m")
    with pytest.raises(InputError, match="takes no condition"):
        add_judge(folder, tmp_path / "shapes", say=lambda _: None)
    assert "judge.onnx" not in json.loads((folder / "model.json").read_text(encoding="utf-8"))["files"]


@pytest.mark.parametrize(("wanted", "conditional", "trained"), [(True, True, 1), (False, True, 0), (True, False, 0)])
def test_a_training_ends_with_its_judge(
    wanted: bool, conditional: bool, trained: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is wanted and there is a condition to judge by, when the folder is otherwise whole."""

    def graphs(generator: object, folder: Path, **_: object) -> float:
        for name in ("mapping.onnx", "synthesis.onnx"):
            (folder / name).write_bytes(b"")
        return 0.0

    called: list[object] = []
    monkeypatch.setattr(model, "export_graphs", graphs)
    monkeypatch.setattr(model, "lexicon_of", lambda _: Lexicon(("a",), ("a",), np.zeros((1, 24), dtype=np.float32)))
    monkeypatch.setattr(model, "train_judge", lambda pipeline, **_: called.append(pipeline) or b"")
    task = image_task(recipe(judge=wanted, conditional=conditional))
    loop = Loop(task, run=Run(tmp_path / "run"), budget=800)
    monkeypatch.setattr(model, "ImagePipeline", lambda files: files)
    monkeypatch.setattr(model, "draw_figures", lambda *_, **__: ())
    monkeypatch.setattr(model, "save_directions", lambda *_: None)
    facts = RunSummary(task.recipe, Outcome("budget", loop.progress), {}, "")
    model.save_model(tmp_path / "model", loop=loop, task=task, summary=facts, say=lambda _: None)
    assert len(called) == trained and (tmp_path / "model" / "model.json").is_file()


def test_the_sheet_shows_the_best_first() -> None:
    task = noisy_task()
    loud = task.evidence.shown
    loud[:] = 0
    with torch.no_grad():
        verdicts = task.network(
            torch.from_numpy(task.evidence.drawn[:, 0].astype(np.float32)),
            {name: torch.from_numpy(part) for name, part in task.evidence.given.items()},
        ).sum(dim=1)
    loud[int(verdicts.argmax())] = 255
    page = task.sheet(task.network)
    assert page[: page.shape[0] // 8, : page.shape[1] // 8].max() == 255
    assert task.loss(task.batch(0), Progress()).total.isfinite()
