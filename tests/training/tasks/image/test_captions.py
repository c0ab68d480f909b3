"""Captions that a language model writes: a folder with class names becomes a text-to-image model, to the bit."""

import signal
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.data.folders import picture
from tests.language.fakes import BagEncoder
from tests.training.fakes import FakeEncoder, recipe

from ganvas.data.cache import Pictures
from ganvas.data.records import Record
from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.ground.files import digest
from ganvas.language.llm.base import Limit, Message, Reply, Schema
from ganvas.training.engine.loop import Loop
from ganvas.training.engine.schedule import Progress
from ganvas.training.recipes.image import Recipe
from ganvas.training.report.figures import Figure
from ganvas.training.report.summary import RunSummary
from ganvas.training.start import train as start
from ganvas.training.tasks import registry
from ganvas.training.tasks.image import captions
from ganvas.training.tasks.image import data as image_data
from ganvas.training.tasks.image.captions import Captions, add_captions, class_of, classes_of, dump, read_captions, write_captions
from ganvas.training.tasks.image.task import ImageTask

RED, BLUE = (200, 0, 0), (0, 0, 200)


class Writer:
    """A language model that says four things of any class."""

    name = "writer"

    def __init__(self, *, gone: str = "") -> None:
        self.asked: list[str] = []
        self.gone = gone

    def complete(self, messages: Sequence[Message], schema: Schema, *, seed: int, limit: Limit) -> Reply:
        thing = messages[-1].content
        self.asked.append(thing)
        if thing == self.gone:
            raise LanguageModelError("the server is gone")
        said = f'{{"synonym": "thing", "short": "bright {thing}", "long": "{thing} on a table", "drawn": "a photo of {thing}"}}'
        return Reply(said, 0.1)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A cache of its own, bags of words in place of the encoder, and networks that train in milliseconds."""
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(captions, "open_encoder", lambda _name: BagEncoder())
    monkeypatch.setattr(image_data, "open_encoder", lambda _name: FakeEncoder())
    monkeypatch.setattr(image_data.MultilingualEncoder, "width", FakeEncoder.width)


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> Writer:
    one = Writer()
    monkeypatch.setattr(captions, "open_language_model", lambda _name: one)
    return one


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, colour in (("red_square", RED), ("blue circle", BLUE)):
        (tmp_path / "set" / name).mkdir(parents=True)
        for number in range(3):
            (tmp_path / "set" / name / f"{number}.png").write_bytes(picture(colour, width=16, height=16))
    return tmp_path / "set"


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (Record(file_name="cats/1.png", concept="grinning-cat"), "grinning cat"),
        (Record(file_name="1.png", labels={"colour": "red", "style": "noto", "form": "circle"}), "red circle"),
        (Record(file_name="green_apple/more/1.png"), "green apple"),
        (Record(file_name="red-apple-01.png"), "red apple"),
        (Record(file_name="red apple (2).png"), "red apple"),
        (Record(file_name="猫12.png"), "猫"),
        (Record(file_name="1.png", concept="keycap-1"), "keycap 1"),
    ],
)
def test_a_picture_is_named_by_what_is_known_of_it(record: Record, words: str) -> None:
    assert class_of(record) == words


@pytest.mark.parametrize(
    ("names", "says"),
    [(("0001.png", "0002.png"), "nothing says what it shows"), (("IMG_1.png", "IMG_2.png"), "all pictures .* 'IMG'")],
)
def test_names_that_say_nothing_are_refused(names: tuple[str, ...], says: str) -> None:
    with pytest.raises(InputError, match=says):
        classes_of([Record(file_name=name) for name in names])


def test_a_set_with_captions_needs_no_others() -> None:
    with pytest.raises(InputError, match="has a caption already"):
        classes_of([Record(file_name="a.png", captions=("a cat",))])


def test_a_set_of_too_many_classes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captions, "MAX_CLASSES", 3)
    with pytest.raises(InputError, match="4 classes, more than the 3"):
        classes_of([Record(file_name=f"{name}.png") for name in "abcd"])


def test_what_is_written_is_shown_and_reads_back(writer: Writer, tmp_path: Path) -> None:
    shown: list[str] = []
    written = write_captions(["blue cup", "red mug"], llm="local", encoder=BagEncoder(), seed=0, say=shown.append)
    assert written.by == "writer" and writer.asked == ["blue cup", "red mug"]
    assert written.classes["blue cup"][:4] == ("blue cup", "bright blue cup", "blue cup on a table", "a photo of blue cup")
    assert "thing" not in written.classes["blue cup"], "a word that means no class is left out"
    assert [line.partition(":")[0] for line in shown] == ["blue cup", "red mug"]
    (tmp_path / "c.toml").write_text(dump(written), encoding="utf-8")
    assert read_captions(tmp_path / "c.toml") == written


def test_odd_names_read_back(tmp_path: Path) -> None:
    odd = Captions(by="x", classes={'a "b" \\ c': ("one",), "猫. [x]": ("一只猫", "it's")})
    (tmp_path / "c.toml").write_text(dump(odd), encoding="utf-8")
    assert read_captions(tmp_path / "c.toml") == odd


def test_a_failure_costs_one_class_and_a_model_that_is_gone_is_not_asked_on(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = Writer(gone="red mug")
    monkeypatch.setattr(captions, "open_language_model", lambda _name: gone)
    classes, shown = ["blue cup", "red mug", "saucer"], list[str]()
    written = write_captions(classes, llm="auto", encoder=BagEncoder(), seed=0, say=shown.append)
    assert "bright blue cup" in written.classes["blue cup"] and "a drawing of red mug" in written.classes["red mug"]
    assert gone.asked == classes and any(line.startswith("red mug: the language model did not answer") for line in shown)
    assert "bright blue cup" in write_captions(classes, llm="local", encoder=BagEncoder(), seed=0, say=print).classes["blue cup"]
    gone.asked.clear()
    classes = ["red mug", "blue cup"]  # it never answered
    written = write_captions(classes, llm="auto", encoder=BagEncoder(), seed=0, say=shown.append)
    assert gone.asked == ["red mug"] and "a drawing of blue cup" in written.classes["blue cup"]
    with pytest.raises(LanguageModelError):
        write_captions(classes, llm="local", encoder=BagEncoder(), seed=0, say=shown.append)


def hear_nothing(_line: str) -> None: ...


def train(
    folder: Path, out: Path, *, stop_at: int | None = None, say: Callable[[str], None] = hear_nothing, **changes: object
) -> start.Trained:
    """Train a tiny model of the folder, for some pictures; somebody asks it to stop after a step."""

    def watch(progress: Progress) -> None:
        if progress.step == stop_at:
            signal.raise_signal(signal.SIGINT)

    small = recipe().model_dump(mode="json", exclude_none=True, include={"generator", "pixel", "size", "batch", "precision"})
    overrides = {**small, "images": 8, "captions": "llm", "threads": 1, "log_every": 1, **changes}
    return start.train([str(folder)], out=out, overrides=overrides, llm="local", say=say, watch=watch)


@pytest.fixture
def unexported(monkeypatch: pytest.MonkeyPatch) -> list[ImageTask]:
    """Trainings end without an export, which takes most of their time; the tasks that would have been exported."""
    ended: list[ImageTask] = []

    def keep(folder: Path, *, loop: Loop, task: ImageTask, summary: RunSummary, say: object) -> tuple[Figure, ...]:
        ended.append(task)
        return ()

    monkeypatch.setitem(registry.KINDS, "image", replace(registry.KINDS["image"], save=keep, examine=None))
    return ended


def same(one: ImageTask, other: ImageTask) -> bool:
    pairs = [(network.state_dict(), other.networks[name].state_dict()) for name, network in one.networks.items()]
    return all(torch.equal(mine[key], theirs[key]) for mine, theirs in pairs for key in mine)


def test_a_folder_of_classes_becomes_a_model_that_hears_words(
    writer: Writer, unexported: list[ImageTask], folder: Path, tmp_path: Path
) -> None:
    train(folder, tmp_path / "run")
    assert sorted(writer.asked) == ["blue circle", "red square"]
    takes, captions = unexported[0].conditions.takes, unexported[0].conditions.captions
    assert takes.words and not takes.labels, "words take the place of the class label"
    assert {phrases[:2] for phrases in captions} == {("blue circle", "bright blue circle"), ("red square", "bright red square")}
    kept = tomllib.loads((tmp_path / "run" / "recipe.toml").read_text(encoding="utf-8"))
    assert kept["captions_digest"] == digest(tmp_path / "run" / "captions.toml")


def test_resume_is_bitwise_and_asks_nobody(writer: Writer, unexported: list[ImageTask], folder: Path, tmp_path: Path) -> None:
    train(folder, tmp_path / "whole", images=16)
    cut = train(folder, tmp_path / "cut", images=16, stop_at=2)
    assert cut.model is None and cut.outcome.progress.images == 8
    writer.asked.clear()
    train(folder, tmp_path / "cut", images=16)
    whole, resumed = unexported
    assert same(whole, resumed) and not writer.asked
    assert (tmp_path / "cut" / "captions.toml").read_bytes() == (tmp_path / "whole" / "captions.toml").read_bytes()


def test_captions_edited_under_a_run_are_refused_and_train_another(
    writer: Writer, unexported: list[ImageTask], folder: Path, tmp_path: Path
) -> None:
    train(folder, tmp_path / "run")
    edited = tmp_path / "run" / "captions.toml"
    edited.write_text(edited.read_text(encoding="utf-8").replace("bright red square", "a tomato"), encoding="utf-8")
    with pytest.raises(InputError, match="was changed after the run began"):
        train(folder, tmp_path / "run", images=16)
    writer.asked.clear()
    for _ in range(2):  # the same command goes on
        train(folder, tmp_path / "other", captions=str(edited))
    first, second, again = unexported
    assert not writer.asked and not same(first, second) and same(second, again)
    assert any("a tomato" in captions for captions in second.conditions.captions)


def test_captions_that_lie_in_a_run_not_yet_begun_are_read_back(
    writer: Writer, unexported: list[ImageTask], folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "run").mkdir()
    lying = Captions(classes={"blue circle": ("a disc",), "red square": ("a box",)})
    (tmp_path / "run" / "captions.toml").write_text(dump(lying), encoding="utf-8")
    train(folder, tmp_path / "run")
    assert not writer.asked and {("a disc",), ("a box",)} == set(unexported[0].conditions.captions)


def test_a_run_without_captions_does_not_get_them_later(
    writer: Writer, unexported: list[ImageTask], folder: Path, tmp_path: Path
) -> None:
    (folder / "blue circle").rename(folder / "blue")
    train(folder, tmp_path / "run", captions=None)
    assert unexported[0].conditions.takes.labels == {"class": ("blue", "red_square")}
    with pytest.raises(InputError, match="captions is None in this run and 'llm' now"):
        train(folder, tmp_path / "run", images=16)
    assert not writer.asked


def test_a_file_that_leaves_a_class_out_names_it(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text('[classes]\n"blue circle" = ["a disc"]\n', encoding="utf-8")
    with pytest.raises(InputError, match="no captions for 'red square'"):
        train(folder, tmp_path / "run", captions=str(tmp_path / "c.toml"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "classes"), ('[classes]\n"cat" = []\n', "classes.cat"), ('[classes]\n"cat" = ["a\\u0007b"]\n', "classes.cat"),
        ('[classes]\n"cat" = "a cat"\n', "classes.cat"), ("[classes", "not valid TOML"),
        ('[classes]\n"cat" = ["x"]\nplace = "/etc"\n', "classes.place"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_in_one_line(text: str, says: str, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says) as caught:
        train(folder, tmp_path / "run", captions=str(tmp_path / "c.toml"))
    assert "\n" not in str(caught.value)


def test_only_pictures_without_captions_get_them_and_a_style_stays(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(dump(Captions(classes={"cat": ("cat", "a tom")})), encoding="utf-8")
    named = Record(file_name="a.png", captions=("my own",), labels={"class": "dog"})
    bare = Record(file_name="b.png", labels={"class": "cat", "style": "ink"})
    pictures = Pictures(np.zeros((2, 8, 8, 3), dtype=np.uint8), [named, bare], "0" * 64)
    asked = Recipe(sources=("x",), captions=str(path), captions_digest=digest(path))
    first, second = add_captions(pictures, asked).records
    assert first == named
    assert second.captions == ("cat", "a tom") and second.labels == {"style": "ink"} and second.concept == "cat"


def test_a_file_that_no_picture_needs_is_said_to_be_of_no_use(unexported: list[ImageTask], folder: Path, tmp_path: Path) -> None:
    path, said = tmp_path / "c.toml", list[str]()
    path.write_text(dump(Captions(classes={"blue circle": ("a disc",), "red square": ("a box",)})), encoding="utf-8")
    train(folder, tmp_path / "run", captions=str(path), say=said.append)
    assert not [line for line in said if str(path) in line]
    for number, file in enumerate(sorted(folder.rglob("*.png"))):
        file.with_suffix(".txt").write_text(f"thing {number}", encoding="utf-8")
    train(folder, tmp_path / "other", captions=str(path), say=said.append)
    assert [line for line in said if str(path) in line] == [f"every picture has a caption already: {path} is not used"]
