"""Folders of music: what is read, what is left out and why."""

import json
from pathlib import Path

import numpy as np
import pytest

from ganvas.data.midi import write_midi
from ganvas.data.music import open_music
from ganvas.ground.errors import InputError
from tests.data.pieces import piece, write_pieces


def test_pieces_are_read_with_their_keys(tmp_path: Path) -> None:
    music = open_music(write_pieces(tmp_path / "set"))
    assert [one.name for one in music.pieces] == [f"{number}.mid" for number in range(6)] and not music.left
    assert [(one.score.tonic, one.score.mode) for one in music.pieces[:2]] == [(0, "major"), (2, "major")]
    assert np.array_equal(music.pieces[0].score.notes, piece(0).notes)
    assert music.digest == open_music(tmp_path / "set").digest


def test_what_is_known_of_a_file_holds(tmp_path: Path) -> None:
    folder = write_pieces(tmp_path / "set", 2)
    line = {"file_name": "0.mid", "tonic": "A", "mode": "minor", "upbeat": 1, "ends": [5, 999], "split": "held out family"}
    (folder / "metadata.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    first, second = open_music(folder).pieces
    assert (first.score.tonic, first.score.mode, first.score.upbeat, first.score.ends) == (9, "minor", 1, (5,))
    assert first.split == "held out family" and second.split == "train"


def test_what_cannot_be_read_is_left_out_with_its_reason(tmp_path: Path) -> None:
    folder = write_pieces(tmp_path / "set", 2)
    (folder / "broken.mid").write_bytes(b"MThd")
    (folder / "short.mid").write_bytes(write_midi(piece(0, beats=8)))
    music = open_music(folder)
    assert len(music.pieces) == 2 and len(music.left) == 2
    assert "broken.mid" in music.left[0] and "8 beats" in music.left[1]


def test_a_folder_without_music_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no piece"):
        open_music(tmp_path)
    (tmp_path / "a.mid").write_bytes(b"")
    with pytest.raises(InputError, match=r"a\.mid"):
        open_music(tmp_path)
