"""The house's own rules, counted: sizes, encodings, two READMEs in step, and a using wing that needs no training tool."""

import ast
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TRAINING = ROOT / "src" / "ganvas" / "training"
LOOP, STEP = TRAINING / "engine" / "loop.py", TRAINING / "engine" / "step.py"
TRANSLATED = sorted([*ROOT.glob("*.zh-CN.md"), *ROOT.glob("docs/**/*.zh-CN.md")])
LONGEST_FUNCTION, MEDIAN_FUNCTION, LONGEST_FIT, LONGEST_FILE = 60, 10, 40, 350

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    """Yield every function of a file, nested ones and methods too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def length(node: Function) -> int:
    """Count a function's lines from `def` to its last."""
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def place(path: Path, node: ast.AST) -> str:
    """Say where a node stands."""
    return f"{path.relative_to(ROOT).as_posix()}:{getattr(node, 'lineno', 0)}"


def test_no_function_is_long() -> None:
    long = [f"{place(path, node)} {node.name}" for path in SOURCES for node in functions(path) if length(node) > LONGEST_FUNCTION]
    assert not long, f"over {LONGEST_FUNCTION} lines: {long}"


def test_most_functions_are_short() -> None:
    assert statistics.median(length(node) for path in SOURCES for node in functions(path)) <= MEDIAN_FUNCTION


def test_no_file_is_long() -> None:
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE}


def test_the_loop_fits_on_one_screen() -> None:
    (fit,) = (node for node in functions(LOOP) if node.name == "fit")
    assert length(fit) <= LONGEST_FIT
    calls = [node.func.attr for node in ast.walk(fit) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    for step in ("resume", "batches", "play", "update", "keep"):
        assert step in calls, f"fit no longer reads as the four steps: {step} is gone"


def test_only_the_step_trains() -> None:
    """Nothing else calls .backward() or an optimiser's .step(): loop, probe and bench share the one training step."""
    elsewhere = [
        place(path, node)
        for path in SOURCES
        if path != STEP
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("backward", "step")
    ]
    assert not elsewhere
    for path in (LOOP, TRAINING / "start" / "probe.py"):
        assert "take_turn(" in path.read_text(encoding="utf-8")


def names_no_encoding(call: ast.Call) -> bool:
    """Say whether a call reads or writes text without naming the encoding."""
    if any(keyword.arg == "encoding" for keyword in call.keywords):
        return False
    arguments = list(call.args)
    match call.func:
        case ast.Name("open"):
            arguments = arguments[1:]
        case ast.Attribute(attr="open"):
            pass
        case ast.Attribute(attr="read_text"):
            return not arguments
        case ast.Attribute(attr="write_text"):
            return len(arguments) < 2
        case _:
            return False
    modes = [keyword.value for keyword in call.keywords if keyword.arg == "mode"] or arguments[:1]
    if not modes:
        return not call.keywords  # x.open() and open(path); Image.open(x, formats=...) has other business
    mode = modes[0].value if isinstance(modes[0], ast.Constant) else None
    return isinstance(mode, str) and re.fullmatch(r"[rwxat+]{1,3}", mode) is not None


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("open(p)", True),
        ("open(p, 'w')", True),
        ("open(p, mode='a')", True),
        ("p.open()", True),
        ("p.open('r')", True),
        ("p.read_text()", True),
        ("p.write_text(t)", True),
        ("open(p, 'rb')", False),
        ("p.open('rb')", False),
        ("p.open(encoding='utf-8')", False),
        ("open(p, 'w', encoding='utf-8')", False),
        ("p.read_text(encoding='utf-8')", False),
        ("p.write_text(t, encoding='utf-8')", False),
        ("Image.open(stream, formats=f)", False),
        ("webbrowser.open(address)", False),
    ],
)
def test_the_encoding_check_sees_what_it_should(code: str, bad: bool) -> None:
    call = ast.parse(code, mode="eval").body
    assert isinstance(call, ast.Call)
    assert names_no_encoding(call) is bad


