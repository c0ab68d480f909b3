"""Pictures from words and labels: a residual generator against discriminators of pixels, fine and coarse, and a projected one."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import torch
from torch import Tensor, nn

from ganvas.data.cache import Pictures
from ganvas.data.conditions import group_of
from ganvas.data.order import Order
from ganvas.ground.images import make_sheet, premultiply, unpremultiply
from ganvas.ground.seeds import stream
from ganvas.training.augment.adaptive import AdaptiveStrength
from ganvas.training.augment.differentiable import View, draw_view, lay_on_white
from ganvas.training.engine.parallel import ALONE, Ranks
from ganvas.training.engine.schedule import CONSTANT_ZERO, Progress, cosine_rate
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.networks.base import Given, Images, place_on
from ganvas.training.networks.conditioner import Whitening
from ganvas.training.networks.image_generator import APPEARANCE, ResidualGenerator, Sketch
from ganvas.training.networks.palette_head import PaletteGenerator
from ganvas.training.networks.pixel_discriminator import PixelDiscriminator
from ganvas.training.networks.projected import Lite0, ProjectedDiscriminator
from ganvas.training.objectives import Anchor, Loss, sum_losses, weight_loss
from ganvas.training.recipes.adversaries import ProjectedAdversary
from ganvas.training.recipes.image import Recipe
from ganvas.training.tasks.adversarial.extractor import SharedExtractor
from ganvas.training.tasks.adversarial.online_score import LEAST, SAMPLE, OnlineScore
from ganvas.training.tasks.adversarial.pictures import HEALTH_SAMPLES, measure_memorisation, measure_spread, split_held_out
from ganvas.training.tasks.adversarial.scorer import BoundScorer, distinct
from ganvas.training.tasks.adversarial.task import AdversarialTask
from ganvas.training.tasks.adversarial.terms import DiscriminatorTerms
from ganvas.training.tasks.image.appearance import sketch_shape
from ganvas.training.tasks.image.conditions import Conditions
from ganvas.training.tasks.image.priors import unpack_text_prior, unpack_whitening
from ganvas.training.tasks.priors import Priors
from ganvas.vocabulary.manifest import Takes

AnyGenerator = ResidualGenerator | PaletteGenerator


@dataclass(frozen=True)
class Batch:
    """One rank's part of a batch: real pictures with their conditions.

    reconstruction: weights of the reconstruction loss (N,), 0 where the condition does not belong to this picture alone.
    distinct: see ConditionalScorer. prior_mix: (appearances (N, K), weights (N, 1)) for a generator with a text prior, which gets
    weight * appearance + (1 - weight) * prediction; else None. appearance: what a generator without one draws from (N, A), or
    None. own: 1 where that is the real picture's own (N,). wrong_labels: the labels with one exchanged in each row, by name.
    """

    step: int
    real: Images
    given: Given
    reconstruction: Tensor
    distinct: Tensor
    prior_mix: tuple[Tensor, Tensor] | None
    appearance: Tensor | None = None
    own: Tensor | None = None
    wrong_labels: Given | None = None


class ImageTask(AdversarialTask):
    """Data, networks and objective of pictures."""

    score_name = "KID"

    def __init__(
        self,
        recipe: Recipe,
        pictures: Pictures,
        conditions: Conditions,
        *,
        device: str,
        precision: str,
        priors: Priors,
        initial_weights: InitialWeights | None = None,
        ranks: Ranks = ALONE,
    ) -> None:
        """Build it; priors: as `fit_image_priors` found them. initial_weights: the model to start from, whose text prior it keeps
        unless the recipe asks for its own.

        All that is drawn by chance is drawn for the whole batch on every rank, which then takes its part of it. Raises
        InputError when the batch does not divide.
        """
        super().__init__(device=device, precision=precision, betas=recipe.betas)
        self.recipe, self.pictures, self.conditions = recipe, pictures, conditions
        self.batch_size, self.half_life = recipe.batch, recipe.half_life
        self.ranks, self.mine = ranks, ranks.mine(recipe.batch)
        self.train, self.held_out = split_held_out(pictures, seed=recipe.seed, everything=recipe.everything)
        self.order = Order(len(self.train), batch=recipe.batch, seed=recipe.seed)
        number: dict[str, int] = {}
        self.groups = np.array([number.setdefault(group_of(record), len(number)) for record in pictures.records])
        self.channels = int(pictures.images.shape[3])
        budget, anchor = recipe.images or 0, recipe.anchor
        self.warm_start_images = int(budget * anchor.alone) if anchor else 0
        self.discriminators_from = int(budget * max(anchor.alone - anchor.ahead, 0.0)) if anchor else 0
        self.appearances, self.prior = None, None
        self.fitted: tuple[str, ...] = ()
        self.generator = self._build_generator(priors, initial_weights)
        self._build_discriminators(conditions.takes, unpack_whitening(priors, conditions.takes))

    @property
    def sketch_shape(self) -> tuple[int, int, int]:
        """Channels, rows and columns of a sketch of its pictures."""
        return self.channels, *sketch_shape(*self.recipe.size.grid)

    def _build_generator(self, priors: Priors, initial_weights: InitialWeights | None) -> AnyGenerator:
        """Unpack what was fitted, name it in `fitted`, and return the generator that draws with it."""
        recipe, takes, shape = self.recipe, self.conditions.takes, self.sketch_shape
        appearance_prior = None
        if recipe.text_prior is not None:
            self.appearances, self.prior = unpack_text_prior(priors, recipe.text_prior, takes)
            appearance_prior = self.prior.imagination, Sketch(shape, self.appearances.sketch)
        elif initial_weights is not None:
            appearance_prior = initial_weights.appearance_prior(takes, shape=shape)
        self.fitted = ("mapping.imagination.", "synthesis.sketch.") if appearance_prior else ()
        return ResidualGenerator(
            recipe.generator, size=recipe.size, channels=self.channels, takes=takes, appearance_prior=appearance_prior,
            sentences=unpack_whitening(priors, takes),
        )  # fmt: skip

    def _build_discriminators(self, takes: Takes, sentences: Whitening | None) -> None:
        """Build the discriminators and all that learns."""
        recipe = self.recipe
        anchored = recipe.anchor is not None and recipe.anchor.features > 0
        self.frozen = place_on(Lite0(), self.device) if recipe.projected or anchored else None
        self.extractor = SharedExtractor(self.frozen) if self.frozen is not None else None
        conditional = bool(takes.words or takes.hashes or takes.labels)
        coarse = {f"coarse{place}": rules for place, rules in enumerate(recipe.coarse)}
        for name, rules in {"pixel": recipe.pixel, "projected": recipe.projected, **coarse}.items():
            if isinstance(rules, ProjectedAdversary):
                assert self.extractor is not None
                classifier_weight, network = CONSTANT_ZERO, ProjectedDiscriminator(
                    rules.network, size=recipe.size, takes=takes, extractor=self.extractor, sentences=sentences
                )  # fmt: skip
            elif rules is not None:
                classifier_weight = rules.classify if takes.labels else CONSTANT_ZERO
                network = PixelDiscriminator(
                    rules.network, size=recipe.size, takes=takes, classes=bool(classifier_weight), sentences=sentences
                )  # fmt: skip
            else:
                continue
            self._add_discriminator(name, network, rules, conditional=conditional, classifier_weight=classifier_weight)
        ask = recipe.augment.adaptive
        self.strength = AdaptiveStrength(target=ask.target, images=ask.images) if ask else None
        self._initialise(self.generator, {"augment": self.strength} if self.strength is not None else {}, seed=recipe.seed)
        losses = self.discriminator_loss, self.generator_loss
        rate = partial(cosine_rate, last=recipe.rate_falls, floor=recipe.rate_floor)
        self.players = self._make_players(
            recipe, [self.generator], losses, start=self.discriminators_from, every=recipe.turns, rate=rate
        )

    def batch(self, step: int) -> Batch:
        """Return this rank's real pictures of a step and their conditions."""
        chosen = self.train[self.order.indices(step)]
        rule = self.recipe.dropout.at(step * self.batch_size / max(self.recipe.images or 0, 1))
        warm_start = step * self.batch_size < self.warm_start_images
        if warm_start:  # without its condition a picture is not the target: nothing to reconstruct
            rule = rule.model_copy(update={"words": 0.0, "tags": 0.0, "labels": 0.0})
        conditions = self.conditions.draw(chosen, stream(self.recipe.seed, "conditions", step=step), rule)
        turned = np.zeros(len(chosen), dtype=bool)
        if self.recipe.mirror and not warm_start:
            turned = stream(self.recipe.seed, "mirror", step=step).uniform(len(chosen)) < 0.5
        prior_mix, paired = self._mix_appearances(chosen, step=step, warm_start=warm_start)

        chosen, conditions, turned, paired = chosen[self.mine], conditions.part(self.mine), turned[self.mine], paired[self.mine]
        pixels = self.pictures.images[chosen]
        if turned.any():
            pixels = np.where(turned[:, None, None, None], pixels[:, :, ::-1], pixels)
        return Batch(
            step=step,
            real=self._tensor(premultiply(pixels)),
            given=self._given(conditions.parts),
            reconstruction=self._tensor(conditions.named * ~turned * paired),  # no condition names a picture turned round
            distinct=distinct(self._tensor(self.groups[chosen]), self._tensor(conditions.spoken)),
            prior_mix=prior_mix,
        )

    def _mix_appearances(
        self, chosen: np.ndarray, *, step: int, warm_start: bool
    ) -> tuple[tuple[Tensor, Tensor] | None, np.ndarray]:
        """Return Batch.prior_mix, and whether each picture is still the target of its condition (N,).

        A share `unseen` of the pictures is drawn from appearances that the text prior predicts without having seen the picture.
        In the warm start these are interpolated with the true ones. In the adversarial phase half of them are predicted without
        the whole family; those have no target, so only the discriminators judge them. Where words do not belong to the picture
        alone, its true appearance is used.
        """
        paired = np.ones(len(chosen), dtype=bool)
        if self.prior is None or self.appearances is None or self.recipe.text_prior is None:
            return None, paired
        numbers = stream(self.recipe.seed, "shown", step=step)
        share, draws = numbers.uniform((len(chosen), 1)), numbers.uniform((2, len(chosen)))
        place, true = self.prior.place[chosen], self.appearances.vectors[chosen]
        certain = self.prior.certain[place] & (place >= 0)
        unseen = (place >= 0) & (draws[0] < self.recipe.text_prior.unseen)
        if warm_start:
            share = np.where(certain[:, None], share, 1.0)
            between = share * true + (1 - share) * self.prior.without_picture[place]
            return self._to_tensors(np.where(unseen[:, None], between, true), np.maximum(share, unseen[:, None])), paired
        family = unseen & (draws[1] < 0.5)
        vectors = np.where(certain[:, None], self.prior.without_picture[place], true)
        vectors = np.where(family[:, None], self.prior.without_family[place], vectors)
        return self._to_tensors(vectors, unseen[:, None]), ~family & (unseen | certain)

    def _to_tensors(self, vectors: np.ndarray, shares: np.ndarray) -> tuple[Tensor, Tensor]:
        return self._tensor(vectors[self.mine].astype(np.float32)), self._tensor(shares[self.mine].astype(np.float32))

    def discriminator_loss(self, batch: Batch, progress: Progress) -> Loss:
        """Return the sum of all discriminators' losses."""
        with torch.no_grad():
            fake = self._draw(batch, turn="discriminator")
            view = self._view(batch, progress, turn="discriminator")
            views = view(batch.real), view(fake)
        return sum_losses(self._discriminator_terms(batch, views, progress))

    def _observe(self, adversary: DiscriminatorTerms, score: BoundScorer, real: Tensor, fake: Tensor) -> list[Loss]:
        """Update adaptive augmentation from the first discriminator's overfitting heuristic, where the recipe has it."""
        if self.strength is None or adversary is not next(iter(self.adversaries.values())):
            return []
        self.strength.observe(self.ranks.mean(adversary.overfitting(score, real, fake)), pictures=self.batch_size)
        return [Loss(torch.zeros((), device=self.device), {"d/often": self.strength.often.clone()})]

    def generator_loss(self, batch: Batch, progress: Progress) -> Loss:
        """Return the adversarial terms of all discriminators, and the reconstruction loss where a condition has one picture."""
        anchor = self.recipe.anchor
        warm_start = progress.images < self.warm_start_images
        fake = self._draw(batch, turn="generator")
        if warm_start and anchor is not None:  # no discriminator scores it
            pull = Anchor(pixels=anchor.pixels, surfaces=anchor.surfaces).generator(
                batch.real, fake, weights=batch.reconstruction, own=batch.own
            )
            return weight_loss(anchor.weight.at(progress.share), pull)
        view = self._view(batch, progress, turn="generator")
        real_view, fake_view = view(batch.real), view(fake)
        extractor, features = self.extractor, anchor.features if anchor is not None else 0.0
        with (
            self._precision(exact=False),
            extractor.remembering() if extractor else nullcontext(),
        ):  # it and the anchor see the same views
            losses = self._generator_terms(batch, (real_view, fake_view), progress)
            if anchor is not None:
                seen = (
                    list(zip(extractor(real_view)[1:], extractor(fake_view)[1:], strict=True)) if extractor and features else []
                )
                pull = Anchor(features=features, pixels=anchor.pixels, surfaces=anchor.surfaces).generator(
                    batch.real, fake, weights=batch.reconstruction, seen=seen, own=batch.own
                )
                losses.append(weight_loss(anchor.weight.at(progress.share), pull))
        return sum_losses(losses)

    def sheet(self, generator: nn.Module) -> np.ndarray:
        """Draw training captions under up to 4 values of the first label, fixed noise; the first row is the true pictures."""
        count = 16 if self.recipe.size.longer <= 128 else 8
        chosen = self.train[np.linspace(0, len(self.train) - 1, count).astype(int)]
        true = [self.pictures.images[picture] for picture in chosen]
        first = next(iter(self.conditions.takes.labels.items()), None)
        rows = min(4, len(first[1])) if first else 3
        drawn: list[np.ndarray] = []
        for row in range(rows):
            labels = {name: columns[chosen] for name, columns in self.conditions.labels.items()}
            if first:
                labels[first[0]] = np.full(count, row)
            given = self._given(self.conditions.exactly(chosen, labels=labels))
            noise = self._tensor(stream(self.recipe.seed, "sheet", step=row).normal((count, self.recipe.generator.latent)))
            with torch.no_grad():
                drawn += list(unpremultiply(generator(noise, given).cpu().numpy()))
        return make_sheet([*true, *drawn], columns=count)

    @cached_property
    def _online_kid(self) -> tuple[OnlineScore, np.ndarray] | None:
        """Return what scores drawings, and the pictures whose conditions are drawn; None where there are too few."""
        if len(self.train) < LEAST:
            return None
        chosen = self.train[np.linspace(0, len(self.train) - 1, min(SAMPLE, len(self.train))).astype(int)]
        return OnlineScore(self.frozen or place_on(Lite0(), self.device), self._real(chosen)), chosen

    def score(self, generator: nn.Module) -> float | None:
        """Return the KID of drawings by the conditions of training pictures, fixed noise, to those pictures."""
        if self._online_kid is None:
            return None
        quality, chosen = self._online_kid
        noise = stream(self.recipe.seed, "score").normal((len(chosen), self.recipe.generator.latent))

        def draw(start: int, end: int) -> Images:
            return generator(self._tensor(noise[start:end]), self._full_conditions(chosen[start:end]))

        return quality(draw)

    def signs(self, progress: Progress) -> dict[str, Tensor]:
        """Compare fixed drawings with real pictures, and pictures that the discriminator learns from with others."""
        chosen = self.train[np.linspace(0, len(self.train) - 1, HEALTH_SAMPLES).astype(int)]
        noise = self._tensor(stream(self.recipe.seed, "signs").normal((len(chosen), self.recipe.generator.latent)))
        with torch.no_grad():
            fake, real = self.generator(noise, self._full_conditions(chosen)), self._real(chosen)
            found = measure_spread(fake, real)
            if progress.images >= self.discriminators_from and len(self.held_out):
                discriminator = next(iter(self.adversaries.values()))
                found |= measure_memorisation(
                    self._score(discriminator, fake, chosen), self._score(discriminator, real, chosen),
                    self._score(discriminator, self._real(self.held_out), self.held_out),
                )  # fmt: skip
        return found

    def _score(self, discriminator: DiscriminatorTerms, works: Images, chosen: np.ndarray) -> Tensor:
        return discriminator.network(lay_on_white(works), self._full_conditions(chosen)).mean(dim=1)

    def _full_conditions(self, chosen: np.ndarray) -> Given:
        labels = {name: columns[chosen] for name, columns in self.conditions.labels.items()}
        return self._given(self.conditions.exactly(chosen, labels=labels))

    def _real(self, chosen: np.ndarray) -> Images:
        return self._tensor(premultiply(self.pictures.images[chosen]))

    def _draw(self, batch: Batch, *, turn: str) -> Images:
        numbers = stream(self.recipe.seed, f"noise/{turn}", step=batch.step)
        noise = self._tensor(numbers.normal((self.batch_size, self.recipe.generator.latent))[self.mine])
        inputs = self._generator_inputs(batch)
        with self._precision(exact=False):
            return self.generator(noise, inputs)

    def _generator_inputs(self, batch: Batch) -> Given:
        """Return what the generator is given: the condition, and an appearance between the predicted and the shown one."""
        if batch.prior_mix is None or self.prior is None:
            return batch.given
        appearance, share = batch.prior_mix
        return {**batch.given, APPEARANCE: share * appearance + (1 - share) * self.prior.imagination(batch.given)}

    def _given(self, parts: Mapping[str, np.ndarray]) -> Given:
        return {name: self._tensor(part) for name, part in parts.items()}

    def _view(self, batch: Batch, progress: Progress, *, turn: str) -> View:
        rule = self.recipe.augment
        often = float(self.strength.often) if self.strength is not None else rule.often.at(progress.share)
        numbers = stream(self.recipe.seed, f"view/{turn}", step=batch.step)
        view = draw_view(
            numbers, self.batch_size, translation=rule.translation, scale=rule.scale, transparent=self.channels == 4,
            tint=rule.colour, cutout=rule.cutout, often=often,
        )  # fmt: skip
        return view.part(self.mine).to(self.device)

    def _scorer(self, adversary: DiscriminatorTerms, batch: Batch) -> BoundScorer:
        return BoundScorer(adversary.network, batch.given, batch.distinct, wrong_labels=batch.wrong_labels)
