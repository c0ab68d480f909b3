"""The REST interface of a studio: what can be done, jobs, works, scenes, uploads, news."""

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from fastapi.responses import FileResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException

from ganvas.ground.errors import InputError
from ganvas.ground.version import __version__
from ganvas.language.llm.gguf import is_ready
from ganvas.pipelines.directions import directions_of
from ganvas.service.vector import draw_svg
from ganvas.service.write import write_scene
from ganvas.store.folder import encode_work
from ganvas.studio.forms import MEDIA
from ganvas.studio.gallery import Entry, Page
from ganvas.studio.jobs import BusyError, Job
from ganvas.studio.requests import Imagine, TrainRequest
from ganvas.studio.scene import DrawnScene, Sketch, read_scene, sketch_scene
from ganvas.studio.studio import Studio
from ganvas.studio.training import TrainingView, can_train
from ganvas.studio.verbs import VERBS, Verb
from ganvas.vocabulary.request import ImagineRequest
from ganvas.web.drawing import DrawingRoom
from ganvas.web.events import Events
from ganvas.web.guard import PICTURE
from ganvas.web.schema import BODIES, ERRORS, About, Changes, Details, Number, Scene, SceneBody, Uploaded, VerbInfo

Id = Annotated[Number, InPath()]
FOREVER = {"cache-control": "private, max-age=31536000, immutable"}
"""Files are named by their content, so one that was fetched is never another."""
PICTURE_FILE = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
"""A file that is opened by itself does nothing."""
BINARY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}


def make_api(studio: Studio, room: DrawingRoom, events: Events) -> APIRouter:
    """Return the routes below /api and /files."""
    api = APIRouter(responses=dict(ERRORS))
    for add in (_add_about, _add_verbs, _add_jobs, _add_works, _add_uploads):
        add(api, studio, room)

    @api.get("/api/events", response_class=StreamingResponse, tags=["news"])
    async def listen() -> StreamingResponse:
        """Listen to news: events `job` and `work`, each with the record as JSON."""
        if events.full:
            raise BusyError("too many listen already")
        return StreamingResponse(events.listen(), media_type="text/event-stream", headers={"cache-control": "no-store"})

    return api


