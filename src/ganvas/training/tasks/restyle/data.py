"""The data of a restyler: pictures of several styles, opened once."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ganvas.data.cache import Pictures, open_pictures
from ganvas.ground.files import check_folder
from ganvas.training.engine.device import pick_device
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.recipes.restyle import RestyleRecipe
from ganvas.training.tasks.restyle.styles import Styled, from_folders, from_label, sides
from ganvas.training.tasks.restyle.task import RestyleTask


@dataclass
class RestyleData:
    """Pictures of several styles, and the restyler to start from, if any."""

    styled: Styled
    parent: InitialWeights | None

    @property
    def pictures(self) -> Pictures:
        """All of them."""
        return self.styled.pictures

    @classmethod
    def open(cls, recipe: RestyleRecipe, parent: InitialWeights | None, *, say: Callable[[str], None]) -> "RestyleData":
        """Open the recipe's folders, or its one folder whose pictures have a label. Raises InputError."""
        folders = [Path(source) for source in recipe.sources]
        for folder in folders:
            check_folder(folder, do="name a folder of pictures for each style")
        opened = [open_pictures(one, size=recipe.size, channels=recipe.channels, fit=recipe.fit, say=say) for one in folders]
        styled = from_folders([(one.resolve().name, pictures) for one, pictures in zip(folders, opened, strict=True)]) \
            if len(opened) > 1 else from_label(opened[0], only=recipe.only)  # fmt: skip
        targets = range(0 if recipe.both_ways else 1, len(styled.names))
        sides(styled, targets=targets, both_ways=recipe.both_ways, halves=recipe.halves, seed=recipe.seed)  # say it early
        return cls(styled, parent)

    def task(self, recipe: RestyleRecipe) -> RestyleTask:
        """Build the task of a resolved recipe."""
        return RestyleTask(recipe, self.styled, device=pick_device(recipe.device), precision=recipe.settled_precision)
