"""The data of an image model: pictures with their conditions, opened once."""

from dataclasses import dataclass

from ganvas.data.cache import Pictures, open_pictures
from ganvas.data.conditions import takes_of
from ganvas.data.source import PictureSource
from ganvas.ground.errors import InputError
from ganvas.language.text.encoder import MultilingualEncoder, open_encoder
from ganvas.training.augment.named_colours import NAMES
from ganvas.training.engine.device import pick_device
from ganvas.training.engine.parallel import ALONE, Ranks
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.recipes.image import Recipe
from ganvas.training.tasks.data import Say, check_pictures, source_folder
from ganvas.training.tasks.image.appearance import sketch_shape
from ganvas.training.tasks.image.appearance_task import COLOUR, AppearanceTask
from ganvas.training.tasks.image.captions import add_captions
from ganvas.training.tasks.image.conditions import Conditions
from ganvas.training.tasks.image.priors import count_described, fit_image_priors
from ganvas.training.tasks.image.task import ImageTask
from ganvas.training.tasks.priors import Priors
from ganvas.vocabulary.manifest import Takes


@dataclass
class ImageData:
    """Pictures, their conditions, and the model to start from, if any."""

    pictures: Pictures
    conditions: Conditions
    initial_weights: InitialWeights | None

    @classmethod
    def open(
        cls, recipe: Recipe, initial_weights: InitialWeights | None, *, say: Say, source: PictureSource | None = None
    ) -> "ImageData":
        """Open the recipe's folder; source: that folder, where it was opened already. Raises InputError."""
        found = open_pictures(
            source or source_folder(recipe), size=recipe.size, channels=recipe.channels, fit=recipe.fit, say=say
        )
        pictures = add_captions(found, recipe)
        check_pictures(pictures, recipe, say=say)
        takes = takes_of(pictures.records, conditional=recipe.conditional, encoder_width=MultilingualEncoder.width)
        takes = add_colours(takes, recipe, say=say)
        encoder = open_encoder(takes.encoder) if takes.words else None
        return cls(pictures, Conditions(pictures.records, takes=takes, encoder=encoder), initial_weights)

    @property
    def takes(self) -> Takes:
        """What condition a model of them can take."""
        return self.conditions.takes

    def inherits_prior(self, recipe: Recipe) -> bool:
        """Whether what it starts from has a text prior for these pictures' words, at a recipe's size."""
        shape = int(self.pictures.images.shape[3]), *sketch_shape(*recipe.size.grid)
        return self.initial_weights is not None and self.initial_weights.appearance_prior(self.takes, shape=shape) is not None

    def fit_priors(self, recipe: Recipe) -> Priors:
        """Find the whitening of sentences, appearances, and what leads from words to them, as far as a recipe wants it."""
        return fit_image_priors(recipe, self.pictures, self.conditions, initial_weights=self.initial_weights)

    def task(self, recipe: Recipe, priors: Priors, *, ranks: Ranks = ALONE) -> ImageTask:
        """Build the task of a resolved recipe, or one rank's part of it. Raises InputError for priors of other pictures."""
        conditions, changed = self.conditions, count_described(priors) not in (None, len(self.pictures.records))
        try:
            conditions = conditions.with_vectors(priors["words/vectors"]) if self.takes.words else conditions
        except ValueError:
            changed = True
        if changed:
            raise InputError("its pictures are no longer those that this run began with", where=recipe.sources[0],
                             do="give another folder with -o")  # fmt: skip
        kind = AppearanceTask if recipe.appearance is not None else ImageTask
        return kind(
            recipe, self.pictures, conditions, priors=priors, initial_weights=self.initial_weights,
            device=pick_device(recipe.device), precision=recipe.settled_precision, ranks=ranks,
        )  # fmt: skip


def add_colours(takes: Takes, recipe: Recipe, *, say: Say) -> Takes:
    """Add the label of colours where a recipe wants it, and pictures have none of their own."""
    config = recipe.appearance
    if config is None or not (config.recolour or config.told_colour):
        return takes
    if COLOUR in takes.labels:
        say("appearance.recolour and appearance.told_colour are not used: the pictures have a label `colour` of their own")
        return takes
    return takes.model_copy(update={"labels": {**takes.labels, COLOUR: NAMES}})  # last: a sheet has rows for the first label
