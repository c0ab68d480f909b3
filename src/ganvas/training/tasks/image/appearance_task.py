"""Pictures from appearances: the task of a generator that is given an appearance to draw, in a style and a colour that are named.

In training most pictures are not drawn from their own appearance, but from that of the same thing in another style, from the one
that the sampler chooses when the picture's family is left out, or from two at once. So the generator learns to draw what it has
not seen (IC-GAN, Casanova et al. 2021), and to draw what it is given in the style of the condition.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from ganvas.ground.images import make_sheet, premultiply, unpremultiply
from ganvas.ground.seeds import Stream, stream
from ganvas.language.text.appearance import Appearances
from ganvas.training.augment.named_colours import NAMES, find_main_colour, recolour
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.networks.base import Given
from ganvas.training.networks.image_generator import APPEARANCE, Sketch
from ganvas.training.networks.palette_head import PaletteGenerator
from ganvas.training.recipes.sections import AppearanceRecipe
from ganvas.training.tasks.adversarial.scorer import distinct
from ganvas.training.tasks.image.conditions import ConditionBatch
from ganvas.training.tasks.image.known_appearances import KnownAppearances, unpack_known
from ganvas.training.tasks.image.task import Batch, ImageTask
from ganvas.training.tasks.priors import Priors

COLOUR, COLOUR_INPUT = "colour", "label_colour"
MAX_ROWS = 8
"""Values of the first label that a sheet shows, at most."""


@dataclass(frozen=True)
class AppearanceChoice:
    """What each picture of a batch is drawn from, (N, A), and where that comes from, (N,) each.

    own: its own appearance. other: that of the same concept in another style. mixed: of two pictures at once. None of the three:
    chosen by the words.
    """

    vectors: np.ndarray
    own: np.ndarray
    other: np.ndarray
    mixed: np.ndarray


class AppearanceTask(ImageTask):
    """Data, networks and objective of pictures that are drawn from appearances.

    config: what appearances are made of and which are drawn from. colours: whether conditions name colours that were read off the
    pictures; not where pictures have a label `colour` of their own.
    """

    config: AppearanceRecipe
    known: KnownAppearances
    colours: bool

    @property
    def sampler(self) -> Appearances:
        """What words choose an appearance from."""
        return self.known.sampler

    def _build_generator(self, priors: Priors, initial_weights: InitialWeights | None) -> PaletteGenerator:
        """Unpack the known appearances, and return the generator that draws from them."""
        recipe, takes = self.recipe, self.conditions.takes
        assert recipe.appearance is not None
        self.config = recipe.appearance
        self.known = unpack_known(priors, self.pictures, self.conditions, train=self.train, own_style=self.config.own_style)
        self.colours = COLOUR in takes.labels and not any(COLOUR in record.labels for record in self.pictures.records)
        self.fitted = ("synthesis.sketch.",)
        sketch = Sketch(self.sketch_shape, self.known.sketch)
        return PaletteGenerator(
            recipe.generator, size=recipe.size, channels=self.channels, takes=takes, appearance=self.sampler.width, sketch=sketch
        )

    def batch(self, step: int) -> Batch:
        """Return this rank's real pictures of a step with their conditions, and what they are drawn from."""
        recipe, chosen, mine = self.recipe, self.train[self.order.indices(step)], self.mine
        rule = recipe.dropout.at(step * self.batch_size / max(recipe.images or 0, 1))
        conditions = self.conditions.draw(chosen, stream(recipe.seed, "conditions", step=step), rule)
        choice = self._choose_appearances(
            chosen, conditions, step=step, warm_start=step * self.batch_size < self.warm_start_images
        )
        pixels, colours = self._recolour(chosen, stream(recipe.seed, "colours", step=step))
        parts, spoken = self._conditions_for(chosen, conditions, choice, colours)
        wrong = exchange_labels(parts, stream(recipe.seed, "wrong labels", step=step))
        return Batch(
            step=step,
            real=self._tensor(premultiply(pixels[mine])),
            given=self._given({name: part[mine] for name, part in parts.items()}),
            reconstruction=self._tensor((choice.own + self.config.other_pull * choice.other)[mine].astype(np.float32)),
            distinct=distinct(self._tensor(self.groups[chosen[mine]]), self._tensor(spoken[mine])),
            prior_mix=None,
            appearance=self._tensor(choice.vectors[mine]),
            own=self._tensor(choice.own[mine].astype(np.float32)),
            wrong_labels=self._given({name: part[mine] for name, part in wrong.items()}) or None,
        )

    def _choose_appearances(
        self, chosen: np.ndarray, conditions: ConditionBatch, *, step: int, warm_start: bool
    ) -> AppearanceChoice:
        """Choose what each picture is drawn from. In the warm start there is always a real picture to be pulled to."""
        config, count = self.config, len(chosen)
        numbers = stream(self.recipe.seed, "shown", step=step)
        draw, pick = numbers.uniform(count), numbers.uniform(count)
        own_or_other = 1 - config.sampled - config.mixed if warm_start else 1.0
        other = draw < config.other / max(own_or_other, 1e-6)
        first, last = config.other + config.sampled, config.other + config.sampled + config.mixed
        sampled = (draw >= config.other) & (draw < first) & (not warm_start)
        mixed = (draw >= first) & (draw < last) & (not warm_start)
        vectors = self.known.vectors[chosen].copy()
        for place in np.flatnonzero(other).tolist():
            others = self.known.others[chosen[place]]
            other[place] = len(others) > 0
            if len(others):
                vectors[place] = self.known.vectors[others[int(pick[place] * len(others))]]
        for place in np.flatnonzero(sampled | mixed).tolist():
            words = conditions.parts["words"][place] if sampled[place] and "words" in conditions.parts else None
            labels = {name: value for name in self.conditions.labels if (value := _value_of(conditions, name, place)) >= 0}
            chance = stream(self.recipe.seed, "appearance", step=step, rank=place)
            without = int(self.known.family[chosen[place]]) if sampled[place] else None
            vectors[place] = self.sampler.sample(words, labels, chance, without=without).vector
        return AppearanceChoice(vectors, ~(other | sampled | mixed), other, mixed)

    def _recolour(self, chosen: np.ndarray, numbers: Stream) -> tuple[np.ndarray, np.ndarray]:
        """Return the pictures, some with another main colour, and the colours that their conditions name (N,), -1 = none."""
        pixels, colours = np.array(self.pictures.images[chosen]), np.full(len(chosen), -1)
        if not self.colours:
            return pixels, colours
        config = self.config
        draw, name = numbers.uniform(len(chosen)), numbers.integers(len(NAMES), len(chosen))
        for place in range(len(chosen)):
            if draw[place] < config.recolour:
                changed = recolour(pixels[place], int(name[place]), numbers)
                if changed is not None:
                    pixels[place], colours[place] = changed, name[place]
            elif draw[place] < config.recolour + (1 - config.recolour) * config.told_colour:
                colours[place] = find_main_colour(pixels[place])
        return pixels, colours

    def _conditions_for(
        self, chosen: np.ndarray, conditions: ConditionBatch, choice: AppearanceChoice, colours: np.ndarray
    ) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Return the conditions that go with what is drawn from, and whether each has words (N,).

        Another style's appearance does not say which style to draw, so the labels are never dropped there. Two appearances at
        once have no words.
        """
        parts = dict(conditions.parts)
        for name in ("words", "hashes"):
            if name in parts:
                parts[name] = parts[name] * ~choice.mixed[:, None]
        for name, columns in self.conditions.labels.items():
            if choice.other.any():
                values = parts[f"label_{name}"].shape[1]
                whole = (columns[chosen][:, None] == np.arange(values)).astype(np.float32)
                parts[f"label_{name}"] = np.where(choice.other[:, None], whole, parts[f"label_{name}"])
        if self.colours:
            parts[COLOUR_INPUT] = (colours[:, None] == np.arange(len(NAMES))).astype(np.float32)
        spoken = conditions.spoken & ~choice.mixed if "words" in parts else conditions.spoken
        return parts, spoken

    def _generator_inputs(self, batch: Batch) -> Given:
        """Return what the generator is given: labels, and the appearance in place of words."""
        assert batch.appearance is not None
        return {**batch.given, APPEARANCE: batch.appearance}

    def _full_conditions(self, chosen: np.ndarray) -> Given:
        return {**super()._full_conditions(chosen), APPEARANCE: self._tensor(self.known.vectors[chosen])}

    def sheet(self, generator: nn.Module) -> np.ndarray:
        """Draw training pictures from their own appearances in each style, then in colours, then held-out words as sampled.

        The first row, and the one before the last, are true pictures.
        """
        count = 16 if self.recipe.size.longer <= 128 else 8
        chosen = _spread(self.train, count)
        own = self.known.vectors[chosen]
        rows = [self.pictures.images[chosen]]
        first = next(iter(self.conditions.takes.labels.items()), None)
        for value in range(min(MAX_ROWS, len(first[1])) if first else 2):
            labels = {first[0]: np.full(count, value)} if first else {}
            rows.append(self._draw_row(generator, chosen, own, labels, row=value))
        if self.colours:
            labels = {COLOUR: np.arange(count) % len(NAMES)}
            rows.append(self._draw_row(generator, chosen, own, labels, row=MAX_ROWS))
        if len(self.held_out) and self.conditions.takes.words:
            held = _spread(self.held_out, count)
            sampled = self._draw_row(generator, held, self._sample_without(held), {}, row=MAX_ROWS + 1)
            rows += [self.pictures.images[held], sampled]
        return make_sheet([picture for row in rows for picture in row], columns=count)

    def _sample_without(self, chosen: np.ndarray) -> np.ndarray:
        """Choose appearances by pictures' main captions and labels, with their families left out: (N, A)."""
        columns = {name: column[chosen] for name, column in self.conditions.labels.items()}
        words = self.conditions.exactly(chosen, labels=columns)["words"]
        found: list[np.ndarray] = []
        for place, number in enumerate(chosen):
            labels = {name: int(column[place]) for name, column in columns.items() if column[place] >= 0}
            chance = stream(self.recipe.seed, "sheet/appearance", step=place)
            without = int(self.known.family[number])
            found.append(self.sampler.sample(words[place], labels, chance, without=without).vector)
        return np.stack(found)

    def _draw_row(
        self, generator: nn.Module, chosen: np.ndarray, vectors: np.ndarray, labels: Mapping[str, np.ndarray], *, row: int
    ) -> np.ndarray:
        """Draw appearances under the pictures' own labels, but for those that are given."""
        columns = {name: column[chosen] for name, column in self.conditions.labels.items()} | dict(labels)
        given = {**self._given(self.conditions.exactly(chosen, labels=columns)), APPEARANCE: self._tensor(vectors)}
        noise = self._tensor(stream(self.recipe.seed, "sheet", step=row).normal((len(chosen), self.recipe.generator.latent)))
        with torch.no_grad():
            return unpremultiply(generator(noise, given).cpu().numpy())


def exchange_labels(parts: Mapping[str, np.ndarray], numbers: Stream) -> dict[str, np.ndarray]:
    """Return the labels of conditions with one label of each picture exchanged for another of its values."""
    wrong = {name: part.copy() for name, part in parts.items() if name.startswith("label_") and part.shape[1] > 1}
    count = len(next(iter(parts.values()))) if parts else 0
    which, by = numbers.uniform(count), numbers.uniform(count)
    for place in range(count):
        named = [name for name, part in wrong.items() if part[place].any()]
        if named:
            part = wrong[named[int(which[place] * len(named))]]
            values = part.shape[1]
            value = (int(part[place].argmax()) + 1 + int(by[place] * (values - 1))) % values
            part[place] = np.arange(values) == value
    return wrong


def _value_of(conditions: ConditionBatch, name: str, place: int) -> int:
    """Return the number of the value of a label in a picture's condition, or -1."""
    part = conditions.parts[f"label_{name}"][place]
    return int(part.argmax()) if part.any() else -1


def _spread(numbers: np.ndarray, count: int) -> np.ndarray:
    """Choose so many, evenly spread."""
    return numbers[np.linspace(0, len(numbers) - 1, count).astype(int)]
