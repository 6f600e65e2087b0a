"""What a remedy names can be given to the command at work, or it says to which."""

import ast
import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import mlpipe
from mlpipe.cli.boundary import keywords_of
from mlpipe.words.parameters import param, parameters_in
from mlpipe.words.remedies import ANY, NOTHING_OFFERED, Remedy, in_step, offered, ways
from tests.cli.recording import command_line, invoke

if TYPE_CHECKING:
    from collections.abc import Callable

OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
COMMAND_LINES = {
    "predict": "predict {c}/model bad.csv -o p.csv",
    "evaluate": "evaluate {c}/model bad.csv -o e --allow-training-rows",
    "evaluate (judging)": "evaluate --predictions bad.csv --truth outcome --prediction town -o e",
    "drift": "drift {c}/model bad.csv -o d",
    "audit": "audit {c}/table.csv bad.csv --target outcome",
    "inspect (against)": "inspect {c}/table.csv --against bad.csv",
    "split (test data)": "split {c}/table.csv --target outcome --test-data bad.csv -o s",
    "init": "init d --force --data bad.csv --target outcome",
}


def written(table, **changed):
    return table.assign(**changed).to_csv(index=False)


def cells(table, column, cell, at=10):
    return [*table[column][:at], cell, *table[column][at + 1 :]]


BAD = {
    "empty": lambda _: "",
    "a header alone": lambda t: written(t.head(0)),
    "a foreign byte": lambda t: written(t).replace("Clayton", "Z\udcfcrich \udc81", 1),
    "a foreign byte in the header": lambda t: written(t).replace("town", "t\udc81\udcffwn", 1),
    "ragged": lambda t: written(t) + "1,2\n",
    "a lost quote": lambda t: written(t, town=cells(t, "town", 'Bern"')).replace('"Bern"""', '"Bern'),
    "names twice": lambda t: written(t).replace("town", "age", 1),
    "a title": lambda t: "Report of today\n\n" + written(t),
    "no header": lambda t: written(t).partition("\n")[2],
    "the header again": lambda t: written(t) + written(t),
    "all rows longer": lambda t: re.sub(r"(?m)(?<=\d)$", ",1", written(t)),
    "a name lacking": lambda t: written(t).replace("age,", ",", 1),
    "a word among numbers": lambda t: written(t, balance=cells(t.astype(str), "balance", "many")),
    "odd cells": lambda t: written(t, balance=["many", "few"] * 10 + [*t["balance"].astype(str)[20:]]),
    "an infinite number": lambda t: written(t, balance=cells(t.astype(str), "balance", "inf")),
    "no such date": lambda t: written(t, since=cells(t.astype(str), "since", "2024-02-31")),
    "columns lacking": lambda t: written(t[["age", "outcome"]]),
    "no target": lambda t: written(t, outcome=""),
    "one class": lambda t: written(t, outcome="yes"),
    "strangers": lambda t: written(t, town="Atlantis"),
    "a workbook": lambda _: "PK\x03\x04" + "x" * 100,
    "zeros": lambda t: written(t) + "\0\0\0\n",
}


@pytest.mark.parametrize("line", COMMAND_LINES.values(), ids=COMMAND_LINES)
def test_a_remedy_names_what_the_command_has(line, chain, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = pd.read_csv(chain / "table.csv", keep_default_na=False)
    command = command_line().commands[line.split()[0]]
    known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    for name, make in BAD.items():
        (tmp_path / "bad.csv").write_bytes(make(table).encode("utf-8", "surrogateescape"))
        done = invoke(*line.format(c=chain).split(), "-q")
        assert done.exit_code in {0, 2, 3, 6}, f"{name}: {done.output}"
        assert NOTHING_OFFERED not in done.stderr, f"{name}: {done.stderr}"
        for sentence in re.split(r"(?<=[.?]) ", done.stderr):
            named = set(OPTION.findall(re.sub("'[^']*'", "", sentence)))
            assert named <= known or "predict takes" in sentence, f"{name}: {sentence}"


def _named(name, *_):
    return name if name == "X" else param(name)


class Written(ast.NodeVisitor):
    """What an expression is as a remedy, X in place of all that is only known later."""

    def __init__(self, module):
        self.module = module

    def generic_visit(self, _):
        return "X"

    def visit_Constant(self, node):
        return str(node.value)

    def visit_JoinedStr(self, node):
        return "".join(map(self.visit, node.values))

    def visit_FormattedValue(self, node):
        return self.visit(node.value)

    def visit_BinOp(self, node):
        return self.visit(node.left) + self.visit(node.right)

    def visit_Name(self, node):
        value = getattr(self.module, node.id, None)
        return value if isinstance(value, str) else "X"

    def visit_Call(self, node):
        known: dict[str, Callable[..., str]] = {"param": _named, "ways": ways, "in_step": in_step}
        makes = known.get(ast.unparse(node.func))
        return makes(*(self.visit(one) for one in node.args if not isinstance(one, ast.Starred))) if makes else "X"


def remedies(*rooms):
    """Every remedy that stands in the source, with its place."""
    folder = Path(mlpipe.__file__).parent
    for path in (path for room in rooms for path in sorted((folder / room).rglob("*.py"))):
        written = Written(import_module(".".join(("mlpipe", *path.relative_to(folder).with_suffix("").parts))))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "remedy":
                yield f"{path.name}:{node.value.lineno}", written.visit(node.value)
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).lower() in {"remedy", "correct_it"}:
                yield f"{path.name}:{node.lineno}", written.visit(node.value)


@pytest.fixture(scope="module")
def all_remedies():
    found = dict(remedies("."))
    assert len(found) > 250
    return found


def test_what_has_several_ways_is_made_of_them(all_remedies):
    plain = {place: text for place, text in all_remedies.items() if not isinstance(text, Remedy)}
    several = [
        place for place, text in plain.items() if parameters_in(text) and re.search(r", or |; |[.?] [A-Z]", text)
    ]
    assert several == [], "with `ways` a command leaves out what it cannot do"


def test_a_way_names_options_that_one_command_has(all_remedies):
    known = {name: keywords_of(command) for name, command in command_line().commands.items()}
    for place, remedy in all_remedies.items():
        sentences = remedy.sentences if isinstance(remedy, Remedy) else [[in_step("", remedy)]]
        for way in (way for sentence in sentences for way in sentence):
            having = {name for name, names in known.items() if parameters_in(way) <= names}
            assert way.step in having or (having and way.step in {"", ANY}), f"{place}: no such option: {way}"


@pytest.mark.parametrize("name", ["inspect", "split", "run", "evaluate", "predict", "drift", "audit", "init"])
def test_whatever_is_wrong_with_a_file_each_command_that_reads_it_can_do_something(name):
    known = keywords_of(command_line().commands[name])
    for place, remedy in remedies("data/reading", "data/inference"):
        if place.startswith("spool.py"):
            continue  # met only where the parameter that it names was given
        left = offered(remedy, known)
        assert left != NOTHING_OFFERED, f"{place}: {remedy}"
        assert parameters_in(left) <= known
