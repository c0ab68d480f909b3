"""What a folder of pictures holds, by the names of its files: pictures, tables of metadata, texts beside pictures, and the rest.

Nothing is opened here but folders. Hidden files and folders, and those that systems put there, are passed over without a word.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from ganvas.data.records import MAX_PICTURES, SUFFIXES
from ganvas.data.texts import Notes
from ganvas.ground.errors import InputError
from ganvas.ground.folder_files import LEADS_OUT, FolderFiles

UNREAD = (
    ".heic", ".heif", ".avif", ".tif", ".tiff", ".jxl", ".jp2", ".j2k", ".jpf", ".svg", ".svgz", ".psd", ".xcf", ".kra", ".ai",
    ".eps", ".ico", ".icns", ".tga", ".dds", ".exr", ".hdr", ".pcx", ".ppm", ".pgm", ".pbm", ".pnm", ".qoi", ".raw", ".cr2",
    ".cr3", ".nef", ".arw", ".dng", ".orf", ".rw2", ".raf", ".srw", ".apng", ".jxr", ".wmf", ".emf",
)  # fmt: skip
"""Suffixes of pictures in formats that are not read."""
TEXTS = (".txt", ".caption", ".json")
"""Suffixes of what may say something of the picture beside it."""
TABLES = (".jsonl", ".ndjson", ".csv", ".tsv")
OTHERS = (
    ".json", ".txt", ".caption", ".xml", ".yaml", ".yml", ".parquet", ".arrow", ".feather", ".xlsx", ".xls", ".ods", ".npy",
    ".npz", ".pkl", ".mat", ".h5", ".hdf5", ".db", ".sqlite", ".zip",
    ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar", ".mp4",
    ".mov", ".avi", ".webm", ".mkv",
)  # fmt: skip
"""Suffixes of other files that may hold pictures, or say something of them."""
OURS = ("manifest.json",)
"""What `ganvas data` writes beside its pictures."""
_ABOUT = ("readme", "license", "licence", "notice", "copying", "citation", "changelog", "credits", "requirements")
_SYSTEM = frozenset(
    ("__macosx", "@eadir", "#recycle", "$recycle.bin", "system volume information", "lost+found", "__pycache__", "thumbs.db",
     "ehthumbs.db", "desktop.ini", "icon\r", "network trash folder", "temporary items")
)  # fmt: skip
LINKS_OUT = "links that lead out of the folder, and are not followed"
UNREADABLE = "is in a format that is not read (save it as PNG or JPEG)"


def is_hidden(name: str) -> bool:
    """Return whether a file's or folder's own name is hidden, or one that a system, a NAS or an archiver made."""
    return name.startswith(".") or name.lower() in _SYSTEM


@dataclass
class Inventory:
    """The files of a folder by their names.

    left: pictures that are left out, with reasons. wrong: other files that cannot be opened, with reasons. tables, beside: what
    is opened when records are read. others: what nobody reads.
    """

    files: FolderFiles
    pictures: list[str] = field(default_factory=list[str])
    tables: list[str] = field(default_factory=list[str])
    beside: dict[str, str] = field(default_factory=dict[str, str])
    others: list[str] = field(default_factory=list[str])
    left: dict[str, str] = field(default_factory=dict[str, str])
    wrong: dict[str, str] = field(default_factory=dict[str, str])

    def note_links(self, notes: Notes, *, but: Collection[str]) -> None:
        """Note files that are links and lead out, or cannot be opened for another reason. but: those said already."""
        for name, reason in self.wrong.items():
            if name not in but:
                notes.add(LINKS_OUT if reason == LEADS_OUT else f"not read, because it {reason}", name)

    def empty(self) -> InputError:
        """Return the error of a folder without a picture that can be used, with the first reason."""
        advice = f"put {', '.join(SUFFIXES)} files or plain .tar shards in it"
        name, reason = next(iter((self.left or self.wrong).items()), ("", ""))
        if LEADS_OUT in reason:
            advice = "name the folder that holds the files, or copy the files in place of the links: cp -rL"
        why = f": {name} {reason}" if name else f": {len(self.others):,} other files" if self.others else ""
        if self.left:
            return InputError(f"none of the {len(self.left):,} pictures can be used{why}", where=self.files.root, do=advice)
        return InputError(f"the folder holds no pictures{why}", where=self.files.root, do=advice)


def take_inventory(folder: Path) -> Inventory:
    """Sort the files of a folder by their names. Raises InputError for more pictures than are allowed."""
    found = Inventory(FolderFiles(folder))
    for name, wrong in found.files.walk(skip=is_hidden):
        suffix = _suffix(name)
        if suffix in SUFFIXES or suffix in UNREAD:
            reason = wrong or (f"{UNREADABLE}: {suffix}" if suffix in UNREAD else "") or _unspeakable(name)
            if reason:
                found.left[_shown(name)] = reason
            else:
                found.pictures.append(name)
        elif wrong:
            found.wrong[_shown(name)] = wrong
        elif not _unspeakable(name):
            _sort(found, name, suffix)
        if len(found.pictures) > MAX_PICTURES:
            raise InputError(f"holds more than the {MAX_PICTURES:,} pictures allowed here", where=folder)
    found.pictures.sort()
    return found


def _sort(found: Inventory, name: str, suffix: str) -> None:
    own = name.rpartition("/")[2].lower()
    if suffix in TABLES:
        found.tables.append(name)
    elif suffix in TEXTS and own not in OURS:
        found.beside[name.lower()] = name
    elif suffix in OTHERS and own not in OURS:
        found.others.append(name)


def is_about(name: str) -> bool:
    """Return whether a file tells people about a set, such as its licence, and says nothing of one picture."""
    return name.rpartition("/")[2].lower().startswith(_ABOUT) or name.rpartition("/")[2].lower() in OURS


def _suffix(name: str) -> str:
    return f".{name.rpartition('.')[2].lower()}" if "." in name.rpartition("/")[2] else ""


def _unspeakable(name: str) -> str:
    """Return why a name cannot stand in a record, which is utf-8."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "has a name that is not utf-8"
    return ""


def _shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
