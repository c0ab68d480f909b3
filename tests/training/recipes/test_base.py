"""Recipes: what cannot be built is refused in one line, what can be built reads back as itself."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ganvas.ground.errors import InputError
from ganvas.training import train
from ganvas.training.engine.device import pick_device
from ganvas.training.engine.loop import Loop
from ganvas.training.engine.run import Run
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.reading import dump, resume_recipe
from ganvas.training.recipes.sections import AnchorRecipe, TextPriorRecipe
from tests.training.engine.test_loop import CutAt
from tests.training.fakes import image_task, pictures, read_recipe, recipe


def write(path: Path, text: str) -> str:
    path.write_text(f'sources = ["x"]\n{text}', encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("size = 40", "size: .*40 is not learned"),
        ('size = "160x32"', "160x32 is not learned"),
        ("size = [96, 64]", "is no size"),
        ("batch = 1", "batch"),
        ("lr = 0.1", "r.toml: lr: there is no such setting$"),
        ("minuts = 3", r"minuts: there is no such setting \(did you mean minutes\?\)$"),
        ('minutes = "ten"', "minutes: must be a number, not 'ten'$"),
        ("rate_generator = inf", "rate_generator"),
        ('[pixel]\nobjective = "vae"', "pixel.objective"),
        ("size = 32\n[projected]\nweight = 1.0", "48 pixels or more"),
        ("[generator]\nwidths = [8, 8]", "generator.widths has 2 entries"),
        ("[pixel.network]\nwidths = [8]", "pixel.network.widths has 1 entries"),
        ("size = 32\n[[coarse]]\n[coarse.network]\nshrunk = 4\nwidths = [8, 8]", "coarse.network.widths has 2 entries"),
        ("size = 16\n[[coarse]]\n[coarse.network]\nshrunk = 8", "coarse.network.shrunk = 8 leaves the grids 2x2"),
        ("size = ", "not valid TOML"),
        ("[imagination]\npixels = 64", r"imagination is now called text_prior \(write text_prior instead\)$"),
        ("[dropout]\nwords = 2.0", "dropout.words"),
        ("[generator]\npalette = 8", "belong together"),
        ("[appearance]\nother = 0.3", "belong together"),
        ("[generator]\npalette = 8\n[appearance]\nother = 0.6\nsampled = 0.6", "at most 1"),
        ("mirror = true\n[generator]\npalette = 8\n[appearance]\nother = 0.3", "leave mirror out"),
        ("[generator]\npalette = 8\n[appearance]\nother = 0.3\n[text_prior]\nunseen = 0.5", "text_prior. out"),
        ("everything = true", "everything is for models with .appearance."),
    ],
)
def test_a_recipe_that_cannot_be_built_is_refused(text: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=reason) as said:
        read_recipe([write(tmp_path / "r.toml", text)], overrides={})
    assert len(str(said.value).splitlines()) == 1 and "r.toml" in str(said.value)


def test_a_recipe_reads_back_as_itself(tmp_path: Path) -> None:
    made = recipe(size=64, everything=True)
    (tmp_path / "r.toml").write_text(dump(made), encoding="utf-8")
    assert read_recipe([str(tmp_path / "r.toml")], overrides={}) == made


def test_a_run_that_began_under_an_old_name_goes_on(tmp_path: Path) -> None:
    made = recipe(text_prior=TextPriorRecipe(pixels=9, features=0))
    copy = tmp_path / "recipe.toml"
    copy.write_text(dump(made).replace("text_prior", "imagination"), encoding="utf-8")
    assert "[imagination]" in copy.read_text(encoding="utf-8")
    assert resume_recipe(made, copy) == made


def test_who_names_a_rival_of_features_alone_has_no_other(tmp_path: Path) -> None:
    made = read_recipe([write(tmp_path / "r.toml", "[projected]\nweight = 1.0")], overrides={})
    assert isinstance(made, Recipe) and made.pixel is None and made.projected is not None
    (tmp_path / "again.toml").write_text(dump(made), encoding="utf-8")
    assert read_recipe([str(tmp_path / "again.toml")], overrides={}) == made
    usual = read_recipe([write(tmp_path / "s.toml", "")], overrides={})
    assert isinstance(usual, Recipe) and usual.pixel is not None


@pytest.mark.parametrize("text", ["[augment]\nadaptive = {}", 'task = "restyle"', 'task = "enlarge"'])
def test_what_is_written_down_whole_is_not_refused(text: str, tmp_path: Path) -> None:
    made = read_recipe([write(tmp_path / "r.toml", text)], overrides={})
    (tmp_path / "again.toml").write_text(dump(made), encoding="utf-8")
    assert read_recipe([str(tmp_path / "again.toml")], overrides={}) == made


def test_a_rectangle_is_written_as_it_is_said_and_a_square_as_a_number(tmp_path: Path) -> None:
    made = recipe(size="80x48", everything=True)
    assert 'size = "80x48"' in dump(made) and "size = 64" in dump(recipe(size=64))
    (tmp_path / "r.toml").write_text(dump(made), encoding="utf-8")
    assert read_recipe([str(tmp_path / "r.toml")], overrides={}) == made
    assert read_recipe([write(tmp_path / "s.toml", "")], overrides={"size": "96x64"}).size.grid == (64, 96)  # pyright: ignore
    with pytest.raises(InputError, match="size is '80x48' in this run and 96 now"):
        other = {"size": "96", "pixel": {}, "generator": {}, "coarse": []}
        resume_recipe(read_recipe([str(tmp_path / "r.toml")], overrides=other), tmp_path / "r.toml")


def test_a_budget_given_replaces_the_recipes(tmp_path: Path) -> None:
    path = write(tmp_path / "r.toml", "minutes = 90")
    assert read_recipe([path], overrides={"images": 50}).minutes is None
    assert read_recipe([path], overrides={}).minutes == 90


def test_a_run_of_another_recipe_is_not_gone_on_with(tmp_path: Path) -> None:
    copy = tmp_path / "recipe.toml"
    copy.write_text(dump(recipe()), encoding="utf-8")
    asked = read_recipe([str(copy)], overrides={})
    assert resume_recipe(asked, copy) == asked
    assert resume_recipe(read_recipe([str(copy)], overrides={"images": 5000}), copy).images == 5000  # a longer budget goes on
    with pytest.raises(InputError, match="batch is 4 in this run and 8 now"):
        resume_recipe(read_recipe([str(copy)], overrides={"batch": 8}), copy)


def test_a_device_that_is_not_here_is_refused_before_anything_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "ganvas.training.engine.device.DEVICES", {"cuda": lambda: False, "mps": lambda: False, "cpu": lambda: True}
    )
    for device in ("cuda", "mps"):
        with pytest.raises(InputError, match=rf"^device: this machine's torch finds no {device} \(leave it at auto"):
            train([write(tmp_path / "r.toml", "images = 8")], out=tmp_path / "run", overrides={"device": device})
    assert pick_device("auto") == "cpu" and not (tmp_path / "run").exists()


def test_a_run_goes_on_elsewhere_where_that_is_asked_for(tmp_path: Path) -> None:
    copy = tmp_path / "recipe.toml"
    copy.write_text(dump(recipe().model_copy(update={"device": "cuda"})), encoding="utf-8")
    assert resume_recipe(read_recipe([str(copy)], overrides={"device": "auto"}), copy).device == "cuda"
    assert resume_recipe(read_recipe([str(copy)], overrides={"device": "cpu"}), copy).device == "cpu"


@pytest.mark.parametrize("everything", [False, True])
def test_pictures_without_words_or_labels_train_too(everything: bool, tmp_path: Path) -> None:
    made = recipe(size=64 if everything else 16, everything=everything, conditional=False)
    task = image_task(made)
    assert not task.conditions.takes.words and not task.conditions.takes.labels
    Loop(task, run=Run(tmp_path), budget=800).fit(CutAt(step=3))


def test_mirrored_pictures_are_named_by_no_condition() -> None:
    made = recipe(everything=True, size=64, mirror=True, anchor=AnchorRecipe(alone=0.005))
    task = image_task(made)
    plain = image_task(made.model_copy(update={"mirror": False}))
    assert torch.equal(task.batch(0).real, plain.batch(0).real)  # in the warm start all pictures are as they are
    turned = 0
    for step in range(1, 5):
        mine, theirs = task.batch(step), plain.batch(step)
        for real, as_is, named, before in zip(mine.real, theirs.real, mine.reconstruction, theirs.reconstruction, strict=True):
            if torch.equal(real, as_is):
                assert named == before
            else:
                assert torch.equal(real, as_is.flip(2)) and named == 0
                turned += 1
    assert 2 <= turned <= 14


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[3] / "recipes").glob("*.toml")), ids=lambda path: path.stem)
def test_every_recipe_that_comes_along_can_be_read(path: Path) -> None:
    made = read_recipe([str(path)], overrides={})
    assert made.name == path.stem and (made.images or made.minutes)
    assert path.read_text(encoding="utf-8").startswith("# ")  # its first comment says how it is run


def test_the_benchmarks_networks_can_be_built() -> None:
    folder = Path(__file__).parents[3] / "recipes"
    stacked, fashion = (read_recipe([str(folder / f"{name}.toml")], overrides={}) for name in ("stacked-digits", "fashion-32"))
    plain = image_task(stacked.model_copy(update={"batch": 2}), pictures(size=32, channels=3))
    assert not plain.conditions.takes.labels and plain.batch(0).real.shape == (2, 3, 32, 32)
    material = pictures(size=32, channels=3)
    wordless = [replace(record, captions=(), tags=()) for record in material.records]
    told = image_task(fashion.model_copy(update={"batch": 2}), replace(material, records=wordless))
    assert list(told.conditions.takes.labels) == ["style"] and not told.conditions.takes.words
