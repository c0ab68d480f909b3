import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from ganvas.cli import app
from ganvas.data.cache import Pictures
from ganvas.data.folder import Record
from ganvas.data.sets import make_set
from ganvas.ground.errors import InputError
from ganvas.ground.images import encode_png
from ganvas.ground.seeds import stream
from ganvas.scoring import report as scoring
from ganvas.scoring.card import as_json, card, table
from ganvas.scoring.evaluator import Evaluator
from ganvas.scoring.report import Report, score
from tests.pipelines.fakes import WIDTH, write_model

SCORE_KEYS = {"measure", "name", "value", "low", "high", "n"}


class Words:
    """An encoder that gives a caption the mean of its words' vectors: captions that share words lie near each other."""

    name = "use-multilingual-3"
    width = WIDTH

    def encode(self, phrases: Sequence[str]) -> np.ndarray:
        rows = [sum(stream(0, f"word/{word}").normal(WIDTH) for word in phrase.split()) for phrase in phrases]
        vectors = np.stack(rows)
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for place in ("scoring.evaluator", "scoring.report", "pipelines.image"):
            patch.setattr(f"ganvas.{place}.open_encoder", lambda name: Words())
        patch.setattr(scoring, "ASKED", 12)
        patch.setattr(scoring, "DRAWN", 40)
        patch.setattr(scoring, "BLENDS", 6)
        yield


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scoring") / "shapes"
    make_set("shapes", folder, size=16, count=120)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("scoring") / "tiny", words=True)


@pytest.fixture(scope="module")
def report(model: Path, shapes: Path) -> Report:
    return score(str(model), shapes)


def test_rows_of_a_set_with_words(report: Report) -> None:
    rows = {(row.subject, row.split) for row in report.rows}
    for split in ("train", "held out pair", "held out family"):
        for subject in ("ours", "real pictures", "retrieval", "ours, captions shuffled"):
            assert (subject, split) in rows
    assert ("ours, blends of two concepts", "all splits") in rows
    assert any(line.startswith("FD:") for line in report.left_out)  # 60 drawings are too few for it


def test_real_pictures_are_known_and_noise_is_not(report: Report) -> None:
    real, ours = (report.find(subject, "train", "hand accuracy") for subject in ("real pictures", "ours"))
    assert real and ours
    assert real.value > ours.value  # the model is one of random numbers
    assert real.n * 3 == ours.n  # three noise seeds
    assert "EfficientNet-Lite2" in real.name and "train" in real.name and f"n = {real.n}" in real.name


def test_retrieval_finds_the_very_picture_of_a_trained_caption(report: Report) -> None:
    for measure in ("concept accuracy@5", "R-precision@100"):
        real, retrieved = (report.find(subject, "train", measure) for subject in ("real pictures", "retrieval"))
        assert real and retrieved
        assert retrieved.value == pytest.approx(real.value)


def test_scores_do_not_change_from_run_to_run(report: Report, model: Path, shapes: Path) -> None:
    assert as_json(score(str(model), shapes)) == as_json(report)


def test_the_schema_is_frozen(report: Report) -> None:
    content = json.loads(json.dumps(as_json(report), allow_nan=False))
    assert set(content) == {"format", "model", "digest", "data", "rows", "left_out"}
    assert content["format"] == 1
    for row in content["rows"]:
        assert set(row) == {"subject", "split", "scores"}
        assert all(set(one) == SCORE_KEYS for one in row["scores"])


def test_the_card_holds_every_row(report: Report) -> None:
    lines = [line for line in card(report).splitlines() if line.startswith("|")]
    assert len(lines) == len(report.rows) + 2
    assert len({line.count("|") for line in lines}) == 1
    assert len(table(report)) == len(report.rows) + 1


def test_pictures_without_words_or_labels(tmp_path: Path) -> None:
    chance = stream(0, "pictures")
    (tmp_path / "data").mkdir()
    for number in range(12):
        pixels = (chance.uniform((16, 16, 3)) * 255).astype(np.uint8)
        (tmp_path / "data" / f"{number}.png").write_bytes(encode_png(pixels))
    found = score(str(write_model(tmp_path / "tiny", channels=3)), tmp_path / "data")
    assert {row.subject for row in found.rows} == {"ours", "real pictures"}
    assert all(set(row.scores) == {"KID"} for row in found.rows)
    said = " ".join(found.left_out)
    assert all(word in said for word in ("R-precision", "hand accuracy", "held out pair", "blends"))


def test_a_picture_that_nothing_names_means_nothing() -> None:
    images = (stream(0, "pictures").uniform((9, 16, 16, 3)) * 255).astype(np.uint8)
    records = [Record(file_name=f"{n}.png", captions=(f"thing {n}",) if n else (), concept=f"c{n}") for n in range(9)]
    known = Evaluator.fit(Pictures(images, records, "a" * 64))
    meant = np.linalg.norm(known._meaning(known.bank, np.full(9, -1)), axis=1)
    assert meant[0] < 0.5 * meant[1:].min()


@pytest.mark.parametrize("shades", [(0.2,), (0.2, 0.2)])
def test_pictures_that_tell_nothing_are_refused(shades: tuple[float, ...], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for number, shade in enumerate(shades):
        pixels = np.full((16, 16, 3), round(255 * shade), dtype=np.uint8)
        (tmp_path / "data" / f"{number}.png").write_bytes(encode_png(pixels))
    with pytest.raises(InputError, match="two training pictures that differ"):
        score(str(write_model(tmp_path / "tiny", channels=3)), tmp_path / "data")


def test_two_pictures_that_differ_are_enough(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for number in range(2):
        pixels = np.full((16, 16, 3), 200 * number, dtype=np.uint8)
        (tmp_path / "data" / f"{number}.png").write_bytes(encode_png(pixels))
    assert score(str(write_model(tmp_path / "tiny", channels=3)), tmp_path / "data").left_out


def test_the_verb_prints_json_or_tables(model: Path, shapes: Path, report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "score", lambda model, data, *, say: report)
    done = CliRunner().invoke(app, ["score", str(model), str(shapes), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == as_json(report)
    done = CliRunner().invoke(app, ["score", str(model), str(shapes)], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    assert "real pictures" in done.stdout and "held out family" in done.stdout