def _add_about(api: APIRouter, studio: Studio, room: DrawingRoom) -> None:
    @api.get("/api/about", tags=["about"])
    def about() -> About:
        """Say what can be done here."""
        verbs = tuple(_info(verb) for verb in studio.verbs())
        writers = ("auto", "rules", "none", *(("local",) if is_ready() else ()))
        return About(version=__version__, verbs=verbs, models=studio.models.offered(), writers=writers, train=can_train())

    @api.get("/api/models/{model}/directions", tags=["about"])
    async def directions(model: Annotated[str, InPath(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]) -> list[str]:
        """Name the directions of a model, along which works can be pushed."""
        return await room.run(lambda: list(directions_of(studio.session.open_pipeline(studio.models.resolve(model)))))

    @api.post("/api/scene", tags=["verbs"])
    async def write(body: SceneBody) -> Scene:
        """Write a scene for an idea, to be changed before it is drawn."""
        request = ImagineRequest(idea=body.idea, model=studio.models.resolve(body.model), llm=body.llm, seed=body.seed)
        written = await room.run(lambda: write_scene(request, session=studio.session))
        return Scene(brief=written.brief, writer=written.writer, note=written.note)

    @api.post("/api/sketch", tags=["verbs"])
    async def sketch(body: Imagine) -> Sketch:
        """Draw a scene that is being changed, and say what stands where in it; nothing is kept."""
        return await room.run(lambda: sketch_scene(body, studio.desk))


def _info(verb: Verb) -> VerbInfo:
    return VerbInfo(name=verb.name, slot=verb.slot, task=verb.task, takes=verb.takes, fields=verb.request.model_json_schema())


def _add_verbs(api: APIRouter, studio: Studio, room: DrawingRoom) -> None:
    for name in VERBS:
        submit, preview = _routes_of(name, studio, room)
        about = VERBS[name].request.__doc__ or name
        api.add_api_route(f"/api/jobs/{name}", submit, methods=["POST"], status_code=202, tags=["verbs"], response_model=Job,
                          name=name, description=about)  # fmt: skip
        if name != "walk":
            api.add_api_route(f"/api/preview/{name}", preview, methods=["POST"], tags=["verbs"], response_class=Response,
                              name=f"preview {name}", description=f"{about} Only the first work, which is not kept.",
                              responses={200: {"content": {"image/png": {}}}})  # fmt: skip


def _routes_of(name: str, studio: Studio, room: DrawingRoom) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return what submits a verb as a job, and what shows its first work."""
    body_type: Any = BODIES[name]

    def fields_of(body: Any) -> tuple[dict[str, Any], tuple[int, ...]]:
        return body.request.model_dump(exclude_unset=True), body.works

    def submit(body: body_type) -> Job:  # pyright: ignore[reportInvalidTypeForm, reportUnknownParameterType]
        return studio.submit(name, *fields_of(body))

    async def preview(body: body_type) -> Response:  # pyright: ignore[reportInvalidTypeForm, reportUnknownParameterType]

        def draw() -> bytes:
            work = studio.preview(name, *fields_of(body))
            return encode_work(work, ".png")

        return Response(await room.run(draw), media_type="image/png", headers={"cache-control": "no-store"})

    return submit, preview


def _add_jobs(api: APIRouter, studio: Studio, _: DrawingRoom) -> None:
    @api.get("/api/jobs", tags=["jobs"])
    def jobs() -> list[Job]:
        """List the newest jobs, first those that wait or run."""
        return studio.jobs.recent()

    @api.post("/api/jobs/train", status_code=202, tags=["verbs"])
    def train(body: TrainRequest) -> Job:
        """Train a model on the pictures of an archive."""
        return studio.train(body)

    @api.get("/api/jobs/{number}", tags=["jobs"])
    def job(number: Id) -> Job:
        """Say how far a job is."""
        return studio.jobs.get(number)

    @api.delete("/api/jobs/{number}", tags=["jobs"])
    def cancel(number: Id) -> Job:
        """Cancel a job; what it has made is kept."""
        studio.worker.cancel(number)
        return studio.jobs.get(number)

    @api.post("/api/jobs/{number}/retry", status_code=202, tags=["jobs"])
    def retry(number: Id) -> Job:
        """Do a job again that failed or was stopped; a training goes on."""
        return studio.retry(number)

    @api.get("/api/jobs/{number}/training", tags=["jobs"])
    def training(number: Id) -> TrainingView:
        """Show a training: its curve, its sheets, what its health says."""
        return studio.trainings.view(number, _training(studio, number))

    @api.get("/api/jobs/{number}/sheets/{images}.png", tags=["jobs"], response_class=FileResponse)
    def sheet(number: Id, images: Annotated[int, InPath(ge=0, lt=10**9)]) -> Response:
        """Send a sheet of a training, by the images that it had seen."""
        _training(studio, number)
        return _file(studio.trainings.sheet(number, images), "image/png", {"cache-control": "no-cache"})


def _training(studio: Studio, number: int) -> TrainRequest:
    job = studio.jobs.get(number)
    if job.lane != "train":
        raise InputError("is no training", where=f"job {number}")
    return TrainRequest.model_validate(job.request)


def _add_works(api: APIRouter, studio: Studio, room: DrawingRoom) -> None:
    gallery = studio.gallery

    @api.get("/api/works", tags=["works"])
    def find(
        words: Annotated[str, Query(max_length=200)] = "", favourites: bool = False, deleted: bool = False,
        start: Annotated[int, Query(ge=0, lt=2**31)] = 0, count: Annotated[int, Query(ge=1, le=200)] = 60,
    ) -> Page:  # fmt: skip
        """Find works, the newest first."""
        return gallery.find(words, favourites=favourites, deleted=deleted, start=start, count=count)

    @api.get("/api/works/{number}", tags=["works"])
    def details(number: Id) -> Details:
        """Show a work with what makes it again, and its kin."""
        records = tuple(one.model_dump(mode="json") for one in gallery.records(number))
        return Details(work=gallery.get(number), records=records, lineage=gallery.lineage(number))

    @api.patch("/api/works/{number}", tags=["works"])
    def change(number: Id, body: Changes) -> Entry:
        """Mark a work as a favourite, or tag it."""
        if body.favourite is not None:
            gallery.favour(number, favourite=body.favourite)
        if body.tags is not None:
            gallery.tag(number, body.tags)
        return gallery.get(number)

    @api.delete("/api/works/{number}", tags=["works"])
    def delete(number: Id) -> Entry:
        """Put a work into the bin."""
        gallery.delete(number)
        return gallery.get(number)

    @api.post("/api/works/{number}/restore", tags=["works"])
    def restore(number: Id) -> Entry:
        """Have a work back from the bin."""
        gallery.restore(number)
        return gallery.get(number)

    @api.get("/api/works/{number}/scene", tags=["works"])
    async def scene(number: Id) -> DrawnScene:
        """Show the scene of a work, and where its elements stand."""
        return await room.run(lambda: read_scene(studio.open_input(number), studio.desk))

    @api.get("/api/works/{number}/drawing.svg", tags=["works"], response_class=Response)
    async def vector(number: Id) -> Response:
        """Draw a work as shapes."""

        def draw() -> bytes:
            one = studio.open_input(number)
            return draw_svg([one.made], model=studio.desk.context(one).model, session=studio.session)

        return Response(await room.run(draw), media_type=MEDIA[".svg"], headers=PICTURE_FILE)

    @api.get("/files/{name}", tags=["works"], response_class=FileResponse)
    def file(name: Annotated[str, InPath(pattern=r"^[0-9a-f]{64}\.[a-z]{3,8}$")]) -> Response:
        """Send a file of a work."""
        return _file(studio.files.path(name), MEDIA.get(Path(name).suffix, "application/octet-stream"), FOREVER | PICTURE_FILE)


def _file(path: Path, media: str, headers: dict[str, str]) -> Response:
    if not path.is_file():
        raise HTTPException(404, "there is no such file")
    return FileResponse(path, media_type=media, headers=headers)


def _add_uploads(api: APIRouter, studio: Studio, room: DrawingRoom) -> None:
    @api.post("/api/pictures", status_code=201, tags=["uploads"], openapi_extra=BINARY)
    async def add_picture(request: Request, name: Annotated[str, Query(max_length=200)] = "picture") -> Entry:
        """Add a picture from outside, and read what Ganvas wrote in it, if it did."""
        content = await _body(request, PICTURE)
        return studio.gallery.get(await room.run(lambda: studio.add_picture(content, name=name)))

    @api.post("/api/archives", status_code=201, tags=["uploads"], openapi_extra=BINARY)
    async def add_archive(request: Request) -> Uploaded:
        """Add a zip file of pictures to train on."""
        return Uploaded(pictures=await _store(studio.trainings.uploads, request))


async def _body(request: Request, limit: int) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        assert len(content) <= limit, "the guard counts too"
    return bytes(content)


async def _store(folder: Path, request: Request) -> str:
    """Write the body of a request into a folder as it comes, under the name of its content."""
    part, digest = folder / f"{secrets.token_hex(8)}.part", hashlib.sha256()
    try:
        with part.open("xb") as file:
            async for chunk in request.stream():
                digest.update(chunk)
                file.write(chunk)
        name = f"{digest.hexdigest()}.zip"
        part.replace(folder / name)
    finally:
        part.unlink(missing_ok=True)
    return name
