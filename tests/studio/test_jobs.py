from pathlib import Path

import pytest

from ganvas.ground.errors import InputError
from ganvas.studio import jobs as module
from ganvas.studio.database import Database
from ganvas.studio.jobs import BusyError, Jobs
from ganvas.vocabulary.request import VaryRequest


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(Database(tmp_path / "a.sqlite"))


def test_jobs_are_taken_in_order_and_lanes_do_not_wait_for_each_other(jobs: Jobs) -> None:
    first, training, second = (jobs.submit("vary", VaryRequest(), lane=lane) for lane in ("draw", "train", "draw"))
    assert jobs.claim("draw") == jobs.get(first.id) and jobs.get(first.id).state == "running"
    assert [job.id for job in (jobs.claim("train"), jobs.claim("draw")) if job] == [training.id, second.id]
    assert jobs.claim("draw") is None


def test_what_ran_when_the_process_was_killed_is_marked_for_retry(jobs: Jobs) -> None:
    running, waiting = jobs.submit("vary", VaryRequest(count=3)), jobs.submit("vary", VaryRequest())
    jobs.claim("draw")
    jobs.note(running.id, done=1, process=1234)
    (found,) = jobs.recover()
    assert (found.id, found.state, found.process) == (running.id, "interrupted", 1234)
    assert jobs.get(waiting.id).state == "queued"
    again = jobs.retry(running.id)
    assert again.state == "queued" and again.request == {"amount": 0.4, "count": 3, "seed": None}
    claimed = jobs.claim("draw")
    assert claimed and (claimed.id, claimed.attempt, claimed.done) == (running.id, 2, 0)


def test_only_what_waits_is_cancelled_here_and_only_what_ended_badly_is_retried(jobs: Jobs) -> None:
    one, two = jobs.submit("vary", VaryRequest()), jobs.submit("vary", VaryRequest())
    jobs.claim("draw")
    assert not jobs.cancel_waiting(one.id) and jobs.cancel_waiting(two.id) and jobs.get(two.id).state == "cancelled"
    for number in (one.id, 99):
        with pytest.raises(InputError):
            jobs.retry(number)
    jobs.end(one.id, "failed", "no room")
    assert jobs.get(one.id).message == "no room" and jobs.retry(one.id).state == "queued"


def test_a_full_queue_refuses(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_QUEUED", 2)
    for _ in range(2):
        jobs.submit("vary", VaryRequest())
    with pytest.raises(BusyError, match="waiting already"):
        jobs.submit("vary", VaryRequest())


def test_what_waits_or_runs_is_listed_first(jobs: Jobs) -> None:
    numbers = [jobs.submit("vary", VaryRequest()).id for _ in range(3)]
    jobs.end(numbers[2], "done")
    assert [job.id for job in jobs.recent()] == [numbers[1], numbers[0], numbers[2]]
    assert [job.id for job in jobs.done_of("vary")] == [numbers[2]]
