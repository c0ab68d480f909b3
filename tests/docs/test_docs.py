"""The pages: what they name exists, what they show runs.

Every `sh` and `python` block of a tutorial is run, page by page, in one empty folder each, unless `<!-- not run: WHY -->` stands
before it. A `toml` or `json` block that begins with `# NAME` is written to that file. Budgets shrink on the way (SMALLER).
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TUTORIALS = sorted(path for path in (ROOT / "docs" / "tutorials").glob("*.md") if ".zh-CN" not in path.name)
THEORY = [ROOT / "docs" / "theory.md", ROOT / "docs" / "theory.zh-CN.md"]
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


@pytest.mark.parametrize("page", THEORY, ids=lambda page: page.name)
def test_theory_names_what_exists(page: Path) -> None:
    named = NAMED.findall(page.read_text(encoding="utf-8"))
    assert len(named) > 40
    missing = [f"{path}:{name}" for path, name in named if not (ROOT / path).is_file()]
    missing += [f"{path}:{name}" for path, name in named if name and name not in names(ast.parse((ROOT / path).read_bytes()))]
    assert not missing


def test_theory_names_the_same_in_both_languages() -> None:
    english, chinese = (NAMED.findall(page.read_text(encoding="utf-8")) for page in THEORY)
    assert sorted(english) == sorted(chinese)
