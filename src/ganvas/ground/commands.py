"""Commands that are printed for a person: quoted so that they can be pasted."""

import os
import shlex
import subprocess
from collections.abc import Iterable


def command(words: Iterable[object]) -> str:
    """Return a command line of some words, each quoted where this system's shell needs it."""
    texts = [str(word) for word in words]
    return subprocess.list2cmdline(texts) if os.name == "nt" else shlex.join(texts)
