"""What `import ganvas` offers, as plain functions: imagine, compose, write, restyle, vary, mix, walk, recolour, push, replay,
load, train.

They fill the same requests as the command line and give the same works. torch is only imported by
`train`.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from ganvas.ground.errors import HealthError, InputError, Interrupted
from ganvas.ground.images import as_rgb
from ganvas.pipelines import ImagePipeline, load
from ganvas.service import compose as composing
from ganvas.service import imagine as imagining
from ganvas.service import mix as mixing
from ganvas.service import push as pushing
from ganvas.service import recolour as recolouring
from ganvas.service import replay as replaying
from ganvas.service import restyle as restyling
from ganvas.service import vary as exploring
from ganvas.service import verse as writing
from ganvas.service import walk as walking
from ganvas.service.open_maker import ReplayContext
from ganvas.store.animation import MOVING, save_animation
from ganvas.store.folder import MUSIC, VERSE, check_file, is_music, is_picture, read_any_work, save_work
from ganvas.vocabulary.animation import Animation
from ganvas.vocabulary.brief import Brief
from ganvas.vocabulary.plan import Plan
from ganvas.vocabulary.provenance import AnyProvenance, ComposeProvenance, ExploreProvenance, RestyleProvenance, SceneProvenance
from ganvas.vocabulary.request import (
    COMPOSES,
    DRAWS,
    REDRAWS,
    WRITES,
    ComposeRequest,
    ImagineRequest,
    MixRequest,
    RecolourRequest,
    ReplayRequest,
    RestyleRequest,
    VaryRequest,
    WalkRequest,
    WriteRequest,
    fill,
)
from ganvas.vocabulary.verse import SPELLED
from ganvas.vocabulary.work import Work

__all__ = [
    "ImagePipeline", "SavableAnimation", "SavableWork", "compose", "imagine", "load", "mix", "push", "recolour", "replay",
    "restyle", "train", "vary", "walk", "write",
]  # fmt: skip

Explorable = str | Path | Work
"""A work, or the file of one."""


class SavableWork(Work):
    """A work with `.image` (Pillow's), `.pixels` (numpy's), `.provenance` (what makes it again) and
    `.save(path)`.
    """

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Save the work as a PNG file with its provenance inside, so that `ganvas.replay(path)` makes it again; music as .mid,
        .wav, .png, .musicxml or .svg, a poem as .txt or .png.

        Raises InputError for another suffix, and where there is a file already: nothing is
        overwritten.
        """
        kinds = MUSIC if is_music(self) else (".png",) if is_picture(self) else VERSE
        return save_work(check_file(Path(path), kinds=kinds, overwrite=overwrite), self, overwrite=overwrite)


