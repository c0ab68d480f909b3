"""The real text encoder: prepared once, the same ever after, and no worse for a cache that fails."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from ganvas.ground.errors import InputError
from ganvas.language.text import encoder as module
from ganvas.language.text.encoder import MultilingualEncoder, open_encoder

PHRASES = [
    "a lonely robot in spring",
    "春天里孤独的机器人",
    "",
    "x" * 2000,
    "\ue000 odd \u200d signs",
    "ＦＵＬＬ width",
    "a lonely robot in spring",
]


def test_rows_are_unit_vectors_and_equal_phrases_are_equal(fresh: MultilingualEncoder) -> None:
    vectors = fresh.encode(PHRASES)
    assert vectors.shape == (len(PHRASES), MultilingualEncoder.width) and vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    np.testing.assert_array_equal(vectors[0], vectors[-1])
    assert fresh.encode([]).shape == (0, MultilingualEncoder.width)


def test_each_row_is_its_own_phrase_whatever_the_order(fresh: MultilingualEncoder) -> None:
    phrases = [f"thing {number}" for number in range(module.BATCH_SIZE + 4)]  # more than are encoded at once
    vectors = fresh.encode(phrases)
    backwards = fresh.encode([*phrases[::-1], *phrases[:3]])
    np.testing.assert_allclose(backwards[: len(phrases)][::-1], vectors, atol=1e-6)
    np.testing.assert_array_equal(backwards[-3:], backwards[len(phrases) - 3 : len(phrases)][::-1])
    np.testing.assert_allclose(fresh.encode(phrases[-1:])[0], vectors[-1], atol=1e-6)


def test_it_understands_across_languages(fresh: MultilingualEncoder) -> None:
    english = fresh.encode(["robot", "red apple", "cat", "rain", "volcano"])
    others = fresh.encode(["孤独的机器人", "红苹果", "gato", "下雨", "Vulkan"])
    assert (others @ english.T).argmax(axis=1).tolist() == [0, 1, 2, 3, 4]


def test_the_cached_tables_give_the_same_bits(fresh: MultilingualEncoder, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANVAS_CACHE", str(cache))
    monkeypatch.setattr(module, "_build", lambda: pytest.fail("built again although it was prepared"))
    np.testing.assert_array_equal(open_encoder("use-multilingual-3").encode(PHRASES), fresh.encode(PHRASES))


def test_tables_of_another_kind_or_without_sense_are_not_used(fresh: MultilingualEncoder, tmp_path: Path) -> None:
    (path := tmp_path / "x.safetensors").write_bytes(save({"words/pieces": np.zeros(3, dtype=np.uint8)}))
    assert module._load(path) is None  # pyright: ignore[reportPrivateUsage]
    whole = module._serialise(fresh._model)  # pyright: ignore[reportPrivateUsage]
    path.write_bytes(whole[:-1000])
    assert module._load(path) is None  # pyright: ignore[reportPrivateUsage]
    tables = load(whole)
    for name, table in tables.items():
        tables[name] = np.full_like(table, np.inf) if name == "d2" else table
    path.write_bytes(save(tables))
    assert module._load(path) is None  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize("damage", [b"", b"not tensors", b"\xff" * 8 + b"{}"])
def test_a_damaged_cache_is_made_anew(
    damage: bytes, fresh: MultilingualEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path))
    monkeypatch.setattr(module, "_build", lambda: fresh._model)  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(module, "_serialise", lambda _: b"whole again")
    (tmp_path / "encoder").mkdir()
    (path := tmp_path / "encoder" / "use-multilingual-3-0.2.1.safetensors").write_bytes(damage)
    np.testing.assert_array_equal(open_encoder("use-multilingual-3").encode(["cat"]), fresh.encode(["cat"]))
    assert path.read_bytes() == b"whole again"


def test_without_a_cache_folder_it_works_all_the_same(
    fresh: MultilingualEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (blocked := tmp_path / "file").write_text("a file where the folder should be", encoding="utf-8")
    monkeypatch.setenv("GANVAS_CACHE", str(blocked))
    monkeypatch.setattr(module, "_build", lambda: fresh._model)  # pyright: ignore[reportPrivateUsage]
    np.testing.assert_array_equal(open_encoder("use-multilingual-3").encode(["cat"]), fresh.encode(["cat"]))


def test_other_encoders_are_refused() -> None:
    with pytest.raises(InputError, match="use-multilingual-3"):
        open_encoder("os.system")
