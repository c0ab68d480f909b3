"""Pictures redrawn in another style, learned without pairs: CUT, CycleGAN and many styles by one network, settings of one task.

Contrast of places (CUT, Park et al. 2020), cycles (CycleGAN, Zhu et al. 2017) and one logit a style (StarGAN v2, Choi et al.
2020), all with a discriminator of patches that sees real and redrawn pictures over the same colour.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from ganvas.data.order import Order
from ganvas.ground.images import make_sheet, premultiply, unpremultiply
from ganvas.ground.seeds import stream
from ganvas.pipelines.restyle import HAZE, SOLID
from ganvas.training.augment.differentiable import View, draw_view, lay_on_white
from ganvas.training.augment.edges import draw_edges
from ganvas.training.engine.schedule import Progress
from ganvas.training.networks.base import Images, place_on
from ganvas.training.networks.patch_discriminator import PatchDiscriminator, ProjectedPatches
from ganvas.training.networks.projected import Lite0
from ganvas.training.networks.restyler import STYLE, ImagePool, PatchHeads, PerStyleRestylers, Restyler
from ganvas.training.objectives import Loss, PatchNCE, sum_losses, weight_loss
from ganvas.training.recipes.restyle import RestyleRecipe
from ganvas.training.tasks.adversarial.online_score import LEAST, SAMPLE, OnlineScore
from ganvas.training.tasks.adversarial.pictures import HEALTH_SAMPLES, measure_memorisation, measure_spread, turn_round
from ganvas.training.tasks.adversarial.scorer import BoundScorer
from ganvas.training.tasks.adversarial.task import AdversarialTask
from ganvas.training.tasks.adversarial.terms import DiscriminatorTerms
from ganvas.training.tasks.priors import Priors
from ganvas.training.tasks.restyle.styles import Sides, Styled, one_of, sides

SHOWN = 12
"""Pictures on a sheet."""
ROWS = 4
"""Styles on a sheet."""

PALETTES = "palettes"
"""The prior that holds the colours of each style, in the order of the styles that are drawn in."""

Rows = Float[Tensor, "n k"]


@dataclass(frozen=True)
class Batch:
    """Pictures to redraw, and real ones of the style that each is redrawn in.

    source, wanted: styles as one-hot rows over those that are drawn in; a source that is none of them is zeros. opaque: 1 where
    picture and real lie over a colour. colour: what all are laid over for the discriminator, None for RGB. turned: which are
    redrawn turned round, where the recipe compares them so.
    """

    step: int
    picture: Images
    source: Rows
    real: Images
    wanted: Rows
    opaque: Float[Tensor, "n 1 1 1"]
    colour: Float[Tensor, "n 3 1 1"] | None
    turned: Float[Tensor, " n"]


class RestyleTask(AdversarialTask):
    """Data, networks and objective of restyling."""

    score_name = "KID"

    def __init__(self, recipe: RestyleRecipe, styled: Styled, *, priors: Priors, device: str, precision: str) -> None:
        """Build it; priors: PALETTES of the styles that are drawn in, where the recipe wants palettes."""
        super().__init__(device=device, precision=precision, betas=recipe.betas)
        self.recipe, self.styled = recipe, styled
        self.batch_size, self.half_life, self.fitted = recipe.batch, recipe.half_life, ("boxes.",)
        names = styled.names
        self.targets, self.sides = sides_of(recipe, styled)
        self.styles = tuple(names[style] for style in self.targets)
        self.order = Order(len(self.sides.inputs), batch=recipe.batch, seed=recipe.seed)
        self.channels = int(styled.pictures.images.shape[3])
        self.shown = self._shown()
        self._build(priors.get(PALETTES))

    def _build(self, palettes: np.ndarray | None) -> None:
        recipe, count = self.recipe, len(self.targets)
        self.generator = PerStyleRestylers(recipe.generator, channels=self.channels, styles=count) if recipe.apart else \
            Restyler(recipe.generator, channels=self.channels, styles=count, palettes=palettes)  # fmt: skip
        if recipe.pixel is not None:
            pixel = PatchDiscriminator(recipe.pixel.network, styles=count, apart=recipe.apart)
            self._add_discriminator("pixel", pixel, recipe.pixel)
        if recipe.projected is not None:
            extractor = place_on(Lite0(), self.device).forward
            projected = ProjectedPatches(recipe.projected.network, styles=count, extractor=extractor)
            self._add_discriminator("projected", projected, recipe.projected)
        drawing: list[nn.Module] = [self.generator]
        others: dict[str, nn.Module] = {}
        if recipe.contrast or recipe.contrast_same:
            self.heads = others["heads"] = PatchHeads(recipe.generator.widths)
            drawing.append(self.heads)
        if recipe.pool:
            self.pool = others["pool"] = ImagePool(recipe.pool, styles=count, shape=(self.channels, recipe.size, recipe.size))
        self._initialise(self.generator, others, seed=recipe.seed)
        self.players = self._make_players(recipe, drawing, (self.discriminator_loss, self.generator_loss))

    def batch(self, step: int) -> Batch:
        """Return the pictures of a step; each is paired with a real one of a style that is not its own, drawn at random."""
        recipe, count = self.recipe, self.batch_size
        chosen = self.sides.inputs[self.order.indices(step)]
        numbers = stream(recipe.seed, "styles", step=step)
        draws = numbers.uniform((2, count))
        source = self.styled.of[chosen]
        wanted, real = self._wanted(source, draws)
        view = draw_view(numbers, count, translation=0.0, scale=0.0, transparent=self.channels == 4)
        opaque = (numbers.uniform(count) < recipe.opaque) & (self.channels == 4)
        pixels, turned = [self.styled.pictures.images[part] for part in (chosen, real)], numbers.uniform((3, count)) < 0.5
        if recipe.mirror:
            pixels = [
                np.where(turn[:, None, None, None], part[:, :, ::-1], part) for part, turn in zip(pixels, turned[:2], strict=True)
            ]
        colour = None if view.colour is None else view.colour.to(self.device)
        solid = self._tensor(opaque[:, None, None, None].astype(np.float32))
        picture, truth = (_laid(self._tensor(premultiply(part)), solid, colour) for part in pixels)
        return Batch(
            step=step, picture=picture, source=self._one_hot(source), real=truth, wanted=self._one_hot(wanted), opaque=solid,
            colour=colour, turned=self._tensor((turned[2] & recipe.turning).astype(np.float32)),
        )  # fmt: skip

    def _wanted(self, source: np.ndarray, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return, for pictures of styles `source` (N,), another style and a real picture of it, by draws (2, N)."""
        styles: list[int] = []
        real: list[int] = []
        for own, one, other in zip(source.tolist(), *draws.tolist(), strict=True):
            styles.append(one_of(np.array([target for target in self.targets if target != own]), one))
            real.append(one_of(self.sides.real[styles[-1]], other))
        return np.array(styles), np.array(real)

    def discriminator_loss(self, batch: Batch, progress: Progress) -> Loss:
        """Return the discriminators' loss: tell real pictures of each style from redrawn ones."""
        with torch.no_grad():
            fake = self._redrawn(batch)
            if self.recipe.pool:
                draws = stream(self.recipe.seed, "pool", step=batch.step).uniform((2, self.batch_size))
                fake = self.pool.exchange(fake, batch.wanted, torch.from_numpy(draws).float())
            view = self._view(batch, turn="discriminator")
            views = view(batch.real), view(fake)
        return sum_losses(self._discriminator_terms(batch, views, progress))

    def generator_loss(self, batch: Batch, progress: Progress) -> Loss:
        """Return the generator's loss: pass as real, contrast of places, cycle, and pictures that have the style already."""
        recipe = self.recipe
        fake = self._redrawn(batch)
        view = self._view(batch, turn="generator")
        with self._precision(exact=False):
            losses = self._generator_terms(batch, (view(batch.real), view(fake)), progress)
            if recipe.contrast:
                alike = self._contrast(fake, batch.picture, batch.step, name="g/patches", turned=batch.turned)
                losses.append(weight_loss(recipe.contrast, alike))
            if recipe.cycle and batch.step % recipe.cycle_every == 0:
                losses.append(weight_loss(recipe.cycle, self._cycle(batch, fake)))
            losses += self._own_style(batch)
        return sum_losses(losses)

    def _redrawn(self, batch: Batch) -> Images:
        with self._precision(exact=False):
            return self._solid(self.generator(turn_round(batch.picture, batch.turned), batch.wanted), batch.opaque)

    def _cycle(self, batch: Batch, fake: Images) -> Loss:
        """Compare pictures with themselves redrawn twice; those whose own style is not drawn in are left out."""
        back = self._solid(self.generator(fake, batch.source), batch.opaque)
        given, comes = turn_round(batch.picture, batch.turned), batch.source.sum(dim=1)
        loss = ((back - given).abs().mean(dim=(1, 2, 3)) * comes).sum() / comes.sum().clamp(min=1)
        return Loss(loss, {"g/cycle": loss})

    def _own_style(self, batch: Batch) -> list[Loss]:
        """Redraw real pictures in their own style: as they are, and from their lines alone."""
        recipe, losses = self.recipe, list[Loss]()
        some, half = max(self.batch_size // 4, 1), max(self.batch_size // 2, 1)
        if recipe.same or recipe.contrast_same:
            again = self._solid(self.generator(batch.real[:some], batch.wanted[:some]), batch.opaque[:some])
            apart = (again - batch.real[:some]).abs().mean()
            losses.append(Loss(recipe.same * apart, {"g/same": apart}))
            if recipe.contrast_same:
                alike = self._contrast(again, batch.real[:some], batch.step, name="g/patches same")
                losses.append(weight_loss(recipe.contrast_same, alike))
        if recipe.lines:
            again = self._solid(self.generator(draw_edges(batch.real[-half:]), batch.wanted[-half:]), batch.opaque[-half:])
            apart = (again - batch.real[-half:]).abs().mean()
            losses.append(Loss(recipe.lines * apart, {"g/lines": apart}))
        return losses

    def _contrast(self, new: Images, known: Images, step: int, *, name: str, turned: Tensor | None = None) -> Loss:
        """Contrast each place of `new` with the same place of `known`, in the features of the generator's encoder.

        turned: which of `new` were redrawn turned round. Their features are turned back (Park et al. 2020, appendix).
        """
        assert isinstance(self.generator, Restyler)
        with torch.no_grad():
            before = self.generator.encode(known)
        after = [layer if turned is None else turn_round(layer, turned) for layer in self.generator.encode(new)]
        places = self._places(before, len(known), step)
        of_known, of_new = self.heads(before, places), self.heads(after, places)
        return PatchNCE(self.recipe.temperature).generator(of_new, of_known, name=name)

    def _places(self, seen: list[Tensor], count: int, step: int) -> list[Tensor]:
        """Draw places for each layer and picture, none of them twice."""
        found: list[Tensor] = []
        for number, layer in enumerate(seen):
            area = layer.shape[2] * layer.shape[3]
            draws = stream(self.recipe.seed, f"places/{number}", step=step).uniform((count, area))
            taken = np.argpartition(draws, min(self.recipe.patches, area) - 1, axis=1)[:, : self.recipe.patches]
            found.append(torch.from_numpy(taken).to(self.device))
        return found

    def _solid(self, works: Images, opaque: Tensor) -> Images:
        """Leave opaque what was opaque."""
        if self.channels == 3:
            return works
        alpha = works[:, 3:] + opaque * (1 - works[:, 3:])
        return torch.cat([works[:, :3], alpha], dim=1)

    def _view(self, batch: Batch, *, turn: str) -> View:
        rule = self.recipe.augment
        numbers = stream(self.recipe.seed, f"view/{turn}", step=batch.step)
        drawn = draw_view(numbers, self.batch_size, translation=rule.translation, scale=rule.scale, transparent=False)
        place = None if drawn.place is None else drawn.place.to(self.device)
        return View(place, batch.colour)

    def _scorer(self, adversary: DiscriminatorTerms, batch: Batch) -> BoundScorer:
        return BoundScorer(adversary.network, {STYLE: batch.wanted}, torch.ones(len(batch.wanted), len(batch.wanted)).bool())

    def _shown(self) -> np.ndarray:
        """Choose the pictures that sheets and signs are drawn of: held out ones where there are any."""
        redrawn = sorted(set(self.styled.of[self.sides.inputs].tolist()))
        held = [self.styled.drawn_by(style, "held out family") for style in redrawn]
        pictures = np.concatenate(held) if sum(map(len, held)) else self.sides.inputs
        return pictures[np.linspace(0, len(pictures) - 1, SHOWN).astype(int)]

    def sheet(self, generator: nn.Module) -> np.ndarray:
        """Draw SHOWN pictures, below them for up to ROWS styles what is made of them, and the true drawing where there is one."""
        real = self.styled.pictures.images[self.shown]
        given = self._tensor(premultiply(real))
        rows = [*real]
        for place in range(min(ROWS, len(self.targets))):
            style = torch.zeros(len(given), len(self.targets), device=self.device)
            style[:, place] = 1.0
            with torch.no_grad():
                drawn = unpremultiply(generator(given, style).cpu().numpy(), clear=HAZE, solid=SOLID)
            true = [self.styled.twin(int(number), self.targets[place]) for number in self.shown]
            rows += [
                *drawn,
                *(np.full_like(real[0], 255) if twin is None else self.styled.pictures.images[twin] for twin in true),
            ]
        return make_sheet(rows, columns=SHOWN)

    def _sample(self, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return fixed pictures to redraw, the styles to redraw them in, and real ones of these: numbers (count,) each."""
        draws = stream(self.recipe.seed, "sample").uniform((2, count))
        chosen = self.sides.inputs[np.linspace(0, len(self.sides.inputs) - 1, count).astype(int)]
        return chosen, *self._wanted(self.styled.of[chosen], draws)

    @cached_property
    def _online_kid(self) -> tuple[OnlineScore, np.ndarray, np.ndarray] | None:
        """Return what scores drawings, what is redrawn for it and in which styles; None where there is too little."""
        count = min(SAMPLE, len(self.sides.inputs), *map(len, self.sides.real.values()))
        if count < LEAST:
            return None
        chosen, styles, known = self._sample(count)
        return OnlineScore(place_on(Lite0(), self.device), self._real(known)), chosen, styles

    def score(self, generator: nn.Module) -> float | None:
        """Return the KID of redrawn pictures to real ones of the styles that they are redrawn in."""
        if self._online_kid is None:
            return None
        quality, chosen, styles = self._online_kid

        def draw(start: int, end: int) -> Images:
            return generator(self._real(chosen[start:end]), self._one_hot(styles[start:end]))

        return quality(draw)

    def signs(self, progress: Progress) -> dict[str, Tensor]:
        """Compare redrawn pictures with real ones of their style, and real ones that are learned from with others.

        g/changed: how far the drawings are from the pictures they were made of, mean |difference| of [0, 1] colours.
        """
        chosen, styles, known = self._sample(HEALTH_SAMPLES)
        with torch.no_grad():
            picture, wanted = self._real(chosen), self._one_hot(styles)
            fake, real = self.generator(picture, wanted), self._real(known)
            found = {**measure_spread(fake, real), "g/changed": (fake - picture).abs().mean() / 2}
            aside = {style: self.styled.drawn_by(style, "held out family") for style in set(styles.tolist())}
            if all(len(part) for part in aside.values()):
                draws = stream(self.recipe.seed, "aside").uniform(HEALTH_SAMPLES)
                pairs = zip(styles.tolist(), draws.tolist(), strict=True)
                unseen = np.array([one_of(aside[style], draw) for style, draw in pairs])
                found |= measure_memorisation(*(self._judged(works, wanted) for works in (fake, real, self._real(unseen))))
        return found

    def _judged(self, works: Images, wanted: Rows) -> Tensor:
        first = next(iter(self.adversaries.values()))
        return first.network(lay_on_white(works), {STYLE: wanted}).mean(dim=1)

    def _real(self, chosen: np.ndarray) -> Images:
        return self._tensor(premultiply(self.styled.pictures.images[chosen]))

    def _one_hot(self, styles: np.ndarray) -> Rows:
        return self._tensor((styles[:, None] == np.array(self.targets)).astype(np.float32))


def _laid(images: Images, opaque: Tensor, colour: Tensor | None) -> Images:
    """Lay those that shall be opaque over their colour: RGBA with premultiplied colour."""
    if colour is None:
        return images
    clear = images * 0.5 + 0.5
    behind = opaque * (1 - clear[:, 3:])
    return (clear + behind * torch.cat([colour, torch.ones_like(colour[:, :1])], dim=1)) * 2 - 1


def sides_of(recipe: RestyleRecipe, styled: Styled) -> tuple[tuple[int, ...], Sides]:
    """Return the styles that a recipe draws in, and what it learns from. Raises InputError for a style with too few pictures."""
    targets = tuple(range(0 if recipe.both_ways else 1, len(styled.names)))
    return targets, sides(styled, targets=targets, both_ways=recipe.both_ways, halves=recipe.halves, seed=recipe.seed)
