"""The pages: what they name exists, what they show runs.

Every `sh` and `python` block of a tutorial is run, page by page, in one empty folder each, unless `<!-- not run: WHY -->` stands
before it. A `toml` or `json` block that begins with `# NAME` is written to that file. Budgets shrink on the way (SMALLER).
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TUTORIALS = sorted(path for path in (ROOT / "docs" / "tutorials").glob("*.md") if ".zh-CN" not in path.name)
PAIRS = [(ROOT / "docs" / f"{name}.md", ROOT / "docs" / f"{name}.zh-CN.md") for name in ("theory", "glossary")]
HEADING = re.compile(r"^(#+) ", re.MULTILINE)
BLOCK = re.compile(r"(?:<!-- not run: (?P<why>[^>]+?) -->\n+)?^```(?P<kind>\w*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`((?:src|tests|examples)/[\w/]+\.py)(?::([\w.]+))?`")


@dataclass(frozen=True)
class Block:
    """A code block of a page; `why` it is not run, if it is not."""

    kind: str
    code: str
    why: str | None


def blocks(page: Path) -> list[Block]:
    found = BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [Block(match["kind"], match["code"], match["why"]) for match in found]


def names(tree: ast.AST, prefix: str = "") -> set[str]:
    """Return the functions and classes of a module, methods as `Class.method`."""
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found |= {prefix + node.name} | names(node, f"{prefix}{node.name}.")
    return found


@pytest.mark.parametrize("page", [page for pair in PAIRS for page in pair], ids=lambda page: page.name)
def test_a_page_names_what_exists(page: Path) -> None:
    named = NAMED.findall(page.read_text(encoding="utf-8"))
    assert len(named) > 40
    missing = [f"{path}:{name}" for path, name in named if not (ROOT / path).is_file()]
    missing += [f"{path}:{name}" for path, name in named if name and name not in names(ast.parse((ROOT / path).read_bytes()))]
    assert not missing


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0].stem)
def test_a_page_names_the_same_in_both_languages(pair: tuple[Path, Path]) -> None:
    english, chinese = (page.read_text(encoding="utf-8") for page in pair)
    assert sorted(NAMED.findall(english)) == sorted(NAMED.findall(chinese))
    assert HEADING.findall(english) == HEADING.findall(chinese)


def test_the_glossary_is_sorted_and_names_each_term_once() -> None:
    terms = re.findall(r"^- \*\*(.+?)\*\*: ", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(terms) >= 50 and terms == sorted(set(terms), key=str.lower)


SMALL = """
sources = ["data/shapes"]
size = 16
channels = 3
batch = 8
images = 80
sheets = 2
precision = "float32"
threads = 1
judge = false
"""


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readme_s_python_runs(page: str, tmp_path: Path) -> None:
    """All python blocks of the page, one after another, in one program."""
    code = "".join(block.code for block in blocks(ROOT / page) if block.kind == "python" and block.why is None)
    for name in ("imagine", "restyle", "replay", "train", "load"):
        assert f"ganvas.{name}(" in code
    if page != "README.md":  # both pages show the same, which another test holds
        return
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    code = code.replace('"data/shapes", minutes=5', '"small.toml"')  # the dial alone would take a minute
    data = [sys.executable, "-m", "ganvas", "data", "shapes", "-o", "data/shapes", "-n", "64"]
    for command in (data, [sys.executable, "-c", code]):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
    assert {path.name for path in tmp_path.glob("*.png")} == {"heart.png", "heart-flat.png", "circle.png"}


SMALLER = (
    ("minutes = 1\n", "images = 160\n"),
    ("--images 20000", "--images 320"),
    ("images = 800\n", "images = 80\n"),
)


LONG = {"train", "four-steps", "captions"}
"""Pages that train for more than a minute of one core; `make proof` runs them."""


@pytest.mark.parametrize(
    "page", [pytest.param(page, id=page.stem, marks=[pytest.mark.proof] if page.stem in LONG else []) for page in TUTORIALS]
)
def test_tutorials_run(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / "examples" / "four_steps.toml").write_text(smaller(read(ROOT / "examples" / "four_steps.toml")), encoding="utf-8")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    own = {**os.environ, "PATH": path, "GANVAS_CONFIG": str(tmp_path / "settings")}  # what one page chooses is not another's
    ran = 0
    for block in blocks(page):
        name = re.match(r"# ([\w.-]+)\n", block.code)
        if block.kind == "toml" and name:
            (tmp_path / name[1]).write_text(smaller(block.code), encoding="utf-8")
        if block.why is not None or block.kind not in ("sh", "python"):
            continue
        command = [sys.executable, "-c", block.code] if block.kind == "python" else ["sh", "-e", "-c", smaller(block.code)]
        done = subprocess.run(command, cwd=tmp_path, env=own, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{block.code}\n{done.stderr[-2000:]}"
        ran += 1
    assert ran


def smaller(text: str) -> str:
    for large, small in SMALLER:
        text = text.replace(large, small)
    return text


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_tutorials_show_the_same_in_both_languages(page: Path) -> None:
    chinese = page.with_name(f"{page.stem}.zh-CN.md")
    kinds, commands = zip(*((one.kind, one.code if one.kind == "sh" else "") for one in blocks(page)), strict=True)
    theirs, same = zip(*((one.kind, one.code if one.kind == "sh" else "") for one in blocks(chinese)), strict=True)
    assert kinds == theirs and commands == same
