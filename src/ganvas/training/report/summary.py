"""The summary of a run, from which its report and its model's card are written."""

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
    "converged": "its score had stopped improving; the best weights were kept",
    "clock": "it took three times as long as planned",
    "asked": "it was stopped by hand; it can be resumed",
}
"""The reasons of an outcome, for people."""
HEALTHY = "no collapse, overfitting, vanishing gradient or divergence was seen"
MAX_LOG_BYTES = 500_000_000
_NOTE = re.compile(r"(\w+) = (.*?): (.*)", re.DOTALL)


@dataclass(frozen=True)
class RunSummary:
    """Holds what is known of a run. about: the model and its data, by name. legend: how to read its sheets."""

    recipe: AnyRecipe
    outcome: Outcome
    about: Mapping[str, str]
    legend: str

    @property
    def training(self) -> str:
        """Describe how long it trained and its best score."""
        images, seconds = self.outcome.progress.images, self.outcome.progress.seconds
        pace = images / seconds if seconds else 0.0
        return f"{images:,} pictures seen in {seconds / 60:.0f} minutes, {pace:.0f} a second{self._score}"

    @property
    def seen(self) -> str:
        """Describe how far it came, and its best score, without times: two equal runs get equal cards, and so equal models."""
        return f"{self.outcome.progress.images:,} pictures seen{self._score}"

    @property
    def _score(self) -> str:
        best, name = self.outcome.progress, self.outcome.score
        return "" if best.best is None else f"; best score: {name} {best.best:.4f} at {best.best_images:,} pictures"

    @property
    def ending(self) -> str:
        """Describe why it ended."""
        return ENDINGS.get(self.outcome.reason, self.outcome.reason)

    @property
    def health(self) -> str:
        """Describe its troubles at the end."""
        return "; ".join(f"{trouble.name}: {trouble.words}" for trouble in self.outcome.troubles) or HEALTHY


@dataclass(frozen=True)
class Setting:
    """One setting of a recipe. reason: why it was derived so, or empty."""

    name: str
    value: str
    reason: str = ""


def split_settings(recipe: AnyRecipe) -> tuple[list[Setting], list[Setting], list[str]]:
    """Return the settings that have a reason, all others as single values, and the notes that belong to no setting."""
    given = recipe.model_dump(mode="json", exclude_none=True, exclude={"notes", "attribution"})
    parsed = [(note, _NOTE.fullmatch(note)) for note in recipe.notes]
    reasoned = [Setting(*found.groups()) for _, found in parsed if found and found[1] in given]
    loose = [note for note, found in parsed if not found or found[1] not in given]
    explained = {setting.name for setting in reasoned}
    return reasoned, [setting for setting in _leaves(given) if setting.name not in explained], loose


def _leaves(given: Mapping[str, object], within: str = "") -> Iterator[Setting]:
    for name, value in given.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{within}{name}.")  # pyright: ignore[reportUnknownArgumentType]
        else:
            yield Setting(within + name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def read_log(path: Path) -> Iterator[dict[str, object]]:
    """Yield the entries of a run's log; lines that a crash cut off are skipped."""
    if not path.is_file():
        return
    for line in read_text(path, limit=MAX_LOG_BYTES).splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and isinstance(entry.get("images"), int):  # pyright: ignore[reportUnknownMemberType]
            yield entry  # pyright: ignore[reportUnknownVariableType]


def read_events(path: Path) -> list[tuple[int, str]]:
    """Return the health events of a log, each with the number of pictures seen by then."""
    return [(int(str(entry["images"])), str(entry[EVENT])) for entry in read_log(path) if EVENT in entry]


def describe_machine() -> str:
    """Describe the machine and the versions."""
    processor = platform.processor() or platform.machine()
    return (
        f"{platform.system()}, {processor}, {torch.get_num_threads()} thread(s), torch {torch.__version__}, "
        f"Python {platform.python_version()}, Ganvas {__version__}"
    )
