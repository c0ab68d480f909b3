"""Which device to compute on."""

import torch

from ganvas.ground.errors import InputError

DEVICES = {"cuda": torch.cuda.is_available, "mps": torch.backends.mps.is_available, "cpu": lambda: True}
"""Devices, the fastest first, and how to find out whether they are here."""


def pick_device(name: str) -> str:
    """Return the device to train on: what was asked for, else the fastest here. Raises InputError for one that is not."""
    if name == "auto":
        return next(name for name, is_here in DEVICES.items() if is_here())
    if not DEVICES[name]():
        raise InputError(f"this machine's torch finds no {name}", where="device",
                         do="leave it at auto, or give --device cpu; for another torch: https://pytorch.org")  # fmt: skip
    return name
