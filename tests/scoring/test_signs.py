"""Signs of a usable model: each harm that is done to pictures shows in its own sign, and an honest other half shows in none."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from ganvas.ground.seeds import stream
from ganvas.scoring.signs import Signs, measure_signs
from ganvas.scoring.verdict import judge

COUNT = 24
CLASSES = [("round", "square", "cross")[number % 3] for number in range(COUNT)]


def icon(number: int) -> np.ndarray:
    """A shape of its class, of its own place, size and colours: uint8 (64, 64, 3)."""
    chance = stream(number, "icon")
    x, y, side = (int(value) for value in 4 + chance.integers(14, 3))
    picture = Image.new("RGB", (64, 64), tuple((180 + chance.integers(70, 3)).tolist()))
    draw, colour = ImageDraw.Draw(picture), tuple(chance.integers(150, 3).tolist())
    box = (x, y, x + 18 + 2 * side // 2, y + 18 + 2 * side // 2)
    if number % 3 == 0:
        draw.ellipse(box, fill=colour)
    elif number % 3 == 1:
        draw.rectangle(box, fill=colour)
    else:
        draw.line((*box[:2], *box[2:]), fill=colour, width=6)
        draw.line((box[0], box[3], box[2], box[1]), fill=colour, width=6)
    return np.asarray(picture)


PICTURES = np.stack([icon(number) for number in range(COUNT)])


def blurred(pictures: np.ndarray) -> np.ndarray:
    return np.stack([np.asarray(Image.fromarray(one).filter(ImageFilter.GaussianBlur(4))) for one in pictures])


def noisy(pictures: np.ndarray) -> np.ndarray:
    return np.clip(pictures + 25 * stream(0, "noise").normal(pictures.shape), 0, 255).astype(np.uint8)


def one_a_class(pictures: np.ndarray) -> np.ndarray:
    return pictures[np.arange(COUNT) % 3]


def wrong_class(pictures: np.ndarray) -> np.ndarray:
    return np.roll(pictures, 1, axis=0)


def copies(pictures: np.ndarray) -> np.ndarray:
    return pictures


def another_half(_pictures: np.ndarray) -> np.ndarray:
    return np.stack([icon(number) for number in range(300, 300 + COUNT)])


def signs_of(harm: Callable[[np.ndarray], np.ndarray]) -> Signs:
    return measure_signs(harm(PICTURES), PICTURES, CLASSES)


@pytest.mark.parametrize(
    ("harm", "shows"),
    [
        (copies, lambda signs: signs.copied == 1 and signs.distance == 0 and signs.recall == 1 and signs.recognised == 1),
        (another_half, lambda signs: signs.copied < 0.5 and signs.distance < 0.2 and signs.soft + signs.rough < 0.2),
        (blurred, lambda signs: signs.soft > 0.8 and signs.distance > 0.3),
        (noisy, lambda signs: signs.rough > 0.8 and signs.soft == 0),
        (one_a_class, lambda signs: all(spread < 0.01 for _, spread in signs.classes) and signs.spread > 0.4),
        (wrong_class, lambda signs: signs.recognised == 0 and signs.distance == 0),
    ],
)  # fmt: skip
def test_each_harm_shows_in_its_own_sign(harm: Callable[[np.ndarray], np.ndarray], shows: Callable[[Signs], bool]) -> None:
    signs = signs_of(harm)
    assert signs.count == COUNT and [name for name, _ in signs.classes] == ["cross", "round", "square"]
    assert shows(signs), signs


@pytest.mark.parametrize(
    ("harm", "answer"),
    [(copies, "yes"), (another_half, "yes"), (blurred, "no"), (noisy, "no"), (one_a_class, "no"), (wrong_class, "no")],
)  # fmt: skip
def test_what_is_harmed_is_not_called_usable(harm: Callable[[np.ndarray], np.ndarray], answer: str) -> None:
    assert judge(signs_of(harm)).answer == answer


def test_pictures_without_classes_have_no_signs_of_them() -> None:
    signs = measure_signs(PICTURES, PICTURES, [None] * COUNT)
    assert signs.classes == () and signs.recognised is None


def test_what_is_clear_is_laid_over_white() -> None:
    clear = np.concatenate([PICTURES, np.full((COUNT, 64, 64, 1), 255, dtype=np.uint8)], axis=3)
    assert measure_signs(clear, PICTURES, [None] * COUNT).distance == pytest.approx(0, abs=0.02)
