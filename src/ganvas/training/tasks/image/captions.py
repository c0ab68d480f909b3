"""Captions for pictures that have none: several for each class, in a file that a person may edit."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Annotated

import tomlkit
from pydantic import Field

from ganvas.data.cache import Pictures
from ganvas.data.file_names import caption_by_names, caption_of, read_like_words
from ganvas.data.records import Record
from ganvas.ground.config import Frozen, Line, Phrase, load_toml
from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.ground.files import digest, write_text
from ganvas.language.llm.class_captions import ask_for_captions, keep_matching, merge_captions
from ganvas.language.llm.selection import open_language_model
from ganvas.language.text.embed import TextEncoder
from ganvas.language.text.encoder import MultilingualEncoder, open_encoder
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.sections import LLM, NAMES, NO_CAPTIONS

FILE = "captions.toml"
MAX_CLASSES = 2000
SHOWN = 40
MAX_FAILURES = 3
"""Times in a row that a language model may not answer before nobody asks it any more."""
_HEAD = (
    "# What each class is called in training, its main name first. Change, add and take out what you like, and train on it:\n"
    "# ganvas train FOLDER --captions THIS-FILE -o runs/ANOTHER\n"
)


class Captions(Frozen):
    """What each class is called, and who wrote it."""

    by: Line = ""
    classes: dict[Phrase, Annotated[tuple[Phrase, ...], Field(min_length=1, max_length=64)]] = Field(max_length=MAX_CLASSES)


def class_of(record: Record) -> str:
    """Name the class of a picture without captions: by its concept, its labels, its folder, or its file's name.

    Raises InputError when none of them says anything.
    """
    path = PurePosixPath(record.file_name)
    labels = [value for name, value in record.labels.items() if name != "style"]
    if record.concept:
        source = record.concept
    elif labels:
        source = " ".join(labels)
    elif len(path.parts) > 1:
        source = path.parts[0]
    else:
        source = re.sub(r"[\W_]*\d*\W*$", "", path.stem)  # red-apple-01, red apple (2)
    words = " ".join(re.split(r"[\s_-]+", source)).strip()[:60].strip()
    if not words:
        raise InputError("nothing says what it shows", where=record.file_name,
                         do="put pictures into folders by what they show, or name the files so")  # fmt: skip
    return words


def classes_of(records: Sequence[Record]) -> list[str]:
    """Return the classes of the pictures without captions, sorted. Raises InputError when words could not tell them apart."""
    classes = sorted({class_of(record) for record in records if not record.captions})
    if not classes:
        raise InputError("every picture has a caption already", do="train without --captions")
    if len(classes) == 1:
        raise InputError(f"all pictures without captions are called {classes[0]!r}",
                         do="put them into folders by what they show, or name the files so")  # fmt: skip
    if len(classes) > MAX_CLASSES:
        raise InputError(f"there are {len(classes):,} classes, more than the {MAX_CLASSES:,} a language model is asked for",
                         do="write captions.txt files or a metadata.jsonl")  # fmt: skip
    return classes


def write_captions(classes: Sequence[str], *, llm: str, encoder: TextEncoder, seed: int, say: Callable[[str], None]) -> Captions:
    """Write several captions for each class. What a language model writes badly, or does not write, templates fill in.

    A failure costs its own class. Where the model does not answer the first time, or MAX_FAILURES times in a
    row, with "auto" templates write the rest; one named outright raises LanguageModelError.
    """
    model = open_language_model(llm)
    by = model.name if model else "templates"
    vectors = encoder.encode(classes)
    written: dict[str, tuple[str, ...]] = {}
    failures = MAX_FAILURES - 1  # one that has never answered has no more
    for number, name in enumerate(classes):
        try:
            proposed, failures = (ask_for_captions(name, model, seed=seed), 0) if model else ((), 0)
        except LanguageModelError as error:
            proposed, failures = (), failures + 1
            if failures < MAX_FAILURES:
                say(f"{name}: the language model did not answer ({str(error)[:200]}); templates write this one")
            elif llm == "auto":
                say(f"the language model did not answer ({str(error)[:200]}); templates go on")
                model = None
            else:
                raise
        kept = keep_matching(proposed, name=name, names=classes, vectors=vectors, encoder=encoder)
        written[name] = merge_captions(name, kept)
        if number < SHOWN:
            say(f"{name}: {'; '.join(written[name][1:])}")
    return Captions(by=by, classes=written)


def dump(captions: Captions) -> str:
    """Write captions as TOML, a phrase a line."""
    page = tomlkit.document()
    page.add("by", tomlkit.item(captions.by))
    table = tomlkit.table()
    for name, phrases in captions.classes.items():
        table.add(tomlkit.key([name]), tomlkit.item(list(phrases)).multiline(True))
    page.add("classes", table)
    return _HEAD + tomlkit.dumps(page)


def with_names(recipe: Recipe, records: Sequence[Record]) -> Recipe:
    """Take the names of files as captions where nothing else was asked for, and they read like words."""
    if "captions" in recipe.model_fields_set or not recipe.conditional or not read_like_words(records):
        return recipe
    example = caption_of(records[len(records) // 2].file_name)
    why = f"the files' names read like words, as {example!r} (--captions none leaves them out)"
    return recipe.model_copy(update={"captions": NAMES, "notes": (*recipe.notes, f"captions = names: {why}")})


def with_captions(recipe: Recipe, folder: Path, records: Sequence[Record], *, llm: str, say: Callable[[str], None]) -> Recipe:
    """Settle a new run's captions: written into its folder if nobody wrote them, their digest kept in its recipe.

    records: what is known of its pictures.
    """
    if recipe.captions in (None, NAMES, NO_CAPTIONS):
        return recipe
    path = folder / FILE if recipe.captions == LLM else Path(recipe.captions)
    if recipe.captions == LLM and not path.exists():
        classes = classes_of(records)
        captions = write_captions(classes, llm=llm, encoder=open_encoder(MultilingualEncoder.name), seed=recipe.seed, say=say)
        write_text(path, dump(captions))
        say(f"{len(classes)} classes, captions by {captions.by}; all in {path}")
    read_captions(path)
    if all(record.captions for record in records):
        say(f"every picture has a caption already: {path} is not used")
    return recipe.model_copy(update={"captions": str(path), "captions_digest": recipe.captions_digest or digest(path)})


def read_captions(path: Path) -> Captions:
    """Read a captions file. Raises InputError."""
    return load_toml(Captions, path)


def add_captions(pictures: Pictures, recipe: Recipe) -> Pictures:
    """Give the pictures that have no captions those of their class, in place of the labels that say the same.

    Raises InputError when the file is not the one that the run began with, or leaves a class out.
    """
    if recipe.captions in (None, NO_CAPTIONS):
        return pictures
    if recipe.captions == NAMES:
        return replace(pictures, records=caption_by_names(pictures.records))
    path = Path(recipe.captions)
    captions = read_captions(path)
    if digest(path) != recipe.captions_digest:
        raise InputError("was changed after the run began", where=path, do="give another folder with -o")
    return replace(pictures, records=[_captioned(record, captions, where=path) for record in pictures.records])


def _captioned(record: Record, captions: Captions, *, where: Path) -> Record:
    if record.captions:
        return record
    name = class_of(record)
    if name not in captions.classes:
        raise InputError(f"has no captions for {name!r}, which {record.file_name} shows", where=where, do="add them")
    # A label that is always there would be learned in place of the words, which are all that a person gives.
    labels = {label: value for label, value in record.labels.items() if label == "style"}
    return replace(record, captions=captions.classes[name], labels=labels, concept=record.concept or name)
