"""The real encoder, built once for all tests of language, in a cache of its own."""

from pathlib import Path

import pytest

from ganvas.language.text.encoder import MultilingualEncoder, open_encoder


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def fresh(cache: Path) -> MultilingualEncoder:
    """The encoder as it is built the first time, which fills the cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANVAS_CACHE", str(cache))
        return open_encoder("use-multilingual-3")
