import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from typer.testing import CliRunner

from ganvas import scoring
from ganvas.cli import app
from ganvas.data.cache import Pictures, open_pictures
from ganvas.data.records import Record
from ganvas.data.sets import make_set
from ganvas.ground.errors import InputError
from ganvas.ground.images import encode_png, save_png
from ganvas.ground.seeds import stream
from ganvas.models.read import read_model
from ganvas.scoring import Report
from ganvas.scoring import draw as drawing
from ganvas.scoring import report as asking
from ganvas.scoring import schema as rows
from ganvas.scoring import set_scores as whole
from ganvas.scoring.card import as_json, card, tables
from ganvas.scoring.evaluator import Evaluator
from ganvas.scoring.report import score
from ganvas.vocabulary.manifest import Takes
from tests.pipelines.fakes import WIDTH, constant, write_model

SCORE_KEYS = {"measure", "name", "value", "low", "high", "n"}


class Words:
    """An encoder that gives a caption the mean of its words' vectors: captions that share words lie near each other."""

    name = "use-multilingual-3"
    width = WIDTH

    def encode(self, phrases: Sequence[str]) -> np.ndarray:
        vectors = np.stack([sum(stream(0, f"word/{word}").normal(WIDTH) for word in phrase.split()) for phrase in phrases])
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for place in ("scoring.evaluator", "scoring.report", "pipelines.image"):
            patch.setattr(f"ganvas.{place}.open_encoder", lambda name: Words())
        patch.setattr(asking, "CHOSEN", 12)
        patch.setattr(asking, "DRAWN", 40)
        patch.setattr(drawing, "BLENDS", 6)
        patch.setattr(whole, "NEIGHBOURS_LEAST", 12)
        patch.setattr(whole, "KID_LEAST", 3)
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
    found = {(row.subject, row.split) for row in report.rows}
    for split in ("train", "held out pair", "held out family"):
        for subject in ("ours", "real pictures", "retrieval", "ours, captions shuffled"):
            assert (subject, split) in found
    assert ("ours, blends of two concepts", "all splits") in found
    assert any(line.startswith("FD (PCA-64):") for line in report.left_out)  # so few drawings are too few for it


def test_real_pictures_are_known_and_noise_is_not(report: Report) -> None:
    real, ours = (report.find(subject, "train", "style accuracy") for subject in ("real pictures", "ours"))
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


def test_every_split_says_how_surfaces_seeds_and_copies_are(report: Report) -> None:
    for split in ("train", "held out pair", "held out family"):
        rms, deviation, apart, copied, real = (
            report.find(subject, split, measure)
            for subject, measure in (
                ("ours", rows.SURFACE_RMS), ("ours", rows.SURFACE_DEVIATION), ("ours", rows.SEED_EFFECT),
                ("ours", rows.COPIED), ("real pictures", rows.COPIED),
            )
        )  # fmt: skip
        flat = not any(split in line and "flat place" in line for line in report.left_out)
        assert (rms is not None) == (deviation is not None) == flat
        assert apart and copied and real and apart.value > 0
        assert rms is None or ("pixels" in rms.name and split in rms.name)  # no network looked
        assert rms is None or rms.value > 20  # the model is one of random numbers
    assert any(report.find("ours", split, rows.SURFACE_RMS) for split in ("train", "held out pair", "held out family"))
    effect = report.find("ours", "all splits", f"{rows.LABEL_EFFECT}: style")
    assert effect and effect.value > 0


def test_styles_are_also_told_beside_each_other(report: Report) -> None:
    for subject in ("real pictures", "ours"):
        plain, centred = (
            report.find(subject, "train", name) for name in (rows.of_label(rows.LABEL, "style"), rows.centred_of("style"))
        )
        assert plain and centred and plain.n == centred.n


def test_a_model_that_paints_over_a_sketch_has_a_row_of_the_sketch_alone(tmp_path: Path, shapes: Path) -> None:
    def add(graph: onnx.ModelProto) -> None:
        table = np.random.default_rng(3).normal(size=(4 * 6 * 6, 3)).astype(np.float32)
        graph.graph.initializer.extend([constant("sketch.mean", table[:, 0]), constant("sketch.components", table[:, 1:])])

    found = score(str(write_model(tmp_path / "tiny", words=True, change=add)), shapes)
    for measure in (rows.R_PRECISION, rows.KID, rows.SURFACE_RMS, rows.centred_of("style")):
        assert found.find(rows.SKETCH, "train", measure), measure


