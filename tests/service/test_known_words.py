"""What a model knows is found by name, and by meaning."""

import pytest

from ganvas.ground.errors import InputError
from ganvas.service.known_words import find_known


def test_names_that_have_the_words_come_first_and_the_nearest_beside() -> None:
    found = find_known("penguin", model="emoji-64")
    assert found.known == ("penguin",) and found.near[0][0] == "penguin"
    assert find_known("windmill", model="emoji-64").known == ()


def test_no_words_and_no_vocabulary_are_refused() -> None:
    with pytest.raises(InputError, match="no words"):
        find_known("!", model="emoji-64")
