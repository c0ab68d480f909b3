"""What is found from the data before the first step, and kept in the run: a run that goes on reads it and fits nothing again.

Fits in floating point depend on how many threads add up; a run that was resumed with another number of them would be another run.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from ganvas.ground.errors import InputError
from ganvas.ground.files import read_bytes, write_bytes

Priors = Mapping[str, np.ndarray]
"""Fitted arrays by name; empty where a task has none."""
FILE = "priors.safetensors"
MAX_BYTES = 4_000_000_000


def keep_priors(run: Path, priors: Priors) -> None:
    """Write a run's priors, the same bytes for the same arrays. What an earlier start left there goes."""
    if not priors:
        (run / FILE).unlink(missing_ok=True)
        return
    arrays = {name: np.ascontiguousarray(value) for name, value in priors.items()}
    write_bytes(run / FILE, save(arrays, metadata={"sha256": _digest(arrays)}))  # one key: several are written in any order


def read_priors(run: Path) -> Priors | None:
    """Read a run's priors; None where it keeps none. Raises InputError where the file is damaged."""
    path = run / FILE
    if not path.exists():
        return None
    content = read_bytes(path, limit=MAX_BYTES)
    try:
        arrays = load(content)
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        whole = header["__metadata__"]["sha256"] == _digest(arrays)
    except (SafetensorError, KeyError, ValueError, TypeError):
        whole, arrays = False, {}
    if not whole:
        raise InputError("is damaged", where=path, do="delete it: as many threads as before find the same numbers again")
    return arrays


def _digest(arrays: Priors) -> str:
    summary = hashlib.sha256()
    for name in sorted(arrays):
        value = arrays[name]
        summary.update(f"{name} {value.dtype} {value.shape}".encode())
        summary.update(np.ascontiguousarray(value).reshape(-1).view(np.uint8).data)
    return summary.hexdigest()
