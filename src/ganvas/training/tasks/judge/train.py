"""Train the judge of a finished model on its pictures: `judge.onnx` in the model's folder."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from ganvas.data.cache import Pictures, open_pictures
from ganvas.data.pixels import Pixels
from ganvas.data.records import Record
from ganvas.ground.errors import InputError
from ganvas.ground.files import build_folder, write_bytes
from ganvas.ground.seeds import Stream, stream
from ganvas.language.text.embed import TextEncoder, embed
from ganvas.models.sign import sign
from ganvas.pipelines import ImagePipeline, load
from ganvas.pipelines.features import WIDTH, extract_features
from ganvas.training.engine.loop import Loop
from ganvas.training.engine.run import Run
from ganvas.training.engine.stop import Stop
from ganvas.training.export.graphs import export_judge
from ganvas.training.networks.judge import JudgeNetwork
from ganvas.training.tasks.image.conditions import Conditions
from ganvas.training.tasks.judge.task import Evidence, JudgeTask
from ganvas.vocabulary.condition import Condition, Weighted
from ganvas.vocabulary.manifest import Takes

JUDGE = "judge.onnx"
EPOCHS, STEPS = 30, 200
"""A judge sees every picture so often, and never takes fewer steps than that."""
MOST = 6_000
"""Pictures that a judge learns from, at most: the model draws once for each, and the drawings are held in memory."""
TAGS, OTHERS = 0.25, 0.5
"""Shares of the drawings that are for partial words, and for a label that the picture does not have."""
WEIGHED, TIMES = 48, 6
"""How many conditions are drawn for again and again, and how often, to weigh realism against match."""
_AT_ONCE = 256


def add_judge(model: Path, data: Path, *, seed: int = 0, say: Callable[[str], None] = print) -> Path:
    """Train a judge for a model folder on the pictures it learned from, and write it into the folder.

    data: the captioned folder. Returns the judge's file. Raises InputError where the model takes no condition.
    """
    pipeline = load(model)
    manifest = pipeline.manifest
    pictures = open_pictures(data, size=manifest.size, channels=manifest.channels, fit=manifest.fit, say=say)
    if pictures.digest not in manifest.trained_on:
        say(f"{data} is not, or no longer, what {manifest.name} was trained on: its judge learns from other pictures")
    conditions = Conditions(pictures.records, takes=manifest.takes, encoder=pipeline.encoder)
    judge = train_judge(pipeline, pictures=pictures, conditions=conditions, seed=seed, say=say)
    with build_folder(model, existing="replace") as work:  # at no moment a judge that model.json does not know
        shutil.copytree(model, work, dirs_exist_ok=True)
        write_bytes(work / JUDGE, judge)
        sign(work, JUDGE)
    return model / JUDGE


def train_judge(
    pipeline: ImagePipeline, *, pictures: Pictures, conditions: Conditions, seed: int, say: Callable[[str], None]
) -> bytes:
    """Train a judge on the training pictures and on what the model draws for their words; return its file.

    Raises InputError where the model takes no condition. The pipeline knows only the sentences of `conditions` afterwards.
    """
    if not (conditions.takes.words or conditions.takes.labels):
        raise InputError("a judge needs something to judge by, and the model takes no condition", where=pipeline.manifest.name)
    evidence = gather(pipeline, pictures, conditions, seed=seed)
    task = JudgeTask(evidence, conditions, seed=seed)
    budget = max(EPOCHS * len(evidence.chosen), STEPS * task.batch_size)
    with tempfile.TemporaryDirectory(prefix="ganvas-judge-") as scratch:  # minutes at most: not worth a run that can be resumed
        loop = Loop(task, run=Run(Path(scratch), sheets=1), budget=budget)
        loop.fit(Stop())
    judge = loop.average.network
    assert isinstance(judge, JudgeNetwork)
    task.balance(judge)
    content, worst = export_judge(judge, takes=conditions.takes)
    say(f"judge: {len(evidence.chosen)} real and as many drawn pictures, {loop.progress.step} steps, parity {worst:.1e}")
    return content


def gather(pipeline: ImagePipeline, pictures: Pictures, conditions: Conditions, *, seed: int) -> Evidence:
    """Draw one picture for the words of each training picture, several for a few, and compute the features of all."""
    chosen, takes = _some(pictures.select("train"), seed), conditions.takes
    numbers = stream(seed, "judge/asked")
    drawn_by = [_condition(pictures.records[picture], takes, numbers) for picture in chosen]
    remembered = _Remembered(conditions)
    pipeline.encoder = remembered if takes.words else None
    shown = pipeline(drawn_by, stream(seed, "judge/noise").normal((len(drawn_by), pipeline.manifest.latent)))
    rows = np.linspace(0, len(drawn_by) - 1, min(WEIGHED, len(drawn_by))).astype(int)
    again = [drawn_by[row] for row in np.repeat(rows, TIMES)]
    several = pipeline(again, stream(seed, "judge/again").normal((len(again), pipeline.manifest.latent)))
    groups = [pictures.records[picture].family or pictures.records[picture].concept or str(picture) for picture in chosen]
    return Evidence(
        chosen=chosen,
        real=_views(pictures.images, chosen, stream(seed, "judge/real")),
        drawn=_views(shown, np.arange(len(shown)), stream(seed, "judge/drawn")),
        given=_embedded(drawn_by, takes, pipeline.encoder),
        groups=np.unique(groups, return_inverse=True)[1],
        shown=shown,
        several=extract_features(several).reshape(len(rows), TIMES, WIDTH).astype(np.float16),
        rows=rows,
    )


def _some(numbers: np.ndarray, seed: int) -> np.ndarray:
    """Return MOST of the numbers, in their order; all where there are no more."""
    taken = stream(seed, "judge/chosen").permutation(len(numbers))[:MOST] if len(numbers) > MOST else np.arange(len(numbers))
    return numbers[np.sort(taken)]


def _condition(record: Record, takes: Takes, numbers: Stream) -> Condition:
    """Make one condition as people do: full or partial words of the picture, its own labels or others."""
    partial, other, pick, value = numbers.uniform(4)
    phrases = record.tags if record.tags and (partial < TAGS or not record.captions) else record.captions
    words = (Weighted(phrase=phrases[int(pick * len(phrases))]),) if phrases and takes.words else ()
    labels = {name: found for name, found in record.labels.items() if found in takes.labels.get(name, ())}
    if other < OTHERS:
        labels = {name: values[int(value * len(values))] for name, values in takes.labels.items()}
    return Condition(words=words, labels=labels)


def _embedded(drawn_by: Sequence[Condition], takes: Takes, encoder: TextEncoder | None) -> dict[str, np.ndarray]:
    """Return conditions as arrays by input name (N, width), a part at a time: `embed` sets each beside all their phrases."""
    parts = [
        embed(drawn_by[start : start + _AT_ONCE], takes=takes, encoder=encoder) for start in range(0, len(drawn_by), _AT_ONCE)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _views(images: Pixels, chosen: np.ndarray, numbers: Stream) -> np.ndarray:
    """Return the features of pictures as they are, and moved and softened: float16 (N, 2, WIDTH).

    Without the second view sharpness alone would tell real from drawn, and the judge would choose by it.
    """
    views = np.zeros((len(chosen), 2, WIDTH), dtype=np.float16)
    for start in range(0, len(chosen), _AT_ONCE):
        pixels = np.asarray(images[chosen[start : start + _AT_ONCE]])
        moved = np.stack([_moved(one, numbers.uniform(3)) for one in pixels])
        views[start : start + _AT_ONCE, 0] = extract_features(pixels)
        views[start : start + _AT_ONCE, 1] = extract_features(moved)
    return views


def _moved(pixels: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Move a picture by up to a sixteenth of its side and take away up to half of its finest detail."""
    side = len(pixels)
    reach = side // 16
    down, right = (chance[:2] * (2 * reach + 1)).astype(int)
    wide = np.pad(pixels, ((reach, reach), (reach, reach), (0, 0)), mode="constant" if pixels.shape[2] == 4 else "edge")
    kept = round(side * (0.5 + 0.5 * chance[2]))
    picture = Image.fromarray(np.ascontiguousarray(wide[down : down + side, right : right + side]))
    small = picture.resize((kept, kept), Image.Resampling.BILINEAR)
    return np.asarray(small.resize((side, side), Image.Resampling.BILINEAR))


class _Remembered:
    """The text encoder's vectors of the sentences of a set, encoded once."""

    def __init__(self, conditions: Conditions) -> None:
        self.name, self._conditions = conditions.takes.encoder, conditions

    def encode(self, phrases: Sequence[str]) -> np.ndarray:
        """Return unit vectors (N, width)."""
        return np.asarray(self._conditions.vectors[np.array([self._conditions.number[phrase] for phrase in phrases])])
