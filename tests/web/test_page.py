"""The page's files: what a browser is not needed for. tests/proof/test_studio_page.py walks through it in one."""

import json
import re
from importlib.resources import files

import httpx
import pytest

from ganvas.studio.studio import Studio
from ganvas.studio.verbs import VERBS

PAGE = files("ganvas.web") / "page"
MODULES = sorted(one.name for one in PAGE.iterdir() if one.name.endswith(".js"))
TEXTS = {name: (PAGE / name).read_text(encoding="utf-8") for name in [*MODULES, "index.html", "style.css"]}


def test_every_file_is_sent_under_a_strict_policy(web: httpx.Client) -> None:
    for name in [*TEXTS, "icon.svg"]:
        answer = web.get(f"/page/{name}")
        assert answer.status_code == 200 and answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src 'self'" in policy
    assert web.get("/").text == TEXTS["index.html"]


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_is_read_as_markup_or_fetched_from_elsewhere(name: str) -> None:
    text = TEXTS[name]
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "style=",
        "javascript:",
    ):
        assert forbidden not in text
    assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text)
    assert not re.search(r"<script(?![^>]*src=)", text) and not re.search(r"\son\w+=", text if name == "index.html" else "")


def test_modules_import_only_each_other() -> None:
    wanted = {one for name in MODULES for one in re.findall(r'(?:from|import) "([^"]+)"', TEXTS[name])}
    assert wanted <= {f"/page/{name}" for name in MODULES}
    assert {f"/page/{name}" for name in MODULES} - wanted == {"/page/app.js"}


def test_everything_is_said_in_two_languages() -> None:
    lines = TEXTS["words.js"].partition("const WORDS = {")[2].partition("\n};")[0]
    pairs = re.findall(r'\[((?:"[^"]*"(?:, )?)+)\]', lines)
    assert len(pairs) > 150 and all(len(json.loads(f"[{pair}]")) == 2 for pair in pairs)
    for name in VERBS:
        assert re.search(rf"\b{name}: \[", lines), f"the page has no word for {name}"
    asked = {key for name in MODULES for key in re.findall(r'\bt\("([a-zA-Z.]+)"\)', TEXTS[name])}
    top = set(re.findall(r"(?:^|[ {])([a-zA-Z]+): [\[{]", lines))
    assert not {key.split(".")[0] for key in asked} - top


def test_a_verb_that_the_page_does_not_know_has_all_that_a_form_needs(web: httpx.Client, behind: Studio) -> None:
    for one in web.get("/api/about").json()["verbs"]:
        assert one["slot"] in ("make", "explore") and "properties" in one["fields"]
    assert behind.verbs()


def test_files_are_small() -> None:
    assert sum(len(text.encode()) for text in TEXTS.values()) < 120_000
    assert max(text.count("\n") for name, text in TEXTS.items()) <= 350
