"""Pictures by the names that metadata gives them: as they are, or as other systems and other folders write them."""

import re
import unicodedata
from collections.abc import Iterable

from ganvas.ground.errors import InputError


class PictureNames:
    """Finds pictures of a folder by written names. Nothing is opened: a name finds one of the pictures given, or none.

    Letters may be composed or not (NFC, NFD), capitals or not; folders may be parted by backslashes; the suffix, and the
    folders before, may be missing or be those of another machine, where that names one picture alone.
    """

    def __init__(self, pictures: Iterable[str]) -> None:
        self._exact = set(pictures)
        self._folded: dict[str, str | None] = {}

    def find(self, folder: str, written: str) -> str | None:
        """Return the picture that a row of a table in `folder` names, or None. Raises InputError for a name that leads out."""
        within = f"{folder}/" if folder else ""
        for name in (f"{within}{written}", written):
            if name in self._exact:
                return name
        plain = re.sub(r"^[A-Za-z]:", "", written.strip().replace("\\", "/"))
        parts = [part for part in plain.split("/") if part not in ("", ".")]
        if ".." in parts or "\0" in written:
            raise InputError(f"{written[:80]!r} leads out of the folder")
        if not self._folded:
            self._fold()
        for start in range(len(parts)):
            tail = "/".join(parts[start:])
            for name in (f"{within}{tail}", tail):
                if (found := self._folded.get(_fold(name))) is not None:
                    return found
        return None

    def _fold(self) -> None:
        """Index every picture under each tail of its name, with and without its suffix; None for what names several."""
        for name in self._exact:
            parts = _fold(name).split("/")
            for start in range(len(parts)):
                tail = "/".join(parts[start:])
                for form in {tail, tail.rpartition(".")[0]} - {""}:
                    self._folded[form] = name if self._folded.get(form, name) == name else None
        for name in self._exact:  # the whole name of a picture is never that of another's tail
            self._folded[_fold(name)] = name


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
