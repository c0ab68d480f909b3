"""What a training takes over from the model that it starts from."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ganvas.data.cache import Pictures
from ganvas.ground.errors import InputError
from ganvas.ground.images import save_png
from ganvas.ground.seeds import stream
from ganvas.ground.sizes import Size
from ganvas.training.engine.loop import Loop
from ganvas.training.engine.run import Run
from ganvas.training.engine.state import State
from ganvas.training.export import initial_weights as parents
from ganvas.training.export.graphs import export_graphs
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.networks.image_generator import AppearanceMapping
from ganvas.training.recipes.image import Recipe
from ganvas.training.start import train as start
from ganvas.training.start.train import take_weights
from ganvas.training.tasks import registry
from ganvas.training.tasks.image import data as image_data
from ganvas.training.tasks.image.dial import dial, dial_like
from ganvas.training.tasks.image.task import ImageTask
from ganvas.vocabulary.manifest import Manifest, Takes
from tests.training.engine.test_loop import CutAt, goes_on_to_the_bit
from tests.training.fakes import STYLES, FakeEncoder, conditions_of, image_task, pictures, recipe, weights_in
from tests.training.networks.test_text_prior import imagining

DIGEST = "0" * 64


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANVAS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def imaginer() -> ImageTask:
    return image_task(imagining())


@pytest.fixture(scope="module")
def parent(imaginer: ImageTask, tmp_path_factory: pytest.TempPathFactory) -> InitialWeights:
    return saved(imaginer, tmp_path_factory.mktemp("imagining") / "parent")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> InitialWeights:
    """A parent without looks."""
    return saved(image_task(recipe()), tmp_path_factory.mktemp("plain") / "parent")


def saved(task: ImageTask, folder: Path) -> InitialWeights:
    """Write a task's generator as it ships, and read it as what another training starts from."""
    takes, mapped = task.conditions.takes, task.generator.mapped
    folder.mkdir()
    export_graphs(task.generator, folder, takes=takes, latent=8, mapped=mapped)
    manifest = Manifest(
        name="parent", size=Size.of(16), licence="CC0", attribution=("Somebody, MIT",), channels=4, latent=8, mapped=mapped,
        takes=takes, files={"mapping.onnx": DIGEST, "synthesis.onnx": DIGEST},
    )  # fmt: skip
    return InitialWeights(folder, manifest, weights_in(folder))


def labelled(*values: str) -> Pictures:
    """Other pictures of the same things, with other labels or with none."""
    made = pictures(10)
    records = [replace(record, labels={"hand": values[n % len(values)]} if values else {})
               for n, record in enumerate(made.records)]  # fmt: skip
    return replace(made, images=255 - made.images, records=records, digest="1" * 64)


def child(parent: InitialWeights, material: Pictures) -> ImageTask:
    made = recipe().model_copy(update={"start_from": "parent"})
    task = image_task(made, material, initial_weights=parent)
    take_weights(task, parent, takes=task.conditions.takes, say=print)
    return task


@pytest.mark.parametrize("values", [(), ("left", "right")])
def test_it_begins_by_drawing_what_its_parent_draws_when_no_hand_is_said(
    values: tuple[str, ...], imaginer: ImageTask, parent: InitialWeights
) -> None:
    task = child(parent, labelled(*values))
    told = imaginer.conditions.exactly(np.arange(4), labels={"style": np.full(4, -1)})
    given = {name: torch.from_numpy(part) for name, part in told.items()}
    mine = {**given, "label_hand": torch.zeros(4, 2)}
    z = torch.from_numpy(stream(0, "z").normal((4, 8)))
    with torch.no_grad():
        drawn, wanted = task.generator(z, mine), imaginer.generator(z, given)
    assert float(wanted.std()) > 0.1
    assert torch.allclose(drawn, wanted, atol=2e-3)  # float16 lies between


def test_the_same_labels_are_heard_as_before(imaginer: ImageTask, parent: InitialWeights) -> None:
    task = child(parent, pictures(12))
    given = {name: torch.from_numpy(part) for name, part in
             imaginer.conditions.exactly(np.arange(4), labels={"style": np.array([0, 1, 1, 0])}).items()}  # fmt: skip
    z = torch.from_numpy(stream(0, "z").normal((4, 8)))
    with torch.no_grad():
        assert torch.allclose(task.generator(z, given), imaginer.generator(z, given), atol=2e-3)


def test_what_was_taken_over_survives_a_stop_to_the_bit(parent: InitialWeights, tmp_path: Path) -> None:
    def run(steps: int, folder: Path) -> State:
        loop = Loop(child(parent, labelled()), run=Run(folder, log_every=1), budget=800)
        loop.fit(CutAt(step=steps))
        return loop.state

    goes_on_to_the_bit(run, cut=2, steps=4, folder=tmp_path / "runs")


def test_words_of_no_parent_are_imagined_anew(parent: InitialWeights, plain: InitialWeights) -> None:
    takes = conditions_of(pictures()).takes
    assert parent.appearance_prior(takes, shape=(3, 6, 6)) is None  # sketches of another size
    assert parent.appearance_prior(takes.model_copy(update={"words": 0, "encoder": "none"}), shape=(4, 6, 6)) is None
    assert plain.appearance_prior(takes, shape=(4, 6, 6)) is None and plain.generator.widths == recipe().generator.widths
    made = image_task(imagining(), initial_weights=parent)
    assert made.prior is not None and isinstance(made.generator.mapping, AppearanceMapping)


