"""The x4 stage against Lanczos and against the same network trained with L1 alone: held-out families, true renderings, pixels.

It needs what the recipes made: `ganvas data emoji-four -o data/emoji-256 --size 256`, and `ganvas
train recipes/emoji-x4-l1.toml` for the arm that is not bundled. Lite2, which nothing was trained
against, looks at the four quarters of each picture, 128 px, as they are: `scoring.features.extract_features`
brings every picture to 64 px first, so that none is known by the sharpness that is asked about
here.
"""

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganvas.data.cache import Pictures, open_pictures
from ganvas.ground.images import lay_over, make_sheet, premultiply, save_png, unpremultiply
from ganvas.models.session import GraphSession
from ganvas.pipelines.enlarge import Enlarger
from ganvas.pipelines.registry import open_model
from ganvas.scoring import features
from ganvas.scoring.scores import kid, unit

pytestmark = pytest.mark.proof
DATA = Path(os.environ.get("GANVAS_EMOJI_256", "data/emoji-256"))
L1 = Path(os.environ.get("GANVAS_EMOJI_X4_L1", "runs/emoji-x4-l1/model"))
COUNT = 240
Rows = dict[str, np.ndarray]


def resampled(small: np.ndarray, how: Image.Resampling) -> np.ndarray:
    """Enlarge straight RGBA (N, 64, 64, 4) with premultiplied colour, each channel as floats, so that nothing wraps round."""
    planes = premultiply(small) / 2 + 0.5
    large = [[np.asarray(Image.fromarray(plane).resize((256, 256), how)) for plane in picture] for picture in planes]
    return unpremultiply(np.array(large) * 2 - 1, clear=0.0, solid=1.0)


def reduced(large: np.ndarray) -> np.ndarray:
    """Make straight RGBA a quarter as large, by the mean of premultiplied pixels."""
    x = premultiply(large)
    return unpremultiply(x.reshape(*x.shape[:2], 64, 4, 64, 4).mean(axis=(3, 5)), clear=0.0, solid=1.0)


def quarters(pixels: np.ndarray) -> np.ndarray:
    """Cut (N, 256, 256, 4) into (4 N, 128, 128, 4)."""
    return np.concatenate([pixels[:, top : top + 128, left : left + 128] for top in (0, 128) for left in (0, 128)])


def extract_features(pixels: np.ndarray) -> np.ndarray:
    """Return Lite2's features of pictures of 128 px over white, as they are: (N, 1280)."""
    session, found = features._session(), []
    for start in range(0, len(pixels), 16):
        given = (lay_over(pixels[start : start + 16]).astype(np.float32) / 127.5 - 1).transpose(0, 3, 1, 2)
        found += session.run(["features/flat"], {"pixels": np.ascontiguousarray(given)})
    return np.concatenate(found)


def opened(model: str | Path) -> Enlarger:
    enlarger = open_model(model)
    assert isinstance(enlarger, Enlarger)
    return enlarger


@pytest.fixture(scope="module")
def held_out() -> np.ndarray:
    """Pictures of families that nothing was trained on, evenly taken, (COUNT, 256, 256, 4)."""
    if not DATA.is_dir():
        pytest.skip(f"{DATA} is not there: ganvas data emoji-four -o data/emoji-256 --size 256, or name it in GANVAS_EMOJI_256")
    pictures: Pictures = open_pictures(DATA, size=256, channels=4)
    chosen = pictures.select("held out family")
    return pictures.images[chosen[np.linspace(0, len(chosen) - 1, min(COUNT, len(chosen))).astype(int)]]


@pytest.fixture(scope="module")
def rows(held_out: np.ndarray) -> Rows:
    if not L1.is_dir():
        pytest.skip(f"{L1} is not there: ganvas train recipes/emoji-x4-l1.toml, or name it in GANVAS_EMOJI_X4_L1")
    small = reduced(held_out)
    return {
        "nearest": resampled(small, Image.Resampling.NEAREST),
        "Lanczos": resampled(small, Image.Resampling.LANCZOS),
        "L1 alone": opened(L1)(small),
        "emoji-x4": opened("emoji-x4")(small),
    }


def test_it_is_nearer_to_the_true_renderings(
    held_out: np.ndarray, rows: Rows, record_property: Callable[[str, object], None]
) -> None:
    truth = extract_features(quarters(held_out))
    kids: dict[str, float] = {}
    apart: dict[str, float] = {}
    for name, pixels in rows.items():
        seen = extract_features(quarters(pixels))
        kids[name] = kid(seen, truth).value
        apart[name] = float(np.linalg.norm(unit(seen) - unit(truth), axis=1).mean())
        absolute = float(np.abs(premultiply(pixels) - premultiply(held_out)).mean() / 2)
        what = f"n = {len(held_out)} of held-out families, Lite2 on quarters of 128 px"
        record_property(f"x4, {name}, KID ({what})", f"{kids[name]:.4f}")
        record_property(f"x4, {name}, feature distance ({what})", f"{apart[name]:.4f}")
        record_property(f"x4, {name}, mean absolute error (premultiplied, of 1)", f"{absolute:.4f}")
    assert kids["emoji-x4"] < min(kids["Lanczos"], kids["L1 alone"])
    assert apart["emoji-x4"] < min(apart["Lanczos"], apart["L1 alone"])


@pytest.mark.parametrize("threads", [1, 2])
def test_a_picture_takes_little_time(threads: int, record_property: Callable[[str, object], None]) -> None:
    enlarger = opened("emoji-x4")
    enlarger._sessions["enlarge.onnx"] = GraphSession(enlarger.graphs["enlarge.onnx"], where="", threads=threads)
    picture = np.full((1, 64, 64, 4), 128, dtype=np.uint8)
    taken: list[float] = []
    for _ in range(30):
        began = time.perf_counter()
        enlarger(picture)
        taken.append(1000 * (time.perf_counter() - began))
    record_property(f"x4, one picture of 64 px, {threads} thread(s), ms", f"{statistics.median(taken[5:]):.1f}")
    if threads == 2:
        assert statistics.median(taken[5:]) <= 40


def test_the_sheet(held_out: np.ndarray, rows: Rows, tmp_path: Path) -> None:
    """16 held-out pictures, evenly taken: input, Lanczos, L1 alone, emoji-x4, truth. Kept as docs/pictures/emoji-x4.png."""
    chosen = np.linspace(0, len(held_out) - 1, 16).astype(int)
    columns = [rows["nearest"], rows["Lanczos"], rows["L1 alone"], rows["emoji-x4"], held_out]
    halves = (chosen[:8], chosen[8:])
    page = [column[number] for pair in zip(*halves, strict=True) for number in pair for column in columns]
    save_png(Path(os.environ.get("GANVAS_SHEET", tmp_path / "emoji-x4.png")), make_sheet(page, columns=10))
