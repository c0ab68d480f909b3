"""StylePalettes of colours: the flat colours of pictures are found to the bit, and others exchanged for the nearest of them."""

import numpy as np
import torch

from ganvas.ground.seeds import stream
from ganvas.training.networks.palette import UNREACHABLE, StylePalettes, fit_palette
from ganvas.training.networks.restyler import Restyler
from tests.training.tasks.restyle.test_task import BOXED, recipe, task

FLAT = np.array([[255, 204, 77], [59, 136, 195], [221, 46, 68]], dtype=np.uint8)


def drawings(count: int = 12, side: int = 16) -> np.ndarray:
    """Pictures in three flat colours on nothing, with a few strays."""
    numbers = stream(0, "drawings")
    chosen = numbers.integers(3, (count, side, side))
    pixels = np.concatenate([FLAT[chosen], np.full((count, side, side, 1), 255, np.uint8)], axis=3)
    pixels[:, : side // 4] = 0
    stray = numbers.uniform((count, side, side)) < 0.02
    pixels[stray, :3] = numbers.integers(256, (int(stray.sum()), 3))
    return pixels


def boxes(styles: int = 1) -> StylePalettes:
    made = StylePalettes(3, styles=styles)
    for style in range(styles):
        made.fit(style, FLAT.astype(np.float32) / 255)
    return made


def found(pictures: np.ndarray, count: int) -> np.ndarray:
    """The box of all of some pictures."""
    return fit_palette(pictures, np.arange(len(pictures)), stream(1, "box"), count=count)


def test_flat_colours_are_found_and_what_is_clear_is_none() -> None:
    box = found(drawings(), 3) * 255
    apart = np.linalg.norm(box[:, None] - FLAT[None].astype(np.float32), axis=2)
    assert sorted(apart.argmin(axis=1)) == [0, 1, 2] and apart.min(axis=1).max() < 0.01, "to the bit, strays or not"
    np.testing.assert_array_equal(box, found(drawings(), 3) * 255)
    more = found(drawings()[..., :3][:, 8:], 40)
    assert more.shape == (40, 3) and np.isfinite(more).all()
    assert (found(np.zeros((2, 4, 4, 4), np.uint8), 3) == UNREACHABLE).all(), "nothing is drawn"


def test_a_style_with_shading_has_more_colours_than_a_flat_one() -> None:
    shades = np.repeat(np.linspace(0, 255, 256).astype(np.uint8), 16).reshape(1, 64, 64, 1)
    few, many = ((found(pictures, 64)[:, 0] != UNREACHABLE).sum() for pictures in (drawings()[..., :3], shades.repeat(3, axis=3)))
    assert few <= 16 and many == 16, "grey alone is held by sixteen"
    smooth = stream(0, "smooth").integers(256, (20, 16, 16, 3)).astype(np.uint8)
    assert (found(smooth, 64)[:, 0] != UNREACHABLE).sum() == 64


def test_a_colour_becomes_the_nearest_of_the_box_and_far_ones_stay() -> None:
    near = torch.tensor([[250.0, 200, 90], [70, 130, 190], [0, 255, 0]]) / 255 * 2 - 1
    made = (boxes()(near.T[None, :, None], torch.ones(1, 1))[0, :, 0].T * 0.5 + 0.5) * 255
    assert np.abs(made[:2].numpy() - FLAT[:2]).max() < 1
    torch.testing.assert_close(made[2], torch.tensor([0.0, 255, 0]), atol=1e-2, rtol=0)


def test_premultiplied_colours_keep_their_alpha() -> None:
    alpha = torch.tensor([0.0, 0.5, 1.0])
    colour = torch.tensor([250.0, 200, 90])[:, None] / 255 * alpha
    picture = torch.cat([colour, alpha[None]])[None, :, None] * 2 - 1
    made = boxes()(picture, torch.ones(1, 1))[0, :, 0] * 0.5 + 0.5
    torch.testing.assert_close(made[3], alpha)
    torch.testing.assert_close(made[:3, 2] * 255, torch.from_numpy(FLAT[0]).float(), atol=1, rtol=0)
    torch.testing.assert_close(made[:3, 1], made[:3, 2] / 2, atol=0.02, rtol=0)
    assert made[:3, 0].abs().max() < 1e-6


def test_each_style_has_its_own_palette_whatever_its_strength() -> None:
    made = boxes(styles=2)
    made.fit(1, FLAT[:, ::-1].astype(np.float32) / 255)
    picture = torch.from_numpy(stream(2, "picture").uniform((2, 3, 4, 4))).float() * 2 - 1
    one, other = made(picture, torch.tensor([[1.0, 0], [0, 1]])), made(picture, torch.tensor([[0.3, 0], [0, 0.3]]))
    torch.testing.assert_close(one, other)
    assert not torch.allclose(one, made(picture, torch.tensor([[0, 1.0], [1, 0]])))


def test_a_restyler_begins_with_pictures_in_the_colours_of_their_style() -> None:
    known = task(recipe(generator=BOXED))
    assert isinstance(known.generator, Restyler) and known.generator.boxes is not None
    batch = known.batch(0)
    torch.testing.assert_close(known.generator(batch.picture, batch.wanted), known.generator.boxes(batch.picture, batch.wanted))
    held = known.generator.boxes.colours.view(len(known.targets), 3, -1).mT.numpy()
    for place, style in enumerate(known.targets):
        real = known.styled.pictures.images[known.sides.real[style]]
        shown = real[real[..., 3] > 250][:, :3].astype(np.float32) / 255
        far = [np.linalg.norm(shown[:, None] - box[None], axis=2).min(axis=1).mean() for box in held]
        assert int(np.argmin(far)) == place, "each style has the box that is nearest to its own colours"
