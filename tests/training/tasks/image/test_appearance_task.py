"""Training from appearances: what each picture is drawn from, with which condition, and what a run keeps of it."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.training.engine.test_loop import CutAt, goes_on_to_the_bit
from tests.training.fakes import conditions_of, pictures, weights_in
from tests.training.tasks.image.palettes import CONFIG, appearance_task, palette_recipe

from ganvas.ground.seeds import stream
from ganvas.ground.sizes import Size
from ganvas.language.text.appearance import Appearances
from ganvas.training.engine.loop import Loop
from ganvas.training.engine.run import Run
from ganvas.training.engine.state import State
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.export.palette_graphs import export_palette_graphs
from ganvas.training.networks.palette_head import PaletteGenerator
from ganvas.training.recipes.image import Recipe
from ganvas.training.start.train import take_weights
from ganvas.training.tasks.image import appearance, known_appearances, priors
from ganvas.training.tasks.image.appearance_task import AppearanceTask
from ganvas.training.tasks.image.conditions import Conditions
from ganvas.training.tasks.image.data import add_colours
from ganvas.training.tasks.image.priors import fit_image_priors
from ganvas.training.tasks.image.task import Batch
from ganvas.training.tasks.priors import keep_priors, read_priors
from ganvas.vocabulary.manifest import Manifest, Takes


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))


def batches(task: AppearanceTask, count: int = 8) -> list[tuple[np.ndarray, Batch]]:
    """Return the numbers of the pictures of some batches of the game, with these batches."""
    return [(task.train[task.order.indices(step)], task.batch(step)) for step in range(4, 4 + count)]


def run_to(step: int, folder: Path, made: Recipe) -> State:
    loop = Loop(appearance_task(made), run=Run(folder, log_every=1), budget=800)
    loop.fit(CutAt(step=step))
    return loop.state


@pytest.mark.parametrize("cut", [1, 2, 4], ids=["in the warm start", "at its end", "in the game"])
def test_resume_is_bitwise(cut: int, tmp_path: Path) -> None:
    goes_on_to_the_bit(partial(run_to, made=palette_recipe()), cut=cut, steps=6, folder=tmp_path)


def test_another_styles_appearance_is_drawn_towards_the_true_picture_in_the_told_style() -> None:
    task = appearance_task(palette_recipe(other=1.0, sampled=0.0, mixed=0.0))
    for chosen, batch in batches(task, 3):
        other = task.known.vectors[[task.known.others[number][0] for number in chosen]]
        assert batch.appearance is not None and np.array_equal(batch.appearance.numpy(), other)
        assert batch.reconstruction.eq(CONFIG.other_pull).all() and batch.own is not None and not batch.own.any()
        assert batch.given["label_style"].argmax(dim=1).tolist() == task.conditions.labels["style"][chosen].tolist()


def test_what_is_sampled_is_never_of_the_own_family() -> None:
    task = appearance_task(palette_recipe(other=0.0, sampled=1.0, mixed=0.0))
    families = np.array([record.family for record in task.pictures.records])
    for chosen, batch in batches(task):
        assert batch.appearance is not None and not batch.reconstruction.any()
        for number, vector in zip(chosen, batch.appearance.numpy(), strict=True):
            known = np.flatnonzero((task.known.vectors == vector).all(axis=1))
            assert len(known) and families[number] not in families[known]
    own = task.sampler.sample(task.conditions.vectors[task.conditions.number["thing 0"]], {}, stream(0, "any"))
    assert families[own.rows[0]] == "thing-0", "and without leaving out it is the picture that is called so"


def test_two_things_at_once_are_called_nothing() -> None:
    task = appearance_task(palette_recipe(other=0.0, sampled=0.0, mixed=1.0))
    known: list[bool] = []
    for _, batch in batches(task, 4):
        assert not batch.given["words"].any() and not batch.given["hashes"].any() and not batch.reconstruction.any()
        assert batch.appearance is not None and not batch.distinct.any()
        known += [bool((task.known.vectors == vector).all(axis=1).any()) for vector in batch.appearance.numpy()]
    assert np.mean(known) < 0.4, "only where the same picture is chosen twice"


def test_in_the_warm_start_everything_has_a_true_picture() -> None:
    task = appearance_task(palette_recipe(alone=0.5, mixed=0.4, sampled=0.4, other=0.1))
    named = torch.cat([task.batch(step).reconstruction for step in range(8)])
    assert set(named.tolist()) == {0.5, 1.0}


def test_one_label_is_exchanged_and_nothing_else() -> None:
    task = appearance_task(palette_recipe())
    for _, batch in batches(task):
        assert batch.wrong_labels is not None and set(batch.wrong_labels) == {"label_style", "label_colour"}
        moved = {name: (part != batch.given[name]).any(dim=1) for name, part in batch.wrong_labels.items()}
        told = {name: batch.given[name].any(dim=1) for name in moved}
        assert torch.equal(sum(part.int() for part in moved.values()).clamp(max=2), torch.ones(len(batch.real), dtype=torch.int))
        assert all(not (moved[name] & ~told[name]).any() for name in moved), "a label that was not told is none to get wrong"
        assert all(part.sum(dim=1).le(1).all() for part in batch.wrong_labels.values())


def test_a_swapped_style_is_heard_at_least_as_loudly_as_the_latent() -> None:
    task = appearance_task(palette_recipe())
    given = task._full_conditions(np.arange(6))  # pyright: ignore[reportPrivateUsage]
    other = {**given, "label_style": given["label_style"].flip(1)}
    z, w = torch.zeros(6, 8), partial(task.generator.mapping)
    swapped = (w(z, other) - w(z, given)).square().mean()
    assert swapped > (w(torch.ones(6, 8), given) - w(z, given)).square().mean()


def test_a_changed_colour_is_told_and_an_unchanged_picture_is_itself() -> None:
    task = appearance_task(palette_recipe(recolour=0.5, told_colour=0.0))
    for chosen, batch in batches(task):
        same = (batch.real == task._real(chosen)).flatten(1).all(dim=1)
        told = batch.given["label_colour"].any(dim=1)
        assert (same | told).all(), "nobody is shown a colour that was not asked for"
    everything = torch.cat([batch.given["label_colour"].any(dim=1) for _, batch in batches(task, 16)])
    assert 0.2 < everything.float().mean() < 0.8


def test_a_run_keeps_what_was_fitted_and_fits_nothing_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = palette_recipe()
    first = appearance_task(made)
    keep_priors(tmp_path, fit_image_priors(made, first.pictures, first.conditions))

    def fit(*_: object, **__: object) -> None:
        raise AssertionError("it was fitted already")

    for module, name in ((appearance, "_axes"), (known_appearances, "describe_appearances"), (known_appearances, "whitening"),
                         (priors, "fit_whitening")):  # fmt: skip
        monkeypatch.setattr(module, name, fit)
    kept = read_priors(tmp_path)
    assert kept is not None
    again = appearance_task(made, priors=kept)
    assert again.sampler.save() == first.sampler.save() and np.array_equal(again.known.vectors, first.known.vectors)
    whole, other = (dict(task.generator.state_dict()) for task in (first, again))
    assert all(torch.equal(whole[name], other[name]) for name in whole)
    assert Appearances.load(again.sampler.save(), where="memory").names == first.sampler.names


def test_a_training_that_starts_from_a_model_of_appearances_describes_as_it_does(tmp_path: Path) -> None:
    theirs = appearance_task(palette_recipe())
    generator, takes = theirs.generator, theirs.conditions.takes
    assert isinstance(generator, PaletteGenerator)
    export_palette_graphs(generator, tmp_path, takes=takes, latent=8, appearance=CONFIG.pixels + CONFIG.features)
    files = dict.fromkeys(("mapping.onnx", "synthesis.onnx", "appearances.safetensors"), "0" * 64)
    manifest = Manifest(name="first", size=Size.of(16), licence="none", channels=4, latent=8, mapped=26, takes=takes, palette=5,
                        appearance=CONFIG.pixels + CONFIG.features, files=files)  # fmt: skip
    initial = InitialWeights(tmp_path, manifest, weights_in(tmp_path))
    like = palette_recipe().generator.model_copy(update={"condition": initial.generator.condition})
    assert initial.generator == like  # but for words, which its graphs do not take
    said: list[str] = []
    task = appearance_task(palette_recipe(), initial_weights=initial)
    take_weights(task, initial, takes=takes, say=said.append)
    assert not said, "every layer is taken over"
    mine, original = task.generator.state_dict(), generator.state_dict()
    assert all(torch.allclose(mine[name], original[name], atol=1e-6) for name in original)
    apart = np.abs(task.known.vectors - theirs.known.vectors).mean()
    assert apart < 0.1 * np.abs(theirs.known.vectors).mean(), "the same pictures are described alike"


def test_a_label_for_colours_is_added_last_and_never_replaces_one() -> None:
    said: list[str] = []
    added = add_colours(Takes(labels={"style": ("a", "b")}), palette_recipe(), say=said.append)
    assert list(added.labels) == ["style", "colour"] and not said
    own = Takes(labels={"colour": ("warm", "cold")})
    assert add_colours(own, palette_recipe(), say=said.append) == own and len(said) == 1
    assert not add_colours(Takes(), palette_recipe(recolour=0.0, told_colour=0.0), say=said.append).labels


def test_an_appearance_says_which_labels_its_picture_has() -> None:
    plain = appearance_task(palette_recipe())
    task = appearance_task(palette_recipe(source_labels=True))
    styles = task.conditions.labels["style"]
    values = len(task.conditions.takes.labels["style"])
    added = task.known.vectors[:, plain.sampler.width :]
    assert added.shape == (len(styles), values), "colours, which no record names, have no part"
    named = styles >= 0
    assert (added[named].argmax(axis=1) == styles[named]).all()
    assert np.allclose(np.sort(added[named], axis=1)[:, :-1], 0)
    assert np.allclose(task.known.vectors[:, : plain.sampler.width], plain.known.vectors)
    assert task.sampler.width == plain.sampler.width + values


def test_without_words_a_model_has_no_meanings_and_any_picture_may_be_chosen() -> None:
    found = pictures(14, size=palette_recipe().size)
    bare = replace(found, records=[replace(record, captions=(), tags=()) for record in found.records])
    takes = Takes(labels=conditions_of(found).takes.labels)
    made = palette_recipe(sampled=0.0)
    conditions = Conditions(bare.records, takes=takes, encoder=None)
    fitted = fit_image_priors(made, bare, conditions, initial_weights=None)
    task = AppearanceTask(made, bare, conditions, device="cpu", precision="float32", priors=fitted)
    known = Appearances.load(task.sampler.save(), where="here")
    assert (known.width, len(known.mean)) == (task.sampler.width, takes.words) == (CONFIG.pixels, 0)
    chosen = {known.sample(None, {"style": 1}, stream(seed, "any")).rows[0] for seed in range(40)}
    assert len(chosen) > 2 and {int(known.labels["style"][row]) for row in chosen} == {1}