class SavableAnimation(Animation):
    """A walk with `.frames(1)` (its pictures as arrays, drawn one by one), `.provenance` and `.save(path)`."""

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Save the walk as .gif or .webp with its provenance inside.

        Raises InputError for another suffix, and where there is a file already.
        """
        return save_animation(check_file(Path(path), kinds=MOVING, overwrite=overwrite), self)


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


def compose(
    idea: str,
    *,
    n: int = 1,
    model: str | Path = COMPOSES,
    seed: int | None = None,
    llm: str = "auto",
    bars: int | None = None,
    tempo: int | None = None,
    best_of: int = 4,
    plan: Plan | None = None,
    melody: str | Path | None = None,
) -> list[SavableWork]:
    """Compose n pieces for four voices; `.payload` holds their notes, and `.save("a.mid")` a file.

    llm: who writes the plan. bars, tempo: where the words do not say. best_of: compose so many; the model's discriminator keeps
    one. plan: compose this one. melody: a MIDI or MusicXML file whose highest voice is harmonised. Raises InputError.
    """
    fields = {"idea": idea, "count": n, "model": str(model), "seed": seed, "llm": llm, "bars": bars, "tempo": tempo,
              "best_of": best_of, "plan": plan, "melody": melody}  # fmt: skip
    return [_savable(work) for work in composing.compose(fill(ComposeRequest, fields, names={"count": "n"}))]


def write(
    theme: str,
    *,
    n: int = 1,
    model: str | Path = WRITES,
    form: str = "七绝",
    seed: int | None = None,
    script: str | None = None,
    rhyme: bool = False,
    best_of: int = 16,
    voice: str | Path | None = None,
) -> list[SavableWork]:
    """Write n quatrains in Chinese for a theme in any language that the encoder knows; `.payload` holds their lines.

    form: 五绝 or 七绝. script: hans or hant; None: that of the theme. rhyme: the second and fourth line do. best_of: write so
    many; the model's discriminator keeps one. voice: a folder of poems whose manner is preferred. Raises InputError.
    """
    fields = {"theme": theme, "count": n, "model": str(model), "form": SPELLED.get(form, form), "seed": seed, "script": script,
              "rhyme": rhyme, "candidates": best_of, "voice": voice}  # fmt: skip
    return [_savable(work) for work in writing.write_verse(fill(WriteRequest, fields, names={"count": "n"}))]


def restyle(
    picture: "str | Path | Image.Image | Work", *, to: str, strength: float | None = None, model: str | Path = REDRAWS
) -> SavableWork:
    """Redraw a picture in a style, at its own size. picture: a file, Pillow's image, or a work.

    to: the name of a style, or words for one. strength: 0 leaves the picture as it is, 1 is all of
    the style. Raises InputError.
    """
    request = fill(RestyleRequest, {"to": to, "strength": strength, "model": str(model)})
    return _savable(restyling.restyle(_input_of(picture), restyling.choose_style(request)))


def vary(
    work: Explorable, *, amount: float = 0.4, n: int = 1, seed: int | None = None, model: str | Path | None = None
) -> list[SavableWork]:
    """Draw n neighbours of a work. amount: 0 is the work itself, 1 another draw that is like it. model: the work's, where that is
    not a bundled one. Raises InputError.
    """
    request = fill(VaryRequest, {"amount": amount, "count": n, "seed": seed}, names={"count": "n"})
    made, context = _opened(work, model)
    return [_savable(one) for one in exploring.vary(made, request, context)]


def mix(
    first: Explorable, second: Explorable, *, at: float = 0.5, style: float | None = None, model: str | Path | None = None
) -> SavableWork:
    """Mix two works. at: the share of the second; style: its share in how the work is drawn, as `at` when left out. Raises
    InputError for works that do not go together.
    """
    request = fill(MixRequest, {"at": (at,), "style": style})
    (made, context), (other, _) = _opened(first, model), _opened(second, model)
    return _savable(next(mixing.mix(made, other, request, context)))


def recolour(work: Explorable, *, to: Sequence[str] | str, by: str = "likeness", model: str | Path | None = None) -> SavableWork:
    """Give a work the colours of a palette. to: colours as "#0b7285", a list or one text. by: "likeness", or "order", the first
    colour for the largest surface. Raises InputError.
    """
    colours = recolouring.read_colours(to if isinstance(to, str) else ",".join(to))
    made, context = _opened(work, model)
    return _savable(recolouring.recolour(made, fill(RecolourRequest, {"colours": colours, "by": by}), context))


def push(work: Explorable, *along: str, model: str | Path | None = None) -> SavableWork:
    """Push a work along directions, all at once: "darker=+1", or "sad face->happy face=1". Raises InputError."""
    made, context = _opened(work, model)
    return _savable(pushing.push(made, pushing.read_pushes(along), context))


def walk(
    *works: Explorable, frames: int = 60, seconds: float = 4.0, looped: bool = True, size: int | None = None,
    model: str | Path | None = None,
) -> SavableAnimation:  # fmt: skip
    """Walk past two to sixteen works at an even speed. looped: back to the first. size: pixels a side, as the first work when
    left out. Nothing is drawn before the frames are asked for. Raises InputError for works that do not go together.
    """
    fields = {"frames": frames, "seconds": seconds, "looped": looped, "size": size}
    opened = [_opened(work, model) for work in works]
    if not opened:
        raise InputError("a walk passes two works or more", where="walk")
    walked = walking.walk([made for made, _ in opened], fill(WalkRequest, fields), opened[0][1])
    return SavableAnimation(walked.frames, walked.count, walked.milliseconds, walked.looped, walked.provenance)


def replay(path: str | Path, *, model: str | Path | None = None, picture: str | Path | None = None) -> SavableWork:
    """Make the work of a file again, to the pixel; `sheet.png#3` is a sheet's third. No language
    model is asked. A walk is no single work: `ganvas replay` makes it again.

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
    images: the budget; without one it trains until it gets no better. task: "image", "enlarge",
    "restyle", "music" or "verse"; guessed when left out. start_from: a model's name or folder.

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
    if done.outcome.troubles and (done.verdict is None or done.verdict.answer != "yes"):
        raise HealthError("; ".join(f"{one.name}: {one.words}" for one in done.outcome.troubles), where=done.run)
    return done.model


def _opened(work: Explorable, model: str | Path | None) -> tuple[AnyProvenance, ReplayContext]:
    """Return what made a work, and what is needed to draw with it."""
    named = None if model is None else str(model)
    if not isinstance(work, Work):
        return read_any_work(str(work)), ReplayContext(str(work), named)
    made = work.provenance
    assert isinstance(made, SceneProvenance | RestyleProvenance | ExploreProvenance | ComposeProvenance)
    return made, ReplayContext("work.png", named)


def _savable(work: Work) -> SavableWork:
    return SavableWork(work.payload, work.provenance, work.media_type, work.sources)


def _input_of(picture: "str | Path | Image.Image | Work") -> restyling.InputPicture:
    """Return what is to be redrawn, with what made it where that is known."""
    if isinstance(picture, Work):
        made = picture.provenance
        known = (made,) if isinstance(made, SceneProvenance | RestyleProvenance | ExploreProvenance) else ()
        return restyling.InputPicture(picture.pixels, "work.png", known)
    if isinstance(picture, Image.Image):
        return restyling.InputPicture(np.asarray(as_rgb(picture)), "picture.png")
    return restyling.open_picture(Path(picture))
