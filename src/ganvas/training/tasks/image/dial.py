"""The one dial: from a folder's pictures and the minutes that are given, every setting that nobody made, each with its reason.

A recipe file says all there is to say; only folders are dialled. What comes out is written into the run's recipe.toml,
where it can be read, changed and run again.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from ganvas.data.source import PictureSource
from ganvas.ground.errors import InputError
from ganvas.ground.sizes import Size
from ganvas.training.engine.schedule import Ramp
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.networks.image_generator import GeneratorConfig
from ganvas.training.networks.layers import grids
from ganvas.training.networks.pixel_discriminator import PixelDiscriminatorConfig
from ganvas.training.networks.projected import MIN_SIDE
from ganvas.training.recipes.adversaries import PixelAdversary, ProjectedAdversary
from ganvas.training.recipes.base import LONGEST, RATIO, STEP
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.reading import HOUR
from ganvas.training.recipes.sections import AnchorRecipe, Augment, TextPriorRecipe
from ganvas.training.tasks.image.appearance import sketch_shape
from ganvas.vocabulary.manifest import Manifest

SAMPLE = 50
"""Pictures whose sides are looked at."""
SHORT, LONG, LONGER = 15.0, 120.0, 240.0
"""Minutes: below the first small pictures are learned where no words help, above the others large ones may be."""
SHARED, ALIKE, OBLONG = 0.8, 1.1, 1.2
"""Share of the pictures whose proportions lie within the second of the middle one's: they have them in common. Where these are
less than the third from a square, a square is learned.
"""
FEW, MANY = 500, 20_000
"""Pictures: below the first the discriminator soon knows them by heart, above the second hardly ever."""
PAINTS = {
    3: (128, 96, 48),
    4: (128, 128, 96, 48),
    5: (128, 160, 128, 64, 32),
    6: (128, 160, 128, 64, 32, 16),
    7: (128, 160, 128, 64, 32, 16, 12),
}
"""Generator widths over a sketch, by how many grids a picture grows through."""
LEAN = {
    3: ((96, 64, 32), (48, 64)),
    4: ((96, 96, 64, 32), (48, 64, 96)),
    5: ((128, 112, 80, 48, 24), (48, 64, 96, 128)),
    6: ((128, 112, 80, 48, 32, 16), (32, 48, 64, 96, 128)),
    7: ((128, 112, 80, 48, 32, 16, 12), (16, 32, 48, 64, 96, 128)),
}
"""Widths of both networks where nothing is sketched and there is no long time: more steps are worth more than more channels."""
BRISK = 6e-3
"""The rate of both where nobody follows a true picture: three times as far a step came as far in a third of the pictures."""
LED, LONE = 0.28, 1.0
"""Weight of the penalties at 32 pixels a side, where a true picture is followed and where the game begins from nothing.

