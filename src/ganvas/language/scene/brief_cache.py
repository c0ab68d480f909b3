"""A cache of briefs that a language model wrote, by idea, model and seed."""

import contextlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from pydantic import Field

from ganvas.ground.config import Frozen, Line, Name, parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of, read_json, user_cache, write_json
from ganvas.language.llm.base import LanguageModel
from ganvas.language.scene.director import MAX_SCENES, Directed
from ganvas.vocabulary.brief import Brief

MAX_BRIEFS = 400
"""Briefs in the cache; the oldest are deleted."""
MAX_BYTES = 20_000


class CachedBrief(Frozen):
    """A cached brief. The idea itself is not stored: only its digest is, in the file name."""

    brief: Brief
    writer: Name
    note: Line = ""
    others: tuple[Brief, ...] = Field(default=(), max_length=MAX_SCENES)


def brief_key(idea: str, *, model: LanguageModel | None, seed: int, vocabulary: str) -> str | None:
    """Return the cache key of a brief: idea, model, seed, vocabulary and code. None for a model without identity."""
    identity = getattr(model, "identity", None)
    if not isinstance(identity, str):
        return None
    parts = (_code_digest(), idea, identity, seed, vocabulary)
    return digest_of(json.dumps(parts).encode())


@cache
def _code_digest() -> str:
    """Return a digest of the code that makes briefs, so that another prompt or check invalidates the cache."""
    return digest_of(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))))


def cache_brief(key: str | None, make: Callable[[], Directed]) -> Directed:
    """Return the brief cached under `key`; else make it, and cache it when a language model wrote it.

    Briefs by the rules are not cached, because the language model may answer next time. A broken
    entry counts as missing.
    """
    if key is None:
        return make()
    try:
        path = user_cache("briefs") / f"{key}.json"
        kept = parse(CachedBrief, read_json(path, limit=MAX_BYTES), where=path)
        return Directed(kept.brief, kept.writer, kept.note, others=kept.others)
    except (InputError, OSError):
        directed = make()
    if directed.writer != "rules":
        with contextlib.suppress(OSError, ValueError):
            _store(key, directed)
    return directed


def _store(key: str, directed: Directed) -> None:
    """Write a brief into the cache, and delete the oldest beyond MAX_BRIEFS."""
    folder = user_cache("briefs")
    note = f"written by {directed.writer} earlier, from the cache"
    cached = CachedBrief(brief=directed.brief, writer=directed.writer, note=note, others=directed.others)
    write_json(folder / f"{key}.json", cached.model_dump(mode="json"))
    files = sorted(folder.glob("*.json"), key=_age, reverse=True)
    for old in files[MAX_BRIEFS:]:
        old.unlink(missing_ok=True)


def _age(path: Path) -> float:
    with contextlib.suppress(OSError):
        return path.stat().st_mtime
    return 0.0
