"""Which colour each surface gets: like its own, unless it would be lost; alpha stays."""

import numpy as np

from ganvas.ground.palette import Painting
from ganvas.pipelines.recolour import recolour_paintings, recolour_pixels
from ganvas.vocabulary.steps import Recolour


def painting(*colours: tuple[int, int, int]) -> Painting:
    """Vertical stripes of opaque colours with a clear one first."""
    entries = len(colours) + 1
    logits = np.full((entries, 8, 4 * entries), -20, dtype=np.float32)
    for number in range(entries):
        logits[number, :, 4 * number : 4 * number + 4] = 20
    palette = np.array([[-1, -1, -1, -1], *([*(np.array(one) / 127.5 - 1), 1] for one in colours)], dtype=np.float32)
    return Painting(logits, palette, np.full((4, 8, 4 * entries), 0.1, dtype=np.float32))


def colours_of(painted: Painting) -> list[tuple[int, ...]]:
    return [tuple(np.rint((entry[:3] + 1) * 127.5).astype(int)) for entry in painted.palette[1:]]


def test_a_surface_takes_the_colour_that_is_like_its_own() -> None:
    step = Recolour(colours=("#0000ff", "#ffff00", "#ff0000"))
    (found,), ground = recolour_paintings([painting((200, 20, 20), (230, 220, 60))], [1.0], None, step)
    assert colours_of(found) == [(255, 0, 0), (255, 255, 0)] and ground is None
    assert found.palette[0, 3] == -1 and (found.shading == 0).all()


def test_neighbours_that_were_told_apart_stay_so() -> None:
    step = Recolour(colours=("#101060", "#8080f0"))
    (found,), _ = recolour_paintings([painting((250, 200, 40), (60, 40, 20), (250, 200, 40))], [1.0], None, step)
    first, second, third = colours_of(found)
    assert first != second and second != third


def test_in_order_the_largest_surface_gets_the_first_colour() -> None:
    step = Recolour(colours=("#010203", "#040506", "#070809"), by="order")
    wide = painting((200, 0, 0), (200, 4, 0), (0, 200, 0))  # two stripes of red are one surface
    (found,), ground = recolour_paintings([wide], [1.0], np.array([255.0, 255.0, 255.0]), step)
    assert colours_of(found) == [(1, 2, 3), (1, 2, 3), (4, 5, 6)] or colours_of(found)[0] == (1, 2, 3)
    assert ground is not None and tuple(ground) in ((4, 5, 6), (7, 8, 9))


def test_pixels_keep_their_alpha_and_get_no_other_colours() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (20, 30, 4)).astype(np.uint8)
    found = recolour_pixels(pixels, Recolour(colours=("#000000", "#ffffff", "#ff0000")))
    np.testing.assert_array_equal(found[..., 3], pixels[..., 3])
    assert {tuple(one) for one in found[..., :3].reshape(-1, 3).tolist()} <= {(0, 0, 0), (255, 255, 255), (255, 0, 0)}
    clear = np.zeros((4, 4, 4), dtype=np.uint8)
    assert recolour_pixels(clear, Recolour(colours=("#000000", "#ffffff"))) is clear
