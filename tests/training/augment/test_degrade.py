"""Degraded inputs: pictures still, the same for the same numbers, untouched where nothing is asked."""

import pytest
import torch

from ganvas.ground.seeds import stream
from ganvas.training.augment.degrade import Degrade, degrade

NOTHING = {"clean": 0, "warp": 0, "blur": 0, "colour": 0, "noise": 0, "haze": 0}


def discs(count: int = 4, side: int = 32) -> torch.Tensor:
    """A red disc on nothing, (N, 4, S, S), premultiplied, in [-1, 1]."""
    places = torch.arange(side) - (side - 1) / 2
    inside = ((places[:, None] ** 2 + places[None] ** 2).sqrt() < side / 4).float()
    return (torch.stack([inside, 0 * inside, 0 * inside, inside]) * 2 - 1).repeat(count, 1, 1, 1)


def test_amounts_of_zero_change_nothing() -> None:
    torch.testing.assert_close(degrade(discs(), Degrade(**NOTHING), stream(0, "d")), discs(), atol=1e-5, rtol=0)
    torch.testing.assert_close(degrade(discs(), Degrade(clean=1), stream(0, "d")), discs(), atol=1e-5, rtol=0)


@pytest.mark.parametrize("flaw", ["warp", "blur", "colour", "noise", "haze"])
def test_each_flaw_changes_something_and_leaves_a_picture(flaw: str) -> None:
    rule = Degrade(**{**NOTHING, flaw: 1.0})
    spoilt = degrade(discs(), rule, stream(0, "d"))
    assert (spoilt - discs()).abs().mean() > 1e-3
    assert spoilt.min() >= -1 and spoilt.max() <= 1
    assert (spoilt[:, :3] <= spoilt[:, 3:] + 1e-6).all()  # premultiplied: no colour above its alpha
    assert torch.equal(spoilt, degrade(discs(), rule, stream(0, "d")))


def test_blur_keeps_what_there_is_and_softens_edges() -> None:
    soft = degrade(discs(), Degrade(**{**NOTHING, "blur": 1.5}), stream(3, "d"))
    amount = ((soft + 1) / 2)[:, 3].sum(dim=(1, 2)) / ((discs() + 1) / 2)[:, 3].sum(dim=(1, 2))
    torch.testing.assert_close(amount, torch.ones(4), atol=1e-3, rtol=0)
    assert ((soft[:, 3] > -0.9) & (soft[:, 3] < 0.9)).any()


def test_haze_comes_where_all_was_clear_only() -> None:
    hazy = degrade(discs(), Degrade(**{**NOTHING, "haze": 0.5}), stream(0, "d"))
    solid = discs()[:, 3] > 0
    torch.testing.assert_close(hazy[:, 3][solid], discs()[:, 3][solid], atol=1e-5, rtol=0)
    assert (hazy[:, 3][~solid] > -0.99).any()
