"""A coarse discriminator: it sees what goes together, and nothing that is finer than its squares."""

from pathlib import Path

import torch
from torch.nn import functional as F

from ganvas.training.engine.loop import Loop
from ganvas.training.engine.run import Run
from ganvas.training.networks.base import initialise
from ganvas.training.networks.pixel_discriminator import PixelDiscriminator, PixelDiscriminatorConfig
from ganvas.vocabulary.manifest import Takes
from tests.training.engine.test_loop import CutAt
from tests.training.fakes import image_task, recipe


def test_what_is_finer_than_its_squares_is_not_seen() -> None:
    network = PixelDiscriminator(PixelDiscriminatorConfig(shrunk=4), size=32, takes=Takes())
    initialise(network, seed=0, name="coarse")
    works = torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    flat = F.interpolate(F.avg_pool2d(works, 4), scale_factor=4)
    assert torch.allclose(network(works, {}), network(flat, {}), atol=1e-5)
    assert not torch.allclose(network(works, {}), network(flat.roll(4, dims=3), {}), atol=1e-2)


def test_its_part_of_the_record_bears_its_name_and_both_are_learned(tmp_path: Path) -> None:
    task = image_task(recipe(size=64, everything=True))
    before = {name: [parameter.clone() for parameter in task.networks[name].parameters()] for name in ("pixel", "coarse0")}
    Loop(task, run=Run(tmp_path, log_every=1), budget=800).fit(CutAt(step=4))
    log = (tmp_path / "log.jsonl").read_text(encoding="utf-8")
    assert '"d/margin"' in log and '"coarse0/d/margin"' in log
    assert '"d/right"' in log and '"projected/d/right"' in log and '"projected/d/mismatch"' in log
    made = recipe(size=64, everything=True).model_copy(update={"pixel": None})
    assert [rival.name for rival in image_task(made).adversaries.values()] == ["", "coarse0/"]  # health reads of a fine one
    for name, weights in before.items():
        assert any(not torch.equal(a, b) for a, b in zip(weights, task.networks[name].parameters(), strict=True)), name
