"""Every number of restore/ and training/ that stands by itself says where it comes from."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.helpers import ROOT

MODULES = sorted(path for room in ("restore", "training") for path in (ROOT / room).rglob("*.py"))


def is_number(value: ast.expr | None) -> bool:
    if isinstance(value, ast.UnaryOp):
        return is_number(value.operand)
    if isinstance(value, ast.BinOp):
        return is_number(value.left) and is_number(value.right)
    if isinstance(value, ast.Call):
        return bool(value.args) and not value.keywords and all(map(is_number, value.args))
    if isinstance(value, ast.Dict):
        return bool(value.values) and all(map(is_number, value.values))
    if isinstance(value, ast.Tuple):
        return bool(value.elts) and all(map(is_number, value.elts))
    return isinstance(value, ast.Constant) and type(value.value) in (int, float)


def without_origin(text: str) -> list[str]:
    """Return the lines of module-level numbers with no comment and no string below."""
    lines, body = text.splitlines(), ast.parse(text).body
    found = []
    for node, below in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.Assign | ast.AnnAssign) and is_number(node.value):
            said = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
            if not said and "  # " not in lines[node.end_lineno - 1]:
                found.append(lines[node.lineno - 1])
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_number_says_where_it_comes_from(path: Path) -> None:
    assert without_origin(path.read_text("utf-8")) == []


def test_a_number_that_says_nothing_is_found() -> None:
    assert without_origin('A = 1\n"""By hand."""\nB = (1, -2.5)\nC = "x"\nD = 3  # digits\n') == ["B = (1, -2.5)"]


def test_sums_calls_and_tables_of_numbers_are_numbers() -> None:
    given = ["A = 2 * 3", "B = log(0.5)", 'C = {"a": 1.0}', "D = range(1, 32)"]
    assert without_origin("\n".join(given)) == given
    assert without_origin("A = frozenset()\nB = {}\nC = {'a': 'b'}\nD = cache(read)\n") == []
