"""The one dial: derive every setting that was not given from a folder's pictures and the minutes, each with its reason.

Only folders are dialled: a recipe file is complete. The result is written into the run's recipe.toml, where it can be read,
changed and run again.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Any

from ganvas.data.source import PictureSource
from ganvas.ground.errors import InputError
from ganvas.ground.sizes import Size
from ganvas.training.engine.schedule import Ramp
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.networks.conditioner import ConditionerConfig
from ganvas.training.networks.image_generator import GeneratorConfig
from ganvas.training.networks.layers import grids
from ganvas.training.networks.pixel_discriminator import PixelDiscriminatorConfig
from ganvas.training.networks.projected import MIN_SIDE
from ganvas.training.recipes.adversaries import PixelAdversary, ProjectedAdversary
from ganvas.training.recipes.base import LONGEST, RATIO, STEP
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.reading import HOUR
from ganvas.training.recipes.sections import AnchorRecipe, AppearanceRecipe, Augment, TextPriorRecipe
from ganvas.training.tasks.image.appearance import sketch_shape
from ganvas.vocabulary.manifest import Manifest

SAMPLE = 50
"""Pictures whose sides are measured."""
SHORT, LONG, LONGER = 15.0, 120.0, 240.0
"""Minutes: under the first only small pictures are learned, unless there are captions; over the others larger ones are."""
SHARED, ALIKE, OBLONG = 0.8, 1.1, 1.2
"""Pictures have proportions in common where this share of them is within a factor ALIKE of the median; proportions within
a factor OBLONG of a square are learned as a square.
"""
FEW, MANY = 500, 20_000
"""Pictures: under the first the discriminator overfits soon, over the second hardly ever."""
SKETCHED_WIDTHS = {
    3: (128, 96, 48),
    4: (128, 128, 96, 48),
    5: (128, 160, 128, 64, 32),
    6: (128, 160, 128, 64, 32, 16),
    7: (128, 160, 128, 64, 32, 16, 12),
}
"""Widths of a generator with a sketch, by the number of its grids."""
SHORT_WIDTHS = {
    3: ((96, 64, 32), (48, 64)),
    4: ((96, 96, 64, 32), (48, 64, 96)),
    5: ((128, 112, 80, 48, 24), (48, 64, 96, 128)),
    6: ((128, 112, 80, 48, 32, 16), (32, 48, 64, 96, 128)),
    7: ((128, 112, 80, 48, 32, 16, 12), (16, 32, 48, 64, 96, 128)),
}
"""Widths of generator and discriminator without a sketch, for less than LONG minutes: more steps help more than more channels."""
FAST_RATE = 6e-3
"""Learning rate of both networks without an anchor: three times the usual rate came as far with a third of the pictures."""
ANCHORED_GAMMA, FREE_GAMMA = 0.28, 1.0
"""Weight of the penalties at 32 pixels a side, with an anchor and without one.

