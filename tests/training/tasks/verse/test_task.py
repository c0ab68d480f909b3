"""A poet trains, is killed, goes on to the same bits, and its folder writes."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.data.poems import write_poems_folder

from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.pipelines.registry import load_poet
from ganvas.pipelines.verse import choose
from ganvas.training.engine.checkpoint import checkpoints, load_checkpoint
from ganvas.training.engine.schedule import Progress
from ganvas.training.start.train import Trained, train
from ganvas.vocabulary.verse import FORMS

GIVEN = {
    "task": "verse", "images": 48, "batch": 8, "precision": "float32", "threads": 1, "log_every": 1, "sheets": 1,
    "keep_minutes": 0.0, "couplets": 4, "writer": {"width": 16, "blocks": 2, "heads": 2, "characters": 200},
    "critic": {"width": 16, "blocks": 1, "heads": 2, "characters": 64, "written": 12, "images": 8, "batch": 4},
}  # fmt: skip


class KilledError(Exception):
    """The process is gone, with what it had not saved."""


def train_poet(folder: Path, out: Path, *, kill_at: int | None = None) -> Trained:
    def watch(progress: Progress) -> None:
        if progress.step == kill_at:
            raise KilledError

    return train([str(folder)], out=out, overrides=GIVEN, say=lambda _: None, watch=watch)


def test_a_poet_trains_goes_on_and_writes(tmp_path: Path) -> None:
    pytest.importorskip("opencc")
    folder = write_poems_folder(tmp_path / "set")
    whole = train_poet(folder, tmp_path / "whole")
    for step in (3, 6):
        with pytest.raises(KilledError):
            train_poet(folder, tmp_path / "cut", kill_at=step)
    last = checkpoints(tmp_path / "cut" / "checkpoints")[-1].name
    one, other = (load_checkpoint(tmp_path / name / "checkpoints" / last)[0] for name in ("whole", "cut"))
    assert last.startswith("step-000000005") and one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert whole.model is not None

    poet, theme = load_poet(whole.model), np.zeros(512, dtype=np.float32)
    for form in FORMS.values():
        found = [poet.propose(form, theme, count=3, seed=seed, rhymed=True) for seed in (1, 1, 2)]
        assert np.array_equal(found[0].tokens, found[1].tokens) and not np.array_equal(found[0].tokens, found[2].tokens)
        for row in found[0].tokens:
            text = poet.text(row)
            assert len(text) == form.size
            second, fourth = text[2 * form.length - 1], text[4 * form.length - 1]
            assert second != fourth and poet.characters.rhyme_of(second) == poet.characters.rhyme_of(fourth) >= 0
        assert 0 <= choose(found[0], stream(1, "choose")) < 3


def test_a_folder_without_verse_is_refused(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "prose.txt").write_text("It was a dark and stormy night.\n" * 50, encoding="utf-8")
    with pytest.raises(InputError, match="no regular verse"):
        train([str(tmp_path / "set")], out=tmp_path / "run", overrides=GIVEN, say=lambda _: None)
