"""Small stand-ins: pictures made of numbers, an encoder that needs no tables, recipes that train in milliseconds."""

from pathlib import Path

import numpy as np
import torch

from ganvas.data.cache import Pictures
from ganvas.data.conditions import takes_of
from ganvas.data.records import Record
from ganvas.ground.seeds import stream
from ganvas.ground.sizes import Size
from ganvas.training.engine.parallel import ALONE, Ranks
from ganvas.training.engine.schedule import Ramp
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.export.weights import read_generator
from ganvas.training.networks.conditioner import ConditionerConfig
from ganvas.training.networks.image_generator import GeneratorConfig
from ganvas.training.networks.layers import grids
from ganvas.training.networks.pixel_discriminator import PixelDiscriminatorConfig
from ganvas.training.networks.projected import ProjectedDiscriminatorConfig
from ganvas.training.recipes import reading
from ganvas.training.recipes.adversaries import PixelAdversary, ProjectedAdversary
from ganvas.training.recipes.base import AnyRecipe
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.sections import AnchorRecipe
from ganvas.training.tasks.image.conditions import Conditions
from ganvas.training.tasks.image.priors import fit_image_priors
from ganvas.training.tasks.image.task import ImageTask
from ganvas.training.tasks.registry import list_recipes

STYLES = ("outline", "solid")


class FakeEncoder:
    """Gives each sentence its own unit vector."""

    name, width = "use-multilingual-3", 24

    def encode(self, phrases: list[str]) -> np.ndarray:
        vectors = np.stack([stream(0, f"fake/{phrase}").normal(self.width) for phrase in phrases])
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def pictures(count: int = 14, *, size: Size | int | str = 16, channels: int = 4) -> Pictures:
    images = stream(7, "pictures").integers(256, (count, *Size.of(size).grid, channels)).astype(np.uint8)
    records = [
        Record(
            file_name=f"{n:03d}.png", captions=(f"thing {n // 2}", f"a drawing of thing {n // 2}"), tags=("thing",),
            labels={"style": STYLES[n % 2]}, concept=f"thing-{n // 2}", family=f"thing-{n // 2}", split="train",
        )
        for n in range(count)
    ]  # fmt: skip
    return Pictures(images=images, records=records, digest="0" * 64)


SMALL = ConditionerConfig(components=8, words=8, hashes=8, label=4)


def recipe(
    objective: str = "relativistic", *, size: Size | int | str = 16, everything: bool = False, **changes: object
) -> Recipe:
    """A small recipe; `everything` adds the coarse and the projected rival, matching, contrast, penalties and the anchor."""
    steps = len(grids(Size.of(size)))
    pixel = PixelAdversary(
        objective=objective, gamma=Ramp(start=1, end=0.1) if everything or objective == "relativistic" else Ramp(start=0, end=0),
        lazy=2, matching=0.5 if everything else 0, contrast=0.5 if everything else 0,
        contrast_generator=0.25 if everything else 0,
        network=PixelDiscriminatorConfig(
            widths=(8,) * (steps - 1), features=16, embedding=8, condition=SMALL
        ),
    )  # fmt: skip
    made = Recipe(
        name="small", sources=("nowhere",), size=Size.of(size), batch=4, images=800, pixel=pixel, precision="float32",
        generator=GeneratorConfig(latent=8, mapped=16, widths=(8, 8, 12, 8, 8, 8, 4)[-steps:], condition=SMALL),
        projected=ProjectedAdversary(
            objective="hinge", weight=0.5, matching=0.3, network=ProjectedDiscriminatorConfig(width=8, condition=SMALL)
        ) if everything else None,
        coarse=(pixel.model_copy(update={"network": PixelDiscriminatorConfig(
            shrunk=4, widths=(8,) * (steps - 3), features=16, embedding=8, condition=SMALL
        )}),) if everything else (),
        anchor=AnchorRecipe(alone=0.005) if everything else None, half_life=100,
    )  # fmt: skip
    return made.model_copy(update=changes)


def conditions_of(material: Pictures, *, conditional: bool = True) -> Conditions:
    takes = takes_of(material.records, conditional=conditional, encoder_width=FakeEncoder.width, hashes=16)
    return Conditions(material.records, takes=takes, encoder=FakeEncoder())  # pyright: ignore[reportArgumentType]


def read_recipe(sources: list[str], *, overrides: dict[str, object]) -> AnyRecipe:
    """Read a recipe of any kind that can be trained."""
    return reading.read_recipe(sources, overrides=overrides, recipes=list_recipes())


def weights_in(folder: Path) -> dict[str, torch.Tensor]:
    """Read the weights of the graphs in a folder that is no model yet."""
    return read_generator({path.name: path.read_bytes() for path in folder.glob("*.onnx")}, where=folder)


def image_task(
    made: Recipe,
    material: Pictures | None = None,
    *,
    initial_weights: InitialWeights | None = None,
    ranks: Ranks = ALONE,
) -> ImageTask:
    material = material or pictures(size=made.size)
    conditions = conditions_of(material, conditional=made.conditional)
    priors = fit_image_priors(made, material, conditions)
    return ImageTask(
        made, material, conditions, priors=priors, initial_weights=initial_weights, device="cpu",
        precision=made.precision, ranks=ranks,
    )  # fmt: skip
