"""What a discriminator is shown: nothing changes that was not asked for; how often is scheduled, or follows the discriminator."""

import numpy as np
import pytest
import torch

from ganvas.ground.seeds import stream
from ganvas.training.augment.adaptive import AdaptiveStrength
from ganvas.training.augment.differentiable import View, draw_view
from ganvas.training.engine.schedule import Progress, Ramp
from ganvas.training.recipes.sections import Adaptive, Augment
from tests.training.fakes import image_task, recipe

PICTURES = torch.from_numpy(stream(1, "pictures").uniform((64, 3, 16, 16)).astype(np.float32)) * 2 - 1


def drawn(**asked: float) -> View:
    return draw_view(stream(3, "view"), 64, translation=0.0, scale=0.0, transparent=False, **asked)


def test_without_augmentation_views_are_the_pictures() -> None:
    assert drawn()(PICTURES) is PICTURES
    assert torch.allclose(drawn(tint=1.0, cutout=0.5, often=0.0)(PICTURES), PICTURES, atol=1e-6)


def test_a_cut_out_square_has_its_side_and_is_grey() -> None:
    shown = drawn(cutout=0.5)(PICTURES)
    gone = (shown == 0).all(dim=1)
    assert torch.equal(shown[~gone[:, None].expand_as(shown)], PICTURES[~gone[:, None].expand_as(shown)])
    assert gone.sum(dim=(1, 2)).max() == 64  # 8 x 8 of 16 x 16 where all of it lies inside
    assert gone.flatten(1).any(dim=1).all() and gone.any(dim=0).all()  # in every picture, and everywhere in some


def test_a_tint_is_diffaugments() -> None:
    tint = torch.tensor([0.25, 0.5, 1.5])[:, None, None, None, None].expand(3, 64, 1, 1, 1)
    grey = (PICTURES + 0.25).mean(dim=1, keepdim=True)
    half = grey + 0.5 * (PICTURES + 0.25 - grey)
    middle = half.mean(dim=(1, 2, 3), keepdim=True)
    assert torch.allclose(View(None, None, tint)(PICTURES), middle + 1.5 * (half - middle), atol=1e-6)


def test_tints_stay_within_their_reach() -> None:
    tint = drawn(tint=1.0).tint
    assert tint is not None
    for part, (low, high) in zip(tint, ((-0.5, 0.5), (0.0, 2.0), (0.5, 1.5)), strict=True):
        assert low <= part.min() < low + 0.1 and high - 0.1 < part.max() <= high


def test_views_augment_with_the_given_probability() -> None:
    view = draw_view(stream(3, "view"), 4000, translation=0.2, scale=0.0, transparent=False, cutout=0.3, often=0.25)
    assert view.place is not None and view.cut is not None
    assert (view.place[:, :, 2] != 0).any(dim=1).float().mean().item() == pytest.approx(0.25, abs=0.03)
    assert (view.cut[2] > 0).float().mean().item() == pytest.approx(0.25, abs=0.03)


def test_what_is_moved_keeps_its_pixels_and_half_of_what_is_scaled_its_size() -> None:
    moved = draw_view(stream(3, "view"), 64, translation=0.25, scale=0.0, transparent=False)(PICTURES)
    far = 0
    for picture, shown in zip(PICTURES, moved, strict=True):
        known = torch.cat([picture.flatten(1).T, picture.flip(1, 2).flatten(1).T])
        middle = shown[:, 4:12, 4:12].flatten(1).T  # nothing of it is what lies beyond an edge
        assert torch.cdist(middle, known).min(dim=1).values.max() < 1e-3
        far += int(not torch.allclose(picture, shown, atol=1e-4))
    assert far > 55
    scaled = draw_view(stream(3, "view"), 4000, translation=0.0, scale=0.2, transparent=False).place
    assert scaled is not None
    zoom = scaled[:, 0, 0]
    assert (zoom == 1).float().mean().item() == pytest.approx(0.5, abs=0.03)
    assert 0.8 < zoom.min() < 0.81 and 1.19 < zoom.max() < 1.2


def test_augmentation_changes_no_gradient_where_it_hides_nothing() -> None:
    picture = PICTURES.clone().requires_grad_()
    drawn(cutout=0.5)(picture).sum().backward()
    assert picture.grad is not None
    assert 0.7 < (picture.grad == 1).float().mean() < 0.95  # and nothing comes back through the hole


def test_strength_follows_how_sure_the_discriminator_is() -> None:
    strength = AdaptiveStrength(target=0.6, images=400)
    for _ in range(8):
        strength.observe(torch.tensor(0.9), pictures=10)
    assert float(strength.often) == pytest.approx(2 * 40 / 400)  # it moves at each fourth batch, by the share of its images
    for _ in range(3):
        strength.observe(torch.tensor(0.1), pictures=10)
    assert float(strength.often) == pytest.approx(0.2)
    strength.observe(torch.tensor(0.1), pictures=10)
    assert float(strength.often) == pytest.approx(0.1)
    for _ in range(40):
        strength.observe(torch.tensor(0.1), pictures=10)
    assert float(strength.often) == 0


def test_a_schedule_goes_by_the_share_of_the_budget() -> None:
    rule = Augment(translation=0.3, scale=0.0, often=Ramp(start=0.0, end=1.0))
    task = image_task(recipe(augment=rule))
    batch = task.batch(0)
    early, late = (task._view(batch, Progress(images=seen, budget=800), turn="generator") for seen in (0, 800))
    assert early.place is not None and late.place is not None
    assert not early.place[:, :, 2].any() and late.place[:, :, 2].all()


def test_adaptive_starts_at_never() -> None:
    task = image_task(recipe(augment=Augment(translation=0.3, adaptive=Adaptive(images=64))))
    views = [task._view(task.batch(0), Progress(budget=800), turn="generator").place for _ in range(1)]
    assert views[0] is not None and not views[0][:, :, 2].any()
