"""The part of OpenAI's interface that is about pictures, so that its clients can draw here: generations, edits, models.

Sizes are what they asked for: a picture is drawn at the nearest size that Ganvas has, and scaled. What the answers hold is as in
OpenAI's reference of images and models; fields that mean nothing here (quality, user, ...) are taken and passed over.
"""

import base64
import time
from typing import Annotated, Any, Literal, get_args

import numpy as np
from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ganvas.ground.config import Frozen, parse
from ganvas.ground.errors import InputError
from ganvas.ground.images import decode_image, encode_png, texts_in
from ganvas.models.find import bundled
from ganvas.service.imagine import imagine
from ganvas.service.restyle import InputPicture, StyleChoice, restyle
from ganvas.store.folder import encode_work
from ganvas.studio.requests import Imagine, Restyle
from ganvas.studio.studio import MAX_PIXELS, Studio
from ganvas.studio.verbs import resolve
from ganvas.vocabulary.provenance import CANVAS
from ganvas.vocabulary.request import DRAWS, REDRAWS
from ganvas.vocabulary.steps import Side
from ganvas.vocabulary.work import Work
from ganvas.web.drawing import DrawingRoom
from ganvas.web.schema import ERRORS, Number

MOST_SIDE, MOST_PICTURES = 2048, 10
Format = Literal["url", "b64_json"]
SizeText = Annotated[str, StringConstraints(pattern=r"^(auto|[1-9]\d{0,4}x[1-9]\d{0,4})$")]


class Generation(BaseModel):
    """A request for pictures. Fields beyond these are passed over."""

    model_config = ConfigDict(extra="ignore")
    prompt: str
    model: str | None = None
    n: Annotated[int, Field(ge=1, le=MOST_PICTURES)] | None = None
    size: SizeText | None = None
    response_format: Format | None = None
    background: Literal["transparent", "opaque", "auto"] | None = None
    seed: Annotated[int, Field(ge=0, lt=2**63)] | None = None


class Picture(Frozen):
    """One picture, by one of these."""

    b64_json: str | None = None
    url: str | None = None


class Pictures(Frozen):
    """The answer to a request for pictures."""

    created: int
    data: tuple[Picture, ...]


