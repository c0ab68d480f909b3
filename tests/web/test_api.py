import io
import json
import zipfile
from collections.abc import Iterator

import httpx
import numpy as np
import pytest
from PIL import Image

from ganvas.ground.images import encode_png, texts_in
from ganvas.studio.studio import Studio
from ganvas.studio.verbs import VERBS
from ganvas.vocabulary.provenance import KEY
from tests.studio.fakes import finished

NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "a\x00b",
    "a\x1b[31m",
    "\u202eevil",
    "'; DROP TABLE works; --",
    "../../etc/passwd",
    "x" * 999,
)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and code of an error, which all have one form."""
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"} and error["message"]
    return answer.status_code, error["code"]


def test_it_says_what_can_be_done(web: httpx.Client) -> None:
    about = web.get("/api/about").json()
    assert {one["name"] for one in about["verbs"]} == set(VERBS) and "emoji-64" in {one["id"] for one in about["models"]}
    fields = next(one["fields"] for one in about["verbs"] if one["name"] == "imagine")
    assert fields["properties"]["count"]["maximum"] == 64 and "idea" in fields["required"]
    assert set(web.get("/openapi.json").json()["paths"]) > {f"/api/jobs/{name}" for name in VERBS}


def test_a_scene_is_written_changed_and_drawn(web: httpx.Client, behind: Studio) -> None:
    written = web.post("/api/scene", json={"idea": "two cats in a forest", "llm": "rules"}).json()
    brief = written["brief"]
    assert written["writer"] == "rules" and brief["ground"] == "forest" and brief["elements"][0]["count"] == 2
    brief["elements"][0] |= {"caption": "dog face", "count": 1, "place": "top left"}
    brief["scenery"] = []
    request = {"idea": "two cats in a forest", "brief": brief, "seed": 3, "size": 64}
    sketch = web.post("/api/sketch", json=request).json()
    (box,) = sketch["boxes"]
    assert box["element"] == 0 and box["left"] + box["side"] / 2 < 0.5 and sketch["seed"] == 3
    job = web.post("/api/jobs/imagine", json={"request": {**request, "count": 1}}).json()
    (number,) = finished(behind, behind.jobs.get(job["id"])).results
    scene = web.get(f"/api/works/{number}/scene").json()
    assert scene["brief"]["elements"][0]["caption"] == "dog face" and scene["boxes"] == sketch["boxes"] and scene["seed"] == 3


def test_a_work_is_kept_found_and_had_back(web: httpx.Client, cat: int) -> None:
    assert web.patch(f"/api/works/{cat}", json={"favourite": True, "tags": ["for you", "礼物"]}).json()["favourite"]
    for query in ({"words": "礼物"}, {"words": "cat"}, {"favourites": True}):
        assert cat in [work["id"] for work in web.get("/api/works", params=query).json()["works"]]
    details = web.get(f"/api/works/{cat}").json()
    assert details["work"]["tags"] == ["for you", "礼物"] and details["records"][0]["idea"] == "a cat"
    web.delete(f"/api/works/{cat}")
    assert cat not in [work["id"] for work in web.get("/api/works").json()["works"]]
    assert cat in [work["id"] for work in web.get("/api/works", params={"deleted": True}).json()["works"]]
    assert web.post(f"/api/works/{cat}/restore").json()["deleted"] is False


def test_files_are_sent_as_what_they_are_and_do_nothing(web: httpx.Client, cat: int) -> None:
    name = web.get(f"/api/works/{cat}").json()["work"]["files"][".png"]
    answer = web.get(f"/files/{name}")
    assert answer.headers["content-type"] == "image/png" and "sandbox" in answer.headers["content-security-policy"]
    assert json.loads(texts_in(answer.content, where="")[KEY])["idea"] == "a cat"
    shapes = web.get(f"/api/works/{cat}/drawing.svg")
    assert (
        shapes.headers["content-type"].startswith("image/svg")
        and b"<path" in shapes.content
        and "sandbox" in shapes.headers["content-security-policy"]
    )


def test_a_preview_is_a_picture_and_is_not_kept(web: httpx.Client, cat: int) -> None:
    before = web.get("/api/works").json()["total"]
    answer = web.post("/api/preview/point", json={"request": {"right": 0.5, "seed": 1}, "works": [cat]})
    assert answer.headers["content-type"] == "image/png" and Image.open(io.BytesIO(answer.content)).size == (64, 64)
    assert web.get("/api/works").json()["total"] == before
    assert code_of(web.post("/api/preview/point", json={"request": {}, "works": []}))[0] == 400


def test_a_picture_is_added_and_anything_else_is_not(web: httpx.Client) -> None:
    content = encode_png(np.full((5, 7, 3), 9, np.uint8))
    entry = web.post("/api/pictures", params={"name": "../<b>.png"}, content=content)
    assert entry.status_code == 201 and (entry.json()["kind"], entry.json()["width"]) == ("upload", 7)
    for bad in (b"", b"GIF89a", b"<svg onload=alert(1)>", content[:40], b"\x89PNG\r\n\x1a\n" + b"\0" * 100):
        assert code_of(web.post("/api/pictures", content=bad)) == (400, "invalid_value")


def test_a_bomb_is_refused_by_its_size(web: httpx.Client) -> None:
    stream = io.BytesIO()
    Image.new("1", (6_000, 6_000)).save(stream, format="PNG")
    answer = web.post("/api/pictures", content=stream.getvalue())
    assert len(stream.getvalue()) < 50_000 and code_of(answer)[0] == 400 and "pixels" in answer.json()["error"]["message"]


def test_a_training_needs_pictures_that_are_here(web: httpx.Client, behind: Studio) -> None:
    answer = web.post("/api/archives", content=b"PK no zip")
    name = answer.json()["pictures"]
    assert answer.status_code == 201 and (behind.trainings.uploads / name).is_file()
    job = web.post("/api/jobs/train", json={"pictures": name, "images": 64}).json()
    assert "no whole zip file" in finished(behind, behind.jobs.get(job["id"])).message
    for pictures in ("a" * 64 + ".zip", "../../etc/passwd", "a" * 64):
        assert code_of(web.post("/api/jobs/train", json={"pictures": pictures}))[0] == 400
    assert web.get(f"/api/jobs/{job['id']}/training").json()["images"] == 0
    assert code_of(web.get(f"/api/jobs/{job['id']}/sheets/1.png"))[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/api/works/99999",
        "/api/jobs/99999",
        "/api/jobs/99999/training",
        "/files/" + "0" * 64 + ".png",
        "/api/works/99999/scene",
        "/page/nothing.js",
        "/nowhere",
    ],
)
def test_what_is_not_there_is_said_to_be_missing(web: httpx.Client, path: str) -> None:
    assert code_of(web.get(path))[0] == 404


TRAVERSAL = [
    "..",
    "../..",
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "....//....//etc/passwd",
    "..\\..\\windows\\win.ini",
    "%5c..%5c..%5cwin.ini",
    "/etc/passwd",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "C:\\windows\\win.ini",
    "C:/windows/win.ini",
    "file:///etc/passwd",
    "..;/etc/passwd",
    "%c0%ae%c0%ae/etc/passwd",
    "..%00/etc/passwd",
    "..%252f..%252fetc%252fpasswd",
    "~/.ssh/id_rsa",
    "studio.sqlite",
    "../studio.sqlite",
    "../files",
    "holder.json",
    ".lock",
    "0" * 64,
    "0" * 64 + ".png/../../studio.sqlite",
    "0" * 64 + ".png%00.sqlite",
    "0" * 64 + ".SQLITE",
    "NUL",
    "CON.png",
    "index.html/..",
    "%2e",
    "..%ef%bc%8f..%ef%bc%8fetc",
]


@pytest.mark.parametrize("name", TRAVERSAL)
def test_no_name_leads_to_another_file(web: httpx.Client, address: str, name: str) -> None:
    for folder in ("files", "page"):
        answer = web.send(web.build_request("GET", httpx.URL(f"{address}/{folder}/{name}")))
        assert answer.status_code in (400, 404) or answer.text.startswith("<!doctype html>"), name  # `..` is resolved to the page
        assert b"root:" not in answer.content and b"SQLite" not in answer.content


def test_hostile_ideas_are_drawn_like_others(web: httpx.Client, behind: Studio) -> None:
    for text in ("".join(NASTY[:-1]), NASTY[-1]):
        job = web.post("/api/jobs/imagine", json={"request": {"idea": text, "count": 1, "llm": "none", "size": 64}})
        assert job.status_code == 202
        done = finished(behind, behind.jobs.get(job.json()["id"]))
        answer = web.get(f"/api/works/{done.results[0]}")
        assert done.state == "done" and answer.headers["content-type"] == "application/json"
        assert not {"\x00", "\x1b", "\u202e"} & set(answer.json()["work"]["idea"])


@pytest.mark.parametrize("text", NASTY)
def test_hostile_text_is_data_everywhere(web: httpx.Client, cat: int, text: str) -> None:
    assert web.get("/api/works", params={"words": text[:200]}).status_code == 200
    tagged = web.patch(f"/api/works/{cat}", json={"tags": [text]})
    assert tagged.status_code == (400 if len(text) > 64 or any(ord(letter) < 32 for letter in text) else 200)
    assert web.post("/api/preview/restyle", json={"request": {"to": text}, "works": [cat]}).status_code in (200, 400)
    for field in ("model", "llm", "style"):
        assert web.post("/api/preview/imagine", json={"request": {"idea": "a", field: text}}).status_code in (400, 404)


def test_ten_megabytes_in_a_field_are_not_read(web: httpx.Client, cat: int) -> None:
    long = "x" * 10_000_000
    for method, path, body in (
        ("POST", "/api/jobs/imagine", {"request": {"idea": long}}),
        ("PATCH", f"/api/works/{cat}", {"tags": [long]}),
        ("POST", "/api/scene", {"idea": long}),
    ):
        assert code_of(web.request(method, path, json=body)) == (413, "size")
    assert code_of(web.post("/api/scene", json={"idea": "x" * 900_000}))[0] == 400


def news(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, object]]]:
    kind = ""
    for line in lines:
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield kind, json.loads(line.removeprefix("data: "))


def test_news_come_as_they_happen_and_a_job_can_be_cancelled(web: httpx.Client) -> None:
    with web.stream("GET", "/api/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "retry: 1000"
        job = web.post("/api/jobs/imagine", json={"request": {"idea": "a tree", "count": 64, "llm": "none", "size": 64}}).json()
        seen = list[str]()
        for kind, record in news(lines):
            seen.append(kind)
            if kind == "work" and seen.count("work") == 2:
                web.delete(f"/api/jobs/{job['id']}")
            if kind == "job" and record["id"] == job["id"] and record["state"] == "cancelled":
                break
    assert seen[0] == "job" and 2 <= seen.count("work") < 40
    cancelled = web.get(f"/api/jobs/{job['id']}").json()
    assert len(cancelled["results"]) == seen.count("work")
    assert code_of(web.delete("/api/jobs/99999"))[0] == 404


def test_archives_are_not_opened_before_they_are_trained_on(web: httpx.Client) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("../../evil.png", b"x")
    assert web.post("/api/archives", content=stream.getvalue()).status_code == 201
