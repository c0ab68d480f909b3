from pathlib import Path

from ganvas.studio.files import Files


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_a_file_is_named_by_its_content_and_kept_once(tmp_path: Path) -> None:
    files = Files(tmp_path)
    first, second = files.stage(b"a", ".png"), files.stage(b"a", ".png")
    files.keep(first)
    assert first == second and names(tmp_path) == {first} and files.path(first).read_bytes() == b"a"
    files.keep(second)  # another process kept it meanwhile
    assert files.path(first).read_bytes() == b"a"


def test_only_what_rows_name_outlives_a_kill(tmp_path: Path) -> None:
    files = Files(tmp_path)
    named, lost = files.stage(b"named", ".png"), files.stage(b"lost", ".png")
    Files(tmp_path).recover(lambda name: name == named)
    assert names(tmp_path) == {named} and files.path(named).is_file() and not files.path(lost).exists()


def test_a_file_that_is_taken_out_can_come_back(tmp_path: Path) -> None:
    files = Files(tmp_path)
    name = files.stage(b"a", ".png")
    files.keep(name)
    files.take_out(name)
    assert not files.path(name).exists()
    files.recover(lambda _: True)
    assert files.path(name).is_file()
    files.take_out(name)
    files.discard(name)
    assert names(tmp_path) == set()
