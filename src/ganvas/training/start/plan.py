"""What a training is going to do, in one line of plain words, before it begins."""

from ganvas.training.recipes.base import AnyRecipe
from ganvas.training.tasks.data import TrainingData

SAYS_WHY = "--explain says why"
NAMED = {"names": "captions from the files' names (--captions none leaves them out)", "llm": "captions by a language model"}
"""Captions that nobody wrote beside the pictures, by what a recipe says of them."""


def describe_plan(recipe: AnyRecipe, data: TrainingData, *, seen: int = 0) -> str:
    """Describe what is learned from, how it is learned and how long that takes. seen: pictures, by a run that
    goes on."""
    parts = [_pictures(data), *_captions(recipe, data), *_drawing(recipe)]
    if recipe.start_from:
        parts.append(f"beginning with what {recipe.start_from} knows")
    parts.append(_budget(recipe, seen))
    beginning = "Going on" if seen else "The plan"
    return f"{beginning}: {', '.join(part for part in parts if part)} ({SAYS_WHY})"


def _pictures(data: TrainingData) -> str:
    if data.pictures is None:
        return ""
    count = len(data.pictures.select("train"))
    several = {name: f"{name}es" if name.endswith("s") else f"{name}s" for name in data.takes.labels if name != "colour"}
    kinds = [f"{len(data.takes.labels[name])} {called}" for name, called in several.items()]
    return f"{count:,} pictures{' in ' if kinds else ''}{' and '.join(kinds)}"


def _captions(recipe: AnyRecipe, data: TrainingData) -> list[str]:
    given = getattr(recipe, "captions", None)
    return [NAMED.get(str(given), "with captions")] if data.takes.words else []


def _drawing(recipe: AnyRecipe) -> list[str]:
    """Say how large pictures are, and whether they are learned as drawings or as photographs are."""
    size, generator = getattr(recipe, "size", None), getattr(recipe, "generator", None)
    how = "painted with a palette, for they are drawn" if getattr(generator, "palette", 0) else ""
    return [f"learned at {size} pixels" if size else "", how]


def _budget(recipe: AnyRecipe, seen: int) -> str:
    budget = recipe.images or 0
    counted = f"{seen:,} of {budget:,} seen already" if seen else f"{budget:,} seen in training, with repetitions"
    lasts = f"about {recipe.minutes:g} minutes" if recipe.minutes and not seen else ""
    at_most = " at most, for it ends when it gets no better" if recipe.patience else ""
    return f"{counted}{', ' if lasts else ''}{lasts}{at_most}"
