"""The application: routes, errors in one form, the page's files, and the guard before all of it."""

import errno
import traceback
from collections.abc import Mapping
from importlib.resources import files

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from ganvas.ground.errors import GanvasError, LanguageModelError
from ganvas.ground.text import visible
from ganvas.ground.version import __version__
from ganvas.studio.database import MissingError
from ganvas.studio.jobs import BusyError
from ganvas.studio.studio import Studio
from ganvas.web.api import make_api
from ganvas.web.drawing import DrawingRoom
from ganvas.web.events import Events
from ganvas.web.guard import Door, Guard, refuse
from ganvas.web.openai import make_openai

KINDS = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".svg": "image/svg+xml"}  # fmt: skip
STATUS: Mapping[type[GanvasError], int] = {MissingError: 404, BusyError: 429, LanguageModelError: 503}
"""How errors for people are answered; the others are of the input, 400."""


def make_app(studio: Studio, *, door: Door) -> ASGIApp:
    """Return the application of a studio."""
    app = FastAPI(
        title="Ganvas studio", version=__version__, docs_url=None, redoc_url=None,
        description="A language model imagines, a GAN draws.", strict_content_type=False,
    )  # fmt: skip
    room, events = DrawingRoom(), Events()
    app.include_router(make_api(studio, room, events))
    app.include_router(make_openai(studio, room))
    _add_page(app)
    _add_errors(app)
    studio.worker.notify = lambda kind, number: events.publish(
        kind, studio.gallery.get(number) if kind == "work" else studio.jobs.get(number)
    )
    return Guard(app, door=door)


def _add_page(app: FastAPI) -> None:
    """Serve the files of the page, a closed list that is read once."""
    folder = files("ganvas.web") / "page"
    contents = {one.name: one.read_bytes() for one in folder.iterdir() if one.name[one.name.rfind(".") :] in KINDS}

    def send(name: str) -> Response:
        if name not in contents:
            raise HTTPException(404, "there is no such file")
        return Response(contents[name], media_type=KINDS[name[name.rfind(".") :]], headers={"cache-control": "no-cache"})

    app.add_api_route("/page/{name}", send, include_in_schema=False, response_class=Response)
    app.add_api_route("/", lambda: send("index.html"), include_in_schema=False, response_class=Response)
    app.add_api_route("/favicon.ico", lambda: send("icon.svg"), include_in_schema=False, response_class=Response)


def _add_errors(app: FastAPI) -> None:
    """Answer every error in one form, with one line for people and nothing of how we are built."""

    @app.exception_handler(GanvasError)
    def for_people(_: Request, error: GanvasError) -> Response:
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
        return refuse(status, str(error), {404: "not_found", 429: "busy", 503: "no_language_model"}.get(status, "invalid_value"))

    @app.exception_handler(RequestValidationError)
    def of_bodies(_: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:] or first["loc"])
        return refuse(400, visible(f"{where}: {first['msg']}")[:300], "invalid_value")

    @app.exception_handler(HTTPException)
    def of_routes(_: Request, error: HTTPException) -> Response:
        return refuse(error.status_code, str(error.detail), "http")

    @app.exception_handler(OSError)
    def of_disks(_: Request, error: OSError) -> Response:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return refuse(507, "the disk is full (make room; what was saved is whole)", "full")
        return _bug(error)

    @app.exception_handler(Exception)
    def of_ours(_: Request, error: Exception) -> Response:
        return _bug(error)


def _bug(error: Exception) -> Response:
    traceback.print_exception(error)
    return refuse(500, f"this is our bug: {type(error).__name__}; please report it", "bug")