With a twentieth of the second every class collapsed to one picture (docs/lab.md, 2026-11-28)."""
CONDITIONAL = PixelAdversary(lazy=4, matching=0.5, contrast=0.5, contrast_generator=0.25)
"""The discriminator of pixels of a model with captions."""
MORE = 1.15
"""Factor by which a size may exceed the sides of the pictures, and the area that there is time for."""
USUAL = 64
"""Pixels a side that can be learned in an hour."""


@dataclass
class Dialled:
    """Settings by their names in a recipe, and the reason of each in one line."""

    given: frozenset[str]
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    reasons: list[str] = field(default_factory=list[str])

    def set(self, name: str, value: Any, *, shown: object, why: str) -> None:
        """Set a setting unless it was given."""
        if name not in self.given:
            self.settings[name] = value
            self.reasons.append(f"{name} = {shown}: {why}")


def dial_size(recipe: Recipe, source: PictureSource, *, drawn: bool = False) -> Recipe:
    """Choose the size and the proportions that are learned, before the pictures are decoded. drawn: as in `dial`."""
    if "size" in recipe.model_fields_set:
        return recipe
    found = sizes(source) or [Size(USUAL, USUAL)]
    minutes = recipe.minutes or HOUR
    enough = minutes >= SHORT or recipe.images is not None or drawn or any(record.captions for record in source.records)
    largest = 128 if minutes >= LONGER else 96 if minutes >= LONG else USUAL if enough else 32
    size = best_size(found, largest=largest)
    side = median(one.shorter for one in found)
    small = size.area < 0.8 * largest**2
    timed = f"what {recipe.minutes:g} minutes are enough for" if recipe.minutes else "the usual one"
    why = f"the pictures have about {side:.0f} pixels a side" if small else timed
    if size.width != size.height:
        why += f", and nearly all of them are about {common_shape(found):.2f} times as wide as high"
    return _with(recipe, {"size": size}, [f"size = {size}: {why}"])


def dial_like(recipe: Recipe, initial: InitialWeights) -> Recipe:
    """Take over the size, channels and generator of the model to start from, so that its weights fit, and its attribution."""
    model = initial.manifest
    given = recipe.model_fields_set
    if not isinstance(model, Manifest) or ("size" in given and recipe.size != model.size):
        return recipe
    dialled = Dialled(frozenset(given))
    why = f"as in {model.name}, which it starts from"
    dialled.set("size", model.size, shown=model.size, why=why)
    dialled.set("channels", model.channels, shown=model.channels, why=why)
    dialled.set("generator", initial.generator, shown=initial.generator.widths, why=why)
    if model.appearance:
        config = AppearanceRecipe(pixels=initial.sketches, features=model.appearance - initial.sketches)
        if "colour" in model.takes.labels:
            config = config.model_copy(update={"recolour": 0.3, "told_colour": 0.2})
        dialled.set("appearance", config, shown=f"{config.pixels + config.features} numbers", why=why)
    owed = [line for line in model.attribution if line not in recipe.attribution]
    return _with(recipe, dialled.settings | {"attribution": (*recipe.attribution, *owed)}, dialled.reasons)


def sizes(source: PictureSource) -> list[Size]:
    """Return the sizes of some of a folder's pictures, without those that cannot be opened."""
    found: list[Size] = []
    count = len(source.records)
    for number in range(0, count, max(1, count // SAMPLE)):
        try:
            found.append(Size(*source.picture(number).size))
        except InputError:
            continue
    return found


def common_shape(found: Sequence[Size]) -> float:
    """Return the ratio of width to height that pictures have in common; 1 where there is none, or where it is nearly square."""
    middle = median(one.width / one.height for one in found)
    near = [1 / ALIKE <= one.width / one.height / middle <= ALIKE for one in found]
    shared = sum(near) >= SHARED * len(near) and max(middle, 1 / middle) >= OBLONG
    return middle if shared else 1.0


def best_size(found: Sequence[Size], *, largest: int) -> Size:
    """Choose the size to learn pictures of given sizes at.

    At most about the area of a square of `largest`, hardly larger than the pictures, and near to their proportions: among such
    sizes the one with the largest area, times the square of the share that is not cut off.
    """
    shape = common_shape(found)
    width, height = (median(getattr(one, side) for one in found) for side in ("width", "height"))
    if shape == 1.0:
        width = height = median(one.shorter for one in found)
    sides = range(2 * STEP, LONGEST + 1, STEP)

    def kept(size: Size) -> float:
        ratio = size.width / size.height / shape
        return size.area * min(ratio, 1 / ratio) ** 2

    fitting = [
        size
        for size in (Size(a, b) for a in sides for b in sides)
        if size.longer <= RATIO * size.shorter
        and size.area <= MORE * largest**2
        and size.width <= max(2 * STEP, MORE * width)
        and size.height <= max(2 * STEP, MORE * height)
    ]
    return max(fitting, key=kept)


def dial(
    recipe: Recipe, *, pictures: int, words: bool = False, labels: bool = False, inherited: bool = False, drawn: bool = False
) -> Recipe:
    """Derive what was not given from the number and size of the pictures, and whether they have captions or labels.

    inherited: the model to start from has a text prior for these captions. drawn: the pictures are icons or drawings.
    """
    dialled = Dialled(frozenset(recipe.model_fields_set))
    rule = _inherited if words and inherited else _words if words else _labels if labels else _unconditional
    if recipe.appearance is not None:
        rule = _given
    elif drawn and not inherited and not recipe.mirror and dialled.given.isdisjoint({"generator", "text_prior"}):
        rule = partial(_drawn, words=words, labels=labels)
    for settle in (_pace, rule, _projected, _augmentation):
        settle(dialled, recipe, pictures)
    return _with(recipe, dialled.settings, dialled.reasons)


def _pace(dialled: Dialled, recipe: Recipe, pictures: int) -> None:
    dialled.set("batch", 16, shown=16, why="on a CPU many small steps learn more than few large ones")
    minutes = recipe.minutes or HOUR
    if recipe.patience:
        dialled.reasons.append(f"patience = {recipe.patience}: no budget was given; {minutes:g} minutes at most")
    sheets = int(min(40, max(5, minutes)))
    dialled.set("sheets", sheets, shown=sheets, why="one a minute at most: health is checked at each")


def _words(dialled: Dialled, recipe: Recipe, pictures: int) -> None:
    area = 3 * math.prod(sketch_shape(*recipe.size.grid))
    prior = TextPriorRecipe(
        pixels=max(16, min(768, area, pictures)), features=min(128, pictures) if recipe.size.shorter >= MIN_SIDE else 0
    )  # fmt: skip
    dialled.set("text_prior", prior, shown="appearances in closed form", why="it knows how words look before the first step")
    widths = SKETCHED_WIDTHS[len(grids(recipe.size))]
    dialled.set("generator", GeneratorConfig(widths=widths), shown=widths, why="over a sketch the fine grids have most to learn")
    _anchored(dialled, recipe, alone=0.45, why="a step of the warm start costs a sixth of an adversarial step")


def _inherited(dialled: Dialled, recipe: Recipe, pictures: int) -> None:
    dialled.reasons.append(f"text_prior: that of {recipe.start_from}, for it was fitted on more than {pictures:,} pictures")
    _anchored(dialled, recipe, alone=0.2, why="the generator draws already, and has only the style to learn")


def _given(dialled: Dialled, recipe: Recipe, pictures: int) -> None:
    dialled.reasons.append(f"appearances: described as in {recipe.start_from}, whose weights know no others")
    why = "the generator draws already, and has only these pictures to learn"
    _anchored(dialled, recipe, alone=0.2, pixels=3.0, why=why)


def _drawn(dialled: Dialled, recipe: Recipe, pictures: int, *, words: bool, labels: bool) -> None:
    """Draw with a palette, from the pictures' own appearances: so no class can collapse to a mean of its pictures."""
    area = (recipe.channels or 4) * math.prod(sketch_shape(*recipe.size.grid))
    features = min(128, pictures) if recipe.size.shorter >= MIN_SIDE else 0
    config = AppearanceRecipe(
        pixels=max(16, min(640, area, pictures)), features=features, source_labels=labels, sampled=0.15 if words else 0.0
    )
    why = "the pictures are drawn, with even surfaces and sharp edges"
    dialled.set("appearance", config, shown="chosen among the pictures", why="each drawing is made from one or two of them")
    widths = SKETCHED_WIDTHS[len(grids(recipe.size))]
    network = GeneratorConfig(widths=widths, palette=16, condition=ConditionerConfig(label=64))
    dialled.set("generator", network, shown=f"{widths} with a palette of 16", why=why)
    _anchored(dialled, recipe, alone=0.4, pixels=4.0, why="a step of the warm start costs a sixth of an adversarial step")


def _anchored(dialled: Dialled, recipe: Recipe, *, alone: float, why: str, pixels: float = 0.0) -> None:
    """Set what goes with an anchor: its weight, a warm start for a share of the budget, a discriminator and a rate."""
    features = 0.1 if recipe.size.shorter >= MIN_SIDE else 0.0  # smaller pictures have no usable features
    pull = AnchorRecipe(weight=Ramp(start=1.0, end=0.5), alone=alone, ahead=0.03, features=features, pixels=pixels)
    dialled.set("anchor", pull, shown=f"warm start of {alone:g} of the budget", why=why)
    _pixel(dialled, recipe, CONDITIONAL)
    dialled.set("rate_generator", 4e-3, shown=4e-3, why="with an anchor it may learn twice as fast")


def _labels(dialled: Dialled, recipe: Recipe, pictures: int) -> None:
    adversary = PixelAdversary(lazy=4, matching=0.5)  # no contrast: with labels it makes prototypes
    _unanchored(dialled, recipe, adversary, shown="; labels matched", why=", and a drawing should show its label")


def _unconditional(dialled: Dialled, recipe: Recipe, pictures: int) -> None:
    _unanchored(dialled, recipe, PixelAdversary(lazy=4))


def _unanchored(dialled: Dialled, recipe: Recipe, adversary: PixelAdversary, *, shown: str = "", why: str = "") -> None:
    """Set networks, rates and penalties without an anchor."""
    if (recipe.minutes or HOUR) < LONG:
        generator, discriminator = SHORT_WIDTHS[len(grids(recipe.size))]
        adversary = adversary.model_copy(update={"network": PixelDiscriminatorConfig(widths=discriminator)})
        dialled.set("generator", GeneratorConfig(widths=generator), shown=generator, why="in a short time more steps help more")
    _pixel(dialled, recipe, adversary, at_32=FREE_GAMMA, shown=shown, why=why)
    for player in ("rate_generator", "rate_discriminator"):
        dialled.set(player, FAST_RATE, shown=FAST_RATE, why="without an anchor, smaller steps are as stable but slower")


def _pixel(
    dialled: Dialled, recipe: Recipe, adversary: PixelAdversary, *, at_32: float = ANCHORED_GAMMA, shown: str = "", why: str = ""
) -> None:  # fmt: skip
    """Set the discriminator of pixels. at_32: weight of its penalties at 32 x 32 pixels; it grows with the area (as in R3GAN)."""
    width, height = recipe.size.width, recipe.size.height
    start = round(at_32 * recipe.size.area / 32**2, 2)
    gamma = Ramp(start=start, end=round(0.3 * start, 3))
    summary = f"relativistic, gamma {gamma.start:g} to {gamma.end:g}{shown}"
    dialled.set("pixel", adversary.model_copy(update={"gamma": gamma}), shown=summary, why=f"for {width} x {height} pixels{why}")


def _projected(dialled: Dialled, recipe: Recipe, pictures: int) -> None:
    if recipe.size.shorter >= MIN_SIDE:
        adversary = ProjectedAdversary(objective="hinge", weight=0.5, matching=0.3)
        dialled.set("projected", adversary, shown="on", why="pretrained features find sooner what is wrong")


def _augmentation(dialled: Dialled, recipe: Recipe, pictures: int) -> None:
    move, scale = (0.25, 0.2) if pictures < FEW else (0.125, 0.1) if pictures < MANY else (0.05, 0.0)
    rule = Augment(translation=move, scale=scale)
    dialled.set(
        "augment", rule, shown=f"moved by {move:g}, scaled by {scale:g}", why=f"there are {pictures:,} pictures to learn from"
    )


def _with(recipe: Recipe, settings: Mapping[str, Any], reasons: Sequence[str]) -> Recipe:
    """Return the recipe with these settings, validated as a whole, and their reasons among its notes."""
    content: dict[str, Any] = {name: getattr(recipe, name) for name in recipe.model_fields_set}
    return Recipe.model_validate(content | dict(settings) | {"notes": (*recipe.notes, *reasons)})
