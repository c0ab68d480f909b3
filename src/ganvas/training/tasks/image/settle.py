"""A new run of an image model: its recipe is completed by what it starts from, the dial, and a language model for captions."""

from pathlib import Path

from ganvas.data.source import open_source
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.recipes.image import Recipe
from ganvas.training.tasks.data import Say, source_folder
from ganvas.training.tasks.image.captions import with_captions, with_names
from ganvas.training.tasks.image.data import ImageData
from ganvas.training.tasks.image.dial import dial, dial_like, dial_size
from ganvas.training.tasks.image.flatness import are_drawn


def settle_image(
    recipe: Recipe, initial_weights: InitialWeights | None, *, folder: Path, dialled: bool, llm: str, say: Say
) -> tuple[Recipe, ImageData]:
    """Open a new run's pictures, and settle what its recipe leaves open; only folders are dialled. Raises InputError."""
    if dialled and initial_weights is not None:
        recipe = dial_like(recipe, initial_weights)
    source = open_source(source_folder(recipe))
    recipe = with_names(recipe, source.records) if dialled else recipe
    drawn = dialled and initial_weights is None and are_drawn(source)
    recipe = dial_size(recipe, source, drawn=drawn) if dialled else recipe
    recipe = with_captions(recipe, folder, source.records, llm=llm, say=say)
    data = ImageData.open(recipe, initial_weights, say=say, source=source)  # a large folder is not read twice
    if dialled:
        learned = [record for record in data.pictures.records if record.split == "train"]
        words, labels = any(record.captions for record in learned), any(record.labels for record in learned)
        inherited = data.inherits_prior(recipe)
        recipe = dial(recipe, pictures=len(learned), words=words, labels=labels, inherited=inherited, drawn=drawn)
    return recipe, data
