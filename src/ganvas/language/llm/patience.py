"""How long a server is waited for: the limit of all of it, and what is waited out within."""

import os
from collections.abc import Mapping

from ganvas.ground.errors import InputError

SECONDS_VARIABLE = "GANVAS_LLM_SECONDS"
HERE_SECONDS, ELSEWHERE_SECONDS = 120.0, 60.0
"""Seconds for an answer of a server on this machine, which may be slow or still loading its model, and of another."""
MAX_SECONDS = 3600.0
LOADING, BUSY = 503, 429
MAX_BUSY = 3
"""How often a server that says it is busy is asked again."""
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0


def seconds_allowed(own: float | None, *, here: bool) -> float:
    """Return the seconds that a server has for an answer: the environment's, else its own setting, else a default.

    here: it runs on this machine. Raises InputError where the environment's is no such number.
    """
    if not (text := os.environ.get(SECONDS_VARIABLE)):
        return own or (HERE_SECONDS if here else ELSEWHERE_SECONDS)
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= MAX_SECONDS:
        raise InputError(f"must be a number of seconds from 1 to {MAX_SECONDS:.0f}", where=SECONDS_VARIABLE, do="for example 300")
    return seconds


def wait_before_again(status: int, headers: Mapping[str, str], *, tries: int, left: float) -> float | None:
    """Return how many seconds to wait before a request is sent again; None where it is not.

    headers: with names in lower case. tries: how often it was sent. left: seconds that remain. A server that loads its model is
    asked until the time is up; one that is busy a few times, when it says, if that is in time.
    """
    if status not in (LOADING, BUSY) or (status == BUSY and tries > MAX_BUSY):
        return None
    named = _number(headers.get("retry-after-ms")) / 1000 or _number(headers.get("retry-after"))
    wait = named or min(_FIRST_WAIT * 2 ** min(tries - 1, 8), _LONGEST_WAIT)
    return wait if wait < left else None


def _number(text: str | None) -> float:
    """Read a header that may hold seconds; 0 where it holds anything else, such as a date."""
    try:
        found = float(text or 0)
    except ValueError:
        return 0.0
    return found if 0 < found < MAX_SECONDS else 0.0
