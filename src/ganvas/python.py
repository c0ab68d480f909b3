"""What `import ganvas` offers: imagine, restyle, replay, load and train, as plain functions.

They fill the same requests as the command line and give the same works. torch is only imported by
`train`.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from ganvas.ground.errors import HealthError, Interrupted
from ganvas.ground.images import as_rgb
from ganvas.pipelines import ImagePipeline, load
from ganvas.service import imagine as imagining
from ganvas.service import replay as replaying
from ganvas.service import restyle as restyling
from ganvas.store.folder import check_file, save_work
from ganvas.vocabulary.brief import Brief
from ganvas.vocabulary.provenance import RestyleProvenance, SceneProvenance
from ganvas.vocabulary.request import DRAWS, REDRAWS, ImagineRequest, ReplayRequest, RestyleRequest, fill
from ganvas.vocabulary.work import Work

__all__ = ["ImagePipeline", "SavableWork", "imagine", "load", "replay", "restyle", "train"]


class SavableWork(Work):
    """A work with `.image` (Pillow's), `.pixels` (numpy's), `.provenance` (what makes it again) and
    `.save(path)`.
    """

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Save the work as a PNG file with its provenance inside, so that `ganvas.replay(path)`
        makes it again.

        Raises InputError for another suffix, and where there is a file already: nothing is
        overwritten.
        """
        return save_work(check_file(Path(path), overwrite=overwrite), self, overwrite=overwrite)


def imagine(
    idea: str,
    *,
    n: int = 1,
    model: str | Path = DRAWS,
    seed: int | None = None,
    llm: str = "auto",
    style: str | None = None,
    best_of: int = 1,
    truncation: float = 1.0,
    transparent: bool = False,
    brief: Brief | None = None,
) -> list[SavableWork]:
    """Draw n works of an idea, in any language that the encoder knows.

    model: a bundled model's name or a folder. seed: the same seed draws the same works. llm: who
    writes the scene: "auto", "none" (your words alone), "rules", "local" or a server's name. style:
    one of the model's styles, or MODEL/STYLE. best_of: draw each element so many times; the model's
    judge keeps one. truncation: below 1 works are more typical. brief: draw this scene and ask
    nobody for one.

    Raises `ganvas.ground.errors.InputError`, a ValueError, which says what cannot be drawn and why.
    """
    request = fill(
        ImagineRequest,
        {
            "idea": idea, "count": n, "model": str(model), "seed": seed, "llm": llm, "style": style, "best_of": best_of,
            "truncation": truncation, "transparent": transparent, "brief": brief,
        },
        names={"count": "n"},
    )  # fmt: skip
    return [_savable(work) for work in imagining.imagine(request)]


def restyle(
    picture: "str | Path | Image.Image | Work", *, to: str, strength: float | None = None, model: str | Path = REDRAWS
) -> SavableWork:
    """Redraw a picture in a style, at its own size. picture: a file, Pillow's image, or a work.

    to: the name of a style, or words for one. strength: 0 leaves the picture as it is, 1 is all of
    the style. Raises InputError.
    """
    request = fill(RestyleRequest, {"to": to, "strength": strength, "model": str(model)})
    return _savable(restyling.restyle(_input_of(picture), restyling.choose_style(request)))


def replay(path: str | Path, *, model: str | Path | None = None, picture: str | Path | None = None) -> SavableWork:
    """Make the work of a file again, to the pixel; `sheet.png#3` is a sheet's third. No language
    model is asked.

    model: the model that made it, where that is not a bundled one. picture: what it was redrawn
    from, where that is not beside it. Raises InputError where the file does not say how it was
    made, or what made it is not here.
    """
    given = {"work": str(path), "model": None if model is None else str(model), "picture": picture}
    return _savable(replaying.replay(fill(ReplayRequest, given)))


def train(
    *sources: str | Path,
    out: str | Path | None = None,
    minutes: float | None = None,
    images: int | None = None,
    task: str | None = None,
    start_from: str | Path | None = None,
    seed: int | None = None,
) -> Path:
    """Train a model on a folder of pictures, or by a recipe (.toml); return the model's folder, for
    `load` and `imagine`.

    out: the run's folder, runs/NAME when left out; a run that was stopped there goes on. minutes,
    images: the budget; without one it trains until it gets no better. task: "image", "enlarge" or
    "restyle"; guessed when left out. start_from: a model's name or folder.

    Needs the extra `train`. Raises InputError, HealthError where the training went wrong, and
    Interrupted where it was stopped.
    """
    from ganvas.training import train as run_training

    given = {"minutes": minutes, "images": images, "task": task, "seed": seed,
             "start_from": None if start_from is None else str(start_from)}  # fmt: skip
    overrides = {name: value for name, value in given.items() if value is not None}
    done = run_training([str(source) for source in sources], out=None if out is None else Path(out), overrides=overrides)
    if done.model is None:
        raise Interrupted(f"the training stopped ({done.outcome.reason}); what was reached is saved", where=done.run)
    if done.outcome.troubles:
        raise HealthError("; ".join(f"{one.name}: {one.words}" for one in done.outcome.troubles), where=done.run)
    return done.model


def _savable(work: Work) -> SavableWork:
    return SavableWork(work.payload, work.provenance, work.media_type, work.sources)


def _input_of(picture: "str | Path | Image.Image | Work") -> restyling.InputPicture:
    """Return what is to be redrawn, with what made it where that is known."""
    if isinstance(picture, Work):
        made = picture.provenance
        known = (made,) if isinstance(made, SceneProvenance | RestyleProvenance) else ()
        return restyling.InputPicture(picture.pixels, "work.png", known)
    if isinstance(picture, Image.Image):
        return restyling.InputPicture(np.asarray(as_rgb(picture)), "picture.png")
    return restyling.open_picture(Path(picture))
