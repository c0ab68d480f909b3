"""What a poem says, in plain words, by a language model that is able to."""

from collections.abc import Sequence

from ganvas.ground.errors import GanvasError
from ganvas.language.llm.ask import translate
from ganvas.vocabulary.verse import HAN


def gloss_verse(lines: Sequence[str], *, theme: str, llm: str = "auto") -> str:
    """Return what a poem says, in English, or in modern Chinese for a Chinese theme; else one line that says what to do."""
    language = "zh" if HAN.search(theme) else "en"
    try:
        return f"it says: {translate('，'.join(lines), to=language, llm=llm).text}"
    except GanvasError as error:
        return f"no gloss: {error}"
