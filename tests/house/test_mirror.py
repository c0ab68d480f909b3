"""tests/ mirrors src/: who changes a module finds its tests under the same name."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE, TESTS = ROOT / "src" / "ganvas", ROOT / "tests"
OF_THE_WHOLE = ("docs", "e2e", "golden", "hostile", "house", "proof")
"""Folders of tests of no one module."""

EXCEPTIONS = {
    "cli/test_grammar.py": "the flags of all verbs in one table",
    "cli/test_main.py": "how the program starts and ends, whatever the verb",
    "language/test_local.py": "the packaged language model itself, where it is installed",
    "training/test_conditioning.py": "every kind of conditioning through networks, objectives and tasks",
    "training/test_folders.py": "whole trainings of small folders, resumed to the bit",
    "training/test_four_steps.py": "the example of the four steps",
    "training/test_new_kind.py": "a kind of work that only the tests know, through every room",
    "training/test_penalties.py": "every penalty with every objective",
    "training/test_sizes.py": "sizes that are no squares, through the whole training",
    "training/test_theory.py": "what docs/theory.md claims",
}
"""Tests that belong to several modules, and of what."""
MOST = 10


def module_of(test: Path) -> Path:
    """Return the module that a test file is named after, without its suffix."""
    return SOURCE / test.relative_to(TESTS).with_name(test.stem.removeprefix("test_"))


def is_named_after_something(test: Path) -> bool:
    """Say whether there is a module or a package of a test's name; `x/test_x.py` tests the package x."""
    module = module_of(test)
    package = module.name == module.parent.name and module.parent.is_dir()
    return package or module.is_dir() or module.with_suffix(".py").is_file()


def test_every_test_file_is_named_after_a_module() -> None:
    tests = [path for path in TESTS.rglob("test_*.py") if path.relative_to(TESTS).parts[0] not in OF_THE_WHOLE]
    strays = {path.relative_to(TESTS).as_posix() for path in tests if not is_named_after_something(path)}
    assert strays <= set(EXCEPTIONS), f"name them after a module, or add a reason: {sorted(strays - set(EXCEPTIONS))}"


def test_exceptions_are_few_and_there() -> None:
    assert len(EXCEPTIONS) <= MOST
    assert not [name for name in EXCEPTIONS if not (TESTS / name).is_file() or is_named_after_something(TESTS / name)]
