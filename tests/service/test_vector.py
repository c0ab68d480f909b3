"""Works as SVG: layered groups on their ground, the picture again when rasterised, and read back as what made them."""

import io
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganvas.ground.errors import InputError
from ganvas.ground.images import lay_over
from ganvas.pipelines import image
from ganvas.service.session import SESSION
from ganvas.service.vector import draw_svg, page_of, svg_of
from ganvas.store.folder import read_work, read_works, save_svg
from ganvas.vocabulary.brief import Brief, Element
from ganvas.vocabulary.provenance import SceneProvenance
from ganvas.vocabulary.work import Work
from tests.pipelines.fakes import FakeEncoder, write_model, write_painter
from tests.service.fakes import imagine, replay

SVG = "{http://www.w3.org/2000/svg}"
PAIR = Brief(
    elements=(Element(caption="cat & <dog>", place="left", size="medium"), Element(caption="robot", place="right", size="small")),
    background="sand",
)


@pytest.fixture
def painter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    return str(write_painter(tmp_path / "painter", encode=FakeEncoder().encode))


def drawn(painter: str, **changes: object) -> Work:
    (work,), _ = imagine("a cat, a robot", model=painter, count=1, seed=2, brief=PAIR, **changes)  # pyright: ignore
    return work


def save(path: Path, works: list[Work], *, model: str) -> Path:
    """Draw works as shapes and save them."""
    return save_svg(path, draw_svg([work.provenance for work in works], model=model))


def rendered(path: Path) -> np.ndarray:
    resvg = pytest.importorskip("resvg_py")
    content = resvg.svg_to_bytes(svg_string=path.read_text(encoding="utf-8"))
    return lay_over(np.asarray(Image.open(io.BytesIO(bytes(content))).convert("RGBA")))


@pytest.mark.parametrize("changes", [{}, {"transparent": True}, {"size": 128}])
def test_a_scene_is_a_group_an_element_on_its_ground(changes: dict[str, object], painter: str, tmp_path: Path) -> None:
    work = drawn(painter, **changes)
    assert isinstance(work.provenance, SceneProvenance)
    path = save(tmp_path / "x.svg", [work], model=painter)
    root = ET.parse(path).getroot()
    side = str(work.provenance.size)
    assert (root.get("width"), root.get("viewBox")) == (side, f"0 0 {side} {side}")
    groups = root.findall(f"{SVG}g")
    assert sorted(group.findtext(f"{SVG}title", "") for group in groups) == ["cat & <dog>", "robot"]
    assert all(group.findall(f"{SVG}path") for group in groups)
    assert len(root.findall(f"{SVG}rect")) == (0 if changes.get("transparent") else 1)
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    assert np.abs(rendered(path).astype(float) - lay_over(work.pixels)).mean() < 6


def test_what_an_svg_says_draws_the_work_again(painter: str, tmp_path: Path) -> None:
    work = drawn(painter)
    path = save(tmp_path / "x.svg", [work], model=painter)
    assert read_work(str(path)) == work.provenance
    np.testing.assert_array_equal(replay(read_work(str(path)), model=painter).pixels, work.pixels)
    assert save(tmp_path / "again.svg", [work], model=painter).read_bytes() == path.read_bytes()
    (tmp_path / "other.svg").write_text("<svg/>", encoding="utf-8")
    assert read_works(tmp_path / "other.svg") == []


def test_what_was_chosen_is_what_is_traced(painter: str) -> None:
    """The latents of the kept proposals, and not of the first ones."""
    pipeline = SESSION.open_pipeline(painter)
    made = drawn(painter).provenance
    assert isinstance(made, SceneProvenance)
    first, second = (page_of(made.model_copy(update={"kept": kept}), pipeline, within="w0") for kept in ((0, 0), (3, 0)))
    assert first == page_of(made, pipeline, within="w0") and first != second


def test_several_works_are_a_sheet(painter: str, tmp_path: Path) -> None:
    works, _ = imagine("a cat", model=painter, count=5, seed=1, llm="rules")
    path = save(tmp_path / "sheet.svg", works, model=painter)
    root = ET.parse(path).getroot()
    assert len(root.findall(f"{SVG}svg")) == 5 and root.get("viewBox") == "0 0 1044 524"
    assert [one.number for one in read_works(path)] == [0, 1, 2, 3, 4] and read_work(f"{path}#4").number == 3
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))


def test_an_opaque_picture_fills_its_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    model = str(write_painter(tmp_path / "opaque", encode=FakeEncoder().encode, channels=3))
    (work,), _ = imagine("a cat", model=model, count=1, seed=2, llm="rules")
    path = save(tmp_path / "x.svg", [work], model=model)
    assert work.pixels.shape == (256, 256, 3) and rendered(path).shape == (256, 256, 3)
    assert np.abs(rendered(path).astype(float) - work.pixels).mean() < 8


def test_what_has_no_regions_is_refused(painter: str, tmp_path: Path) -> None:
    plain = str(write_model(tmp_path / "plain"))
    (work,), _ = imagine("x", model=plain, count=1, llm="none")
    with pytest.raises(InputError, match="paints from no palette"):
        save(tmp_path / "x.svg", [work], model=plain)
    assert not (tmp_path / "x.svg").exists()


def test_words_are_escaped(painter: str) -> None:
    made = drawn(painter).provenance
    assert isinstance(made, SceneProvenance)
    page = page_of(made, SESSION.open_pipeline(painter), within="a")
    assert svg_of([page], title="<&>", about='"&<').count("&lt;") == 3
