"""Does the language model help? Sixty ideas, fixed beforehand, drawn by every writer and scored by the evaluator."""

from collections import Counter

from tests.proof.ideas import IDEAS, read_ideas


def test_the_ideas_are_sixty_and_balanced() -> None:
    ideas = read_ideas(IDEAS)
    assert Counter((idea.kind, idea.language) for idea in ideas) == {
        (kind, language): 10 for kind in ("literal", "indirect", "scene") for language in ("en", "zh")
    }
    assert len({idea.words.casefold() for idea in ideas}) == 60
    for idea in ideas:
        assert idea.words.isascii() == (idea.language == "en"), idea.words
        assert len(idea.accepts) == (2 if idea.kind == "scene" else 1), idea.words
        named = [concept for thing in idea.accepts for concept in thing]
        assert all(idea.accepts) and len(set(named)) == len(named), f"{idea.words}: a concept twice"
