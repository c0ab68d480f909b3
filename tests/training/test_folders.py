"""Folders of every kind, trained as they are: to the bit after a stop, and in one line where they are no material."""

import errno
import os
import signal
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ganvas.data import cache, source
from ganvas.data.folder import LoosePictures, read_loose
from ganvas.data.inventory import Inventory
from ganvas.ground.errors import InputError
from ganvas.ground.images import save_png
from ganvas.ground.seeds import stream
from ganvas.language.text.encoder import MultilingualEncoder
from ganvas.training.engine.checkpoint import checkpoints, load_checkpoint
from ganvas.training.engine.schedule import Progress
from ganvas.training.start import train as start
from ganvas.training.tasks import registry
from ganvas.training.tasks.image import data as image_data
from tests.training.fakes import FakeEncoder, recipe


class Wide(FakeEncoder):
    """As wide as the real one, which a folder's model is made for."""

    width = MultilingualEncoder.width


def noise(number: int, side: int = 16) -> np.ndarray:
    return stream(number, "folder").integers(256, (side, side, 3)).astype(np.uint8)


def flat(folder: Path, count: int = 12) -> Path:
    for number in range(count):
        save_png(folder / f"{number:02d}.png", noise(number))
    return folder


def classes(folder: Path) -> Path:
    for number in range(12):
        save_png(folder / ("cup", "mug")[number % 2] / f"{number:02d}.png", noise(number))
    return folder


def captioned(folder: Path) -> Path:
    flat(folder)
    for number in range(12):
        (folder / f"{number:02d}.txt").write_text(f"thing {number}\n", encoding="utf-8")
    return folder


def both(folder: Path) -> Path:
    flat(folder)
    lines = [
        f'{{"file_name": "{n:02d}.png", "text": "thing {n // 2}", "labels": {{"style": "{"ab"[n % 2]}"}}}}' for n in range(12)
    ]
    (folder / "metadata.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def sharded(folder: Path) -> Path:
    loose = captioned(folder.with_name("loose"))
    folder.mkdir()
    for place, name in enumerate(("a.tar", "b.tar")):
        with tarfile.open(folder / name, "w") as tar:
            for path in sorted(loose.iterdir())[place * 12 : (place + 1) * 12]:
                tar.add(path, path.name)
    return folder


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No export, which takes most of the time, and an encoder without tables."""
    unsaved = replace(registry.KINDS["image"], save=lambda folder, loop, task, summary, say: (), examine=None)
    monkeypatch.setitem(registry.KINDS, "image", unsaved)
    monkeypatch.setattr(image_data, "open_encoder", lambda _name: Wide())


def hear_nothing(_line: str) -> None: ...


def train(
    folder: Path, out: Path, *, stop_at: int | None = None, say: Callable[[str], None] = hear_nothing, **changes: object
) -> start.Trained:
    """Train a tiny model of the folder; somebody asks it to stop after a step."""

    def watch(progress: Progress) -> None:
        if progress.step == stop_at:
            signal.raise_signal(signal.SIGINT)

    small = recipe().model_dump(mode="json", exclude_none=True, include={"generator", "size", "batch", "precision"})
    overrides = {**small, "images": 20, "threads": 1, "log_every": 1, **changes}
    return start.train([str(folder)], out=out, overrides=overrides, say=say, watch=watch)


def last(run: Path) -> dict[str, torch.Tensor]:
    return load_checkpoint(checkpoints(run / "checkpoints")[-1])[0]


@pytest.mark.parametrize("kind", [flat, classes, captioned, both, sharded])
def test_resume_is_bitwise_for_every_kind_of_folder(kind: Callable[[Path], Path], tmp_path: Path) -> None:
    folder = kind(tmp_path / "set")
    train(folder, tmp_path / "whole")
    assert train(folder, tmp_path / "cut", stop_at=2).model is None
    assert train(folder, tmp_path / "cut").outcome.reason == "budget"
    whole, resumed = last(tmp_path / "whole"), last(tmp_path / "cut")
    assert whole.keys() == resumed.keys() and all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_shards_train_to_the_bits_of_the_same_pictures_as_files(tmp_path: Path) -> None:
    sharded(tmp_path / "set")
    for name in ("set", "loose"):
        train(tmp_path / name, tmp_path / f"run-{name}")
    one, other = last(tmp_path / "run-set"), last(tmp_path / "run-loose")
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_full_disk_costs_nothing_that_was_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, run, sync = flat(tmp_path / "set"), tmp_path / "run", os.fsync
    left = [6]

    def full(handle: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(handle)

    with monkeypatch.context() as patched, pytest.raises(OSError, match="No space left"):
        patched.setattr(os, "fsync", full)
        train(folder, run, keep_minutes=0.0)
    assert not list(run.rglob(".part-*")), "half-written files are gone"
    before = load_checkpoint(checkpoints(run / "checkpoints")[-1])[1]["progress"]["step"]
    assert 0 < before < 5
    assert train(folder, run, keep_minutes=0.0).outcome.progress.images == 20


def test_pictures_that_are_all_the_same_are_one_line(tmp_path: Path) -> None:
    for number in range(5):
        save_png(tmp_path / "set" / f"{number}.png", noise(1))
    with pytest.raises(InputError, match="one picture to learn from") as said:
        train(tmp_path / "set", tmp_path / "run")
    assert len(str(said.value).splitlines()) == 1 and not (tmp_path / "run").exists()


def test_two_pictures_train(tmp_path: Path) -> None:
    assert train(flat(tmp_path / "set", 2), tmp_path / "run").outcome.reason == "budget"


@pytest.mark.parametrize("kind", ["nothing", "empty", "no pictures"])
def test_a_folder_that_holds_no_material_is_one_line(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    if kind != "nothing":
        folder.mkdir()
    if kind == "no pictures":
        (folder / "a.png").write_text("not a picture", encoding="utf-8")
    with pytest.raises(InputError) as said:
        train(folder, tmp_path / "run")
    assert len(str(said.value).splitlines()) == 1 and "set" in str(said.value) and not (tmp_path / "run").exists()


def test_that_many_pictures_are_read_is_said_before_it_begins_and_only_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, said, decode = flat(tmp_path / "set"), list[str](), cache._decode  # pyright: ignore[reportPrivateUsage]

    def decoding(*given: Any, **named: Any) -> Any:
        said.append("decoding")
        return decode(*given, **named)

    def reading(folder: Path, inventory: Inventory) -> LoosePictures:
        read.append(folder)
        return read_loose(folder, inventory)

    def heard(out: str, *, many: int) -> list[str]:
        said.clear()
        monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / f"cache-{many}"))
        monkeypatch.setattr(cache, "MANY_PICTURES", many)
        train(folder, tmp_path / out, say=said.append)
        return [line for line in said if "for the first time" in line or line == "decoding"]

    read: list[Path] = []
    monkeypatch.setattr(source, "read_loose", reading)
    monkeypatch.setattr(cache, "_decode", decoding)
    assert heard("one", many=12) == [f"reading 12 pictures in {folder} for the first time", "decoding"]
    assert heard("two", many=12) == []
    assert heard("three", many=13) == ["decoding"]
    assert read == [folder] * 3, "a training reads what is known of its pictures once"
