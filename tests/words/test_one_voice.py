"""Numbers, plurals and lists are said in `words` alone; nobody formats them by hand."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "mlpipe"
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent.name != "words"]
TEMPLATES = sorted(PACKAGE.rglob("*.j2"))

_ROUNDS = re.compile(r"[,_%]|\.\d|[eEfFgGn]$|\{")
"""Thousands, percent, decimals or significant digits in a format; widths, fills and hexadecimals are none of these."""
_OLD_STYLE = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[eEfFgG]")

NO_WORDS = {
    "reports/drawings.py": "places in a drawing, which no person reads",
    "features/preprocessor/feature_names.py": "names of features are part of the artifact and keep their letters",
}


def spec_of(node):
    """The format in a node, or nothing: `{x:.2f}`, `format(x, ".2f")`, `"{:,}".format(x)`, `"%.2f" % x`."""
    if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
        return ast.unparse(node.format_spec)[2:-1]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "format":
        return ast.unparse(node.args[-1]).strip("'\"")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        written = ast.unparse(node.func.value)
        return next((spec for spec in re.findall(r"\{\w*:([^{}]*)\}", written) if _ROUNDS.search(spec)), "")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
        return "%" if isinstance(node.left.value, str) and _OLD_STYLE.search(node.left.value) else ""
    return ""


def is_word(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)


def by_hand(tree):
    """(line, what) of all that is said by hand."""
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and _ROUNDS.search(spec_of(node)):
            yield node.lineno, "a number"
        if isinstance(node, ast.IfExp) and is_word(node.body) and is_word(node.orelse):
            test = node.test
            if isinstance(test, ast.Compare) and ast.unparse(test.comparators[0]) == "1":
                yield node.lineno, "a plural"
        if isinstance(node, ast.JoinedStr):
            written = ast.unparse(node)
            if re.search(r"\band \{[^{}]*len\([^{}]*\} more", written) or ("{len(" in written and "} more" in written):
                yield node.lineno, "a list"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_nobody_says_numbers_plurals_or_lists_by_hand(path):
    found = list(by_hand(ast.parse(path.read_text(encoding="utf-8"))))
    if path.relative_to(PACKAGE).as_posix() in NO_WORDS:
        assert found, "is excused, and needs no excuse any more"
    else:
        assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_take_numbers_as_words(path):
    assert re.findall(r"\bformat\(|\|\s*(?:round|format|filesizeformat)\b|==\s*1\b", path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ('f"{x:.3f}"', "a number"),
        ('f"{n:,} rows"', "a number"),
        ('f"{x:.1%}"', "a number"),
        ('f"{x:g}"', "a number"),
        ('f"{x:>8.2f}"', "a number"),
        ('f"{x:.{digits}f}"', "a number"),
        ('format(x, ".2f")', "a number"),
        ('"{:,}".format(n)', "a number"),
        ('"%.2f" % x', "a number"),
        ('"row" if n == 1 else "rows"', "a plural"),
        ('"is" if len(names) == 1 else "are"', "a plural"),
        ('"are" if n > 1 else "is"', "a plural"),
        ('f"{a} and {len(names) - 5} more"', "a list"),
    ],
)
def test_the_finder_finds(code, what):
    assert [found for _, found in by_hand(ast.parse(code))] == [what]


@pytest.mark.parametrize(
    "code",
    ['f"{x:<12}"', 'f"{x:>5}"', 'f"{byte:02X}"', 'f"{x!r}"', '"a" if x == 2 else "b"', '"{} more".format(x)', "n % 2"],
)
def test_the_finder_lets_widths_pass(code):
    assert list(by_hand(ast.parse(code))) == []
