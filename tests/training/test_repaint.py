"""Strangers repaint colours and light, and nothing else: what is clear, what is where, what chance decides stay as they are."""

import torch

from ganvas.ground.seeds import stream
from ganvas.training.networks.base import Images
from ganvas.training.repaint import INK, outlined, repainted


def discs(count: int = 32, side: int = 32) -> Images:
    """Red discs with soft edges on nothing, RGBA with premultiplied colour in [-1, 1]."""
    line = torch.linspace(-1, 1, side)
    alpha = (8 * (0.7 - torch.hypot(line[:, None], line[None, :]))).clamp(0, 1)
    colour = torch.stack([0.9 * alpha, 0.3 * alpha, 0.1 * alpha, alpha])
    return (colour[None].expand(count, 4, side, side) * 2 - 1).contiguous()


def test_what_is_clear_stays_so_and_colours_are_colours() -> None:
    given = discs()
    made = repainted(given, stream(1, "repainted"))
    assert torch.equal(made[:, 3], given[:, 3])
    clear = made * 0.5 + 0.5
    assert (clear[:, :3] <= clear[:, 3:] + 1e-5).all() and clear.min() >= 0
    assert torch.equal(made, repainted(given, stream(1, "repainted")))


def test_colours_are_a_strangers_some_hardly_some_much() -> None:
    given = discs(256)
    apart = (repainted(given, stream(2, "repainted")) - given).abs()[:, :3, 14:18, 14:18].mean(dim=(1, 2, 3))
    assert (apart < 0.1).float().mean() > 0.1 and (apart > 0.25).float().mean() > 0.1
    assert apart.max() < 1.2  # nobody makes the red disc a green one


def test_half_of_them_are_flat() -> None:
    slope = torch.linspace(0.2, 0.9, 64).expand(400, 3, 64, 64) * 2 - 1
    made = repainted(slope.contiguous(), stream(3, "repainted"))[:, :, 32]
    steps = (made.diff(dim=2).abs().mean(dim=1) > 0.05).float().mean(dim=1)  # a slope has none, a stair a few
    assert 0.35 < (steps > 0.01).float().mean() < 0.65


def test_rgb_is_repainted_as_opaque() -> None:
    given = discs(8)
    seen, opaque = given.clone(), given[:, :3]
    seen[:, 3] = 1
    assert torch.allclose(repainted(opaque, stream(4, "repainted")), repainted(seen, stream(4, "repainted"))[:, :3], atol=1e-6)


def test_lines_lie_on_edges_and_nowhere_else() -> None:
    (disc,) = outlined(discs(1)) * 0.5 + 0.5
    line = torch.linspace(-1, 1, 32)
    far = torch.hypot(line[:, None], line[None, :])
    assert (disc[3][(far > 0.6) & (far < 0.68)] > 0.3).all()
    assert not disc[3][(far < 0.4) | (far > 0.9)].any()
    torch.testing.assert_close(disc[0], disc[3] * INK)
    opaque = discs(1)[:, :3] * 0.5 + 0.5
    (page,) = outlined((opaque + 1 - discs(1)[:, 3:] * 0.5 - 0.5) * 2 - 1) * 0.5 + 0.5  # the disc on white
    assert page[:, 16, 16].min() > 0.95 and page[:, 0, 0].min() > 0.95 and page.min() < 0.4


def test_as_many_are_drawn_in_lines_as_asked() -> None:
    given = discs(200)
    made = repainted(given, stream(5, "repainted"), lines=0.3)
    in_lines = (made == outlined(given)).flatten(1).all(dim=1)
    assert 0.2 < in_lines.float().mean() < 0.4
    assert torch.equal(repainted(given, stream(5, "repainted"), lines=1.0), outlined(given))
