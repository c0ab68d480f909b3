"""Poems as numbers, and vectors of characters that are near where characters are neighbours."""

import numpy as np
from tests.data.poems import make_poem

from ganvas.ground.seeds import stream
from ganvas.training.tasks.verse.tokens import Vocabulary, couplet_pools, fit_vectors, quatrain_pools
from ganvas.vocabulary.verse import Poem


def test_unknown_characters_have_a_number_of_their_own() -> None:
    poems = [make_poem(number) for number in range(6)]
    vocabulary = Vocabulary.of(poems, size=10)
    assert len(vocabulary.characters) == 9
    tokens = quatrain_pools(poems, vocabulary)[0].tokens
    assert tokens.shape == (6, 20) and tokens.max() <= 9 and (tokens == 0).any()
    written = vocabulary.text(tokens[0])
    assert all(one in (other, "□") for one, other in zip(written, poems[0].text, strict=True))


def test_longer_poems_give_four_lines_each_as_many_as_asked() -> None:
    poems = [make_poem(number, length=7, lines=8) for number in range(5)]
    vocabulary = Vocabulary.of(poems, size=64)
    pools = couplet_pools(poems, vocabulary, most=6, seed=0)
    assert len(pools[0]) == 0 and len(pools[1]) == 6 and (pools[1].themed == -1).all()
    halves = {poem.text[start : start + 28] for poem in poems for start in (0, 28)}
    assert {vocabulary.text(row) for row in pools[1].tokens} <= halves


def test_characters_of_the_same_couplets_are_near() -> None:
    days, nights = "日陽晴暖", "月星夜寒"
    poems: list[Poem] = []
    for number in range(60):
        letters = days if number % 2 else nights
        text = "".join(letters[one] for one in stream(number, "letters").integers(4, 20))
        poems.append(Poem(lines=tuple(text[start : start + 5] for start in range(0, 20, 5))))
    vocabulary = Vocabulary.of(poems, size=16)
    found = fit_vectors(list(quatrain_pools(poems, vocabulary).values()), characters=16, width=8, seed=0)
    rows = found["vectors"][vocabulary.numbers([days + nights], 8)[0]]
    cosine = rows @ rows.T / np.linalg.norm(rows, axis=1)[:, None] / np.linalg.norm(rows, axis=1)[None]
    assert cosine[:4, :4].mean() > cosine[:4, 4:].mean() + 0.3
    assert np.isclose(np.exp(found["frequent"]).sum(), 1)
