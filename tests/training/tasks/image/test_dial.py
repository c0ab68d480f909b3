"""The dial: what is derived from a folder and its minutes, with reasons, and that what was given stays."""

from pathlib import Path

import numpy as np
import pytest

from ganvas.data.folder import LoosePictures
from ganvas.data.source import LooseFolder, open_source
from ganvas.ground.folder_files import FolderFiles
from ganvas.ground.images import save_png
from ganvas.ground.seeds import stream
from ganvas.ground.sizes import Size
from ganvas.training.engine.schedule import Ramp
from ganvas.training.networks.image_generator import GENERATOR_WIDTHS
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.sections import Augment
from ganvas.training.tasks.image.dial import dial, dial_size


def folder_of(side: int, where: Path, *, words: bool = False) -> Path:
    where.mkdir()
    for number in range(4):
        save_png(where / f"{number}.png", stream(number, "folder").integers(256, (side, side, 3)).astype(np.uint8))
        if words:
            (where / f"{number}.txt").write_text(f"thing {number}", encoding="utf-8")
    return where


@pytest.mark.parametrize(
    ("side", "minutes", "words", "size"),
    [
        (512, 60.0, False, 64),
        (512, 300.0, False, 128),
        (512, 150.0, False, 96),
        (50, 60.0, False, 48),
        (512, 5.0, False, 32),
        (512, 5.0, True, 64),
        (40, 60.0, False, 32),
    ],
)
def test_pictures_and_minutes_decide_the_size(side: int, minutes: float, words: bool, size: int, tmp_path: Path) -> None:
    recipe = dial_size(Recipe(sources=("x",), minutes=minutes), open_source(folder_of(side, tmp_path / "folder", words=words)))
    assert recipe.size.plain == size and len(recipe.notes) == 1 and f"size = {size}: " in recipe.notes[0]


def of_shapes(where: Path, *shapes: tuple[int, int]) -> Path:
    where.mkdir()
    for number, (width, height) in enumerate(shapes):
        save_png(where / f"{number}.png", stream(number, "folder").integers(256, (height, width, 3)).astype(np.uint8))
    return where


@pytest.mark.parametrize(
    ("shapes", "size"),
    [
        ([(300, 200), (310, 200), (150, 100), (290, 200), (600, 400)], "80x48"),
        ([(200, 300)] * 3, "48x80"),
        ([(400, 200)] * 3, "96x48"),
        ([(900, 100)] * 3, "128x32"),
        ([(330, 300)] * 3, "64"),
        ([(300, 200), (200, 300), (250, 250)], "64"),
        ([(60, 40)] * 3, "48x32"),
        ([(10, 10)] * 3, "32"),
    ],
)
def test_pictures_that_share_their_proportions_are_learned_as_rectangles(
    shapes: list[tuple[int, int]], size: str, tmp_path: Path
) -> None:
    recipe = dial_size(Recipe(sources=("x",), minutes=60), open_source(of_shapes(tmp_path / "folder", *shapes)))
    assert str(recipe.size) == size and recipe.notes[0].startswith(f"size = {size}: ")
    assert ("times as wide as high" in recipe.notes[0]) == ("x" in size)


def test_every_size_can_be_dialled() -> None:
    for width in range(32, 257, 16):
        for height in range(32, 257, 16):
            if max(width, height) <= 4 * min(width, height):
                for words in (False, True):
                    dial(Recipe(sources=("x",), size=Size(width, height)), pictures=100, words=words)


def test_a_given_size_stays(tmp_path: Path) -> None:
    assert (
        dial_size(Recipe(sources=("x",), size=16), LooseFolder(tmp_path, LoosePictures(FolderFiles(tmp_path), [], (), ()))).notes
        == ()
    )


