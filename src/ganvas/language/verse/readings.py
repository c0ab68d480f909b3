"""How characters are read and simplified, from packages that only a training needs: a model keeps what they say.

Rhymes are those of modern Mandarin by the groups of the New Rhymes of China (中华新韵): pypinyin's finals of each character's
most common reading. Tang poets rhymed by the sounds of their own time, so that some of their rhymes count as none here, and some
of ours did as none to them.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ganvas.ground.errors import InputError

_GROUPS = (
    "a ia ua", "o e uo", "ie ve", "ai uai", "ei uei", "ao iao", "ou iou", "an ian uan van", "en in uen vn", "ang iang uang",
    "eng ing ueng ong iong", "i", "-i er", "u", "v",
)  # fmt: skip
"""Finals that rhyme, as pypinyin writes them; -i is the vowel of 之 and 思."""
_OF_FINAL = {final: chr(ord("a") + number) for number, finals in enumerate(_GROUPS) for final in finals.split()}
_HISSING = ("zh", "ch", "sh", "r", "z", "c", "s")
_DO = "pip install 'ganvas[verse]'"


class Reading(NamedTuple):
    """A text's characters: simplified; a letter for the rhyme of each; its tone, 1 to 5. "-" is unknown."""

    simplified: str
    rhyme: str
    tone: str


def read_characters(characters: str) -> Reading:
    """Read each character of a text. Raises InputError where the packages are missing."""
    try:
        from opencc import OpenCC
        from pypinyin import Style, pinyin
    except ImportError as error:
        raise InputError("rhymes and simplified characters come from packages that are not installed", do=_DO) from error
    converter: Any = OpenCC("t2s")
    simplified = [str(converter.convert(letter)) for letter in characters]

    def styled(style: Any) -> Sequence[str]:
        return [pinyin(letter, style=style, errors="ignore", strict=True)[0][0] if pinyin(letter, errors="ignore") else ""
                for letter in characters]  # fmt: skip

    finals, initials, tones = styled(Style.FINALS), styled(Style.INITIALS), styled(Style.FINALS_TONE3)
    rhyme = "".join(rhyme_of(final, initial) for final, initial in zip(finals, initials, strict=True))
    tone = "".join(one[-1] if one[-1:].isdigit() and one[-1] in "1234" else "5" if one else "-" for one in tones)
    one_each = (new if len(new) == 1 else old for old, new in zip(characters, simplified, strict=True))
    return Reading("".join(one_each), rhyme, tone)


def rhyme_of(final: str, initial: str) -> str:
    """Return the letter of a final's group after an initial: the i of 之 does not rhyme with that of 西."""
    if final == "i" and initial in _HISSING:
        final = "-i"
    return _OF_FINAL.get(final.replace("ü", "v"), "-")
