"""Pictures four times as large: an enlarger with a discriminator of pixels, held to the true renderings."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from ganvas.data.cache import Pictures, cache_array
from ganvas.data.conditions import condition_of
from ganvas.data.order import Order
from ganvas.ground.errors import InputError
from ganvas.ground.images import make_sheet, premultiply, unpremultiply
from ganvas.ground.seeds import stream
from ganvas.ground.sizes import Size
from ganvas.pipelines import load
from ganvas.training.augment.degrade import degrade
from ganvas.training.augment.differentiable import draw_view
from ganvas.training.engine.schedule import Progress
from ganvas.training.engine.task import Unscored
from ganvas.training.networks.base import Images, place_on
from ganvas.training.networks.enlarger import FACTOR, Enlarger
from ganvas.training.networks.pixel_discriminator import PixelDiscriminator
from ganvas.training.networks.projected import Lite0
from ganvas.training.objectives import Likeness, Loss, sum_losses
from ganvas.training.recipes.enlarge import EnlargeRecipe
from ganvas.training.tasks.adversarial.scorer import BoundScorer
from ganvas.training.tasks.adversarial.task import AdversarialTask
from ganvas.training.tasks.adversarial.terms import DiscriminatorTerms
from ganvas.vocabulary.manifest import Takes

DRAWN = 1024
"""Drawings of a model that are made for a training; each is used many times, cut at other places."""

MARGIN = 16
"""Pixels at the edge of an enlarged piece that the discriminator is not shown where there is room."""

Views = Float[Tensor, "n 3 p q"]


@dataclass(frozen=True)
class Batch:
    """Small pieces, and large true ones. paired: 1 where `real` is the true rendering of `small`, 0 where there is none."""

    step: int
    small: Float[Tensor, "n 4 s s"]
    real: Float[Tensor, "n 4 l l"]
    paired: Float[Tensor, " n"]


class EnlargeTask(AdversarialTask, Unscored):
    """Data, networks and objective of the x4 stage. `drawn`: uint8 (M, size, size, 4), inputs that a model drew; M may be 0."""

    def __init__(self, recipe: EnlargeRecipe, pictures: Pictures, drawn: np.ndarray, *, device: str, precision: str) -> None:
        super().__init__(device=device, precision=precision, betas=recipe.betas)
        self.recipe, self.pictures, self.drawn = recipe, pictures, drawn
        self.batch_size, self.half_life, self.fitted = recipe.batch, recipe.half_life, ()
        self.train = pictures.select("train")
        self.order = Order(len(self.train), batch=recipe.batch, seed=recipe.seed)
        self.alone = int((recipe.images or 0) * recipe.likeness.alone)
        self.generator = Enlarger(recipe.generator)
        discriminator = PixelDiscriminator(recipe.pixel.network, size=recipe.look, takes=Takes())
        self._add_discriminator("pixel", discriminator, recipe.pixel)
        self.frozen = place_on(Lite0(), self.device) if recipe.likeness.features else None
        self._initialise(self.generator, {}, seed=recipe.seed)
        losses = self.discriminator_loss, self.generator_loss
        self.players = self._make_players(recipe, [self.generator], losses, start=self.alone)

    def batch(self, step: int) -> Batch:
        """Return the pieces of a step: true renderings made small and degraded, and after the warm start a model's drawings."""
        recipe, count = self.recipe, self.batch_size
        real = torch.from_numpy(premultiply(self.pictures.images[self.train[self.order.indices(step)]]))
        small = degrade(avg_pool2d(real, FACTOR), recipe.degrade, stream(recipe.seed, "degrade", step=step))

        unpaired = round(recipe.drawn * count) if len(self.drawn) and step * count >= self.alone else 0
        numbers = stream(recipe.seed, "pieces", step=step)
        if unpaired:
            small[:unpaired] = torch.from_numpy(premultiply(self.drawn[numbers.integers(len(self.drawn), unpaired)]))
        places = numbers.integers(recipe.size - recipe.crop + 1, (count, 2))
        return Batch(
            step=step,
            small=self._tensor(_pieces(small, places, recipe.crop)),
            real=self._tensor(_pieces(real, places * FACTOR, recipe.crop * FACTOR)),
            paired=self._tensor((torch.arange(count) >= unpaired).float()),
        )

    def discriminator_loss(self, batch: Batch, progress: Progress) -> Loss:
        """Return the discriminator's loss: tell true renderings from enlarged pictures, both over one colour."""
        with torch.no_grad():
            views = self._views(batch, self._enlarged(batch), turn="discriminator")
        return sum_losses(self._discriminator_terms(batch, views, progress))

    def generator_loss(self, batch: Batch, progress: Progress) -> Loss:
        """Return the generator's loss: be like the true rendering; after the warm start also in features, and pass as one."""
        rule, alone = self.recipe.likeness, progress.images < self.alone
        fake = self._enlarged(batch)
        real_view, fake_view = self._views(batch, fake, turn="generator")
        seen: list[tuple[Tensor, Tensor]] = []
        if self.frozen is not None and not alone:
            seen = list(zip(self.frozen(real_view)[:3], self.frozen(fake_view)[:3], strict=True))
        likeness = Likeness(pixels=rule.pixels, features=rule.features, reduced=rule.reduced)
        losses = [likeness.generator(batch.small, batch.real, fake, paired=batch.paired, seen=seen)]
        if not alone:
            with self._precision(exact=False):
                losses += self._generator_terms(batch, (real_view, fake_view), progress)
        return sum_losses(losses)

    def sheet(self, generator: nn.Module) -> np.ndarray:
        """Enlarge 8 training pictures, the last 2 a model's drawings if there are any: inputs, enlarged, true renderings."""
        chosen = self.train[np.linspace(0, len(self.train) - 1, 8).astype(int)]
        large = premultiply(self.pictures.images[chosen])
        small = avg_pool2d(torch.from_numpy(large), FACTOR)
        if len(self.drawn):
            small[6:], large[6:] = torch.from_numpy(premultiply(self.drawn[:2])), -1.0
        with torch.no_grad():
            enlarged = generator(self._tensor(small)).cpu().numpy()
        given = small.numpy().repeat(FACTOR, axis=2).repeat(FACTOR, axis=3)
        return make_sheet([*unpremultiply(given, clear=0.0, solid=1.0), *unpremultiply(enlarged, clear=0.0, solid=1.0),
                      *unpremultiply(large, clear=0.0, solid=1.0)], columns=8)  # fmt: skip

    def _enlarged(self, batch: Batch) -> Images:
        with self._precision(exact=False):
            return self.generator(batch.small)

    def _views(self, batch: Batch, fake: Images, *, turn: str) -> tuple[Views, Views]:
        """Return what the discriminators see of real and fake: one window, over one colour for each pair, as RGB.

        It avoids the piece's edge where it can, beyond which the enlarger saw nothing.
        """
        numbers, look = stream(self.recipe.seed, f"view/{turn}", step=batch.step), self.recipe.look
        view = draw_view(numbers, self.batch_size, translation=0.0, scale=0.0, transparent=True).to(self.device)
        room = fake.shape[-1] - look
        margin = min(MARGIN, room // 2)
        top, left = margin + numbers.integers(room - 2 * margin + 1, 2)
        real_view, fake_view = (view(images[..., top : top + look, left : left + look]) for images in (batch.real, fake))
        return real_view, fake_view

    def _scorer(self, adversary: DiscriminatorTerms, batch: Batch) -> BoundScorer:
        return BoundScorer(adversary.network, {}, torch.ones(self.batch_size, self.batch_size, dtype=torch.bool))


def _pieces(pictures: Images, places: np.ndarray, side: int) -> Float[Tensor, "n c p q"]:
    """Cut one square out of each picture, `places` (N, 2) its upper left corners."""
    cut = [picture[:, top : top + side, left : left + side] for picture, (top, left) in zip(pictures, places, strict=True)]
    return torch.stack(cut)


def drawings(model: str, pictures: Pictures, *, size: int, seed: int, count: int = DRAWN) -> np.ndarray:
    """Let a model draw training captions, or find them drawn in the user cache: uint8 (count, size, size, 4).

    Raises InputError for a model that draws other pictures than these.
    """
    pipeline = load(model)
    if (pipeline.manifest.size, pipeline.manifest.channels) != (Size.of(size), 4):
        raise InputError(f"it does not draw RGBA of {size} pixels, which are to be enlarged", where=model)
    chosen = stream(seed, "drawings").permutation(len(pictures.records))
    records = [pictures.records[picture] for picture in chosen if pictures.records[picture].split == "train"][:count]

    def draw() -> np.ndarray:
        noise = np.concatenate([pipeline.noise(seed, number=number) for number in range(len(records))])
        return pipeline([condition_of(record, pipeline.manifest.takes) for record in records], noise)

    return cache_array("drawings", f"{pipeline.digest} {pictures.digest} {seed} {count}", draw)
