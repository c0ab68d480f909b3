"""Files by their content: each is named by its sha256, so that nothing is kept twice and nothing is overwritten.

A file and the row that names it cannot change in one step, and a process may be killed between. So a file lies in `incoming`
before its row is written and after its row is gone, and only files there have to be looked at when a studio opens.
"""

import contextlib
from collections.abc import Callable
from pathlib import Path

from ganvas.ground.files import digest_of, write_bytes


class Files:
    """The files of a studio, below one folder."""

    def __init__(self, folder: Path) -> None:
        self._kept, self._incoming = folder / "files", folder / "incoming"
        for one in (self._kept, self._incoming):
            one.mkdir(parents=True, exist_ok=True)

    def path(self, name: str) -> Path:
        """Return where a file is kept."""
        return self._kept / name[:2] / name

    def stage(self, content: bytes, suffix: str) -> str:
        """Write a file that no row names yet; return its name."""
        name = digest_of(content) + suffix
        if not self.path(name).exists():
            write_bytes(self._incoming / name, content)
        return name

    def keep(self, name: str) -> None:
        """Put a file that a row names by now where it is kept."""
        self.path(name).parent.mkdir(exist_ok=True)
        with contextlib.suppress(FileNotFoundError):  # it is there already: another process found it staged
            (self._incoming / name).replace(self.path(name))

    def take_out(self, name: str) -> None:
        """Put a file back to those that may have no row."""
        with contextlib.suppress(FileNotFoundError):
            self.path(name).replace(self._incoming / name)

    def discard(self, name: str) -> None:
        """Remove a staged file that no row names."""
        (self._incoming / name).unlink(missing_ok=True)

    def recover(self, is_named: Callable[[str], bool]) -> None:
        """Keep the staged files that rows name, and remove the others: a process was killed before it could."""
        for path in list(self._incoming.iterdir()):
            if is_named(path.name):
                self.keep(path.name)
            else:
                path.unlink(missing_ok=True)
