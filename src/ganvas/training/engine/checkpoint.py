"""Checkpoints: one safetensors file each, written atomically, verified when read; the last two good ones are kept."""

import hashlib
import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from ganvas.ground.errors import InputError
from ganvas.ground.files import write_bytes

KEPT = 2


def save_checkpoint(folder: Path, *, step: int, tensors: Mapping[str, Tensor], numbers: Mapping[str, Any]) -> Path:
    """Write `folder/step-000000123.safetensors` and delete all but the last KEPT. Returns its path."""
    held = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    metadata = {"numbers": json.dumps(numbers), "digest": _digest(held)}
    path = folder / f"step-{step:09d}.safetensors"
    write_bytes(path, save(held, metadata=metadata))
    for old in checkpoints(folder)[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def checkpoints(folder: Path) -> list[Path]:
    """Return the checkpoint files of a folder, oldest first."""
    return sorted(folder.glob("step-*.safetensors"))


def last_step(folder: Path) -> int:
    """Return the step of the newest checkpoint of a folder, 0 where there is none."""
    found = checkpoints(folder)
    return int(found[-1].stem.removeprefix("step-")) if found else 0


def load_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read a checkpoint whole and verify its digest. Raises InputError when it is damaged."""
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors: dict[str, Tensor] = {name: file.get_tensor(name) for name in file.keys()}
        if metadata["digest"] != _digest(tensors):
            raise InputError("the checkpoint's digest does not match its tensors", where=path)
        return tensors, json.loads(metadata["numbers"])
    except (SafetensorError, OSError, KeyError, ValueError, struct.error) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"the checkpoint is damaged: {error}", where=path) from error


def load_last_good(folder: Path) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
    """Return the newest checkpoint that verifies, or None when there is none at all.

    Raises InputError when checkpoints exist but every one is damaged: starting anew would lose a run silently.
    """
    found = checkpoints(folder)
    for path in reversed(found):
        try:
            return load_checkpoint(path)
        except InputError:
            continue
    if found:
        raise InputError("every checkpoint is damaged", where=folder, do="move the folder away to start anew")
    return None


def _digest(tensors: Mapping[str, Tensor]) -> str:
    summary = hashlib.sha256()
    for name in sorted(tensors):
        value = tensors[name]
        summary.update(f"{name} {value.dtype} {tuple(value.shape)}".encode())
        summary.update(value.contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return summary.hexdigest()
