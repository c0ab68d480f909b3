"""What there is to say of a run: its report and its model's card are made from the same facts."""

import json
import platform
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from ganvas.ground.files import read_text
from ganvas.ground.version import __version__
from ganvas.training.engine.loop import Outcome
from ganvas.training.engine.run import EVENT
from ganvas.training.recipes.base import AnyRecipe

ENDINGS = {
    "budget": "its budget is spent",
    "converged": "its score had not become better for some time; what drew best is what was kept",
    "clock": "it took three times as long as it was given",
    "asked": "somebody stopped it; it can go on",
}
"""What an outcome's reason means."""
HEALTHY = "no collapse, overfitting, vanishing gradient or divergence was seen"
MAX_LOG = 500_000_000
_NOTE = re.compile(r"(\w+) = (.*?): (.*)", re.DOTALL)


@dataclass(frozen=True)
class Summary:
    """A run as it stands. about: what the model is and what it learned from, by name. legend: how its sheets are read."""

    recipe: AnyRecipe
    outcome: Outcome
    about: Mapping[str, str]
    legend: str

    @property
    def training(self) -> str:
        """Say how far it came."""
        images, seconds = self.outcome.progress.images, self.outcome.progress.seconds
        pace = images / seconds if seconds else 0.0
        best = self.outcome.progress
        score = "" if best.best is None else f"; best score: KID {best.best:.4f} at {best.best_images:,} pictures"
        return f"{images:,} pictures seen in {seconds / 60:.0f} minutes, {pace:.0f} a second{score}"

    @property
    def ending(self) -> str:
        """Say why it ended."""
        return ENDINGS.get(self.outcome.reason, self.outcome.reason)

    @property
    def health(self) -> str:
        """Say what it suffers from at its end."""
        return "; ".join(f"{trouble.name}: {trouble.words}" for trouble in self.outcome.troubles) or HEALTHY


@dataclass(frozen=True)
class Setting:
    """One setting of a recipe, with the reason of who derived it, or empty."""

    name: str
    value: str
    reason: str = ""


def settings_of(recipe: AnyRecipe) -> tuple[list[Setting], list[Setting], list[str]]:
    """Return the settings that have a reason, all others down to single values, and the notes that are about no setting."""
    given = recipe.model_dump(mode="json", exclude_none=True, exclude={"notes", "attribution"})
    read = [(note, _NOTE.fullmatch(note)) for note in recipe.notes]
    reasoned = [Setting(*found.groups()) for _, found in read if found and found[1] in given]
    loose = [note for note, found in read if not found or found[1] not in given]
    said = {setting.name for setting in reasoned}
    return reasoned, [setting for setting in _leaves(given) if setting.name not in said], loose


def _leaves(given: Mapping[str, object], within: str = "") -> Iterator[Setting]:
    for name, value in given.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{within}{name}.")  # pyright: ignore[reportUnknownArgumentType]
        else:
            yield Setting(within + name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def read_log(path: Path) -> Iterator[dict[str, object]]:
    """Yield the lines of a run's log; those that a crash has torn are passed over."""
    if not path.is_file():
        return
    for line in read_text(path, limit=MAX_LOG).splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and isinstance(entry.get("images"), int):  # pyright: ignore[reportUnknownMemberType]
            yield entry  # pyright: ignore[reportUnknownVariableType]


def events_of(path: Path) -> list[tuple[int, str]]:
    """Return what happened on the way, each with the number of pictures seen by then."""
    return [(int(str(entry["images"])), str(entry[EVENT])) for entry in read_log(path) if EVENT in entry]


def machine() -> str:
    """Say what a run was computed on."""
    processor = platform.processor() or platform.machine()
    return (
        f"{platform.system()}, {processor}, {torch.get_num_threads()} thread(s), torch {torch.__version__}, "
        f"Python {platform.python_version()}, Ganvas {__version__}"
    )
