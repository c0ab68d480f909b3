"""The shipped model's scores, and its kernel distance beside that of a DCGAN given as many CPU minutes, in one run.

Data and the peer's samples are made beforehand and named by environment variables:

    ganvas data emoji-four -o data/emoji
    python tests/proof/peers/dcgan.py data/emoji runs/dcgan --minutes 97 --every 97
    GANVAS_DATA=data/emoji GANVAS_DCGAN=runs/dcgan/97.npy pytest -m proof tests/proof/test_score.py
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ganvas.data.cache import open_pictures
from ganvas.pipelines import load
from ganvas.scoring.evaluator import SEED, Evaluator
from ganvas.scoring.features import extract_features
from ganvas.scoring.report import Scoring, score
from ganvas.scoring.schema import BLENDED, CHINESE, COPYING, KID, OURS, R_PRECISION, REAL, STYLE_ACCURACY, Report
from ganvas.scoring.scores import kid

pytestmark = pytest.mark.proof
MODEL = os.environ.get("GANVAS_MODEL", "emoji-64")
Record = Callable[[str, object], None]


def data() -> Path:
    if "GANVAS_DATA" not in os.environ:
        pytest.skip("GANVAS_DATA does not name the folder that `ganvas data emoji-four` made")
    return Path(os.environ["GANVAS_DATA"])


@pytest.fixture(scope="module")
def report() -> Report:
    return score(MODEL, data())


@pytest.mark.parametrize(("split", "least"), [("train", 0.80), ("held out pair", 0.65), ("held out family", 0.50)])
def test_retrieval_precision_relative_to_real(report: Report, split: str, least: float, record_property: Record) -> None:
    found = report.find(OURS, split, f"{R_PRECISION} / real")
    assert found
    record_property(found.name, f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]")
    assert found.value >= least


def test_chinese_beside_english(report: Report, record_property: Record) -> None:
    found = report.find(CHINESE, "train", f"{R_PRECISION} / English")
    assert found
    record_property(found.name, f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]")
    assert found.value >= 0.9


@pytest.mark.parametrize("split", ["train", "held out pair", "held out family"])
def test_hands(report: Report, split: str, record_property: Record) -> None:
    ours, real = report.find(OURS, split, STYLE_ACCURACY), report.find(REAL, split, STYLE_ACCURACY)
    assert ours and real
    record_property(ours.name, f"{ours.value:.3f}, real {real.value:.3f}")
    assert real.value >= 0.95
    assert ours.value >= 0.85


def test_blends_are_no_copies(report: Report, record_property: Record) -> None:
    found = report.find(BLENDED, "all splits", COPYING)
    assert found
    record_property(found.name, f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]")
    assert found.value >= 0.8


def test_kernel_distance_beside_a_dcgan(report: Report, record_property: Record) -> None:
    """Both against the training pictures that were not asked for; the floor is that of the real pictures that were."""
    if "GANVAS_DCGAN" not in os.environ:
        pytest.skip("GANVAS_DCGAN does not name samples of peers/dcgan.py at equal CPU minutes")
    pipeline = load(MODEL)
    pictures = open_pictures(data(), size=pipeline.manifest.size)
    evaluator = Evaluator.fit(pictures)
    rest = evaluator.tables["features"][Scoring(pipeline, pictures, evaluator, lambda text: None).rest]
    peer = kid(extract_features(np.load(os.environ["GANVAS_DCGAN"]))["features"], rest, seed=SEED)
    ours, floor = report.find(OURS, "train", KID), report.find(REAL, "train", KID)
    assert ours and floor
    share = (ours.value - floor.value) / (peer.value - floor.value)
    record_property("KID, ours, DCGAN, real", f"{ours.value:.3f}, {peer.value:.3f}, {floor.value:.3f}")
    record_property("KID excess over the floor, ours / DCGAN", f"{share:.3f}")
    assert share <= 0.5
