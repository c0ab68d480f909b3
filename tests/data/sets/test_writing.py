from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ganvas.data.folder import read_folder
from ganvas.data.records import MetadataLine
from ganvas.data.sets.writing import Source, write_set

LINE = MetadataLine(file_name="style/a.png", text="红心")


def test_the_digest_is_of_words_and_pixels(tmp_path: Path) -> None:
    clear, grey = np.zeros((8, 8, 4), dtype=np.uint8), np.full((8, 8, 4), 128, dtype=np.uint8)
    other = LINE.model_copy(update={"text": "a red heart"})
    sets = [[(LINE, clear)], [(LINE, grey)], [(other, clear)], [(LINE, clear)]]
    digests = [write_set("x", tmp_path / str(place), pictures, made="").digest for place, pictures in enumerate(sets)]
    assert digests[0] == digests[3] and len(set(digests)) == 3
    assert read_folder(tmp_path / "0")[0].captions == ("红心",)


def test_what_breaks_half_way_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[tuple[MetadataLine, np.ndarray]]:
        yield LINE, np.zeros((8, 8, 4), dtype=np.uint8)
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        write_set("x", tmp_path / "set", broken(), made="", sources=[Source("p", "1", "0" * 64, "MIT")])
    assert not list(tmp_path.iterdir())
