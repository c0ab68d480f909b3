"""Models from the Hugging Face hub, fetched once and kept as plain folders. Needs the package
huggingface_hub.

What comes is from strangers: only the files that model.json names, each of bounded size, and every
one goes through the same guard as any other model's before the folder is kept.
"""

import importlib
import importlib.util
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ganvas.ground.errors import InputError
from ganvas.ground.files import build_folder, user_cache

LIBRARY = "huggingface_hub"
MODEL = "model.json"
"""The file that names all others."""
MAX_MANIFEST = 100_000
MAX_FILE = 25_000_000
MAX_MODEL = 100_000_000
_PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_NAME = re.compile(rf"({_PART})/({_PART})(?:@({_PART}))?\Z")


def is_name(model: str) -> bool:
    """Say whether a string names a model of the hub, `owner/name` or `owner/name@revision`, and
    nothing on this machine.

    Where there is a folder `owner`, it is a mistyped path, which the hub is not asked about.
    """
    found = _NAME.match(model)
    return found is not None and not Path(found[1]).exists()


def library() -> Any | None:
    """Return the hub's own library with its telemetry off, or None when it is not installed."""
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"  # read once, when it is first imported
    return importlib.import_module(LIBRARY) if importlib.util.find_spec(LIBRARY) else None


def fetch(model: str, hub: Any, *, listed: Callable[[Path], Sequence[str]], check: Callable[[Path], object]) -> Path:
    """Return the folder of a hub's model, fetched the first time and kept in the user cache; after
    that the hub is not asked again.

    hub: the library. listed: the files that the model.json in a folder names. check: raises
    InputError for a folder that is not what it says. Raises InputError when the hub does not
    answer, or what it holds is refused.
    """
    found = _NAME.match(model)
    assert found is not None
    owner, name, revision = found.groups()
    place = user_cache("hub", f"{owner}--{name}") / (revision or "newest")
    if not (place / MODEL).is_file():
        with build_folder(place, existing="keep") as work:
            _download(hub, f"{owner}/{name}", revision, work, listed=listed)
            check(work)
    return place


def _download(hub: Any, repository: str, revision: str | None, work: Path, *, listed: Callable[[Path], Sequence[str]]) -> None:
    """Fetch model.json and the files that it names, all of one commit."""
    try:
        info = hub.HfApi().model_info(repository, revision=revision, files_metadata=True)
        sizes = {str(one.rfilename): one.size for one in info.siblings or ()}
        _bounded(sizes, [MODEL], limit=MAX_MANIFEST, where=repository)
        _bring(hub, repository, str(info.sha), work, [MODEL])
        names = listed(work)
        _bounded(sizes, names, limit=MAX_FILE, where=repository)
        _bring(hub, repository, str(info.sha), work, names)
    except InputError:
        raise
    except Exception as error:  # the library's own errors, its client's and the system's have no common class
        why = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise InputError(f"cannot be fetched from the hub: {why}", where=repository,
                         do="check the name and the connection, or name a folder") from error  # fmt: skip
    shutil.rmtree(work / ".cache", ignore_errors=True)  # what the library notes of its downloads


def _bring(hub: Any, repository: str, commit: str, work: Path, names: Sequence[str]) -> None:
    """Fetch files into a folder. With a folder of our own they are plain files; the library's own
    cache is one of links.
    """
    hub.snapshot_download(repository, revision=commit, allow_patterns=list(names), local_dir=str(work))


def _bounded(sizes: Mapping[str, int | None], names: Sequence[str], *, limit: int, where: str) -> None:
    """Refuse what is missing or large before a byte of it is fetched."""
    total = 0
    for name in names:
        size = sizes.get(name)
        if size is None:
            raise InputError(f"holds no {name}: it is no model of Ganvas", where=where)
        if size > limit or (total := total + size) > MAX_MODEL:
            raise InputError(f"its {name} is too large, or all its files together are", where=where)
