"""Search what a model knows: its vocabulary by names, and by meaning."""

from typing import NamedTuple

from ganvas.ground.errors import InputError
from ganvas.language.text.lexicon import fold_text
from ganvas.service.session import SESSION, Session

MAX_WORDS = 200


class Known(NamedTuple):
    """Things whose names or tags have the words, and the nearest by meaning with their cosines."""

    known: tuple[str, ...]
    near: tuple[tuple[str, float], ...]


def find_known(words: str, *, model: str, session: Session = SESSION, count: int = 12) -> Known:
    """Search a model's vocabulary. Raises InputError for a model without one, and for no words or too many."""
    pipeline = session.open_pipeline(model)
    fold = fold_text(words)
    if not fold or len(words) > MAX_WORDS:
        raise InputError("there are no words to search, or too many", where="--words", do="name a thing in a few words")
    if pipeline.lexicon is None or pipeline.encoder is None:
        raise InputError(f"{pipeline.manifest.name} has no vocabulary", where="--words")
    lexicon = pipeline.lexicon
    named = [name for phrase, name in zip(lexicon.phrases, lexicon.names, strict=True) if fold in fold_text(phrase)]
    (near,) = lexicon.nearest(pipeline.encoder.encode([words]), count=6)
    return Known(tuple(dict.fromkeys((*named, *lexicon.things_tagged(words))))[:count], tuple(near))
