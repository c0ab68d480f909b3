"""What a person does in a studio, with the bundled models."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganvas.ground.errors import InputError
from ganvas.ground.images import encode_png
from ganvas.service.session import Session
from ganvas.studio.studio import HOLDER, Studio, open_studio
from ganvas.studio.verbs import VERBS
from tests.studio.fakes import finished, kept


@pytest.fixture
def cats(studio: Studio) -> tuple[int, ...]:
    fields = {"idea": "a cat", "count": 2, "llm": "rules", "seed": 1, "size": 64, "style": "noto"}
    return finished(studio, studio.submit("imagine", fields)).results


def test_every_verb_makes_works_and_says_what_of(studio: Studio, cats: tuple[int, ...]) -> None:
    one, two = cats
    asked = {
        "vary": ({"count": 1, "seed": 1}, [one]),
        "mix": ({}, [one, two]),
        "walk": ({"frames": 3, "size": 64}, [one, two]),
        "recolour": ({"colours": ["#112233", "#ffeecc"]}, [one]),
        "restyle": ({"to": "twemoji"}, [one]),
        "push": ({"pushes": [{"words": ["sad face", "happy face"], "amount": 1}]}, [one]),
        "plane": ({"count": 3, "seed": 1}, [one]),
        "point": ({"right": 0.5, "seed": 1}, [one]),
        "imagine": ({"idea": "a tree", "count": 1, "llm": "none", "size": 64}, []),
        "compose": ({"idea": "calm", "bars": 1, "best_of": 1, "rounds": 1, "llm": "rules"}, []),
        "write": ({"theme": "秋夜江上", "form": "五绝", "count": 1, "candidates": 4}, []),
    }
    assert set(asked) == set(VERBS)
    for verb, (fields, works) in asked.items():
        job = finished(studio, studio.submit(verb, fields, works))
        assert job.state == "done" and job.done == job.total, (verb, job.message)
        for number in job.results:
            entry = studio.gallery.get(number)
            assert entry.parents == tuple(works) and len(studio.gallery.records(number)) == 1
            assert all(studio.files.path(name).is_file() for name in entry.files.values())
    music = studio.gallery.find("compose").works[0]
    assert next(iter(music.files)) == ".mid" and {".wav", ".png"} <= set(music.files)
    assert studio.gallery.find("walk").works[0].media == "image/webp"
    assert next(iter(studio.gallery.find("write").works[0].files)) == ".txt"


def test_the_same_job_done_again_makes_the_same_works(studio: Studio) -> None:
    job = finished(studio, studio.submit("imagine", {"idea": "a tree", "count": 2, "llm": "none", "size": 64}))
    assert isinstance(job.request["seed"], int), "a seed is drawn when it is asked for, not when it is done"
    studio.jobs.end(job.id, "interrupted")
    again = finished(studio, studio.retry(job.id))
    assert again.results == job.results and studio.gallery.find().total == 2


def test_a_job_that_cannot_be_done_says_why_and_the_next_is_done(studio: Studio) -> None:
    upload = studio.add_picture(encode_png(np.zeros((8, 8, 3), np.uint8)), name="black.png")
    bad = studio.submit("vary", {"count": 1}, [upload])
    good = studio.submit("imagine", {"idea": "a tree", "count": 1, "llm": "none", "size": 64})
    assert finished(studio, bad).state == "failed" and "from elsewhere" in studio.jobs.get(bad.id).message
    assert finished(studio, good).state == "done"


@pytest.mark.parametrize(
    ("verb", "fields", "works", "wrong"),
    [
        ("fly", {}, [], "no verb"),
        ("imagine", {"idea": ""}, [], "empty"),
        ("imagine", {"idea": "a", "count": 1000}, [], "at most"),
        ("imagine", {"idea": "a", "model": "../../etc"}, [], "plain name"),
        ("imagine", {"idea": "a", "model": "someone/model"}, [], "plain name"),
        ("imagine", {"idea": "a", "model": "nothing"}, [], "no model"),
        ("imagine", {"idea": "a", "style": "/etc/passwd"}, [], "style"),
        ("imagine", {"idea": "a", "style": "etc/passwd"}, [], "no model"),
        ("imagine", {"idea": "a", "llm": "http"}, [], "llm"),
        ("compose", {"idea": "a", "melody": "/etc/passwd"}, [], "melody"),
        ("write", {"theme": "a", "voice": "/etc"}, [], "voice"),
        ("vary", {}, [], "takes 1 works"),
        ("mix", {}, [1], "takes 2 works"),
        ("vary", {}, [99], "no such work"),
    ],
)
def test_nothing_from_outside_is_a_path_or_an_address(
    studio: Studio, verb: str, fields: dict[str, object], works: list[int], wrong: str
) -> None:
    with pytest.raises(InputError, match=wrong):
        studio.submit(verb, fields, works)
    assert studio.jobs.recent() == []


def test_words_for_a_style_are_never_looked_up_as_a_file(studio: Studio, cats: tuple[int, ...], tmp_path: Path) -> None:
    (tmp_path / "there.png").write_bytes(b"")
    answers = [
        finished(studio, studio.submit("restyle", {"to": str(tmp_path / name)}, [cats[0]])).message
        for name in ("there.png", "wrong.png")
    ]
    assert answers[0].replace("there", "wrong") == answers[1] and "there is" not in answers[0]


def test_a_picture_of_ours_is_known_again_and_others_are_written_anew(studio: Studio, cats: tuple[int, ...]) -> None:
    entry = studio.gallery.get(cats[0])
    again = studio.add_picture(studio.files.path(entry.files[".png"]).read_bytes(), name="x.png")
    assert studio.gallery.records(again) == studio.gallery.records(cats[0]) and studio.gallery.get(again).kind == "scene"
    picture = io.BytesIO()
    Image.new("RGB", (10, 6), "red").save(picture, format="JPEG", comment=b"<script>alert(1)</script>")
    other = studio.gallery.get(studio.add_picture(picture.getvalue(), name="<script>\n.jpg"))
    content = studio.files.path(other.files[".png"]).read_bytes()
    assert (other.kind, other.width, other.height) == ("upload", 10, 6) and b"script" not in content and "\n" not in other.idea
    with pytest.raises(InputError):
        studio.add_picture(b"<svg onload=alert(1)>", name="a.png")


def test_a_preview_keeps_nothing(studio: Studio, cats: tuple[int, ...]) -> None:
    before = studio.gallery.find().total
    assert studio.preview("mix", {"at": [0.3]}, cats).pixels.shape == (64, 64, 3)
    assert studio.gallery.find().total == before
    with pytest.raises(InputError, match="no preview"):
        studio.preview("walk", {"frames": 2}, cats)


def test_the_second_worker_of_a_folder_is_told_who_holds_it(tmp_path: Path, session: Session) -> None:
    with open_studio(tmp_path, session=session, address="http://127.0.0.1:1/"):
        with pytest.raises(InputError, match=r"process \d+ since .* http://127\.0\.0\.1:1/"), open_studio(tmp_path):
            pass
        (tmp_path / HOLDER).write_text(json.dumps(["odd"]), encoding="utf-8")
        with pytest.raises(InputError, match="another studio works here"), open_studio(tmp_path):
            pass
    with open_studio(tmp_path, session=session) as studio:
        studio.gallery.add(kept("a"))
    assert not (tmp_path / HOLDER).exists()