class Model(Frozen):
    """A model as OpenAI lists it."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "ganvas"


class Models(Frozen):
    """A list of models."""

    object: Literal["list"] = "list"
    data: tuple[Model, ...]


def make_openai(studio: Studio, room: DrawingRoom) -> APIRouter:
    """Return the routes below /v1."""
    api = APIRouter(prefix="/v1", responses=dict(ERRORS), tags=["openai"])
    _add_models(api, studio)
    _add_pictures(api, studio, room)
    return api


def _add_models(api: APIRouter, studio: Studio) -> None:
    @api.get("/models")
    def models() -> Models:
        """List the models that draw and redraw."""
        found = [one.id for one in studio.models.offered() if one.task in ("image", "restyle")]
        return Models(data=tuple(map(_model, found)))

    @api.get("/models/{model}")
    def model(model: str) -> Model:
        """Describe a model."""
        studio.models.resolve(model)
        return _model(model)


def _model(name: str) -> Model:
    return Model(id=name, owned_by="ganvas" if bundled(name) else "you")


def _add_pictures(api: APIRouter, studio: Studio, room: DrawingRoom) -> None:
    @api.post("/images/generations", response_model_exclude_none=True)
    async def generate(body: Generation, request: Request) -> Pictures:
        """Draw pictures of a prompt."""
        settled, size = _imagine_request(body), _read_size(body.size)

        def draw() -> list[Picture]:
            works = imagine(resolve(settled, studio.models), session=studio.session)
            return [_answer(studio, work, size, body.response_format, request) for work in works]

        return Pictures(created=int(time.time()), data=tuple(await room.run(draw)))

    @api.post("/images/edits", response_model_exclude_none=True)
    async def edit(
        request: Request, prompt: Annotated[str, Form()], image: Annotated[list[UploadFile] | None, File()] = None,
        images: Annotated[list[UploadFile] | None, File(alias="image[]")] = None, model: Annotated[str, Form()] = REDRAWS,
        size: Annotated[SizeText | None, Form()] = None, response_format: Annotated[Format | None, Form()] = None,
    ) -> Pictures:  # fmt: skip
        """Redraw pictures in the style that the prompt names."""
        contents = [await one.read() for one in [*(image or ()), *(images or ())][:MOST_PICTURES]]
        if not contents:
            raise InputError("there is no picture", where="image")
        restyling, wanted = parse(Restyle, {"to": prompt, "model": model}, where="prompt"), _read_size(size)

        def draw() -> list[Picture]:
            works = [_redraw(studio, restyling, content) for content in contents]
            return [_answer(studio, work, wanted, response_format, request) for work in works]

        return Pictures(created=int(time.time()), data=tuple(await room.run(draw)))

    @api.get("/images/{number}/{size}.png", response_class=Response)
    async def picture(number: Number, size: SizeText) -> Response:
        """Send a picture of the gallery at a size, as the addresses in answers ask for it."""
        path = studio.files.path(studio.gallery.get(number).files.get(".png", ""))
        if not path.is_file():
            raise InputError("is no picture", where=f"work {number}")
        content = await room.run(lambda: _scaled(path.read_bytes(), _read_size(size)))
        return Response(content, media_type="image/png", headers={"cache-control": "private, max-age=86400"})


def _imagine_request(body: Generation) -> Imagine:
    """Return what a request asks for, in our own words. Raises InputError."""
    size = _read_size(body.size)
    fields: dict[str, Any] = {
        "idea": body.prompt, "model": body.model or DRAWS, "count": body.n or 1, "seed": body.seed,
        "size": _nearest(max(size)) if size else CANVAS, "transparent": body.background == "transparent",
    }  # fmt: skip
    return parse(Imagine, fields, where="prompt")


def _redraw(studio: Studio, wanted: Restyle, content: bytes) -> Work:
    restyler = studio.session.open_restyler(studio.models.resolve(wanted.model))
    choice = StyleChoice(restyler, restyler.read(wanted.to, strength=wanted.strength), wanted.to)
    pixels = np.asarray(decode_image(content, where="image", max_pixels=MAX_PIXELS))
    return restyle(InputPicture(pixels, "image.png"), choice)


def _answer(studio: Studio, work: Work, size: tuple[int, int] | None, wanted: Format | None, request: Request) -> Picture:
    """Return a picture in the format of the request. What has an address is kept in the gallery; what is sent is not."""
    if wanted == "b64_json":
        return Picture(b64_json=base64.b64encode(_scaled(encode_work(work, ".png"), size)).decode("ascii"))
    named = "auto" if size is None else f"{size[0]}x{size[1]}"
    return Picture(url=f"{request.base_url}v1/images/{studio.keep(work)}/{named}.png")


def _read_size(text: str | None) -> tuple[int, int] | None:
    """Return width and height, or None where the size is left to us. Raises InputError for more than MOST_SIDE."""
    if text is None or text == "auto":
        return None
    width, height = map(int, text.split("x"))
    if max(width, height) > MOST_SIDE:
        raise InputError(f"{text} is more than {MOST_SIDE} pixels a side", where="size")
    return width, height


def _nearest(side: int) -> Side:
    """Return the size that a picture is drawn at to be scaled to another: the first that is no smaller, else the largest."""
    sides: tuple[Side, ...] = get_args(Side)
    larger: list[Side] = [one for one in sides if one >= side]
    return larger[0] if larger else sides[-1]


def _scaled(content: bytes, size: tuple[int, int] | None) -> bytes:
    """Scale a PNG to a size; its texts stay. What is wider or higher than the picture goes on in the colours of its edge."""
    picture = decode_image(content, where="picture")
    if size is None or picture.size == size:
        return content
    share = min(size[0] / picture.width, size[1] / picture.height)
    within = max(round(picture.width * share), 1), max(round(picture.height * share), 1)
    pixels = np.asarray(picture.resize(within, Image.Resampling.LANCZOS))
    down, right = size[1] - within[1], size[0] - within[0]
    padded = np.pad(pixels, ((down // 2, down - down // 2), (right // 2, right - right // 2), (0, 0)), mode="edge")
    return encode_png(padded, text=texts_in(content, where="picture"))