A twentieth of the second made every class one picture (docs/lab.md, 2026-11-28)."""
TOLD = PixelAdversary(lazy=4, matching=0.5, contrast=0.5, contrast_generator=0.25)
"""What a rival of pixels asks of drawings that are told something."""
MORE = 1.15
"""How far a size may go beyond what there is, in pixels of a side, and beyond the area that there is time for."""
USUAL = 64
"""Pixels a side that an hour is enough for."""


@dataclass
class Dialled:
    """Settings by their names in a recipe, and a line on each."""

    given: frozenset[str]
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    reasons: list[str] = field(default_factory=list[str])

    def set(self, name: str, value: Any, *, said: object, why: str) -> None:
        """Take a setting unless it was given."""
        if name not in self.given:
            self.settings[name] = value
            self.reasons.append(f"{name} = {said}: {why}")


def dial_size(recipe: Recipe, source: PictureSource) -> Recipe:
    """Settle how large pictures are learned, and whether as a rectangle, before any is decoded."""
    if "size" in recipe.model_fields_set:
        return recipe
    found = sizes(source) or [Size(USUAL, USUAL)]
    minutes = recipe.minutes or HOUR
    enough = minutes >= SHORT or recipe.images is not None or any(record.captions for record in source.records)
    largest = 128 if minutes >= LONGER else 96 if minutes >= LONG else USUAL if enough else 32
    size = best_size(found, largest=largest)
    side = median(one.shorter for one in found)
    small = size.area < 0.8 * largest**2
    timed = f"what {recipe.minutes:g} minutes are enough for" if recipe.minutes else "the usual one"
    why = f"the pictures have about {side:.0f} pixels a side" if small else timed
    if size.width != size.height:
        why += f", and nearly all of them are about {common_shape(found):.2f} times as wide as high"
    return _with(recipe, {"size": size}, [f"size = {size}: {why}"])


def dial_like(recipe: Recipe, parent: InitialWeights) -> Recipe:
    """Settle what must be as in the model that a training starts from if its weights are to be of use, and say whose they are."""
    theirs = parent.manifest
    given = recipe.model_fields_set
    if not isinstance(theirs, Manifest) or ("size" in given and recipe.size != theirs.size):
        return recipe
    made = Dialled(frozenset(given))
    why = f"as in {theirs.name}, which it starts from"
    made.set("size", theirs.size, said=theirs.size, why=why)
    made.set("channels", theirs.channels, said=theirs.channels, why=why)
    made.set("generator", parent.generator, said=parent.generator.widths, why=why)
    owed = [line for line in theirs.attribution if line not in recipe.attribution]
    return _with(recipe, made.settings | {"attribution": (*recipe.attribution, *owed)}, made.reasons)


def sizes(source: PictureSource) -> list[Size]:
    """Return the sizes of some of a folder's pictures; what cannot be opened is passed over."""
    found: list[Size] = []
    count = len(source.records)
    for number in range(0, count, max(1, count // SAMPLE)):
        try:
            found.append(Size(*source.picture(number).size))
        except InputError:
            continue
    return found


def common_shape(found: Sequence[Size]) -> float:
    """Return the width over the height that pictures have in common, 1 where they have none or it is nearly that."""
    middle = median(one.width / one.height for one in found)
    near = [1 / ALIKE <= one.width / one.height / middle <= ALIKE for one in found]
    shared = sum(near) >= SHARED * len(near) and max(middle, 1 / middle) >= OBLONG
    return middle if shared else 1.0


def best_size(found: Sequence[Size], *, largest: int) -> Size:
    """Choose the size for pictures of some sizes: about as many pixels as a square of `largest` at most, hardly more than there
    are, and of the pictures' own proportions as nearly as it can be: what is cut off counts against it twice.
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


def dial(recipe: Recipe, *, pictures: int, words: bool = False, labels: bool = False, inherited: bool = False) -> Recipe:
    """Derive what nobody set from how many pictures there are, how large, and whether words or labels go with them.

    inherited: what it starts from has a text prior for these words.
    """
    made = Dialled(frozenset(recipe.model_fields_set))
    told = _inherited if words and inherited else _words if words else _labels if labels else _alone
    for rule in (_pace, told, _eyes, _augmentation):
        rule(made, recipe, pictures)
    return _with(recipe, made.settings, made.reasons)


def _pace(made: Dialled, recipe: Recipe, pictures: int) -> None:
    made.set("batch", 16, said=16, why="on a CPU many small steps come further than few large ones")
    minutes = recipe.minutes or HOUR
    if recipe.patience:
        made.reasons.append(f"patience = {recipe.patience}: no budget was given; {minutes:g} minutes at most")
    sheets = int(min(40, max(5, minutes)))
    made.set("sheets", sheets, said=sheets, why="one a minute at most, for each is looked at for health")


def _words(made: Dialled, recipe: Recipe, pictures: int) -> None:
    area = 3 * math.prod(sketch_shape(*recipe.size.grid))
    looks = TextPriorRecipe(
        pixels=max(16, min(768, area, pictures)), features=min(128, pictures) if recipe.size.shorter >= MIN_SIDE else 0
    )  # fmt: skip
    made.set("text_prior", looks, said="appearances in closed form", why="with words, what they look like is known at once")
    widths = PAINTS[len(grids(recipe.size))]
    made.set("generator", GeneratorConfig(widths=widths), said=widths, why="over a sketch it is the fine sizes that have work")
    _followed(made, recipe, alone=0.45, why="to draw what is shown costs a sixth of the game")


def _inherited(made: Dialled, recipe: Recipe, pictures: int) -> None:
    made.reasons.append(f"text_prior: that of {recipe.start_from}, for {pictures:,} pictures know less of what words look like")
    _followed(made, recipe, alone=0.2, why="what is shown is drawn already, and only in another way")


def _followed(made: Dialled, recipe: Recipe, *, alone: float, why: str) -> None:
    """Take what goes with a true picture to follow: the pull to it, alone for a share of the budget, a rival and a rate."""
    features = 0.1 if recipe.size.shorter >= MIN_SIDE else 0.0  # in smaller pictures the eyes see nothing
    pull = AnchorRecipe(weight=Ramp(start=1.0, end=0.5), alone=alone, ahead=0.03, features=features)
    made.set("anchor", pull, said=f"alone for {alone:g} of the budget", why=why)
    _pixel(made, recipe, TOLD)
    made.set("rate_generator", 4e-3, said=4e-3, why="with a true picture to follow it may step twice as far")


def _labels(made: Dialled, recipe: Recipe, pictures: int) -> None:
    rival = PixelAdversary(lazy=4, matching=0.5)  # without contrast, which asks for what is typical of a label: prototypes
    _brisk(made, recipe, rival, said="; labels matched", why=", and a drawing should show its label")


def _alone(made: Dialled, recipe: Recipe, pictures: int) -> None:
    _brisk(made, recipe, PixelAdversary(lazy=4))


def _brisk(made: Dialled, recipe: Recipe, rival: PixelAdversary, *, said: str = "", why: str = "") -> None:
    """Take the networks, the rates and the penalties of a game that begins from nothing."""
    if (recipe.minutes or HOUR) < LONG:
        paints, looks = LEAN[len(grids(recipe.size))]
        rival = rival.model_copy(update={"network": PixelDiscriminatorConfig(widths=looks)})
        made.set("generator", GeneratorConfig(widths=paints), said=paints, why="in a short time steps are worth more")
    _pixel(made, recipe, rival, at_32=LONE, said=said, why=why)
    for player in ("rate_generator", "rate_discriminator"):
        made.set(player, BRISK, said=BRISK, why="nobody has a true picture to follow, and smaller steps are as steady but slower")


def _pixel(
    made: Dialled, recipe: Recipe, rival: PixelAdversary, *, at_32: float = LED, said: str = "", why: str = ""
) -> None:  # fmt: skip
    """Take a rival of pixels, whose penalties weigh so much at 32 pixels a side, and more with the area (R3GAN's presets)."""
    width, height = recipe.size.width, recipe.size.height
    start = round(at_32 * recipe.size.area / 32**2, 2)
    gamma = Ramp(start=start, end=round(0.3 * start, 3))
    game = f"relativistic, gamma {gamma.start:g} to {gamma.end:g}{said}"
    made.set("pixel", rival.model_copy(update={"gamma": gamma}), said=game, why=f"for {width} x {height} pixels{why}")


def _eyes(made: Dialled, recipe: Recipe, pictures: int) -> None:
    if recipe.size.shorter >= MIN_SIDE:
        rival = ProjectedAdversary(objective="hinge", weight=0.5, matching=0.3)
        made.set("projected", rival, said="on", why="features that know pictures already see sooner what is wrong")


def _augmentation(made: Dialled, recipe: Recipe, pictures: int) -> None:
    move, scale = (0.25, 0.2) if pictures < FEW else (0.125, 0.1) if pictures < MANY else (0.05, 0.0)
    rule = Augment(translation=move, scale=scale)
    made.set(
        "augment", rule, said=f"moved by {move:g}, scaled by {scale:g}", why=f"there are {pictures:,} pictures to learn from"
    )


def _with(recipe: Recipe, settings: Mapping[str, Any], reasons: Sequence[str]) -> Recipe:
    """Return the recipe with settings, checked as a whole, that count as derived and not as given."""
    content: dict[str, Any] = {name: getattr(recipe, name) for name in recipe.model_fields_set}
    return Recipe.model_validate(content | dict(settings) | {"notes": (*recipe.notes, *reasons)})
