"""What every store does: it keeps works. A folder of files is one; a gallery will be another."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from ganvas.vocabulary.work import Work


class Store(Protocol):
    """Keeps works so that each can be made again, and overwrites nothing."""

    def keep(self, works: Iterable[Work], *, name: str | None = None) -> list[Path]:
        """Keep works as they come and return where they are. name: else their idea."""
        ...
