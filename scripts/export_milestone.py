"""A running training's last checkpoint as a model folder, so that it can be drawn with before the run has ended.

python scripts/export_milestone.py RUN OUT [--everything] [--judge]

--everything: words choose among the appearances of all pictures, held-out ones too; the weights stay what they are.
"""

import sys
from pathlib import Path

from ganvas.ground.config import load_toml
from ganvas.training.engine.checkpoint import load_last_good
from ganvas.training.engine.loop import Loop, Outcome
from ganvas.training.engine.run import SilentRun
from ganvas.training.recipes.image import Recipe
from ganvas.training.report.summary import RunSummary
from ganvas.training.tasks.image.data import ImageData
from ganvas.training.tasks.image.save import PICTURE_LEGEND, about_model, save_model
from ganvas.training.tasks.priors import read_priors


def export_milestone(run: Path, out: Path, *, everything: bool, judge: bool) -> None:
    """Export the average of the last good checkpoint."""
    recipe = load_toml(Recipe, run / "recipe.toml").model_copy(update={"everything": everything, "judge": judge})
    data = ImageData.open(recipe, None, say=print)
    priors = None if everything else read_priors(run)  # those of the run are about fewer pictures
    task = data.task(recipe, data.fit_priors(recipe) if priors is None else priors)
    saved = load_last_good(run / "checkpoints")
    assert saved is not None and recipe.images is not None, "the run has no checkpoint yet"
    loop = Loop(task, run=SilentRun(run), budget=recipe.images)
    tensors, numbers = saved
    loop.average.network.load_state_dict(
        {name.removeprefix("average/"): tensor for name, tensor in tensors.items() if name.startswith("average/")}
    )
    loop.state.progress = type(loop.progress)(**numbers["progress"])
    if everything:  # sheets and figures still show what was learned from
        task.train = task.pictures.select("train")
    reason = "asked" if loop.progress.images < recipe.images else "budget"
    summary = RunSummary(recipe, Outcome(reason, loop.progress), about_model(task), PICTURE_LEGEND)
    save_model(out, loop=loop, task=task, summary=summary, say=print)
    print(f"{loop.progress.images:,} images seen; {sum(file.stat().st_size for file in out.iterdir()) / 1e6:.1f} MB in {out}")


if __name__ == "__main__":
    export_milestone(
        Path(sys.argv[1]), Path(sys.argv[2]), everything="--everything" in sys.argv[3:], judge="--judge" in sys.argv[3:]
    )
