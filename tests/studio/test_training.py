import json
import sys
from pathlib import Path
from threading import Event, Timer

import pytest

from ganvas.ground.errors import InputError
from ganvas.ground.locking import locked
from ganvas.studio.requests import TrainRequest
from ganvas.studio.studio import Studio
from ganvas.studio.training import Trainings
from tests.data.test_zipped import PICTURE, packed
from tests.studio.fakes import finished

NAME = "a" * 64 + ".zip"
REQUEST = TrainRequest(pictures=NAME, images=100)
FAKE = """
import json, pathlib, signal, sys, time
run = pathlib.Path(sys.argv[1]); run.mkdir(parents=True, exist_ok=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
(run / "sheets").mkdir(exist_ok=True); (run / "sheets" / "000000050.png").write_bytes(b"")
lines = [{"images": 50, "seconds": 1.0, "score/kid": 2.0}, {"images": 50, "event": "mode collapse: \\x1b[31m alike"}]
(run / "log.jsonl").write_text("".join(json.dumps(line) + "\\n" for line in lines) + '{"half')
print("something", flush=True); time.sleep(float(sys.argv[2])); print("Usable? yes"); sys.exit(int(sys.argv[3]))
"""


@pytest.fixture
def trainings(tmp_path: Path) -> Trainings:
    made = Trainings(tmp_path)
    packed(made.uploads / NAME, {"a.png": PICTURE})
    return made


def faked(monkeypatch: pytest.MonkeyPatch, *, seconds: float, code: int = 0) -> None:
    """Have a small program stand for `ganvas train`."""

    def command(self: Trainings, number: int, _: TrainRequest) -> list[str]:
        return [sys.executable, "-c", FAKE, str(self.folder_of(number)), str(seconds), str(code)]

    monkeypatch.setattr(Trainings, "_command", command)


def test_a_training_is_watched_to_its_end(trainings: Trainings, monkeypatch: pytest.MonkeyPatch) -> None:
    faked(monkeypatch, seconds=2)
    seen, began = list[tuple[int, str]](), list[int]()
    assert trainings.run(1, REQUEST, stop=Event(), watch=lambda *news: seen.append(news), began=began.append) == 0
    assert (50, "mode collapse: \\x1b[31m alike") in seen and len(began) == 1 and trainings.last_words(1) == "Usable? yes"
    view = trainings.view(1, REQUEST)
    assert (view.images, view.share, view.sheets, view.model) == (50, 0.5, (50,), False)
    assert view.curve and (view.curve.name, view.curve.points) == ("kid", ((50, 2.0),))
    assert not (trainings.uploads / NAME).exists()


def test_a_training_that_is_stopped_ends_by_itself(trainings: Trainings, monkeypatch: pytest.MonkeyPatch) -> None:
    faked(monkeypatch, seconds=60)
    stop = Event()
    Timer(1.5, stop.set).start()
    assert trainings.run(1, REQUEST, stop=stop, watch=lambda *_: None, began=lambda _: None) == 130


def test_pictures_that_are_gone_or_none_are_an_error(trainings: Trainings) -> None:
    def run(number: int) -> None:
        trainings.run(number, REQUEST, stop=Event(), watch=lambda *_: None, began=lambda _: None)

    (trainings.uploads / NAME).write_bytes(b"no archive")
    with pytest.raises(InputError, match="no whole zip"):
        run(1)
    (trainings.uploads / NAME).unlink()
    with pytest.raises(InputError, match="not here any more"):
        run(2)


def test_a_training_that_outlived_its_studio_is_stopped(trainings: Trainings, monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[int] = []
    monkeypatch.setattr("os.kill", lambda process, _: killed.append(process))
    trainings.stop_orphan(1, 4242)
    trainings.folder_of(1).mkdir(parents=True)
    trainings.stop_orphan(1, 4242)
    assert killed == [], "nobody works in the folder: the number is another's by now"
    trainings.folder_of(1).mkdir(parents=True, exist_ok=True)
    with locked(trainings.folder_of(1)):
        trainings.stop_orphan(1, None)
        trainings.stop_orphan(1, 4242)
    assert killed == [4242]


def test_archives_that_nobody_trained_on_go(trainings: Trainings) -> None:
    trainings.tidy()
    assert (trainings.uploads / NAME).exists()
    trainings.tidy(older=-1.0)
    assert not (trainings.uploads / NAME).exists()


@pytest.mark.parametrize(("code", "state"), [(0, "done"), (3, "done"), (1, "failed")])
def test_a_job_says_how_a_training_ended(studio: Studio, monkeypatch: pytest.MonkeyPatch, code: int, state: str) -> None:
    faked(monkeypatch, seconds=0, code=code)
    monkeypatch.setattr("ganvas.studio.studio.can_train", lambda: True)
    packed(studio.trainings.uploads / NAME, {"a.png": PICTURE})
    done = finished(studio, studio.train(REQUEST))
    assert (done.state, done.message) == (state, "Usable? yes") and studio.models.offered()
    assert json.loads(REQUEST.model_dump_json())["images"] == 100


def test_a_training_is_cancelled_and_goes_on(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    faked(monkeypatch, seconds=60)
    packed(studio.trainings.uploads / NAME, {"a.png": PICTURE})
    job = studio.train(REQUEST)
    while not studio.jobs.get(job.id).done:
        assert studio.jobs.get(job.id).state in ("queued", "running")
    studio.worker.cancel(job.id)
    assert finished(studio, job).state == "cancelled"
    faked(monkeypatch, seconds=0)
    assert finished(studio, studio.retry(job.id)).state == "done"
