"""Pieces from words: the plan holds, files say how they were composed, and each is composed again to the note."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from ganvas.cli import app
from ganvas.data.midi import read_midi, to_score, write_midi
from ganvas.ground.errors import InputError
from ganvas.service.compose import compose, read_given_melody, read_key
from ganvas.service.open_maker import ReplayContext
from ganvas.service.vary import vary
from ganvas.store.folder import read_any_work, read_work
from ganvas.store.music import piece_of
from ganvas.vocabulary.provenance import ComposeProvenance
from ganvas.vocabulary.request import ComposeRequest, VaryRequest, fill
from ganvas.vocabulary.score import HOLD
from ganvas.vocabulary.steps import pack
from ganvas.vocabulary.work import Work
from tests.data.pieces import piece
from tests.pipelines.composers import write_composer
from tests.service.fakes import replay


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_composer(folder / "tiny")
    return folder


@pytest.fixture(autouse=True)
def _bundled(zoo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganvas.models.find.ZOO", zoo)
    monkeypatch.chdir(tmp_path)


def composed(idea: str = "a sad song in D minor, 2 bars, at 66 bpm", **fields: object) -> list[Work]:
    given = {"idea": idea, "model": "tiny", "seed": 5, "llm": "rules", "rounds": 2, "best_of": 2, **fields}
    return list(compose(fill(ComposeRequest, given)))


def test_the_words_are_kept_and_the_piece_is_composed_again_to_the_note() -> None:
    (work,) = composed()
    made = work.provenance
    assert isinstance(made, ComposeProvenance)
    assert (made.plan.tonic, made.plan.mode, made.plan.bars, made.plan.tempo) == ("D", "minor", 2, 66)
    assert work.payload.shape == (4, 32) and (work.payload[:, 28:] <= HOLD).any(axis=0).all(), "the last chord is held"
    assert np.array_equal(replay(made).payload, work.payload)
    one, other = composed(count=2)
    assert not np.array_equal(one.payload, other.payload) and np.array_equal(one.payload, work.payload)


def test_neighbours_keep_some_half_bars_and_have_neighbours_of_their_own() -> None:
    (work,) = composed(bars=4)
    made = work.provenance
    assert isinstance(made, ComposeProvenance)
    context = ReplayContext("a.mid")
    same, near, far = (next(vary(made, VaryRequest(amount=amount, seed=1), context)) for amount in (0.0, 0.5, 1.0))
    assert np.array_equal(same.payload, work.payload)
    shares = [float((one.payload == work.payload).mean()) for one in (near, far)]
    assert 1 > shares[0] > shares[1]
    assert np.array_equal(replay(near.provenance).payload, near.payload)
    again = next(vary(near.provenance, VaryRequest(amount=0.5, seed=2), context))  # pyright: ignore[reportArgumentType]
    assert np.array_equal(replay(again.provenance).payload, again.payload)


def test_a_melody_is_kept_note_for_note(tmp_path: Path) -> None:
    (tmp_path / "song.mid").write_bytes(write_midi(piece(1, up=2)))
    (work,) = composed("a hymn", melody=tmp_path / "song.mid")
    made = work.provenance
    assert isinstance(made, ComposeProvenance) and (made.plan.tonic, made.plan.mode, made.plan.bars) == ("D", "major", 6)
    assert np.array_equal(work.payload[0], piece(1, up=2).notes[0])
    assert np.array_equal(replay(made).payload, work.payload)
    with pytest.raises(InputError, match="its own bars"):
        composed("a hymn", melody=tmp_path / "song.mid", bars=3)
    (tmp_path / "song.mp3").write_bytes(b"x")
    with pytest.raises(InputError, match="is no melody"):
        read_given_melody(tmp_path / "song.mp3")


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("D minor", ("D", "minor")),
        ("eb", ("Eb", None)),
        ("F#m", ("F#", "minor")),
        ("降B大调", ("Bb", "major")),
        ("H", None),
        ("F##", None),
    ],
)
def test_keys_are_read(words: str, key: tuple[str, str | None] | None) -> None:
    if key is None:
        with pytest.raises(InputError, match="is no key"):
            read_key(words)
    else:
        assert read_key(words) == key


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--bars", "0"], "--bars"),
        (["--bars", "1000000"], "--bars"),
        (["--tempo", "-1"], "--tempo"),
        (["--key", "H"], "--key"),
        (["--metre", "7/8"], "--metre"),
        (["-o", "a.mp3"], r"\.mp3"),
        (["--soprano", "none.mid"], "none.mid"),
        (["-n", "2", "-o", "a.mid"], "folder"),
    ],
)
def test_what_cannot_be_composed_gets_one_line(flags: list[str], said: str) -> None:
    done = CliRunner().invoke(app, ["compose", "a song", "-m", "tiny", "--llm", "rules", *flags])
    assert isinstance(done.exception, InputError) and said.replace("\\", "") in str(done.exception)
    assert "\n" not in str(done.exception)


def test_every_file_says_how_it_was_composed(tmp_path: Path) -> None:
    flags = ["-m", "tiny", "--llm", "rules", "--seed", "1", "--rounds", "1", "--best-of", "1", "--json", "-o", "out"]
    done = CliRunner().invoke(app, ["compose", "a song in C, 2 bars", *flags])
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout[done.stdout.index("{") :])
    files = [Path(name) for name in printed["files"]]
    assert [file.suffix for file in files[:3]] == [".mid", ".wav", ".png"]
    records = [read_work(str(file)) for file in files]
    assert all(record == records[0] for record in records)
    score = to_score(read_midi(files[0].read_bytes(), where="a"), tonic=0, mode="major", where="a")
    steps = score.notes.shape[1]  # rests at the end are not written
    voices = piece_of(replay(records[0])).score.notes[:, :steps].tolist()  # untrained ones cross, and are read by their height
    assert sorted(score.notes.tolist()) == sorted(voices)

    again = CliRunner().invoke(app, ["replay", str(files[0]), "-o", "again.mid"])
    assert again.exit_code == 0 and (tmp_path / "again.mid").read_bytes() == files[0].read_bytes()
    near = CliRunner().invoke(app, ["vary", str(files[2]), "-n", "2", "--seed", "1", "-o", "near"])
    assert near.exit_code == 0 and len(list((tmp_path / "near").glob("*.mid"))) == 2
    wrong = CliRunner().invoke(app, ["recolour", str(files[0]), "--to", "#112233,#445566", "-o", "x"])
    assert isinstance(wrong.exception, InputError) and "music" in str(wrong.exception)


def test_a_record_that_was_changed_is_refused(tmp_path: Path) -> None:
    (work,) = composed()
    text = json.dumps({**work.provenance.model_dump(mode="json"), "melody": pack(np.zeros(4))})
    (tmp_path / "bad.mid").write_bytes(write_midi(piece(0), text="ganvas:" + text))
    with pytest.raises(InputError, match="not as long as its plan"):
        replay(read_any_work(str(tmp_path / "bad.mid")))
    (tmp_path / "worse.mid").write_bytes(write_midi(piece(0), text="ganvas:{}"))
    with pytest.raises(InputError):
        read_work(str(tmp_path / "worse.mid"))
