"""Briefs that a language model wrote once, kept so that the same idea, model and seed ask nobody again."""

import contextlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from ganvas.ground.config import Frozen, Line, Name, parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of, read_json, user_cache, write_json
from ganvas.language.llm.base import LanguageModel
from ganvas.language.scene.director import Directed
from ganvas.vocabulary.brief import Brief

MAX_BRIEFS = 400
"""Briefs that are kept; the oldest go."""
MAX_BYTES = 20_000


class CachedBrief(Frozen):
    """What is kept of a brief. The idea itself is not: it is in the file's name, as a digest."""

    brief: Brief
    writer: Name
    note: Line = ""


def brief_key(idea: str, *, model: LanguageModel | None, seed: int, vocabulary: str) -> str | None:
    """Return what names a brief for good: idea, model, seed, vocabulary and prompt. None for a model that has no identity."""
    identity = getattr(model, "identity", None)
    if not isinstance(identity, str):
        return None
    parts = (_making(), idea, identity, seed, vocabulary)
    return digest_of(json.dumps(parts).encode())


@cache
def _making() -> str:
    """Return the digest of how briefs are made: another prompt, or other checks of what comes back, is another brief."""
    return digest_of(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))))


def cache_brief(key: str | None, make: Callable[[], Directed]) -> Directed:
    """Return the brief kept under `key`; else make it, and keep it when a language model wrote it.

    What the rules wrote is not kept: the language model may do better next time. A broken cache is an empty one.
    """
    if key is None:
        return make()
    try:
        path = user_cache("briefs") / f"{key}.json"
        kept = parse(CachedBrief, read_json(path, limit=MAX_BYTES), where=path)
        return Directed(kept.brief, kept.writer, kept.note)
    except (InputError, OSError):
        directed = make()
    if directed.writer != "rules":
        with contextlib.suppress(OSError, ValueError):
            _keep(key, directed)
    return directed


def _keep(key: str, directed: Directed) -> None:
    """Write a brief into the cache, and drop the oldest beyond KEPT."""
    folder = user_cache("briefs")
    note = f"written by {directed.writer} before, and kept"
    write_json(
        folder / f"{key}.json", CachedBrief(brief=directed.brief, writer=directed.writer, note=note).model_dump(mode="json")
    )
    files = sorted(folder.glob("*.json"), key=_age, reverse=True)
    for old in files[MAX_BRIEFS:]:
        old.unlink(missing_ok=True)


def _age(path: Path) -> float:
    with contextlib.suppress(OSError):
        return path.stat().st_mtime
    return 0.0
