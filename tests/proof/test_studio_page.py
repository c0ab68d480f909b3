"""The studio's page in a real headless browser: everything that a person does on it, by mouse, by keyboard, on a phone."""

import io
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ganvas.data.sets import make_set
from tests.proof.studio import axe, browser, studio

pytestmark = pytest.mark.proof
Record = Callable[[str, object], None]
PATIENCE = 120_000
"""Milliseconds: this machine may be busy."""
EXPECTED = ("net::ERR_ABORTED",)
"""What the browser says of pictures that it no longer needs."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with studio(tmp_path_factory.mktemp("page"), "--demo") as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as started:
        yield started


class Visit:
    """A page, and all that went wrong on it."""

    def __init__(self, chromium: Any, address: str, **context: Any) -> None:
        self.wrong: list[str] = []
        self.context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en", **context})
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda message: self.wrong.append(message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("requestfailed", lambda request: None if request.failure in EXPECTED else self.wrong.append(request.url))
        self.page.on(
            "request",
            lambda request: None if request.url.startswith((address, "blob:", "data:")) else self.wrong.append(request.url),
        )
        self.page.goto(address)
        self.page.wait_for_selector(".tile img")

    def total(self) -> int:
        return int(self.page.inner_text(".count").split()[0].replace(",", ""))

    def until(self, total: int) -> None:
        """Wait until there are so many works."""
        self.page.wait_for_function(
            "total => parseInt(document.querySelector('.count').textContent.replace(',', '')) >= total", arg=total
        )

    def open(self, kind: str = "scene") -> None:
        self.page.locator(f".tile[data-kind={kind}] .open").first.click()
        self.page.wait_for_selector(".work .acts")

    def close(self) -> None:
        while self.page.locator("dialog[open]").count():
            self.page.keyboard.press("Escape")

    def end(self) -> None:
        self.context.close()
        assert self.wrong == []


@pytest.fixture
def visit(chromium: Any, address: str) -> Iterator[Visit]:
    made = Visit(chromium, address)
    yield made
    made.end()


@pytest.mark.parametrize("idea", ["a red apple", "一只红苹果"])
def test_an_idea_becomes_pictures_one_by_one(visit: Visit, idea: str, record_property: Record) -> None:
    before, page = visit.total(), visit.page
    page.fill("#idea", idea)
    began = time.monotonic()
    page.keyboard.press("Enter")
    visit.until(before + 1)
    record_property(f"seconds from Enter to the first picture, {idea}", round(time.monotonic() - began, 2))
    assert visit.total() < before + 8 or time.monotonic() - began > 1, "they come one by one"
    visit.until(before + 8)
    assert page.locator(".tile .open").first.get_attribute("aria-label").startswith(idea)


def test_the_scene_is_changed_before_it_is_drawn(visit: Visit) -> None:
    before, page = visit.total(), visit.page
    page.fill("#idea", "a cat and a dog in a forest")
    page.get_by_text("Scene first").click()
    page.wait_for_selector(".stage .drawn[src]")
    assert page.locator(".element").count() == 2
    box = page.locator(".element").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    stage = page.locator(".stage").bounding_box()
    page.mouse.move(stage["x"] + 40, stage["y"] + 40, steps=6)
    page.mouse.up()
    page.wait_for_selector(".element.chosen[aria-label*='top left']")
    page.keyboard.press("-")
    page.wait_for_selector(".element.chosen:not([aria-label*='full'])")
    page.locator(".panel input[type=text]").fill("penguin")
    page.keyboard.press("Tab")
    page.wait_for_selector(".element[aria-label*='penguin']")
    page.locator(".element").nth(1).focus()
    page.keyboard.press("Delete")
    page.wait_for_function("() => document.querySelectorAll('.element').length === 1")
    page.get_by_text("Keep it").click()
    visit.until(before + 1)


def test_the_scene_of_a_drawn_work_is_changed(visit: Visit) -> None:
    before, page = visit.total(), visit.page
    visit.open()
    page.click("[data-verb=scene]")
    page.wait_for_selector(".stage .drawn[src]")
    page.locator(".whole select").first.select_option("desert")
    page.locator(".stage:not(.busy)").wait_for()
    page.get_by_text("Keep it").click()
    visit.until(before + 1)


@pytest.mark.parametrize("verb", ["vary", "point", "push", "recolour", "restyle", "plane"])
def test_a_work_leads_to_others(visit: Visit, verb: str) -> None:
    before, page = visit.total(), visit.page
    visit.open()
    page.click(f"[data-verb={verb}]")
    if verb == "push":
        page.locator(".directions input").first.fill("2")
    if verb == "point":
        pad = page.locator(".pad").bounding_box()
        page.mouse.move(pad["x"] + 100, pad["y"] + 100)
        page.mouse.down()
        page.mouse.move(pad["x"] + 170, pad["y"] + 30, steps=5)
        page.mouse.up()
    if verb == "recolour":
        page.locator(".pickers input").first.fill("#aa0044")
    if verb not in ("vary", "plane"):
        page.wait_for_function("() => document.querySelector('.shown').src.startsWith('blob:')")
    page.locator(".tool-place .primary").click()
    visit.until(before + 1)
    visit.close()
    page.wait_for_function("() => !document.querySelector('.job.running, .job.queued')")
    visit.open({"point": "plane", "plane": "plane"}.get(verb, verb))
    assert page.locator(".lineage .face").count() >= 1, "it says what it was made of"


def test_two_works_are_mixed_and_walked_past(visit: Visit) -> None:
    before, page = visit.total(), visit.page
    page.fill("#search", "heart")
    page.wait_for_function("() => document.querySelectorAll('.tile[data-kind=scene]').length === 2")
    for place in (0, 1):
        tile = page.locator(".tile[data-kind=scene]").nth(place)
        tile.hover()
        tile.locator(".corner-right").click()
    page.fill("#search", "")
    visit.until(before)
    page.locator("#tray").get_by_text("Mix").click()
    page.wait_for_function("() => document.querySelector('.shown').src.startsWith('blob:')")
    page.locator(".keep").click()
    visit.until(before + 1)
    visit.close()
    page.locator("#tray").get_by_text("Walk").click()
    page.locator("dialog select").select_option("64")
    page.locator("dialog .primary").click()
    visit.until(before + 2)
    page.wait_for_selector(".tile[data-kind=walk]")


def test_works_are_favoured_found_deleted_and_had_back(visit: Visit) -> None:
    page, total = visit.page, visit.total()
    page.fill("#search", "castle")
    page.wait_for_function("() => document.querySelector('.count').textContent.startsWith('2 ')")
    visit.open()
    page.locator(".work .acts .sign").first.click()
    page.wait_for_selector(".work [aria-pressed=true]")
    page.locator(".work input[type=text]").last.fill("for grandmother, 生日")
    page.keyboard.press("Tab")
    visit.close()
    page.fill("#search", "生日")
    page.wait_for_function("() => document.querySelector('.count').textContent.startsWith('1 ')")
    page.locator(".tile .open").first.focus()
    page.keyboard.press("Delete")
    page.wait_for_selector(".empty:not([hidden])")
    page.locator(".toast .link").click()
    page.fill("#search", "")
    page.get_by_text("Favourites").click()
    page.wait_for_function("() => document.querySelector('.count').textContent.startsWith('1 ')")
    page.get_by_role("button", name="All", exact=True).click()
    visit.until(total)


def dropped(page: Any, name: str, content: bytes, kind: str) -> None:
    """Drop a file on the page."""
    code = """([name, numbers, type]) => {
        const carried = new DataTransfer();
        carried.items.add(new File([new Uint8Array(numbers)], name, { type }));
        const told = { dataTransfer: carried, bubbles: true, cancelable: true };
        for (const event of ["dragenter", "drop"]) dispatchEvent(new DragEvent(event, told));
    }"""
    page.evaluate(code, [name, list(content), kind])


def test_a_picture_that_is_dropped_says_how_it_was_made_or_is_restyled(visit: Visit, address: str) -> None:
    page = visit.page
    name = page.evaluate(
        "fetch('/api/works?words=castle').then(answer => answer.json()).then(found => found.works[0].files['.png'])"
    )
    content = page.request.get(f"{address}/files/{name}").body()
    dropped(page, "again.png", content, "image/png")
    page.wait_for_selector(".said")
    assert "castle" in page.inner_text("dl") and "Ganvas made this" in page.inner_text(".said")
    visit.close()
    stream = io.BytesIO()
    Image.new("RGB", (80, 60), "teal").save(stream, format="JPEG")
    dropped(page, "photo.jpg", stream.getvalue(), "image/jpeg")
    page.wait_for_selector(".said")
    page.click("[data-verb=restyle]")
    page.wait_for_function("() => document.querySelector('.shown').src.startsWith('blob:')")
    before = visit.total()
    page.locator(".tool-place .primary").click()
    visit.until(before + 1)


def test_music_is_composed_heard_and_read(visit: Visit) -> None:
    before, page = visit.total(), visit.page
    page.get_by_role("radio", name="Music").click()
    page.fill("#idea", "a calm morning")
    page.click("#go")
    visit.until(before + 1)
    visit.open("compose")
    assert page.evaluate("document.querySelector('audio').src")
    page.wait_for_selector(".score")
    page.wait_for_function(
        "() => document.querySelector('.score').naturalWidth > 0 && document.querySelector('audio').readyState >= 1"
    )


def test_a_job_is_cancelled(visit: Visit) -> None:
    page = visit.page
    page.get_by_text("Options").click()
    page.locator(".drawer .field:has-text('How many') input").fill("64")
    page.fill("#idea", "a house")
    page.click("#go")
    page.locator(".job.running button").click()
    page.wait_for_function("() => !document.querySelector('.job')")
    assert visit.total() < 150


def test_it_works_by_keyboard_alone(visit: Visit) -> None:
    before, page = visit.total(), visit.page
    page.keyboard.type("a green tree")
    page.keyboard.press("Enter")
    visit.until(before + 8)
    page.keyboard.press("Tab")
    page.locator(".tile .open").first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "Home", "f", "p", "ArrowRight", "p"):
        page.keyboard.press(key)
        page.wait_for_timeout(150)
    assert page.locator("#tray .face").count() == 2
    page.keyboard.press("Enter")
    page.wait_for_selector(".work .tabs")
    assert page.evaluate("document.querySelector('dialog').contains(document.activeElement)")
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.activeElement.classList.contains('open')")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious(
    chromium: Any, address: str, tmp_path: Path, scheme: str, width: int, record_property: Record
) -> None:
    visit = Visit(
        chromium, address, viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce"
    )
    page, program = visit.page, axe(tmp_path)
    page.evaluate(program)
    check = """() => axe.run().then(found => found.violations
        .filter(one => ['serious', 'critical'].includes(one.impact))
        .map(one => [one.id, one.nodes[0].html, one.nodes[0].failureSummary]))"""
    found = page.evaluate(check)
    page.get_by_text("Options").click()
    found += page.evaluate(check)
    visit.open()
    for verb in ("point", "recolour", "restyle"):
        page.click(f"[data-verb={verb}]")
        page.wait_for_timeout(300)
        found += page.evaluate(check)
    page.click("[data-verb=scene]")
    page.wait_for_selector(".stage .drawn[src]")
    found += page.evaluate(check)
    record_property(f"serious violations, {scheme}, {width}", len(found))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visit.context.close()
    assert found == []


def test_a_model_is_trained_on_a_zip_of_sixty_pictures(visit: Visit, tmp_path: Path) -> None:
    make_set("shapes", tmp_path / "data", size=32, count=60)
    with zipfile.ZipFile(tmp_path / "shapes.zip", "w") as archive:
        for path in sorted((tmp_path / "data").rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(tmp_path / "data").as_posix())
    page = visit.page
    page.get_by_role("button", name="Train").click()
    page.locator("dialog input[type=file]").set_input_files(str(tmp_path / "shapes.zip"))
    page.locator("dialog input[type=range]").fill("1")
    page.get_by_text("Begin").click()
    page.wait_for_selector(".training .sheet", timeout=600_000)
    assert page.evaluate("document.querySelector('.training .sheet').naturalWidth || true")
    page.wait_for_selector(".training[data-state=done]", timeout=900_000)
    page.get_by_text("Draw with it").click()
    before = visit.total()
    page.fill("#idea", "a red circle")
    page.click("#go")
    visit.until(before + 1)
