import time
from pathlib import Path

import pytest

from ganvas.ground.errors import InputError
from ganvas.studio.database import MissingError
from ganvas.studio.files import Files
from ganvas.studio.gallery import MOST_TAGS
from ganvas.studio.studio import Studio
from tests.studio.fakes import kept, made_of


def all_files(studio: Studio) -> set[str]:
    return {path.name for path in (studio.folder / "files").rglob("*.png")}


def test_a_work_is_found_by_its_words_in_both_languages(studio: Studio) -> None:
    one = studio.gallery.add(kept("春天里孤独的机器人", number=1))
    two = studio.gallery.add(kept("a happy cat", number=2, caption="cat face"))
    assert [work.id for work in studio.gallery.find().works] == [two, one]
    for words, expected in {"机器": one, "robot": one, "noto rob": one, "cat": two, "face": two}.items():
        assert [work.id for work in studio.gallery.find(words).works] == [expected], words
    assert studio.gallery.find("dog").total == 0 and studio.gallery.find("***").total == 0
    entry = studio.gallery.get(one)
    assert (
        entry.kind == "scene"
        and (entry.width, entry.height) == (4, 4)
        and studio.gallery.records(one) == (made_of("春天里孤独的机器人", number=1),)
    )
    assert studio.files.path(entry.files[".png"]).is_file()


def test_the_same_work_is_kept_once(studio: Studio) -> None:
    one = studio.gallery.add(kept("a", number=1))
    assert studio.gallery.add(kept("a", number=1)) == one and studio.gallery.find().total == 1
    studio.gallery.delete(one)
    assert studio.gallery.find().total == 0
    assert studio.gallery.add(kept("a", number=1)) == one and studio.gallery.find("a").total == 1  # back from the bin


def test_deleting_can_be_undone_until_it_is_purged(studio: Studio) -> None:
    one = studio.gallery.add(kept("a robot", number=1))
    studio.gallery.delete(one)
    assert studio.gallery.find("A ROB", deleted=True).total == 1 and studio.gallery.find("cat", deleted=True).total == 0
    assert studio.gallery.find("robot").total == 0 and studio.gallery.find(deleted=True).works[0].id == one and all_files(studio)
    studio.gallery.restore(one)
    assert studio.gallery.find("robot").total == 1
    studio.gallery.delete(one)
    assert studio.gallery.purge(before=time.time() - 1000) == 0
    assert studio.gallery.purge(before=time.time() + 1) == 1
    assert not all_files(studio) and studio.gallery.find(deleted=True).total == 0
    with pytest.raises(MissingError):
        studio.gallery.get(one)


def test_tags_and_favourites_find_works(studio: Studio) -> None:
    one, _ = (studio.gallery.add(kept("a", number=number)) for number in (1, 2))
    studio.gallery.tag(one, ("for grandmother", "生日"))
    studio.gallery.favour(one, favourite=True)
    assert (
        [work.id for work in studio.gallery.find("grandm").works]
        == [one]
        == [work.id for work in studio.gallery.find("生日").works]
    )
    assert [work.id for work in studio.gallery.find(favourites=True).works] == [one]
    assert studio.gallery.get(one).tags == ("for grandmother", "生日") and studio.gallery.get(one).favourite
    studio.gallery.tag(one, ())
    assert studio.gallery.find("grandmother").total == 0 and studio.gallery.find("robot").total == 2
    with pytest.raises(InputError, match="more than"):
        studio.gallery.tag(one, [str(number) for number in range(MOST_TAGS + 1)])


def test_lineage_goes_both_ways(studio: Studio) -> None:
    first, second = (studio.gallery.add(kept("a", number=number)) for number in (1, 2))
    child = studio.gallery.add(kept("mixed", number=3), parents=(second, first, second))
    assert studio.gallery.get(child).parents == (second, first, second)
    assert [work.id for work in studio.gallery.lineage(child).parents] == [second, first, second]
    assert [work.id for work in studio.gallery.lineage(second).children] == [child]


def test_pages_follow_each_other(studio: Studio) -> None:
    numbers = [studio.gallery.add(kept("a", number=number)) for number in range(7)]
    pages = [studio.gallery.find(start=start, count=3) for start in (0, 3, 6)]
    assert [work.id for page in pages for work in page.works] == numbers[::-1] and {page.total for page in pages} == {7}


def test_nothing_is_left_of_a_work_that_cannot_be_written(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Files.stage

    def full(self: Files, content: bytes, suffix: str) -> str:
        if suffix == ".webp":
            raise OSError(28, "No space left on device")
        return stage(self, content, suffix)

    monkeypatch.setattr(Files, "stage", full)
    work = kept("a")
    work.files[".webp"] = b"of the same work"
    with pytest.raises(OSError, match="No space"):
        studio.gallery.add(work)
    assert studio.gallery.find().total == 0 and not list((studio.folder / "incoming").iterdir()) and not all_files(studio)


def test_a_number_that_nothing_has_is_refused(studio: Studio) -> None:
    for act in (studio.gallery.get, studio.gallery.delete, studio.gallery.restore, studio.gallery.records):
        with pytest.raises(MissingError):
            act(99)
    assert Path(studio.folder).is_dir()
