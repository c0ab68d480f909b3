"""Looks, and a generator that draws looks which it imagines from words."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from ganvas.data.cache import Pictures
from ganvas.ground.errors import InputError
from ganvas.ground.images import premultiply
from ganvas.ground.seeds import stream
from ganvas.ground.sizes import Size
from ganvas.models.graph import inspect
from ganvas.models.session import GraphSession
from ganvas.training.engine.schedule import Progress
from ganvas.training.export.graphs import export_graphs
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.networks.image_generator import APPEARANCE, AppearanceMapping, Sketch
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.sections import AnchorRecipe, TextPriorRecipe
from ganvas.training.tasks.image.appearance import describe_appearances
from ganvas.training.tasks.image.conditions import Conditions
from ganvas.training.tasks.image.task import ImageTask
from ganvas.training.tasks.image.text_prior import FittedPrior, fit_prior
from ganvas.vocabulary.manifest import AnyManifest, Takes
from tests.training.engine.test_loop import goes_on_to_the_bit, run_to
from tests.training.fakes import conditions_of, image_task, pictures, recipe, weights_in

SMALL_IMAGINATION = TextPriorRecipe(pixels=10, features=0, components=8, ridge=1e-3)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))


def imagining(**changes: object) -> Recipe:
    return recipe(**{"text_prior": SMALL_IMAGINATION, "anchor": AnchorRecipe(alone=0.01), **changes})


def task_of(made: Recipe) -> tuple[ImageTask, AppearanceMapping]:
    task = image_task(made)
    mapping = task.generator.mapping
    assert isinstance(mapping, AppearanceMapping)
    return task, mapping


def flat(images: np.ndarray) -> np.ndarray:
    """Return the pictures as the sketches see them: premultiplied, in [-1, 1], 6 pixels a side."""
    works = torch.from_numpy(premultiply(images))
    return torch.nn.functional.adaptive_avg_pool2d(works, 6).flatten(1).numpy()


def test_appearances_decode_to_small_pictures() -> None:
    material = pictures(14, size=16)
    looks = describe_appearances(material, np.arange(14), pixels=13, features=0)
    assert np.square(looks.vectors).mean() == pytest.approx(1, rel=1e-3)
    sketches = Sketch((4, 6, 6), looks.sketch)(torch.from_numpy(np.array(looks.vectors)))
    assert np.allclose(sketches.flatten(1).numpy(), flat(material.images), atol=1e-3)


def test_components_come_from_training_pictures_alone() -> None:
    material = pictures(14, size=16)
    other = pictures(14, size=16)
    other.images[13] = 255 - other.images[13]
    train = np.arange(13)
    mine = describe_appearances(material, train, pixels=5, features=0)
    other = type(other)(other.images, other.records, "1" * 64)  # its pixels have changed, and so its digest
    theirs = describe_appearances(other, train, pixels=5, features=0)
    assert np.array_equal(mine.vectors[:13], theirs.vectors[:13]) and np.array_equal(mine.sketch, theirs.sketch)
    assert not np.allclose(mine.vectors[13], theirs.vectors[13])


def test_more_components_than_pictures_are_zeros() -> None:
    looks = describe_appearances(pictures(4, size=16), np.arange(4), pixels=10, features=0).vectors
    assert looks.shape == (4, 10) and not looks[:, 3:].any() and looks[:, :3].any(axis=0).all()


def test_features_describe_large_pictures() -> None:
    looks = describe_appearances(pictures(6, size=64), np.arange(6), pixels=3, features=5).vectors
    assert looks.shape == (6, 8) and looks.dtype == np.float32 and looks[:, 3:].any(axis=0).all()


def prior_of(material: Pictures, looks: np.ndarray) -> tuple[FittedPrior, Conditions]:
    conditions = conditions_of(material)
    prior = fit_prior(SMALL_IMAGINATION, conditions.takes, pictures=material, conditions=conditions, appearances=looks, seed=0)
    return prior, conditions


def told(conditions: Conditions, chosen: np.ndarray) -> dict[str, torch.Tensor]:
    parts = conditions.exactly(chosen, labels={name: columns[chosen] for name, columns in conditions.labels.items()})
    return {name: torch.from_numpy(part) for name, part in parts.items()}


def some_looks(count: int) -> np.ndarray:
    return stream(3, "looks").normal((count, 10))


def test_training_captions_predict_their_appearances() -> None:
    looks = some_looks(14)
    prior, conditions = prior_of(pictures(14), looks)
    imagined = prior.imagination(told(conditions, np.arange(14))).numpy()
    assert np.square(imagined - looks).mean() < 0.05


@pytest.mark.parametrize(("what", "gone"), [("without_picture", [4]), ("without_family", [4, 5])])
def test_unseen_appearances_come_from_a_fit_without_them(what: str, gone: list[int]) -> None:
    looks, material = some_looks(14), pictures(14)
    whole, conditions = prior_of(material, looks)
    imagination = whole.imagination
    kept = np.setdiff1d(np.arange(14), gone)
    alike = (imagination.caption_kernel(imagination.first) + imagination.caption_kernel(imagination.second)) / 2
    alike = (alike * imagination.get_buffer("common_style")[conditions.labels["style"]]).double().numpy()
    weights = np.linalg.solve(alike[np.ix_(kept, kept)] + 1e-3 * np.eye(len(kept)), looks[kept])
    assert np.allclose(getattr(whole, what)[gone], alike[np.ix_(gone, kept)] @ weights, atol=1e-3)


def test_an_empty_condition_predicts_zeros_and_a_dropped_label_the_mean() -> None:
    prior, conditions = prior_of(pictures(14), some_looks(14))
    given = told(conditions, np.arange(2))  # two hands of one thing
    silent = {**given, "words": torch.zeros_like(given["words"])}
    assert not prior.imagination(silent).any()
    free = {**given, "label_style": torch.zeros_like(given["label_style"])}
    other = {**given, "label_style": given["label_style"].flip(0)}
    midway = (prior.imagination(given) + prior.imagination(other)) / 2
    assert torch.allclose(prior.imagination(free), midway, atol=1e-4)


def test_hands_have_in_common_what_their_pictures_of_one_thing_have() -> None:
    looks = np.repeat(some_looks(60), 2, axis=0)  # both hands draw a thing alike
    alike, _ = prior_of(pictures(120), looks)
    apart, _ = prior_of(pictures(120), some_looks(120))
    both = [prior.imagination.get_buffer("common_style")[0, 1].item() for prior in (alike, apart)]
    assert both[0] == pytest.approx(1, abs=0.01) and both[1] < 0.2


def alike(count: int) -> Pictures:
    """Return pictures that all have the same words."""
    material = pictures(count)
    first = material.records[0]
    told = [replace(record, captions=first.captions, labels=first.labels) for record in material.records]
    return type(material)(material.images, told, material.digest)


def test_a_look_that_words_do_not_name_is_shown_true_or_imagined_without_a_pull() -> None:
    made = imagining()
    task = image_task(made, alike(14))
    assert task.prior is not None and task.appearances is not None and not task.prior.certain.any()
    named, _ = prior_of(pictures(14), some_looks(14))
    assert named.certain.all()
    true = {tuple(row) for row in np.array(task.appearances.vectors).tolist()}
    for step in range(2, 12):
        game = task.batch(step)
        assert game.prior_mix is not None
        for row, share, named in zip(
            game.prior_mix[0].tolist(), game.prior_mix[1][:, 0].tolist(), game.reconstruction.tolist(), strict=True
        ):
            assert not named or (share == 1 and tuple(row) in true)


def test_a_shown_look_replaces_the_words() -> None:
    task, mapping = task_of(imagining())
    batch = task.batch(0)
    z = torch.zeros(len(batch.real), 8)
    look = torch.randn(len(batch.real), 10, generator=torch.Generator().manual_seed(0))
    shown = {**batch.given, APPEARANCE: look}
    other = {**shown, "words": shown["words"].roll(1, dims=0)}
    w = mapping(z, shown)
    assert torch.equal(w, mapping(z, other))
    assert torch.equal(w[:, -10:], look), "the sketch is part of w"
    assert not torch.allclose(mapping(z, batch.given), w)


def test_a_generator_paints_over_its_sketch() -> None:
    task, _ = task_of(imagining())
    batch = task.batch(0)
    chosen = np.arange(4)
    look = torch.from_numpy(np.array(task.appearances.vectors[chosen])) if task.appearances else torch.zeros(4, 10)
    given = {**{name: part[:4] for name, part in batch.given.items()}, APPEARANCE: look}
    drawn = task.generator(torch.zeros(4, 8), given).detach()
    real = torch.from_numpy(premultiply(task.pictures.images[chosen]))
    pooled = [torch.nn.functional.avg_pool2d(works, 4).flatten(1) for works in (drawn, real)]
    apart = torch.cdist(*pooled)
    assert apart.argmin(dim=1).tolist() == [0, 1, 2, 3], "before the first step the sketch shows through"


def test_training_draws_unseen_appearances_and_anchors_only_known_ones() -> None:
    task, _ = task_of(imagining(text_prior=SMALL_IMAGINATION.model_copy(update={"unseen": 1.0})))
    assert task.warm_start_images == 8 and task.prior is not None
    family = {tuple(row) for row in task.prior.without_family.tolist()}
    picture = {tuple(row) for row in task.prior.without_picture.tolist()}
    met: set[bool] = set()
    for step in range(2, 12):
        game = task.batch(step)
        assert game.prior_mix is not None and game.prior_mix[1].eq(1).all()
        for row, named in zip(game.prior_mix[0].tolist(), game.reconstruction.tolist(), strict=True):
            assert tuple(row) in family | picture
            assert not (tuple(row) in family and named)
            met.add(tuple(row) in family)
    assert met == {True, False}


def test_in_the_warm_start_there_is_something_of_the_truth_in_every_look() -> None:
    task, _ = task_of(imagining(text_prior=SMALL_IMAGINATION.model_copy(update={"unseen": 1.0})))
    assert task.prior is not None and task.appearances is not None
    chosen = task.train[task.order.indices(0)]
    shown, share = task.batch(0).prior_mix or (torch.zeros(0), torch.zeros(0))
    true, unseen = task.appearances.vectors[chosen], task.prior.without_picture[task.prior.place[chosen]]
    part = ((shown.numpy() - unseen) * (true - unseen)).sum(axis=1) / np.square(true - unseen).sum(axis=1)
    assert share.eq(1).all() and (part > 0).all() and (part < 1).all()


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_resume_is_bitwise(cut: int, tmp_path: Path) -> None:
    goes_on_to_the_bit(partial(run_to, made=imagining()), cut=cut, steps=5, folder=tmp_path)


def test_discriminators_learn_before_the_generator_uses_them() -> None:
    made = recipe(text_prior=SMALL_IMAGINATION, anchor=AnchorRecipe(alone=0.5, ahead=0.1))
    task = image_task(made)
    rival = next(player for player in task.players if player.name == "discriminator")
    assert (task.warm_start_images, rival.start) == (400, 320)
    loss = task.generator_loss(task.batch(80), Progress(step=80, images=320, budget=800))
    assert set(loss.parts) == {"g/anchor"}


def test_features_need_pictures_that_they_can_see() -> None:
    with pytest.raises(ValueError, match=r"text_prior\.features"):
        Recipe(sources=("x",), size=32, text_prior=TextPriorRecipe())


def test_a_model_of_another_kind_is_named(tmp_path: Path) -> None:
    from tests.training.export.test_graphs import trained_a_little, write

    generator = trained_a_little()
    write(generator, tmp_path)
    wanted = generator.state_dict()
    said: list[str] = []
    changed = dict(wanted) | {"mapping.enter.weight": torch.zeros(3, 3)}
    parent = InitialWeights(tmp_path, AnyManifest(name="other", size=Size.of(16), licence="none", files={}), weights_in(tmp_path))
    found = parent.fitting(changed, Takes(), say=said.append)
    assert torch.equal(found["mapping.enter.weight"], torch.zeros(3, 3))
    assert torch.equal(found["synthesis.start.weight"], wanted["synthesis.start.weight"])
    assert len(said) == 1 and "mapping.enter" in said[0]
    with pytest.raises(InputError, match="none of its layers fits"):
        parent.fitting({"other.weight": torch.zeros(2, 2)}, Takes(), say=said.append)


def test_what_is_exported_is_let_in_and_draws_what_torch_draws(tmp_path: Path) -> None:
    task, _ = task_of(imagining())
    takes = task.conditions.takes
    worst = export_graphs(task.generator, tmp_path, takes=takes, latent=8, mapped=task.generator.mapped)
    assert worst < 1e-4
    for name, inputs, output in (("mapping", ("z", *takes.widths), "w"), ("synthesis", ("w",), "work")):
        content = (tmp_path / f"{name}.onnx").read_bytes()
        GraphSession(inspect(content, inputs=inputs, output=output, where=name), where=name)
