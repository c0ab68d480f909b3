"""Scores of a restyler: one that draws as the style's maker did is known for it, one that leaves all as it is is not."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from ganvas.cli import app
from ganvas.data.records import MetadataLine
from ganvas.data.sets.writing import write_set
from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.pipelines.registry import load_restyler
from ganvas.pipelines.restyle import Restyler
from ganvas.scoring import restyle
from ganvas.scoring.report import OURS, REAL, RETRIEVAL
from ganvas.scoring.restyle import AS_IT_IS, DISTANCE, FOUND, KID, STYLE_ACCURACY, card, score_restyler
from tests.pipelines.fakes import REDRAWN_STYLES, write_restyler

TINT = {"flat": np.array([90, -60, -60]), "round": np.array([-60, -60, 90])}


def drawing(concept: int, style: str) -> np.ndarray:
    """A thing of four blocks of grey in a style that tints it."""
    blocks = stream(5, "thing", step=concept).integers(110, (4, 4, 1)) + 70
    pixels = np.clip(blocks.repeat(8, 0).repeat(8, 1) + TINT[style], 0, 255)
    return np.concatenate([pixels, np.full((32, 32, 1), 255)], axis=2).astype(np.uint8)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("restyled") / "set"
    lines = [
        (
            MetadataLine(
                file_name=f"{style}-{concept:02d}.png", text=f"thing {concept}", labels={"style": style}, concept=f"t{concept}",
                family=f"t{concept}", split="held out family" if concept % 3 == 0 else "train",
            ),
            drawing(concept, style),
        )
        for style in REDRAWN_STYLES
        for concept in range(24)
    ]  # fmt: skip
    write_set("restyled", folder, lines, made="here")
    return folder


class Perfect(Restyler):
    """Knows what each style tints with; a lazy one leaves all as it is."""

    def __init__(self, folder: Path, *, works: bool) -> None:
        known = load_restyler(folder)
        self.works, self.manifest, self.name, self.digest = works, known.manifest, known.name, known.digest

    def __call__(self, pixels: np.ndarray, *, style: str, **_: object) -> np.ndarray:
        if not self.works:
            return pixels
        (other,) = set(REDRAWN_STYLES) - {style}
        colours = np.clip(pixels[..., :3].astype(int) - TINT[other] + TINT[style], 0, 255).astype(np.uint8)
        return colours if pixels.shape[2] == 3 else np.concatenate([colours, pixels[..., 3:]], axis=2)


def test_one_that_draws_like_the_maker_beats_one_that_does_nothing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = write_restyler(tmp_path / "hands", size=32)
    monkeypatch.setattr(restyle, "load_restyler", lambda name: Perfect(model, works=name == "good"))
    report = score_restyler("good", data, beside=["lazy"])

    def value(subject: str, measure: str) -> float:
        score = report.find(subject, "held out family", measure)
        assert score is not None and score.n == 16 and "EfficientNet-Lite2" in score.name
        return score.value

    assert (
        value(REAL, STYLE_ACCURACY) == value(OURS, STYLE_ACCURACY) == 1.0
        and value(AS_IT_IS, STYLE_ACCURACY) == value("lazy", STYLE_ACCURACY) == 0.0
    )
    assert value(OURS, DISTANCE) < 0.5 * value(AS_IT_IS, DISTANCE) and value(OURS, DISTANCE) < value(RETRIEVAL, DISTANCE)
    assert value("lazy", f"{DISTANCE} / {AS_IT_IS}") == pytest.approx(1.0, abs=1e-4)
    assert value(OURS, KID) < 0.5 * value(AS_IT_IS, KID)
    assert value(OURS, FOUND) >= value(AS_IT_IS, FOUND)
    assert report.find(OURS, "held out family, to flat", STYLE_ACCURACY) is not None
    text = card(report)
    assert text.count("| ours |") == 3 and "| lazy |" in text


def test_a_model_is_scored_by_the_same_command(data: Path, tmp_path: Path) -> None:
    model = write_restyler(tmp_path / "hands", size=32)
    done = CliRunner().invoke(app, ["score", str(model), str(data), "--json"])
    told = json.loads(done.stdout)
    assert done.exit_code == 0 and {row["subject"] for row in told["rows"]} == {OURS, REAL, AS_IT_IS, RETRIEVAL}


def test_a_set_of_other_styles_is_refused(data: Path, tmp_path: Path) -> None:
    model = write_restyler(tmp_path / "others", styles=("oil", "ink"), from_styles=("oil", "ink"), size=32, described={})
    with pytest.raises(InputError, match="holds no pictures of a held out family"):
        score_restyler(str(model), data)
