"""The data of a restyler: pictures of several styles, opened once."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ganvas.data.cache import Pictures, open_pictures
from ganvas.ground.files import check_folder
from ganvas.ground.seeds import stream
from ganvas.training.engine.device import pick_device
from ganvas.training.engine.parallel import ALONE, Ranks
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.networks.palette import fit_palette
from ganvas.training.recipes.restyle import RestyleRecipe
from ganvas.training.tasks.data import Say, check_pictures
from ganvas.training.tasks.priors import Priors
from ganvas.training.tasks.restyle.styles import Styled, from_folders, from_label
from ganvas.training.tasks.restyle.task import PALETTES, RestyleTask, sides_of
from ganvas.vocabulary.manifest import Takes


@dataclass
class RestyleData:
    """Pictures of several styles, and the restyler to start from, if any."""

    styled: Styled
    initial_weights: InitialWeights | None

    @property
    def pictures(self) -> Pictures:
        """All of them."""
        return self.styled.pictures

    @classmethod
    def open(cls, recipe: RestyleRecipe, initial_weights: InitialWeights | None, *, say: Say) -> "RestyleData":
        """Open the recipe's folders, or its one folder whose pictures have a label. Raises InputError."""
        folders = [Path(source) for source in recipe.sources]
        for folder in folders:
            check_folder(folder, do="name a folder of pictures for each style")
        opened = [open_pictures(one, size=recipe.size, channels=recipe.channels, fit=recipe.fit, say=say) for one in folders]
        styled = from_folders([(one.resolve().name, pictures) for one, pictures in zip(folders, opened, strict=True)]) \
            if len(opened) > 1 else from_label(opened[0], only=recipe.only)  # fmt: skip
        sides_of(recipe, styled)  # what is too little to learn from is refused before anything else is done
        check_pictures(styled.pictures, recipe, say=say)
        return cls(styled, initial_weights)

    @property
    def takes(self) -> Takes:
        """A restyler takes a style alone, which its own manifest names."""
        return Takes()

    def fit_priors(self, recipe: RestyleRecipe) -> Priors:
        """Find the palette of each style that is drawn in, float32 (styles, colours, 3), where the recipe wants palettes."""
        count, (targets, chosen) = recipe.generator.colours, sides_of(recipe, self.styled)
        if not count or recipe.apart:
            return {}
        found = [
            fit_palette(self.styled.pictures.images, chosen.real[style], stream(recipe.seed, f"box/{style}"), count=count)
            for style in targets
        ]
        return {PALETTES: np.stack(found)}

    def task(self, recipe: RestyleRecipe, priors: Priors, *, ranks: Ranks = ALONE) -> RestyleTask:
        """Build the task of a resolved recipe, for one process."""
        device = pick_device(recipe.device)
        return RestyleTask(recipe, self.styled, priors=priors, device=device, precision=recipe.settled_precision)