def test_the_schema_is_frozen(report: Report) -> None:
    content = json.loads(json.dumps(as_json(report), allow_nan=False))
    assert set(content) == {"format", "evaluator", "model", "digest", "data", "rows", "left_out", "verdict"}
    assert (content["format"], content["evaluator"]) == (1, 2)
    assert content["verdict"]["answer"] == "no" and content["verdict"]["signs"]
    for row in content["rows"]:
        assert set(row) == {"subject", "split", "scores"}
        assert all(set(one) == SCORE_KEYS for one in row["scores"])


def test_tables_stand_upright(report: Report) -> None:
    """A line for each measure: more kinds of pictures than a terminal is wide would be needed to need more columns."""
    found = tables(report)
    assert [one.split for one in found] == ["train", "held out family", "held out pair", "all splits"]
    for one in found:
        assert all(len(line) == len(one.head) for line in one.lines)
        assert one.lines[0][0] == "pictures"
    train, whole_set = found[0], found[-1]
    assert train.head == [
        "", "real pictures", "ours", "retrieval", "ours, captions shuffled", "ours, asked in Chinese",
    ]  # fmt: skip
    measures = [line[0] for line in train.lines[1:]]
    assert measures[:4] == ["concept accuracy@5", "R-precision@100", "R-precision@100 / real", "R-precision@100 / English"]
    assert "style accuracy / real" not in measures  # of both there is a column
    assert any(line[0].startswith("style accuracy = outline") for line in whole_set.lines)
    score = report.find("real pictures", "train", "KID")
    assert score and f" [{score.low:.3f}, {score.high:.3f}]" in " ".join(train.lines[measures.index("KID") + 1])


def test_the_card_holds_every_table(report: Report) -> None:
    found = card(report)
    lines = [line for line in found.splitlines() if line.startswith("|")]
    assert len(lines) == sum(len(one.lines) + 2 for one in tables(report))
    assert all(f"- left out: {line}" in found for line in report.left_out)


def test_classes_too_small_for_fd_have_kid(report: Report) -> None:
    for subject in ("real pictures", "ours"):
        found = report.find(subject, "all splits", "intra-class KID: style")
        assert found and "mean of 2 classes too small for FD, under 2,000" in found.name


def test_neighbours_of_one_half_in_the_other(report: Report) -> None:
    for measure in ("precision (k = 5)", "recall (k = 5)", "density (k = 5)", "coverage (k = 5)"):
        real, ours = (report.find(subject, "all splits", measure) for subject in ("real pictures", "ours"))
        assert real and ours
        assert real.n == ours.n
        assert real.value > 0.5 > ours.value  # the model is one of random numbers


def write_pictures(folder: Path, count: int, *, classes: int = 1) -> Path:
    """Write pictures of noise, each class about its own colour; of one class they lie in no folder."""
    chance = stream(0, "pictures")
    for number in range(count):
        of = number % classes
        place = folder / f"class{of}" if classes > 1 else folder
        place.mkdir(parents=True, exist_ok=True)
        pixels = (chance.uniform((16, 16, 3)) * 128).astype(np.uint8)
        pixels[..., of % 3] += 127
        (place / f"{number}.png").write_bytes(encode_png(pixels))
    return folder


def test_pictures_without_words_or_labels(tmp_path: Path) -> None:
    found = score(str(write_model(tmp_path / "tiny", channels=3)), write_pictures(tmp_path / "data", 26))
    assert {row.subject for row in found.rows} == {"ours", "real pictures"}
    measured = {measure for row in found.rows for measure in row.scores}
    assert measured == {
        "KID", "authenticity", "distance to the nearest training picture / real",
        "precision (k = 5)", "recall (k = 5)", "density (k = 5)", "coverage (k = 5)",
    }  # fmt: skip
    said = "\n".join(found.left_out)
    for what in ("FD (PCA-64): 26", "R-precision@100", "label accuracy: no label", "held out pair", "blends"):
        assert what in said


def test_a_model_that_takes_labels_alone(tmp_path: Path) -> None:
    model = write_model(tmp_path / "tiny", channels=3, labels={"class": ("class0", "class1", "class2")})
    found = score(str(model), write_pictures(tmp_path / "data", 66, classes=3))
    real, ours = (found.find(subject, "train", "label accuracy: class") for subject in ("real pictures", "ours"))
    assert real and ours
    assert real.value == 1 and ours.value < 0.7
    assert {f"label accuracy: class = class{n}" for n in range(3)} <= {name for row in found.rows for name in row.scores}
    assert found.find("ours", "all splits", "intra-class KID: class")
    assert found.find("ours", "train", "concept accuracy@5") is None  # it is the same as the label's


