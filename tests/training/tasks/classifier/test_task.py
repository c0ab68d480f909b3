"""The benchmark's classifier: it learns what is there to be learned, is the same by seed, and says so of any size."""

import numpy as np
import pytest
import torch

from ganvas.ground.seeds import stream
from ganvas.training.networks.classifier import Classifier
from ganvas.training.tasks.classifier.train import recognise, train_classifier


def bars(count: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Noisy pictures, uint8 (N, 16, 16, 1): bars that lie, bars that stand."""
    labels = np.arange(count) % 2
    images = stream(seed, "bars").integers(120, (count, 16, 16, 1))
    for number, label in enumerate(labels):
        place = 5 + number % 5
        images[number, place : place + 2] += 120 * (1 - label)
        images[number, :, place : place + 2] += 120 * label
    return images.astype(np.uint8), labels


def test_a_classifier_learns_is_sure_and_is_the_same_by_seed() -> None:
    images, labels = bars(200, seed=0)
    network = train_classifier(images, labels, classes=2, seed=3, seen=3200)
    unseen, true = bars(100, seed=1)
    said = recognise(network, unseen)
    assert (said.classes == true).mean() > 0.97 and said.features.shape == (100, 128)
    assert np.allclose(said.chances.sum(axis=1), 1, atol=1e-5)
    again = train_classifier(images, labels, classes=2, seed=3, seen=256)
    twice = train_classifier(images, labels, classes=2, seed=3, seen=256)
    other = train_classifier(images, labels, classes=2, seed=4, seen=256)
    assert torch.equal(again.logit.weight, twice.logit.weight)
    assert not torch.equal(again.logit.weight, other.logit.weight)


def test_what_it_learns_is_the_labels() -> None:
    images, labels = bars(100, seed=0)
    network = train_classifier(images, stream(0, "lots").integers(2, 100), classes=2, seen=640)
    assert (recognise(network, bars(100, seed=1)[0]).classes == labels).mean() < 0.8


@pytest.mark.parametrize("shape", [(1, 16, 16), (3, 32, 32), (3, 48, 32), (3, 64, 64), (3, 256, 256)])
def test_it_takes_pictures_of_every_size(shape: tuple[int, int, int]) -> None:
    assert Classifier(shape, 10)(torch.zeros(2, *shape)).shape == (2, 10)