def test_parts_that_both_hear_are_heard_as_before_beside_new_ones(plain: InitialWeights) -> None:
    material = labelled("left", "right")
    other = image_task(recipe().model_copy(update={"seed": 1}), material)
    said: list[str] = []
    found = plain.fitting(other.generator.state_dict(), other.conditions.takes, say=said.append)
    mine, theirs = found["mapping.enter.weight"], plain.weights["mapping.enter.weight"]
    assert torch.equal(mine[:, :24], theirs[:, :24])  # latent 8, words 8, hashes 8
    assert torch.equal(mine[:, 24:], other.generator.state_dict()["mapping.enter.weight"][:, 24:])
    assert "mapping.conditioner start anew" in said[0]


def test_labels_are_known_by_the_names_of_their_values_in_whatever_order_a_file_has_them(plain: InitialWeights) -> None:
    """Two labels of one width were once exchanged: a manifest sorts its labels, and does not have them in the graph's order."""
    known = Takes(labels={"tint": ("red", "blue"), "style": ("outline", "solid")})
    parts = {"style": torch.randn(4, 2), "tint": torch.randn(4, 2)}
    weights = {f"mapping.conditioner.parts.label_{name}.weight": part for name, part in parts.items()}
    weights["mapping.enter.weight"] = torch.randn(6, 3 + 8)  # latent 3, then style, then tint, as they were built
    manifest = plain.manifest.model_copy(update={"takes": known})
    initial = InitialWeights(plain.folder, manifest, weights)
    takes = Takes(labels={"style": ("solid", "ink", "outline"), "tint": ("red", "blue")})
    wanted = {name: torch.zeros_like(layer) for name, layer in weights.items()}
    wanted["mapping.conditioner.parts.label_style.weight"] = torch.zeros(4, 3)
    found = initial.fitting(wanted, takes, say=print)
    assert torch.equal(found["mapping.enter.weight"], weights["mapping.enter.weight"])
    style, mine = parts["style"], found["mapping.conditioner.parts.label_style.weight"]
    assert torch.equal(mine, torch.stack([style[:, 1], style.mean(dim=1), style[:, 0]], dim=1)), "a new value is between all"
    strange = initial.fitting(wanted, Takes(labels={"style": ("a", "b", "c"), "tint": ("red", "blue")}), say=print)
    assert not strange["mapping.conditioner.parts.label_style.weight"].any() and not strange["mapping.enter.weight"][:, 3:7].any()


def test_the_dial_keeps_to_the_parents_shape_and_says_so(parent: InitialWeights) -> None:
    asked = Recipe(sources=("x",), start_from="parent", minutes=5, attribution=("Me, CC0",))
    like = dial_like(asked, parent)
    assert (like.size, like.channels, like.generator.widths) == (Size.of(16), 4, parent.generator.widths)
    assert (like.generator.latent, like.generator.mapped, like.generator.condition.label) == (8, 16, 4)
    assert like.attribution == ("Me, CC0", "Somebody, MIT")
    made = dial(like, pictures=100, words=True, inherited=True)
    assert made.text_prior is None and made.anchor is not None
    assert made.anchor.features == 0, "the frozen eyes see nothing in pictures this small"
    assert any("parent" in note for note in made.notes)
    other = dial_like(asked.model_copy(update={"size": Size.of(32)}), parent)
    assert other.size == Size.of(32) and not other.generator.widths


def test_a_restyler_is_no_parent_of_what_draws(plain: InitialWeights) -> None:
    with pytest.raises(InputError, match="none of its layers fits"):
        plain.fitting({"enter.weight": torch.zeros(2, 2)}, Takes(), say=print)


@pytest.fixture
def opened(parent: InitialWeights, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Trainings find the parent under any name, and end without an export; the names that were opened."""
    names: list[str] = []

    def open_initial_weights(name: str) -> InitialWeights:
        names.append(name)
        return parent

    monkeypatch.setattr(parents, "open_initial_weights", open_initial_weights)
    monkeypatch.setattr(image_data, "open_encoder", lambda _name: FakeEncoder())
    monkeypatch.setattr(image_data.MultilingualEncoder, "width", FakeEncoder.width)
    unsaved = replace(registry.KINDS["image"], save=lambda folder, loop, task, summary, say: (), examine=None)
    monkeypatch.setitem(registry.KINDS, "image", unsaved)
    return names


def hand(folder: Path, label: str) -> Path:
    """A folder of drawings in two hands, told under a label."""
    for number in range(6):
        save_png(folder / f"{number}.png", stream(number, "hand").integers(256, (16, 16, 4)).astype(np.uint8))
    lines = [f'{{"file_name": "{n}.png", "text": "thing {n}", "labels": {{"{label}": "{STYLES[n % 2]}"}}}}' for n in range(6)]
    (folder / "metadata.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def begun(folder: Path, out: Path, *, images: int) -> list[str]:
    """Train from the parent, or go on, and return what was said."""
    said: list[str] = []
    given = recipe().model_dump(mode="json", exclude_none=True, include={"batch", "precision"})
    given |= {"images": images, "threads": 1, "log_every": 1, "start_from": "somebody"}
    start.train([str(folder)], out=out, overrides=given, explain=True, say=said.append)
    return said


def test_a_training_opens_its_parent_once(opened: list[str], tmp_path: Path) -> None:
    said = begun(hand(tmp_path / "set", "style"), tmp_path / "run", images=4)
    assert opened == ["somebody"]
    assert any(line.startswith("text_prior: that of somebody") for line in said)


def test_what_starts_anew_is_said_once_and_only_where_something_does(opened: list[str], tmp_path: Path) -> None:
    def anew(label: str, *, images: int) -> list[str]:
        said = begun(hand(tmp_path / label, label), tmp_path / f"run-{label}", images=images)
        return [line for line in said if "start anew" in line]

    assert anew("style", images=4) == []
    (line,) = anew("pen", images=4)
    assert "mapping.conditioner start anew" in line
    assert anew("pen", images=8) == [], "who goes on begins with a checkpoint, and takes nothing over"
