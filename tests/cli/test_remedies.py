"""What a remedy names can be given to the command at work, or it says to which."""

import re

import pandas as pd
import pytest

from mlpipe.cli.main import COMMANDS
from mlpipe.words.parameters import NOTHING_OFFERED, STEPS
from tests.cli.recording import command_line, invoke

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
            assert named <= known or any(step in sentence for step in STEPS), f"{name}: {sentence}"


def test_words_for_steps_are_commands():
    assert STEPS - {"step"} <= set(COMMANDS)