def test_labels_that_a_model_does_not_take_are_not_asked_of_it(tmp_path: Path) -> None:
    found = score(str(write_model(tmp_path / "tiny", channels=3)), write_pictures(tmp_path / "data", 66, classes=3))
    assert not [name for row in found.rows for name in row.scores if "class" in name]
    assert any(line.startswith("label accuracy: class, and classes by it: the model takes") for line in found.left_out)


def test_enough_pictures_have_a_distance_of_gaussians(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "FD_LEAST", 8)
    model = write_model(tmp_path / "tiny", channels=3, labels={"class": ("class0", "class1", "class2")})
    found = score(str(model), write_pictures(tmp_path / "data", 66, classes=3))
    for measure in ("FD (PCA-64)", "intra-class FD (PCA-64): class"):
        real, ours = (found.find(subject, "all splits", measure) for subject in ("real pictures", "ours"))
        assert real and ours and ours.low > real.high
    assert found.find("ours", "all splits", "intra-class KID: class") is None


def test_a_model_that_draws_what_it_learned_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = write_pictures(tmp_path / "data", 26)
    pictures = open_pictures(data, size=16)
    model = str(write_model(tmp_path / "tiny", channels=3))
    ours, real = (score(model, data).find(subject, "train", "authenticity") for subject in ("ours", "real pictures"))
    assert ours and real
    assert ours.value >= real.value > 0.2
    monkeypatch.setattr(drawing.Drawer, "pixels", lambda self, told, seed, numbers: iter([pictures.images[numbers]]))
    found = score(model, data)
    copied, ratio = (found.find("ours", "train", name) for name in ("authenticity", rows.COPYING))
    assert copied and ratio
    assert copied.value == 0 and ratio.value < 0.1


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
    monkeypatch.setattr(scoring, "score", lambda model, data, *, compare, say: report)
    done = CliRunner().invoke(app, ["score", str(model), str(shapes), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == as_json(report)
    done = CliRunner().invoke(app, ["score", str(model), str(shapes)], env={"COLUMNS": "100"})
    assert done.exit_code == 0, done.output
    assert "real pictures" in done.stdout and "held out family" in done.stdout
    assert done.stdout.startswith("Usable? No: ") and "! distance to your pictures: " in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert "…" not in done.stdout


def test_a_set_that_says_nothing_to_the_model_is_refused(model: Path, tmp_path: Path) -> None:
    data = write_pictures(tmp_path / "data", 26)
    with pytest.raises(InputError, match=r"nothing in it says what to draw: the model takes captions, style.*learned from"):
        score(str(model), data)


def test_names_that_read_like_words_are_captions_of_a_model_that_takes_words(model: Path, tmp_path: Path) -> None:
    pictures = Pictures(
        np.zeros((3, 4, 4, 3), np.uint8), [Record(file_name=f"{name}.png") for name in ("egg", "pear", "cat")], "0"
    )
    takes = read_model(model).manifest.takes
    assert [record.captions for record in asking.with_captions(pictures, takes).records] == [("egg",), ("pear",), ("cat",)]
    assert asking.with_captions(pictures, Takes()) is pictures


def test_too_few_pictures_for_signs_are_not_judged(tmp_path: Path) -> None:
    found = score(str(write_model(tmp_path / "tiny", channels=3)), write_pictures(tmp_path / "data", 8))
    assert found.verdict is not None and found.verdict.answer == "not judged"


def test_the_time_it_takes_is_said_before(model: Path, tmp_path: Path) -> None:
    said: list[str] = []
    score(str(write_model(tmp_path / "tiny", channels=3)), write_pictures(tmp_path / "data", 26), say=said.append)
    assert any("drawings to make and to measure: " in line and "minute" in line for line in said[:2])


def test_a_model_is_held_against_pictures_as_it_learned_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for number in range(26):
        save_png(data / f"{number}.png", stream(number, "wide").integers(256, (16, 24, 3)).astype(np.uint8))
    cut, whole = (open_pictures(data, size=16, fit=fit).digest for fit in ("crop", "pad"))
    padded = write_model(tmp_path / "tiny", channels=3, manifest={"fit": "pad"})
    assert score(str(padded), data).data == whole != cut