def test_text_files_name_their_encoding() -> None:
    bare = [
        place(path, node)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and names_no_encoding(node)
    ]
    assert not bare


def test_nothing_names_somebodys_home() -> None:
    home = re.compile(r"(/home/|/Users/|[A-Z]:\\+Users\\+)[a-z]\w+", re.IGNORECASE)
    kinds = {".py", ".toml", ".md", ".txt", ".yml", ".yaml", ".json", ".jsonl"}
    folders = ("src", "tests", "docs", "recipes", "examples", "scripts")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in kinds]
    files += [path for path in ROOT.iterdir() if path.is_file() and (path.suffix in kinds or path.name == "Makefile")]
    assert not [path.relative_to(ROOT).as_posix() for path in files if home.search(path.read_text(encoding="utf-8"))]


def outline(path: Path) -> tuple[list[int], list[str]]:
    """Return a Markdown page's heading levels and its code blocks."""
    parts = re.split(r"^```", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    levels = [len(marks) for part in parts[::2] for marks in re.findall(r"^(#+) ", part, flags=re.MULTILINE)]
    return levels, parts[1::2]


def test_some_page_is_translated() -> None:
    assert ROOT / "README.zh-CN.md" in TRANSLATED


@pytest.mark.parametrize("chinese", TRANSLATED, ids=lambda path: path.name)
def test_both_languages_are_in_step(chinese: Path) -> None:
    english = chinese.with_name(chinese.name.replace(".zh-CN.md", ".md"))
    (levels, blocks), (their_levels, their_blocks) = outline(english), outline(chinese)
    assert their_levels == levels
    assert their_blocks == blocks


def test_pages_link_only_to_what_exists() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))]
    broken = [f"{page.name}: {link}" for page, link in links if "://" not in link and not (page.parent / link).exists()]
    assert not broken


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(line for lines in project["optional-dependencies"].values() for line in lines)]
    pins = re.findall(r"^([\w-]+)==", (ROOT / "constraints.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert {re.split(r"[^\w-]", line)[0] for line in wanted} <= set(pins)


def versions(name: str) -> set[tuple[str, str]]:
    """Return the packages of a file of pip with their versions."""
    found = re.findall(r"^([\w-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {(package.lower().replace("_", "-"), version) for package, version in found}


def test_every_pinned_package_has_hashes_of_that_version() -> None:
    """scripts/hash_packages.py writes them again. torch of the CPU build has hashes of its own."""
    assert versions("constraints.txt") <= versions("hashes.txt")
    builders = {"hatchling", "editables"}  # what `pip install --no-build-isolation --editable` needs
    assert builders <= {package for package, _ in versions("hashes.txt")}
    packages = re.split(r"\n(?=[a-z0-9])", (ROOT / "hashes.txt").read_text(encoding="utf-8"))[1:]
    assert len(packages) >= 80 and all("--hash=sha256:" in package for package in packages)


def test_actions_of_continuous_integration_are_named_by_commit() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / ".github").rglob("*.yml"))
    used = re.findall(r"uses:\s*(\S+)", text)
    assert used and all(re.search(r"@[0-9a-f]{40}$", one) for one in used)


USING_WING = """
import importlib, pkgutil, sys
for name in {banned!r}:
    sys.modules[name] = None  # importing it now fails
import ganvas
skip = ("ganvas.training", "ganvas.__main__")
for module in pkgutil.walk_packages(ganvas.__path__, "ganvas.", onerror=print):
    if not module.name.startswith(skip):
        importlib.import_module(module.name)
        print(module.name)
"""
TRAINING_TOOLS = ("torch", "onnx", "onnxscript", "jaxtyping", "beartype", "tomlkit", "resvg_py", "xllamacpp")


def test_the_using_wing_imports_with_the_core_alone() -> None:
    code = USING_WING.format(banned=TRAINING_TOOLS)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "ganvas.ground.errors" in done.stdout.split()
