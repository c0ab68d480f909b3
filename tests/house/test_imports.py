"""Arrows between modules: no circle anywhere, imports inside functions and for type checkers counted.

import-linter holds the floors and the rooms of training (pyproject.toml); it sees no circle inside a room, so this does.
"""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
MAX_ROOMS = 12


def modules(source: Path) -> dict[str, Path]:
    """Return the files of a source folder by their module's name; a package goes by its own."""
    names = {path: ".".join(path.relative_to(source).with_suffix("").parts) for path in sorted(source.rglob("*.py"))}
    return {name.removesuffix(".__init__"): path for path, name in names.items()}


def imports(name: str, path: Path, known: set[str]) -> set[str]:
    """Return the known modules that a module names in its import statements, wherever they stand."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=aliases):
                named = [alias.name for alias in aliases]
            case ast.ImportFrom(module=origin, names=aliases, level=level):
                assert not level, f"{path}: relative imports are not counted here"
                named = [one if (one := f"{origin}.{alias.name}") in known else str(origin) for alias in aliases]
            case _:
                continue
        found.update(one for one in named if one in known and one != name)
    return found


def circle(source: Path) -> list[str]:
    """Return modules that import each other in a circle, the first one again at the end; none where there is no circle."""
    found = modules(source)
    try:
        TopologicalSorter({name: imports(name, path, set(found)) for name, path in found.items()}).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_imports_itself_by_a_detour() -> None:
    assert not circle(SOURCE)


@pytest.mark.parametrize(
    "code",
    [
        "from house.first import room",
        "import house.first",
        "def late():\n    from house import first",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import house.first as one",
    ],
)
def test_the_walk_sees_every_kind_of_import(code: str, tmp_path: Path) -> None:
    house = tmp_path / "house"
    house.mkdir()
    for name, content in (("__init__", ""), ("first", "from house.second import room\nroom"), ("second", "import os\nroom = os")):
        (house / f"{name}.py").write_text(content, encoding="utf-8")
    assert not circle(tmp_path)
    (house / "second.py").write_text(code, encoding="utf-8")
    assert set(circle(tmp_path)) == {"house.first", "house.second"}


def test_training_has_few_rooms() -> None:
    rooms = [path for path in (SOURCE / "ganvas" / "training").iterdir() if path.name not in ("__init__.py", "__pycache__")]
    assert len(rooms) <= MAX_ROOMS and all(path.is_dir() for path in rooms)
