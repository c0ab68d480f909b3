"""Train a classifier on pictures and their classes, and classify others: minutes of one thread, the same by seed."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ganvas.training.engine.loop import Loop
from ganvas.training.engine.run import Run
from ganvas.training.engine.stop import Stop
from ganvas.training.networks.classifier import Classifier, predict
from ganvas.training.tasks.classifier.task import ClassifierTask, as_tensor

SEEN = 300_000
"""Pictures that a classifier sees, however many there are."""
AT_ONCE = 500


@dataclass(frozen=True)
class Recognised:
    """The predictions of a classifier. chances: float32 (N, classes). features: float32 (N, F)."""

    chances: np.ndarray
    features: np.ndarray

    @property
    def classes(self) -> np.ndarray:
        """The likeliest class of each picture, int64 (N,)."""
        return self.chances.argmax(axis=1)


def train_classifier(images: np.ndarray, labels: np.ndarray, *, classes: int, seed: int = 0, seen: int = SEEN) -> Classifier:
    """Train a classifier on pictures, uint8 (N, H, W, C), C = 1 or 3, and their classes, int (N,) from 0 up."""
    task = ClassifierTask(images, labels, classes=classes, seed=seed)
    with tempfile.TemporaryDirectory(prefix="ganvas-classifier-") as scratch:  # minutes: not worth a run that can be resumed
        loop = Loop(task, run=Run(Path(scratch), sheets=1), budget=max(seen, task.batch_size))
        loop.fit(Stop())
    network = loop.average.network
    assert isinstance(network, Classifier)
    return network


def recognise(network: Classifier, images: np.ndarray) -> Recognised:
    """Classify pictures as `train_classifier` takes them."""
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    for start in range(0, len(images), AT_ONCE):
        with torch.no_grad():
            chances, features = predict(network, as_tensor(np.asarray(images[start : start + AT_ONCE])))
        parts.append((chances.numpy(), features.numpy()))
    return Recognised(np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts]))
