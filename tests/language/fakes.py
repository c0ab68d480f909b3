"""An encoder of bags of words, a small vocabulary, and language models that say what they are told to say."""

from collections.abc import Sequence

import numpy as np

from ganvas.language.llm.base import Limit, Message, Reply, Schema
from ganvas.language.text.hashed_words import hash_words
from ganvas.language.text.lexicon import Lexicon

WIDTH = 512


class BagEncoder:
    """Phrases that share words are near each other: no more is known of language here."""

    name = "bag"

    def encode(self, phrases: Sequence[str]) -> np.ndarray:
        return hash_words(phrases, width=WIDTH)


THINGS = {
    "robot": "robot", "机器人": "robot", "cat": "cat", "猫": "cat", "grinning cat": "grinning cat", "dog": "dog", "狗": "dog",
    "heart on fire": "heart on fire", "red heart": "red heart", "fire": "fire", "cherry blossom": "cherry blossom",
    "seedling": "seedling", "full moon": "full moon", "star": "star", "cloud with rain": "cloud with rain", "pizza": "pizza",
    "披萨": "pizza", "unicorn": "unicorn", "独角兽": "unicorn", "dolphin": "dolphin", "海豚": "dolphin", "snowman": "snowman",
    "evergreen tree": "evergreen tree", "snowflake": "snowflake", "fox": "fox", "狐狸": "fox", "goose": "goose", "鹅": "goose",
    "sunset": "sunset", "sun": "sun", "umbrella": "umbrella", "伞": "umbrella", "!?": "!?", "water wave": "water wave",
}  # fmt: skip


def lexicon() -> Lexicon:
    return Lexicon(tuple(THINGS), tuple(THINGS.values()), BagEncoder().encode(tuple(THINGS)))


TAGS = {
    "cut": ("scissors", "kitchen knife"), "paper": ("scissors", "roll of paper"), "剪": ("scissors",), "kitten": ("cat",),
    "animal": ("cat", "dog", "fox", "goose", "dolphin", "unicorn"), "bark": ("dog",), "face eyes": ("grinning cat",),
    "red": ("fox",),
}  # fmt: skip


def tagged(*names: str) -> Lexicon:
    """The small vocabulary with tags, and a sense for each thing. names: further things."""
    more = {name: name for name in ("scissors", "kitchen knife", "roll of paper", *names)}
    said = {**THINGS, **more}
    things = list(dict.fromkeys(said.values()))
    tags = {tag: tuple(things.index(thing) for thing in meant) for tag, meant in TAGS.items()}
    told = [" ".join([thing, *(tag for tag, meant in TAGS.items() if thing in meant)]) for thing in things]
    encode = BagEncoder().encode
    return Lexicon(tuple(said), tuple(said.values()), encode(tuple(said)), encode(told), tags)


class Says:
    """A language model that gives one answer to everything, and keeps what it was asked."""

    name = "parrot"

    def __init__(self, text: str) -> None:
        self.text = text
        self.asked: list[Message] = []
        self.limit = Limit()
        self.times = 0

    def complete(self, messages: Sequence[Message], schema: Schema, *, seed: int, limit: Limit) -> Reply:
        self.asked, self.limit = list(messages), limit
        self.times += 1
        return Reply(self.text, 0.1)
