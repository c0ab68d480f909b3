"""The worker of a studio: one thread a lane takes the next job, does it, and keeps each work as soon as it is made."""

import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Condition, Event, Lock, Thread
from typing import Literal, get_args

import numpy as np

from ganvas.ground.errors import GanvasError, InputError
from ganvas.studio.forms import keep_work
from ganvas.studio.gallery import Gallery
from ganvas.studio.jobs import Job, Jobs, Lane
from ganvas.studio.requests import TrainRequest
from ganvas.studio.training import Trainings
from ganvas.studio.verbs import VERBS, Desk, Input, Made
from ganvas.vocabulary.animation import Animation

TRAIN = "train"
Notify = Callable[[Literal["job", "work"], int], None]
"""Called with the number of a job or a work of which something is new."""


class Cancelled(Exception):
    """The person wants no more of a job."""


class Worker:
    """Does the jobs of a studio until it is stopped."""

    def __init__(
        self, jobs: Jobs, gallery: Gallery, trainings: Trainings, desk: Desk, open_input: Callable[[int], Input]
    ) -> None:
        self._jobs, self._gallery, self._trainings, self._desk, self._open = jobs, gallery, trainings, desk, open_input
        self._news, self._claiming, self._stopped = Condition(), Lock(), Event()
        self._running: dict[int, Event] = {}
        self._threads = [Thread(target=self._work, args=[lane], name=f"ganvas-{lane}", daemon=True) for lane in get_args(Lane)]
        self.notify: Notify = lambda _kind, _number: None

    def start(self) -> None:
        """Begin with what waits."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Look for new jobs."""
        with self._news:
            self._news.notify_all()

    def stop(self) -> None:
        """Stop after the work that is being drawn; trainings save what they have. Their jobs are interrupted."""
        self._stopped.set()
        with self._claiming:
            for stop in self._running.values():
                stop.set()
        self.wake()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def cancel(self, number: int) -> None:
        """Cancel a job, which may be running. Raises InputError for one that is not there."""
        self._jobs.get(number)
        with self._claiming:
            if not self._jobs.cancel_waiting(number) and (running := self._running.get(number)):
                running.set()
        self.notify("job", number)

    def _work(self, lane: Lane) -> None:
        while not self._stopped.is_set():
            job = self._claim(lane)
            if job is None:
                with self._news:
                    self._news.wait(1)  # not for ever: the command line may have added one
                continue
            self.notify("job", job.id)
            try:
                self._end(job, lane)
            finally:
                with self._claiming:
                    del self._running[job.id]
            self.notify("job", job.id)

    def _claim(self, lane: Lane) -> Job | None:
        """Take the next job, and be ready to stop it."""
        with self._claiming:
            if self._stopped.is_set():
                return None
            if (job := self._jobs.claim(lane)) is not None:
                self._running[job.id] = Event()
            return job

    def _end(self, job: Job, lane: Lane) -> None:
        """Do a job and note how it ended; nothing that goes wrong in it ends the worker."""
        try:
            message = (self._train if lane == "train" else self._draw)(job)
            self._jobs.end(job.id, "done", message)
        except Cancelled:
            self._jobs.end(job.id, "interrupted" if self._stopped.is_set() else "cancelled")
        except GanvasError as error:
            self._jobs.end(job.id, "failed", str(error))
        except OSError as error:
            self._jobs.end(job.id, "failed", f"{error.strerror or error}"[:300])
        except Exception as error:
            traceback.print_exc()
            self._jobs.end(job.id, "failed", f"this is our bug: {type(error).__name__}; please report it")

    def _draw(self, job: Job) -> str:
        verb = VERBS[job.verb]
        works = tuple(self._open(number) for number in job.works)
        request = verb.request.model_validate(job.request)
        for done, made in enumerate(verb.run(request, works, self._desk), 1):
            number = self._gallery.add(keep_work(self._counted(job, made)), parents=job.works)
            self._jobs.add_result(job.id, number, done=job.total if isinstance(made, Animation) else done)
            self.notify("work", number)
            self.notify("job", job.id)
            if done < job.total:
                self._check(job)
        return ""

    def _counted(self, job: Job, made: Made) -> Made:
        """Return an animation that notes which of its frames are drawn, and stops between two where the person wants it."""
        if not isinstance(made, Animation):
            return made

        def frames(every: int) -> Iterator[np.ndarray]:
            for number, frame in enumerate(made.frames(every), 1):
                self._check(job)
                if every == 1 and number % 4 == 0:
                    self._jobs.note(job.id, done=number)
                    self.notify("job", job.id)
                yield frame

        return replace(made, frames=frames)

    def _train(self, job: Job) -> str:
        request = TrainRequest.model_validate(job.request)

        def watch(percent: int, message: str) -> None:
            self._jobs.note(job.id, done=percent, message=message or None)
            self.notify("job", job.id)

        code = self._trainings.run(
            job.id,
            request,
            stop=self._running[job.id],
            watch=watch,
            began=lambda process: self._jobs.note(job.id, process=process),
        )
        if self._running[job.id].is_set():
            raise Cancelled
        words = self._trainings.last_words(job.id)
        if code not in (0, 3):  # 3: there is a model, and its health was bad
            raise InputError(words or f"the training ended with the code {code}")
        return words

    def _check(self, job: Job) -> None:
        if self._running[job.id].is_set():
            raise Cancelled
