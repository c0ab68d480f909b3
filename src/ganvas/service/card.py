"""Card: one idea, three arts: a picture, a poem, and four bars of music."""

from collections.abc import Callable, Iterator

from ganvas.ground.errors import GanvasError
from ganvas.service.compose import compose
from ganvas.service.imagine import fresh_seed, imagine
from ganvas.service.session import SESSION, Session
from ganvas.service.verse import write_verse
from ganvas.vocabulary.card import Card
from ganvas.vocabulary.request import CardRequest, ComposeRequest, ImagineRequest, WriteRequest, fill
from ganvas.vocabulary.work import Work

BARS, PIECES, PICTURES, POEMS = 4, 2, 2, 16
"""Bars of the music; pieces, pictures of each thing and poems of which the judges keep one."""


def make_card(request: CardRequest, *, session: Session = SESSION) -> Card:
    """Make the three parts of a card; one that cannot be made is left out. Raises InputError for a bad request alone."""
    seed = fresh_seed() if request.seed is None else request.seed
    common = {"count": 1, "seed": seed, "llm": request.llm}
    picture = {**common, "idea": request.idea, "size": 512, "best_of": PICTURES}
    poem = {**common, "theme": request.idea, "form": request.form, "candidates": POEMS, "rhyme": True}
    piece = {**common, "idea": request.idea, "bars": BARS, "best_of": PIECES}
    makers: dict[str, Callable[[], Iterator[Work]]] = {
        "picture": lambda: imagine(fill(ImagineRequest, picture), session=session),
        "poem": lambda: write_verse(fill(WriteRequest, poem), session=session),
        "music": lambda: compose(fill(ComposeRequest, piece), session=session),
    }
    made, left = dict[str, Work | None](), list[str]()
    for name, make in makers.items():
        try:
            made[name] = next(make())
        except GanvasError as error:
            made[name] = None
            left.append(f"no {name}: {error}")
    return Card(request.idea, made["picture"], made["poem"], made["music"], tuple(left), seed)
