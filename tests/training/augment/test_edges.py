"""Lines are where colours change, and nowhere else."""

import torch

from ganvas.training.augment.edges import LINE_BRIGHTNESS, draw_edges
from ganvas.training.networks.base import Images


def discs(count: int = 32, side: int = 32) -> Images:
    """Red discs with soft edges on nothing, RGBA with premultiplied colour in [-1, 1]."""
    line = torch.linspace(-1, 1, side)
    alpha = (8 * (0.7 - torch.hypot(line[:, None], line[None, :]))).clamp(0, 1)
    colour = torch.stack([0.9 * alpha, 0.3 * alpha, 0.1 * alpha, alpha])
    return (colour[None].expand(count, 4, side, side) * 2 - 1).contiguous()


def test_lines_lie_on_edges_and_nowhere_else() -> None:
    (disc,) = draw_edges(discs(1)) * 0.5 + 0.5
    line = torch.linspace(-1, 1, 32)
    far = torch.hypot(line[:, None], line[None, :])
    assert (disc[3][(far > 0.6) & (far < 0.68)] > 0.3).all()
    assert not disc[3][(far < 0.4) | (far > 0.9)].any()
    torch.testing.assert_close(disc[0], disc[3] * LINE_BRIGHTNESS)
    opaque = discs(1)[:, :3] * 0.5 + 0.5
    (page,) = draw_edges((opaque + 1 - discs(1)[:, 3:] * 0.5 - 0.5) * 2 - 1) * 0.5 + 0.5  # the disc on white
    assert page[:, 16, 16].min() > 0.95 and page[:, 0, 0].min() > 0.95 and page.min() < 0.4
