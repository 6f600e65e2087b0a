"""Wrong usage has one form: `error:` and what, then what to do, with the nearest name."""

import pytest

from tests.cli.recording import invoke

CASES = {
    "preprocess s --resample somte -o z": ("--resample has no choice 'somte'", "Did you mean smote"),
    "run t.csv --target y --calibrate sigmod": ("--calibrate has no choice 'sigmod'", "Did you mean sigmoid?"),
    "models --task regresion": ("--task has no choice 'regresion'", "Did you mean regression?"),
    "split t.csv -o z --strategy qqq": ("--strategy has no choice 'qqq'", "It takes auto, random"),
    "split t.csv -o z --strategi random": ("mlpipe split has no option --strategi", "Did you mean --strategy"),
    "split t.csv -o z --qqqq random": ("mlpipe split has no option --qqqq", "See mlpipe split --help."),
    "splitt t.csv": ("There is no command 'splitt'", "Did you mean 'split'?"),
    "--versio": ("mlpipe has no option --versio", "Did you mean --version?"),
    "train p -o z --cv many": ("--cv takes a whole number, not 'many'", "See mlpipe train --help."),
    "split t.csv -o z --test-size x": ("--test-size takes a number, not 'x'", "See mlpipe split --help."),
    "train p -o z --seed -1": ("--seed takes 0 or more, not '-1'", "See mlpipe train --help."),
    "predict m t.csv --threshold 1.5": ("--threshold takes 1.0 or less, not '1.5'", "See mlpipe predict --help."),
    "split -o z": ("DATA is needed", "A .csv, .tsv, .txt or .parquet file"),
    "split t.csv --target y": ("--out is needed", "See mlpipe split --help."),
    "split t.csv u.csv -o z": ("mlpipe split has no use for 'u.csv'", "Quote names with blanks."),
    "split t.csv -o": ("Option '-o' requires an argument", "--help"),
    "inspect https://example.com/t.csv": (
        "is a URL, and mlpipe fetches nothing",
        "curl https://example.com/t.csv > table.csv",
    ),
}


@pytest.mark.parametrize(("line", "told"), CASES.items(), ids=CASES)
def test_it_says_what_is_wrong_and_what_to_do(line, told):
    done = invoke(*line.split())
    assert done.exit_code == 2
    assert not done.stdout
    first, *rest = done.stderr.splitlines()
    assert first.startswith("error: ")
    assert told[0] in first
    assert told[1] in " ".join(rest)
    assert len(rest) <= 3


@pytest.mark.parametrize("line", CASES)
def test_nothing_of_the_library_beneath_is_said(line):
    told = invoke(*line.split()).stderr
    assert not [word for word in ("Usage:", "Value error", "Input should", "Error:", "Try '") if word in told]


def test_a_wrong_value_of_a_parameter_is_wrong_usage(chain, tmp_path):
    done = invoke("train", chain / "prep", "--model", "logistic", "-p", "C=abc", "-o", tmp_path / "m")
    assert done.exit_code == 2
    assert "logistic does not take -p C=abc" in done.stderr
    assert "mlpipe models logistic" in done.stderr


def test_colour_marks_the_word_error_where_it_is_asked_for():
    red = "\x1b[31merror:\x1b[0m"
    assert invoke("inspect", "none.csv", "--color", "always").stderr.startswith(red)
    assert "\x1b" not in invoke("inspect", "none.csv").stderr
    assert "\x1b" not in invoke("inspect", "none.csv", "--color", "never").stderr


def test_a_font_that_is_none_is_said_and_the_environment_may_name_it(chain, tmp_path, monkeypatch):
    arguments = ["evaluate", chain / "model", "-o", tmp_path / "e"]
    done = invoke(*arguments, "--font", chain / "table.csv")
    assert done.exit_code == 2
    assert "is no font that can be read" in done.stderr
    monkeypatch.setenv("MLPIPE_FONT", str(chain / "table.csv"))
    assert "is no font that can be read" in invoke(*arguments).stderr
