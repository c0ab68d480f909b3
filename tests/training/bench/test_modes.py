"""Benchmarks by a classifier, on models that are no networks: what they draw is known, so is what must be counted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from ganvas.data.cache import Pictures
from ganvas.data.records import Record
from ganvas.ground.errors import InputError
from ganvas.ground.sizes import Size
from ganvas.scoring.bench import as_json, table
from ganvas.scoring.schema import FD, KID
from ganvas.scoring.schema import LABEL as LABELS
from ganvas.scoring.scores import Score
from ganvas.training.bench.modes import TAUGHT, LabelledPictures, count_all_modes, measure_open_labels, open_labelled
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.manifest import Manifest, Takes
from tests.data.folders import folder_of

SIZE = 16
CLASSES = ("0", "1")


def bar(label: int, number: int) -> np.ndarray:
    """A grey picture (16, 16): a bar that lies for 0, one that stands for 1, in one of five places."""
    picture, place = np.zeros((SIZE, SIZE), dtype=np.uint8), 5 + number % 5
    picture[place : place + 2] = 255 * (1 - label)
    picture[:, place : place + 2] += np.uint8(255 * label)
    return picture


def material() -> LabelledPictures:
    """Eighty bars to learn from and twenty kept apart."""
    labels = np.arange(100) % 2
    images = np.stack([bar(label, number // 2) for number, label in enumerate(labels)])[..., None].repeat(3, axis=3)
    records = [
        Record(file_name=f"{number}.png", labels={"class": CLASSES[label]}, split="test" if number >= 80 else "train")
        for number, label in enumerate(labels)
    ]
    return LabelledPictures(Pictures(images, records, "0" * 64), CLASSES, labels)


@dataclass
class Painter:
    """A model that paints bars: of the class that is asked for, or the other if contrary; of `kinds` where none is asked for."""

    takes: Takes = field(default_factory=Takes)
    kinds: tuple[str, ...] = ()
    contrary: bool = False

    @property
    def manifest(self) -> Manifest:
        files = dict.fromkeys(("mapping.onnx", "synthesis.onnx"), "0" * 64)
        return Manifest(name="painter", size=SIZE, channels=3, latent=4, mapped=4, takes=self.takes, licence="none", files=files)

    def __call__(self, conditions: Sequence[Condition], noise: np.ndarray) -> np.ndarray:
        works: list[np.ndarray] = []
        for condition, z in zip(conditions, noise, strict=True):
            number = int(abs(z[0]) * 1000)
            kind = self.kinds[number % len(self.kinds)] if self.kinds else condition.labels["class"] * 3
            if self.contrary:
                kind = kind.translate(str.maketrans("01", "10"))
            works.append(np.stack([bar(int(digit), number) for digit in kind], axis=2))
        return np.stack(works)


def quiet(_line: str) -> None: ...


def test_modes_are_those_that_are_drawn() -> None:
    bench = count_all_modes(Painter(kinds=("000", "010", "111")), material(), drawn=200, seed=0, seen=1600, say=quiet)
    ours, real = bench.rows
    assert (ours["n"], ours["modes"], ours["modes, sure"]) == (200, 3, 3)
    assert isinstance(ours["KL to uniform"], float) and ours["KL to uniform"] == pytest.approx(np.log(8 / 3), abs=0.03)
    assert (real["modes"], real["modes, sure"]) == (8, 8) and real["KL to uniform"] < 0.05
    assert bench.facts["classifier"].startswith("own classifier; 1.0000 of 20")


def test_labels_are_those_that_are_asked_for_and_a_pupil_learns_from_drawings_alone() -> None:
    takes, held = Takes(labels={"class": CLASSES}), material()
    others = {"peer": (held.pictures.images, 1 - held.labels)}
    found = {
        contrary: measure_open_labels(
            Painter(takes=takes, contrary=contrary),
            held,
            attribute="class",
            drawn=200,
            seed=0,
            seen=1600,
            say=quiet,
            beside=others if contrary else None,
        )
        for contrary in (False, True)
    }
    real, ours, *by_class = found[False].rows
    assert [value_of(row, LABELS) for row in (real, ours, *by_class)] == [1, 1, 1, 1]
    assert value_of(ours, TAUGHT) == 1 and ours["taught / real"] == 1
    assert FD not in ours and abs(value_of(ours, KID)) < 0.5  # too few for FD
    _, contrary, peer, *_ = found[True].rows
    assert peer["pictures"] == "peer" and value_of(peer, LABELS) == 0 and TAUGHT not in peer
    assert value_of(contrary, LABELS) == value_of(contrary, TAUGHT) == contrary["taught / real"] == 0
    head, *lines = table(found[False])
    assert head[0] == "pictures" and len(lines) == 4 and lines[0][1].startswith("1.000 [")
    plain = as_json(found[False])
    assert plain["benchmark"] == "labels" and "own classifier; test; n = 20" in plain["rows"][0][LABELS]["name"]


def value_of(row: dict[str, object], measure: str) -> float:
    cell = row[measure]
    assert isinstance(cell, Score)
    return cell.value


def test_models_and_data_of_another_kind_are_refused(tmp_path: Path) -> None:
    labelled = Takes(labels={"class": ("0", "2")})
    with pytest.raises(InputError, match="takes no condition"):
        count_all_modes(Painter(takes=labelled), material(), drawn=100, seed=0, seen=64, say=quiet)
    with pytest.raises(InputError, match="knows no class '1'"):
        measure_open_labels(Painter(takes=labelled), material(), attribute="class", drawn=100, seed=0, seen=64, say=quiet)
    with pytest.raises(InputError, match="not every picture has a label 'class'"):
        folder = folder_of(tmp_path, [{"file_name": "a.png", "labels": {"class": "x"}}])
        open_labelled(folder, size=Size.of(16), attribute="class")
    alone = material()
    for record in alone.pictures.records:
        object.__setattr__(record, "split", "train")
    with pytest.raises(InputError, match="no picture has the split 'test'"):
        count_all_modes(Painter(), alone, drawn=100, seed=0, seen=64, say=quiet)
