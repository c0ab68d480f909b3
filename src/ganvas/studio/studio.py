"""A studio: a folder with works, jobs and trainings, held by one process at a time."""

import contextlib
import os
import time
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ganvas.ground.config import Frozen, parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import read_json, write_json
from ganvas.ground.images import decode_image, encode_png, texts_in
from ganvas.ground.locking import locked
from ganvas.service.pictures import printable_name
from ganvas.service.session import Session
from ganvas.store.folder import works_in
from ganvas.studio.database import Database
from ganvas.studio.files import Files
from ganvas.studio.forms import Kept, keep_work, kind_of_records
from ganvas.studio.gallery import Gallery
from ganvas.studio.jobs import Job, Jobs
from ganvas.studio.model_list import ModelList
from ganvas.studio.requests import TrainRequest
from ganvas.studio.training import Trainings, can_train
from ganvas.studio.verbs import VERBS, Desk, Input, Verb, resolve, settle
from ganvas.studio.worker import TRAIN, Worker
from ganvas.vocabulary.animation import Animation
from ganvas.vocabulary.provenance import KEY, Provenance, png_texts
from ganvas.vocabulary.work import Work

HOLDER, DATABASE = "holder.json", "studio.sqlite"
MAX_PIXELS = 25_000_000
"""Pixels of a picture from outside."""


class Studio:
    """What a studio folder holds, and who does the work. `open_studio` makes one."""

    def __init__(self, folder: Path, *, session: Session | None = None) -> None:
        self.folder, self.session = folder, session or Session()
        self.database, self.files = Database(folder / DATABASE), Files(folder)
        self.gallery, self.jobs, self.trainings = Gallery(self.database, self.files), Jobs(self.database), Trainings(folder)
        self.models = ModelList(self._trained)
        self.desk = Desk(self.session, self.models)
        self.worker = Worker(self.jobs, self.gallery, self.trainings, self.desk, self.open_input)

    def recover(self) -> None:
        """Put right what a killed process left: files, jobs, trainings that went on alone."""
        self.gallery.recover()
        self.trainings.tidy()
        for job in self.jobs.recover():
            if job.lane == "train":
                self.trainings.stop_orphan(job.id, job.process)

    def verbs(self) -> tuple[Verb, ...]:
        """Return what can be done here: verbs whose kind of model is there."""
        tasks = {one.task for one in self.models.offered()}
        return tuple(verb for verb in VERBS.values() if verb.task in tasks)

    def check(self, verb: str, fields: Mapping[str, Any], works: Sequence[int] = ()) -> tuple[Verb, Frozen]:
        """Return a verb and its request, with a seed. Raises InputError for what it cannot do, before anything is drawn."""
        if verb not in VERBS:
            raise InputError(f"there is no verb {verb[:40]!r}", do=f"choose one of {', '.join(VERBS)}")
        found = VERBS[verb]
        least, most = found.takes
        if not least <= len(works) <= most:
            raise InputError(f"takes {least if least == most else f'{least} to {most}'} works, not {len(works)}", where=verb)
        request = settle(parse(found.request, dict(fields), where=verb))
        resolve(request, self.models)
        for number in works:
            self.gallery.get(number)
        return found, request

    def submit(self, verb: str, fields: Mapping[str, Any], works: Sequence[int] = ()) -> Job:
        """Have something done as soon as its turn comes. Raises InputError as `check` does."""
        found, request = self.check(verb, fields, works)
        job = self.jobs.submit(verb, request, works=works, total=found.total(request))
        self.worker.wake()
        return job

    def train(self, request: TrainRequest) -> Job:
        """Train a model as soon as its turn comes. Raises InputError where it cannot be done."""
        if not can_train():
            raise InputError("training needs torch and the packages that come with it", do="pip install 'ganvas[train]'")
        if not (self.trainings.uploads / request.pictures).is_file():
            raise InputError("there are no such pictures", where="pictures", do="upload them first")
        job = self.jobs.submit(TRAIN, request, total=100, lane="train")
        self.worker.wake()
        return job

    def retry(self, number: int) -> Job:
        """Have a job done again that did not end well. Raises InputError for another."""
        job = self.jobs.retry(number)
        self.worker.wake()
        return job

    def preview(self, verb: str, fields: Mapping[str, Any], works: Sequence[int] = ()) -> Work:
        """Make the first work of a request and keep nothing. Raises InputError as `check` does, and for a walk."""
        found, request = self.check(verb, fields, works)
        made = next(iter(found.run(request, tuple(map(self.open_input, works)), self.desk)))
        if isinstance(made, Animation):
            raise InputError("moves, and there is no preview of it", where=verb)
        return made

    def open_input(self, number: int) -> Input:
        """Return a work of the gallery as something to go on from. Raises InputError where it is not there."""
        entry = self.gallery.get(number)
        path = self.files.path(next(iter(entry.files.values())))
        picture = next((self.gallery.get(parent).files for parent in entry.parents), None) if entry.kind == "restyle" else None
        before = self.files.path(picture[".png"]) if picture and ".png" in picture else None
        return Input(number, path, self.gallery.records(number), before)

    def keep(self, work: Work | Animation, *, parents: Sequence[int] = ()) -> int:
        """Keep a work that was made outside of a job; return its number."""
        return self.gallery.add(keep_work(work), parents=parents)

    def add_picture(self, content: bytes, *, name: str) -> int:
        """Keep a picture from outside; return its number. It is written anew: its pixels and what Ganvas said in it are kept.

        Raises InputError for no picture, and for one beyond the bounds.
        """
        picture = decode_image(content, where=name[:80] or "the picture", max_pixels=MAX_PIXELS)
        records: list[Provenance] = []
        with contextlib.suppress(InputError):  # what another program wrote there is not ours to judge
            texts = texts_in(content, where=name)
            records = works_in(texts.get(KEY, texts.get("")), where=Path(name))
        texts = png_texts(records, sheet=len(records) > 1) if records else {}
        pixels, title = np.asarray(picture), records[0].idea if records else printable_name(name)[:200]
        kind = kind_of_records(records)
        kept = Kept({".png": encode_png(pixels, text=texts)}, "image/png", kind, title, tuple(records), *picture.size)
        return self.gallery.add(kept)

    def _trained(self) -> dict[str, Path]:
        """Return the models that trainings here have made."""
        return {f"trained-{job.id}": self.trainings.model_of(job.id) for job in self.jobs.done_of(TRAIN)}


@contextlib.contextmanager
def open_studio(folder: Path, *, session: Session | None = None, address: str = "") -> Generator[Studio]:
    """Open the studio of a folder, which is made where there is none, and hold it. address: where people find it.

    Raises InputError where another process holds it, and says which one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(locked(folder))
        except InputError as error:
            raise InputError(f"another studio works here{_holder(folder)}", where=folder,
                             do="use that one, or name another folder with --dir") from error  # fmt: skip
        write_json(folder / HOLDER, {"process": os.getpid(), "since": time.strftime("%Y-%m-%d %H:%M"), "address": address})
        studio = Studio(folder, session=session)
        try:
            studio.recover()
            studio.worker.start()
            yield studio
        finally:
            studio.worker.stop()
            studio.database.close()
            (folder / HOLDER).unlink(missing_ok=True)


def _holder(folder: Path) -> str:
    """Say who holds a folder, where that is written down."""
    with contextlib.suppress(InputError):
        found = read_json(folder / HOLDER, limit=1000)
        if isinstance(found, dict):
            return f": process {found.get('process')} since {found.get('since')} {found.get('address')}".rstrip()
    return ""