def test_words_bring_looks_and_an_anchor() -> None:
    told = dial(Recipe(sources=("x",), size=64, minutes=30), pictures=400, words=True)
    mute = dial(Recipe(sources=("x",), size=64, minutes=30), pictures=400, words=False)
    assert told.text_prior is not None and told.text_prior.pixels == 400 and told.anchor is not None and told.warm_start > 0
    assert mute.text_prior is None and mute.anchor is None and mute.warm_start == 0
    assert told.projected is not None and mute.projected is not None


def test_small_pictures_are_not_looked_at_with_features() -> None:
    made = dial(Recipe(sources=("x",), size=32, minutes=30), pictures=400, words=True)
    assert made.projected is None and made.text_prior is not None and made.text_prior.features == 0


def test_a_game_from_nothing_takes_larger_steps_with_leaner_networks_when_time_is_short() -> None:
    mute, told = (dial(Recipe(sources=("x",), size=32, minutes=20), pictures=2000, words=words) for words in (False, True))
    labels = dial(Recipe(sources=("x",), size=32, minutes=20), pictures=2000, labels=True)
    assert mute.rate_generator == labels.rate_generator == labels.rate_discriminator > told.rate_discriminator
    long = dial(Recipe(sources=("x",), size=32, minutes=240), pictures=2000, labels=True)
    assert sum(labels.generator.widths) < sum(GENERATOR_WIDTHS[4]) and not long.generator.widths
    assert labels.pixel is not None and labels.pixel.matching and not labels.pixel.contrast


def test_fewer_pictures_are_moved_further_and_larger_ones_get_more_penalty() -> None:
    few, many = (dial(Recipe(sources=("x",), size=32), pictures=count, words=False) for count in (100, 30_000))
    assert few.augment.translation > many.augment.translation
    large = dial(Recipe(sources=("x",), size=64), pictures=100, words=False)
    assert few.pixel and large.pixel and large.pixel.gamma.start == pytest.approx(4 * few.pixel.gamma.start, rel=0.05)


def test_what_is_given_stays_and_every_other_setting_has_its_reason() -> None:
    augment = Augment(translation=0.0, scale=0.0)
    made = dial(Recipe(sources=("x",), size=64, batch=8, augment=augment, text_prior=None), pictures=100, words=True)
    assert made.batch == 8 and made.augment == augment and made.text_prior is None
    names = {note.split(" = ")[0] for note in made.notes}
    assert names == {"sheets", "anchor", "generator", "pixel", "rate_generator", "projected"}
    assert all(": " in note for note in made.notes)


def test_a_dialled_recipe_is_one_that_a_file_can_hold() -> None:
    from ganvas.training.recipes.reading import dump

    made = dial(Recipe(sources=("x",), size=64, images=1000), pictures=100, words=True)
    assert made.pixel is not None and made.pixel.gamma != Ramp(start=0, end=0)
    assert "gamma" in dump(made)


@pytest.mark.parametrize(("words", "labels"), [(True, False), (False, True), (False, False)])
def test_drawn_pictures_get_a_palette_and_their_own_appearances(words: bool, labels: bool) -> None:
    made = dial(Recipe(sources=("x",), minutes=5), pictures=85, words=words, labels=labels, drawn=True)
    assert made.appearance is not None and made.generator.palette and made.text_prior is None and made.anchor is not None
    assert made.appearance.pixels <= 85 and made.appearance.source_labels == labels
    assert (made.appearance.sampled > 0) == words, "without words nothing says which other picture is alike"


def test_what_was_given_keeps_drawn_pictures_from_a_palette() -> None:
    for given in ({"mirror": True}, {"generator": {"widths": (192, 160, 96, 48, 24)}}):
        recipe = Recipe.model_validate({"sources": ["x"], "minutes": 5, **given})
        assert dial(recipe, pictures=85, labels=True, drawn=True).appearance is None


def test_drawn_pictures_are_learned_at_full_size_in_five_minutes(tmp_path: Path) -> None:
    source = open_source(folder_of(512, tmp_path / "folder"))
    sizes = [dial_size(Recipe(sources=("x",), minutes=5), source, drawn=drawn).size.plain for drawn in (False, True)]
    assert sizes == [32, 64]
