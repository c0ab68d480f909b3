# ruff: noqa: E501 (rows of words, some of them wide)
"""Emoji characters in an idea, read as what they are."""

import re
import unicodedata
from collections.abc import Mapping

_EMOJI = re.compile(
    "[\u203c-\u3299\U0001f000-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?)*"
)
_SIGNS = ("So", "Sk", "Cn")
_CALLED = {
    "heavy black heart": "red heart", "black heart suit": "heart suit", "white smiling face": "smiling face", "black sun with rays": "sun",
    "umbrella with rain drops": "umbrella with rain drops", "white medium star": "star", "face with tears of joy": "face with tears of joy",
    "automobile": "automobile", "house building": "house", "soccer ball": "soccer ball", "airplane": "airplane", "pistol": "water pistol",
    "heart with tip on the left": "red heart", "glowing star": "glowing star", "bee": "honeybee", "honeybee": "honeybee", "black cat": "black cat",
    "slice of pizza": "pizza", "aubergine": "eggplant", "crab": "crab", "lady beetle": "lady beetle", "ant": "ant", "poodle": "poodle",
    "pile of poo": "pile of poo", "father christmas": "Santa Claus", "extraterrestrial alien": "alien", "smiling face with open mouth": "grinning face",
    "sun with face": "sun with face", "happy person raising one hand": "person raising hand", "bicyclist": "person biking", "surfer": "person surfing",
    "runner": "person running", "dancer": "woman dancing", "princess": "princess", "guardsman": "guard", "older man": "old man", "older woman": "old woman",
    "fire engine": "fire engine", "oncoming automobile": "oncoming automobile", "sailboat": "sailboat", "open umbrella": "umbrella", "hot beverage": "hot beverage",
    "books": "books", "school satchel": "backpack", "eyeglasses": "glasses", "dark sunglasses": "sunglasses", "top hat": "top hat", "crescent moon": "crescent moon",
    "full moon symbol": "full moon", "cherry blossom": "cherry blossom", "ear of maize": "ear of corn", "bento box": "bento box", "doughnut": "doughnut",
}  # fmt: skip
"""Names of Unicode that the vocabulary has otherwise."""
_NEWER = {
    "🩷": "pink heart", "🩵": "light blue heart", "🩶": "grey heart", "🫨": "shaking face", "🫷": "leftwards pushing hand", "🫸": "rightwards pushing hand",
    "🫎": "moose", "🫏": "donkey", "🪽": "wing", "🪿": "goose", "🪼": "jellyfish", "🪻": "hyacinth", "🫚": "ginger root", "🫛": "pea pod", "🪭": "folding hand fan",
    "🪮": "hair pick", "🪇": "maracas", "🪈": "flute", "🪯": "khanda", "🛜": "wireless",
    "🫩": "face with bags under eyes", "🫆": "fingerprint", "🪾": "leafless tree", "🫜": "root vegetable", "🪉": "harp", "🪏": "shovel", "🫟": "splatter",
    "🫪": "distorted face", "🫯": "fight cloud", "🫈": "hairy creature", "🫍": "orca", "🛘": "landslide", "🪊": "trombone", "🪎": "treasure chest",
}  # fmt: skip
"""Emoji of Unicode 15 to 17, which the tables of Python 3.11 do not name: an idea means the same with every Python."""


def spell_emoji(idea: str, names: Mapping[str, str]) -> str:
    """Write each emoji of an idea as its name, set off by commas. names: folded names of the vocabulary, as its own dictionary has them.

    What a joiner connects is read as its first part, and a colour of skin or a selector is dropped.
    """

    def spelled(match: re.Match[str]) -> str:
        sign = match[0][0]
        name = _NEWER.get(sign) or unicodedata.name(sign, "").lower()
        if not name or unicodedata.category(sign) not in _SIGNS:
            return match[0]
        name = _CALLED.get(name, name)
        for known in (name, name.removesuffix(" symbol"), name.removesuffix(" face"), name.removesuffix(" sign"), f"{name} face"):
            if known in names:
                return f", {known}, "
        return f", {name}, "

    text = _EMOJI.sub(spelled, idea) if not idea.isascii() else idea
    return re.sub(r"^[\s,]+|[\s,]+$", "", re.sub(r"\s*,(?:\s*,)+\s*", ", ", text)) if text != idea else idea
