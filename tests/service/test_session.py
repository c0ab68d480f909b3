"""One session, many threads: models are opened once, and works are the same as drawn in turn."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ganvas.pipelines import image
from ganvas.pipelines.scene import Drawn, draw_elements
from ganvas.service import session as module
from ganvas.service.imagine import imagine
from ganvas.service.session import Session
from ganvas.vocabulary.request import ImagineRequest
from tests.pipelines.fakes import FakeEncoder, sign, write_model, write_speaking_model

THREADS, WORKS = 8, 50


def test_threads_draw_through_one_session_what_is_drawn_in_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    monkeypatch.setattr(image, "KEPT_PHRASES", 2)  # vectors of phrases are dropped all the time, while other threads draw
    models = [str(write_speaking_model(tmp_path / name)) for name in ("a", "b")]
    requests = [
        ImagineRequest(idea=f"robot {number}", model=models[number % 2], count=WORKS, seed=number, llm="none")
        for number in range(THREADS)
    ]
    in_turn = [[work.pixels.tobytes() for work in imagine(one, session=Session())] for one in requests]
    session, start = Session(), threading.Barrier(THREADS)

    def draw(request: ImagineRequest) -> list[bytes]:
        start.wait()
        return [work.pixels.tobytes() for work in imagine(request, session=session)]

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(draw, requests)) == in_turn
    assert len({pixels for works in in_turn for pixels in works}) == THREADS * WORKS


def test_one_model_draws_one_work_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All graphs of a process share a bounded memory, and one work uses several cores already."""
    request = ImagineRequest(idea="x", model=str(write_model(tmp_path / "m")), count=4, seed=1, llm="none")
    drawing, most = [0], [0]

    def slow(*given: Any, **more: Any) -> Drawn:
        drawing[0] += 1
        most[0] = max(most[0], drawing[0])
        threading.Event().wait(0.01)
        drawing[0] -= 1
        return draw_elements(*given, **more)

    monkeypatch.setattr("ganvas.service.draw_scene.draw_elements", slow)
    session = Session()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _: list(imagine(request, session=session)), range(THREADS)))
    assert most == [1]


def test_a_model_is_opened_once_however_many_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(write_model(tmp_path / "m"))
    opened: list[Path] = []
    load = module._LOADS["image"]

    def slow(path: Path) -> object:
        opened.append(path)
        threading.Event().wait(0.05)
        return load(path)

    monkeypatch.setitem(module._LOADS, "image", slow)
    session = Session()
    with ThreadPoolExecutor(THREADS) as pool:
        ready = list(pool.map(session.open_pipeline, [folder] * THREADS))
    assert len(opened) == 1 and all(one is ready[0] for one in ready)


def test_who_is_slow_to_open_holds_up_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, quick = (str(write_model(tmp_path / name)) for name in ("slow", "quick"))
    load, going, done = module._LOADS["image"], threading.Event(), threading.Event()

    def opened(path: Path) -> object:
        if path.name == "slow":
            going.set()
            assert done.wait(20)
        return load(path)

    monkeypatch.setitem(module._LOADS, "image", opened)
    session = Session()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(session.open_pipeline, slow)
        assert going.wait(20)
        assert session.open_pipeline(quick).manifest.name == "tiny"
        done.set()
        assert waiting.result().manifest.name == "tiny"


def test_what_was_used_longest_ago_is_let_go(tmp_path: Path) -> None:
    folders = [str(write_model(tmp_path / str(number), manifest={"summary": f"{number}"})) for number in range(3)]
    session = Session(most=2)
    first, second = (session.open_pipeline(one) for one in folders[:2])
    assert session.open_pipeline(folders[0]) is first
    session.open_pipeline(folders[2])
    assert session.open_pipeline(folders[0]) is first and session.open_pipeline(folders[1]) is not second


def test_a_model_stays_open_until_its_folder_changes(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    session = Session()
    first = session.open_pipeline(str(folder))
    assert session.open_pipeline(str(folder)) is first
    sign(folder, manifest={"summary": "another"})
    assert session.open_pipeline(str(folder)) is not first
