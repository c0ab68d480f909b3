import base64
import io

import httpx
import numpy as np
import pytest
from PIL import Image

from ganvas.ground.images import encode_png, texts_in
from ganvas.vocabulary.provenance import KEY


def drawn(answer: httpx.Response) -> Image.Image:
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(base64.b64decode(answer.json()["data"][0]["b64_json"])))


@pytest.mark.parametrize("size", [None, "1024x1024", "1792x1024", "300x17", "1x1"])
def test_a_picture_is_as_large_as_was_asked(web: httpx.Client, size: str | None) -> None:
    body = {"prompt": "a red apple", "response_format": "b64_json", "seed": 1, **({"size": size} if size else {})}
    picture = drawn(web.post("/v1/images/generations", json=body))
    assert picture.size == ((256, 256) if size in (None, "auto") else tuple(map(int, size.split("x"))))


def test_the_picture_says_how_it_was_made_and_is_kept_only_where_it_has_an_address(web: httpx.Client) -> None:
    before = web.get("/api/works").json()["total"]
    body = {"prompt": "a red apple", "size": "64x64", "seed": 1, "n": 2, "user": "someone", "quality": "hd"}
    sent = web.post("/v1/images/generations", json={**body, "response_format": "b64_json"}).json()["data"]
    assert web.get("/api/works").json()["total"] == before and [set(one) for one in sent] == [{"b64_json"}] * 2
    kept = web.post("/v1/images/generations", json={**body, "background": "transparent"}).json()["data"]
    content = web.get(kept[0]["url"]).content
    assert web.get("/api/works").json()["total"] == before + 2 and Image.open(io.BytesIO(content)).mode == "RGBA"
    assert "a red apple" in texts_in(content, where="")[KEY]


def test_an_edit_redraws_in_the_style_that_the_prompt_names(web: httpx.Client) -> None:
    picture = encode_png(np.full((70, 90, 3), 200, np.uint8))
    form = {"prompt": "in the style of twemoji", "response_format": "b64_json"}
    for name in ("image", "image[]"):
        answer = web.post("/v1/images/edits", data=form, files={name: ("a.png", picture, "image/png")})
        assert drawn(answer).size == (90, 70)
    assert drawn(web.post("/v1/images/edits", data={**form, "size": "256x256"}, files={"image": picture})).size == (256, 256)


def test_models_are_listed(web: httpx.Client) -> None:
    models = web.get("/v1/models").json()
    assert (
        models["object"] == "list" and {"id": "emoji-64", "object": "model", "created": 0, "owned_by": "ganvas"} in models["data"]
    )
    assert web.get("/v1/models/emoji-64").json()["id"] == "emoji-64"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("generations", {}),
        ("generations", {"prompt": ""}),
        ("generations", {"prompt": "a", "n": 0}),
        ("generations", {"prompt": "a", "n": 11}),
        ("generations", {"prompt": "a", "size": "big"}),
        ("generations", {"prompt": "a", "size": "9999x9999"}),
        ("generations", {"prompt": "a", "model": "../x"}),
        ("generations", {"prompt": "a", "response_format": "pdf"}),
        ("generations", {"prompt": "a" * 5000}),
        ("edits", {"prompt": "twemoji"}),
    ],
)
def test_errors_have_openais_form(web: httpx.Client, path: str, body: dict[str, object]) -> None:
    answer = web.post(f"/v1/images/{path}", **({"json": body} if path == "generations" else {"data": body}))  # pyright: ignore
    assert answer.status_code == 400 and answer.json()["error"]["type"] == "invalid_request_error"


def test_a_style_that_nobody_knows_is_refused(web: httpx.Client) -> None:
    answer = web.post(
        "/v1/images/edits", data={"prompt": "make it purple"}, files={"image": encode_png(np.zeros((9, 9, 3), np.uint8))}
    )
    assert answer.status_code == 400 and "twemoji" in answer.json()["error"]["message"]
    assert web.post("/v1/images/edits", data={"prompt": "twemoji"}, files={"image": b"no picture"}).status_code == 400
    for answer in (web.get("/v1/models/nothing"), web.post("/v1/images/generations", json={"prompt": "a", "model": "dall-e-3"})):
        assert answer.status_code == 404 and "emoji-64" in answer.json()["error"]["message"]
