"""Every option of every command reaches the step, and its help says what it takes."""

import re
from pathlib import Path
from typing import get_args

import pytest

from mlpipe.cli.main import COMMANDS
from mlpipe.params import (
    CompareParams,
    EvaluateParams,
    InspectParams,
    PredictFiles,
    PredictParams,
    PreprocessParams,
    SplitParams,
    TrainParams,
    TuneParams,
    choices,
    descent,
    training,
)
from mlpipe.steps.config.chain import ChainParams
from mlpipe.steps.loading import LoadOptions
from mlpipe.words.progress import silent
from tests.cli.recording import asked_of, command_line, found, invoke

READ = [
    ("--delimiter ;", "delimiter", ";"),
    ("--encoding latin-1", "encoding", "latin-1"),
    ("--decimal ,", "decimal", ","),
    ("--thousands .", "thousands", "."),
    ("--date-order month", "date_order", "month"),
    ("--na-value x --na-value y", "na_values", ("x", "y")),
    ("--coerce a --coerce b,c", "coerce", ("a", "b,c")),
    ("--quote none", "quote", "none"),
    ("--escape !", "escape", "!"),
    ("--line-end crlf", "line_end", "crlf"),
    ("--header", "header", True),
    ("--no-header", "header", False),
    ("--skip-lines 2", "skip_lines", 2),
    ("--comment %", "comment", "%"),
    ("--rename-duplicates", "rename_duplicates", True),
    ("--on-bad-row skip", "on_bad_row", "skip"),
    ("--rejects r.csv --on-bad-row skip", "rejects", "r.csv"),
    ("--max-bad-rows 0.1", "max_bad_rows", 0.1),
    ("--max-bytes 100", "max_bytes", 100),
]
ROLES = [
    ("--columns c.toml", "columns_file", "c.toml"),
    ("--id a --id b,c", "ids", ("a", "b,c")),
    ("--group a", "group", "a"),
    ("--time a", "time", "a"),
    ("--weight a", "weight", "a"),
    ("--drop a --drop b", "drop", ("a", "b")),
    ("--numeric a", "numeric", ("a",)),
    ("--categorical a", "categorical", ("a",)),
    ("--text a", "text", ("a",)),
    ("--datetime a", "datetime", ("a",)),
]
TRAIN = [
    ("--model knn", "model", "knn"),
    ("-p n=3 --param w=a=b", "params", (("n", "3"), ("w", "a=b"))),
    ("--class-weight balanced", "class_weight", "balanced"),
    ("--cv 4", "cv", 4),
    ("--metric f1", "metric", "f1"),
    *[(f"--quality {word}", "quality", word) for word in get_args(training.Quality)],
    ("--time-budget 60", "time_budget", 60.0),
    *[(f"--ensemble {word}", "ensemble", word) for word in get_args(training.Ensemble)],
    *[(f"--calibrate {word}", "calibrate", word) for word in get_args(training.Calibrate)],
    ("--threshold 0.3", "threshold", "0.3"),
    ("--threshold cost --cost fp=1,fn=5", "cost", "fp=1,fn=5"),
    ("--intervals 0.8", "intervals", 0.8),
    ("--abstain 0.6", "abstain", 0.6),
    *[(f"--multilabel {word}", "multilabel", word) for word in get_args(training.Multilabel)],
    *[(f"--target-transform {word}", "target_transform", word) for word in get_args(training.TargetTransform)],
    ("--nonnegative", "nonnegative", True),
    ("--k 2:10", "k", "2:10"),
    ("--learning-curve", "learning_curve", True),
    ("--validation-curve max_depth=1,2", "validation_curve", "max_depth=1,2"),
    ("--loss pinball:0.9", "descent.loss", "pinball:0.9"),
    *[(f"--optimizer {word}", "descent.optimizer", word) for word in get_args(descent.Optimizer)],
    ("--lr 0.1", "descent.lr", 0.1),
    *[(f"--lr-schedule {word}", "descent.lr_schedule", word) for word in get_args(descent.Schedule)],
    ("--epochs 7", "descent.epochs", 7),
    ("--batch-size full", "descent.batch_size", "full"),
    ("--hidden 64,32", "descent.hidden", "64,32"),
    *[(f"--activation {word}", "descent.activation", word) for word in get_args(descent.Activation)],
    ("--dropout 0.2", "descent.dropout", 0.2),
    ("--l1 0.1", "descent.l1", 0.1),
    ("--l2 0.1", "descent.l2", 0.1),
    ("--batch-norm", "descent.batch_norm", True),
    ("--clip-norm 2", "descent.clip_norm", 2.0),
    ("--stop-loss 0.5", "descent.stop_loss", 0.5),
    ("--patience 3", "descent.patience", 3),
    *[(f"--device {word}", "descent.device", word) for word in get_args(descent.Device)],
    ("--trace", "descent.trace", True),
    ("--compare-optimizers", "descent.compare_optimizers", True),
]
LOAD = [
    ("--allow-version-mismatch", "load.allow_version_mismatch", True),
    ("--trust m:A --trust m:B", "load.trust", ("m:A", "m:B")),
    ("--no-probe", "load.probe", False),
]
NEEDED = {
    "run": "t.csv --target y",
    "inspect": "t.csv",
    "split": "t.csv --target y -o out",
    "preprocess": "split -o out",
    "train": "prep -o out",
    "tune": "prep -o out",
    "evaluate": "model -o out",
    "compare": "one two",
    "predict": "model t.csv",
    "drift": "model t.csv",
    "export": "model -o out",
    "audit": "split",
    "verify": "model",
    "sign": "model --key-file k",
}
SHOWN = {"--json", "--quiet", "--verbose", "--color", "--font", "--require-signature", "--help"}
"""What a command shows, not what its step does: see test_output.py."""
WITHOUT_EFFECT = {
    "inspect": {"--jobs"},
    "split": {"--jobs"},
    "preprocess": {"--jobs"},
    "compare": {"--jobs"},
    "predict": {"--seed"},
    "drift": {"--jobs"},
    "audit": {"--jobs"},
}
"""Taken by every command, so that a script need not know which ones have a use for them."""
ELSEWHERE = {
    "preprocess": {"--show-plan", "--recipe"},
    "split": {"--labels"},
    "run": {"--recipe", "--open", "--labels"},
    "evaluate": {"--predictions", "--truth", "--prediction", "--proba-columns", "--cluster"},
    "compare": {"--md"},
    "train": {"--cluster"},
    "tune": {"--cluster"},
}
"""What asks another step, reads a file first or goes together: see test_preparing.py, below, engine/test_cluster.py."""
CHOICES = {
    "preset": ("--preset", choices.Preset),
    "impute_numeric": ("--impute-numeric", choices.ImputeNumeric),
    "impute_categorical": ("--impute-categorical", choices.ImputeCategorical),
    "outliers": ("--outliers", choices.Outliers),
    "outlier_rule": ("--outlier-rule", choices.OutlierRule),
    "scale": ("--scale", choices.Scale),
    "encode": ("--encode", choices.Encode),
    "datetime": ("--datetime", choices.Datetime),
    "text": ("--text", choices.Text),
    "analyzer": ("--analyzer", choices.Analyzer),
    "stop_words": ("--stop-words", choices.StopWords),
    "select": ("--select", choices.Select),
    "reduce": ("--reduce", choices.Reduce),
    "resample": ("--resample", choices.Resample),
    "augment": ("--augment", choices.Augment),
}
"""The options of `preprocess` that take one of some words, by the name of their parameter."""


def under(prefix, rows):
    return [(options, f"{prefix}.{place}", value) for options, place, value in rows]


TABLE = {
    "inspect": [
        ("--labels-separator ;", "params.labels_separator", ";"),
        ("--target y", "params.target", "y"),
        ("--task clustering", "params.task", "clustering"),
        ("--against old.csv", "params.against", "old.csv"),
        ("--fail-on warning", "params.fail_on", "warning"),
        ("--ignore MLP112 --ignore MLP113", "params.ignore", ("MLP112", "MLP113")),
        ("--out o", "out", Path("o")),
        ("-o o", "out", Path("o")),
        ("--force", "force", True),
        ("--seed 3", "seed", 3),
        *under("params.read", READ),
    ],
    "split": [
        ("--target y,z", "params.target", "y,z"),
        ("--out o", "out", Path("o")),
        ("--task regression", "params.task", "regression"),
        ("--positive no", "params.positive", "no"),
        ("--test-size 0.3", "params.test_size", 0.3),
        ("--labels-separator ;", "params.labels_separator", ";"),
        ("--valid-size 0.1", "params.valid_size", 0.1),
        *[
            (f"--strategy {name}", "params.strategy", name)
            for name in ("auto", "random", "stratified", "group", "time", "hash", "column")
        ],
        ("--split-column p", "params.split_column", "p"),
        ("--memory 700MB", "memory", 700_000_000),
        ("--test-data u.csv", "params.test_data", "u.csv"),
        *[(f"--duplicates {name}", "params.duplicates", name) for name in ("together", "drop", "ignore")],
        ("--force", "force", True),
        ("--seed 3", "params.seed", 3),
        *under("params.roles", ROLES),
        *under("params.read", READ),
    ],
    "preprocess": [
        ("--memory 700MB", "memory", 700_000_000),
        ("--out o", "out", Path("o")),
        *[
            (f"{option} {word}", f"params.{name}", word)
            for name, (option, words) in CHOICES.items()
            for word in get_args(words)
        ],
        ("--fill-value -1", "params.fill_value", "-1"),
        ("--missing-indicator", "params.missing_indicator", True),
        ("--no-missing-indicator", "params.missing_indicator", False),
        ("--bins 5", "params.bins", 5),
        ("--min-frequency 0.1", "params.min_frequency", 0.1),
        ("--max-categories 9", "params.max_categories", 9),
        ("--ngrams 2,3", "params.ngrams", "2,3"),
        ("--min-df 3", "params.min_df", 3.0),
        ("--max-df 0.5", "params.max_df", 0.5),
        ("--max-features 100", "params.max_features", 100),
        ("--polynomial 2", "params.polynomial", 2),
        ("--interactions", "params.interactions", True),
        ("--no-interactions", "params.interactions", False),
        ("--select-k 4", "params.select_k", 4),
        ("--components 3", "params.components", 3),
        ("--resample-ratio 0.5", "params.resample_ratio", 0.5),
        ("--max-synthetic 10", "params.max_synthetic", 10),
        ("--augment-copies 2", "params.augment_copies", 2),
        ("--augment-scale 0.5", "params.augment_scale", 0.5),
        ("--force", "force", True),
        ("--seed 3", "params.seed", 3),
    ],
    "train": [
        ("--memory 700MB", "memory", 700_000_000),
        ("--out o", "out", Path("o")),
        *under("params", TRAIN),
        ("--split s", "split", Path("s")),
        ("--force", "force", True),
        ("--seed 3", "params.seed", 3),
        ("--jobs 2", "jobs", 2),
        ("-j 2", "jobs", 2),
    ],
    "tune": [
        ("--out o", "out", Path("o")),
        ("--model knn", "params.model", "knn"),
        ("--trials 7", "params.trials", 7),
        ("--time-budget 60", "params.time_budget", 60.0),
        ("--metric f1", "params.metric", "f1"),
        ("--cv 4", "params.cv", 4),
        ("--class-weight balanced", "params.class_weight", "balanced"),
        ("--tune-plan", "params.tune_plan", True),
        ("--nested 3", "params.nested", 3),
        ("--space s.toml", "params.space", "s.toml"),
        ("--restart", "restart", True),
        ("--resume", "restart", False),
        ("--split s", "split", Path("s")),
        ("--force", "force", True),
        ("--seed 3", "params.seed", 3),
        ("--jobs 2", "jobs", 2),
    ],
    "evaluate": [
        ("--memory 700MB", "memory", 700_000_000),
        ("--out o", "out", Path("o")),
        ("labelled.csv", "data", "labelled.csv"),
        *[(f"--part {name}", "params.part", name) for name in ("train", "valid", "test")],
        ("--metrics f1,mcc --metrics brier", "params.metrics", ("f1", "mcc", "brier")),
        ("--positive yes", "params.positive", "yes"),
        ("--allow-training-rows", "params.allow_training_rows", True),
        ("--unweighted", "params.unweighted", True),
        ("--ci 0.9", "params.ci", 0.9),
        ("--threshold 0.3", "params.threshold", 0.3),
        ("--fail-under f1=0.5 --fail-under mcc:low=0", "params.fail_under", ("f1=0.5", "mcc:low=0")),
        ("--fail-over brier=0.5", "params.fail_over", ("brier=0.5",)),
        ("--allow-unseen", "params.allow_unseen", True),
        ("--slice a --slice b", "params.slices", ("a", "b")),
        ("--once", "params.once", True),
        ("--split s", "split", Path("s")),
        ("--delimiter ;", "params.read.delimiter", ";"),
        ("--encoding latin-1", "params.read.encoding", "latin-1"),
        ("--max-bytes 100", "params.read.max_bytes", 100),
        ("--jobs 2", "jobs", 2),
        ("--force", "force", True),
        ("--seed 3", "params.seed", 3),
        *LOAD,
    ],
    "compare": [
        ("--out o", "out", Path("o")),
        ("other", "paths", [Path("one"), Path("two"), Path("other")]),
        ("--metric f1", "params.metric", "f1"),
        ("--ci 0.9", "params.ci", 0.9),
        ("--fail-if-worse f1 --fail-if-worse mcc", "params.fail_if_worse", ("f1", "mcc")),
        ("--force", "force", True),
        ("--seed 3", "params.seed", 3),
        *LOAD,
    ],
    "predict": [
        ("--memory 700MB", "memory", 700_000_000),
        ("--out p.parquet", "files.out", "p.parquet"),
        ("--proba", "params.proba", True),
        ("--explain 3", "params.explain", 3),
        ("--cluster local:2", "params.cluster", "local:2"),
        ("--threshold 0.3", "params.threshold", 0.3),
        ("--keep a --keep b,c", "params.keep", ("a", "b,c")),
        ("--batch-rows 7", "params.batch_rows", 7),
        *[(f"--on-bad-value {name}", "params.on_bad_value", name) for name in ("error", "null", "skip")],
        ("--rejects r.csv", "files.rejects", "r.csv"),
        ("--contract c.json", "files.contract", "c.json"),
        ("--max-unseen 0.1", "params.max_unseen", 0.1),
        ("--allow-unseen", "params.allow_unseen", True),
        ("--na-value x --na-value y", "params.na_values", ("x", "y")),
        ("--thousands .", "params.thousands", "."),
        *[(f"--date-order {word}", "params.date_order", word) for word in ("day", "month", "year")],
        ("--max-bytes 100", "params.max_bytes", 100),
        ("--jobs 2", "jobs", 2),
        *LOAD,
    ],
    "export": [
        ("--out f.py", "out", Path("f.py")),
        *[(f"--format {word}", "params.format", word) for word in ("script", "skops", "onnx")],
        ("--tolerance 0.1", "params.tolerance", 0.1),
        ("--data t.csv", "params.data", "t.csv"),
        ("--with-data-card", "params.with_data_card", True),
        ("--with-data-card --evaluation e", "params.evaluation", "e"),
        *LOAD,
    ],
    "audit": [
        ("--out o", "out", Path("o")),
        ("prep", "paths", ["split", "prep"]),
        ("--target y", "params.target", "y"),
        ("--id a --id b,c", "params.ids", ("a", "b,c")),
        ("--group g", "params.group", "g"),
        ("--time d", "params.time", "d"),
        *[(f"--fail-on {word}", "params.fail_on", word) for word in ("warning", "error")],
        ("--ignore MLP511", "params.ignore", ("MLP511",)),
        ("--max-bytes 100", "params.max_bytes", 100),
        ("--force", "force", True),
        ("--seed 3", "params.seed", 3),
    ],
    "verify": [
        ("split", "paths", [Path("model"), Path("split")]),
        ("--key-file k", "key_file", Path("k")),
    ],
    "sign": [
        ("split", "paths", [Path("model"), Path("split")]),
        ("--key-file k2", "key_file", Path("k2")),
    ],
    "drift": [
        ("--out o", "out", Path("o")),
        ("u.csv", "data", ["t.csv", "u.csv"]),
        ("--time d", "params.time", "d"),
        ("--time d --since 2024-01-01", "params.since", "2024-01-01"),
        *[(f"--fail-on {word}", "params.fail_on", word) for word in ("warning", "error")],
        ("--fail-over psi=0.2 --fail-over auc=0.7", "params.fail_over", ("psi=0.2", "auc=0.7")),
        ("--ignore MLP601 --ignore MLP602", "params.ignore", ("MLP601", "MLP602")),
        ("--split s", "split", Path("s")),
        ("--max-bytes 100", "params.max_bytes", 100),
        ("--force", "force", True),
        ("--seed 3", "params.seed", 3),
        *LOAD,
    ],
    "run": [
        ("--memory 700MB", "memory", 700_000_000),
        ("--target z", "chain.split.target", "z"),
        ("--out o", "chain.out", "o"),
        ("--task regression", "chain.split.task", "regression"),
        ("--positive no", "chain.split.positive", "no"),
        ("--test-size 0.3", "chain.split.test_size", 0.3),
        ("--labels-separator ;", "chain.split.labels_separator", ";"),
        ("--strategy hash", "chain.split.strategy", "hash"),
        *[
            (f"{option} {word}", f"chain.preprocess.{name}", word)
            for name, (option, words) in CHOICES.items()
            if name in ("preset", "select", "resample")
            for word in get_args(words)
        ],
        ("--select-k 4", "chain.preprocess.select_k", 4),
        *under("chain.train", TRAIN),
        ("--ci 0.9", "chain.evaluate.ci", 0.9),
        ("--fail-under f1=0.5", "chain.evaluate.fail_under", ("f1=0.5",)),
        ("--fail-over brier=0.5", "chain.evaluate.fail_over", ("brier=0.5",)),
        ("--dry-run", "dry_run", True),
        *[("--seed 3", f"chain.{step}.seed", 3) for step in ("split", "preprocess", "train", "evaluate")],
        ("--jobs 2", "jobs", 2),
        *under("chain.split.roles", ROLES),
        *under("chain.split.read", READ),
        *under("chain.inspect.read", READ),
    ],
}
CASES = [
    pytest.param(command, *row, id=f"{command} {row[0]} ({row[1]})") for command, rows in TABLE.items() for row in rows
]
DEFAULTS = {
    "inspect": {"params": InspectParams(), "data": "t.csv", "out": None, "force": False, "seed": 0},
    "split": {
        "params": SplitParams(target="y"), "data": "t.csv", "out": Path("out"), "memory": None, "force": False,
    },
    "preprocess": {
        "params": PreprocessParams(), "split": Path("split"), "out": Path("out"), "memory": None, "force": False,
    },
    "train": {
        "params": TrainParams(), "prep": Path("prep"), "out": Path("out"), "split": None, "jobs": None, "memory": None,
        "force": False,
    },
    "tune": {
        "params": TuneParams(), "prep": Path("prep"), "out": Path("out"), "split": None, "jobs": None,
        "restart": False, "force": False,
    },
    "evaluate": {
        "params": EvaluateParams(), "model": Path("model"), "out": Path("out"), "data": None, "split": None,
        "load": LoadOptions(), "memory": None, "jobs": None, "force": False,
    },
    "compare": {
        "params": CompareParams(), "paths": [Path("one"), Path("two")], "out": None, "load": LoadOptions(),
        "force": False,
    },
    "predict": {
        "params": PredictParams(), "model": Path("model"), "data": "t.csv", "files": PredictFiles(),
        "load": LoadOptions(), "jobs": None, "memory": None,
    },
    "run": {
        "chain": ChainParams(data="t.csv", split=SplitParams(target="y")), "jobs": None, "memory": None,
        "dry_run": False,
    },
}  # fmt: skip


def options_of(command):
    """Every option of a command, by its long name."""
    parameters = command_line().commands[command].params
    return [parameter for parameter in parameters if parameter.param_type_name == "option"]


def long_name(option):
    return max(option.opts, key=len)


@pytest.mark.parametrize(("command", "options", "place", "value"), CASES)
def test_an_option_reaches_the_step(monkeypatch, command, options, place, value):
    asked = asked_of(monkeypatch, command, [*NEEDED[command].split(), *options.split()])
    assert found(asked, place) == value


def test_predictions_of_any_program_reach_the_step_in_place_of_a_model(monkeypatch):
    options = "-o out --predictions p.csv --truth y --prediction said --proba-columns no=a --proba-columns yes=b"
    asked = asked_of(monkeypatch, "evaluate", options.split())
    assert asked["model"] is None
    params = asked["params"]
    assert (params.predictions, params.truth, params.prediction) == ("p.csv", "y", "said")
    assert params.proba_columns == ("no=a", "yes=b")


@pytest.mark.parametrize("command", DEFAULTS)
def test_without_options_the_step_gets_its_own_defaults(monkeypatch, command):
    asked = asked_of(monkeypatch, command, NEEDED[command].split())
    watch = asked.pop("watch", silent)  # where nobody looks, nobody is told; `run` tells by way of its console
    assert watch is silent or command == "run"
    assert asked == DEFAULTS[command]


@pytest.mark.parametrize("command", TABLE)
def test_the_table_above_leaves_no_option_out(command):
    told = {word for options, _, _ in TABLE[command] for word in options.split()}
    there = {name for option in options_of(command) for name in (long_name(option), *option.secondary_opts)}
    unheard = WITHOUT_EFFECT.get(command, set()) | ELSEWHERE.get(command, set())
    assert there - told == SHOWN - {"--help"} | unheard


@pytest.mark.parametrize("command", COMMANDS)
def test_help_names_every_option_and_says_something_of_it(command):
    done = invoke(command, "--help")
    assert done.exit_code == 0
    for option in options_of(command):
        assert long_name(option) in done.output
        assert option.help, f"{command} {long_name(option)} has no help"


@pytest.mark.parametrize("command", TABLE)
def test_help_of_a_number_tells_its_range_or_unit(command):
    for option in options_of(command):
        if option.type_descriptor.annotation not in {int, float}:
            continue
        ranged = option.min is not None or option.max is not None
        words = r"share|in [(\[]|Most|Folds|Seed|Share|seconds|above|or more|below"
        worded = re.search(words, option.help)
        assert ranged or worded, f"{command} {long_name(option)}: {option.help}"


def test_the_main_help_lists_every_command():
    done = invoke("--help")
    assert done.exit_code == 0
    assert all(command in done.output for command in COMMANDS)


WRONG = {
    "no such command": "explode",
    "no such option": "inspect t.csv --explode",
    "no such choice": "split t.csv --target y -o out --strategy magic",
    "target is needed": "split t.csv -o out",
    "out is needed": "split t.csv --target y",
    "run needs a target": "run t.csv",
    "text for a number": "train prep -o out --cv many",
    "a seed below zero": "train prep -o out --seed -1",
    "no jobs at all": "train prep -o out --jobs 0",
    "one fold": "train prep -o out --cv 1",
    "no rows at a time": "predict model t.csv --batch-rows 0",
    "no column that explains": "predict model t.csv --explain 0",
    "a parameter without a value": "train prep -o out -p depth",
    "a parameter without a name": "train prep -o out -p =3",
    "no row to test on": "split t.csv --target y -o out --test-size 0",
    "all rows to test on": "split t.csv --target y -o out --test-size 1",
    "a share of two": "split t.csv --target y -o out --test-size 2",
    "a share that is no number": "split t.csv --target y -o out --test-size nan",
    "a negative share": "split t.csv --target y -o out --valid-size -0.1",
    "nothing left to train on": "split t.csv --target y -o out --test-size 0.6 --valid-size 0.4",
    "a frequency of one": "preprocess split -o out --min-frequency 1",
    "one category": "preprocess split -o out --max-categories 1",
    "no feature": "preprocess split -o out --select-k 0",
    "neither a folder nor a plan": "preprocess split",
    "no such preset": "preprocess split -o out --preset magic",
    "a preset of another spelling": "preprocess split -o out --preset Tree",
    "no such imputing": "preprocess split -o out --impute-categorical knn",
    "one bin": "preprocess split -o out --bins 1",
    "half a bin": "preprocess split -o out --bins 2.5",
    "a frequency that is no number": "preprocess split -o out --min-frequency nan",
    "a term of fewer than no texts": "preprocess split -o out --min-df -1",
    "a frequency of terms that is no number": "preprocess split -o out --min-df nan",
    "a term of no text at all": "preprocess split -o out --max-df 0",
    "an endless number of texts": "preprocess split -o out --max-df inf",
    "no term": "preprocess split -o out --max-features 0",
    "products of nothing": "preprocess split -o out --polynomial 0",
    "no component": "preprocess split -o out --components 0",
    "nothing made up": "preprocess split -o out --max-synthetic 0",
    "a ratio that is no number": "preprocess split -o out --resample-ratio nan",
    "a ratio of nothing": "preprocess split -o out --resample-ratio 0",
    "no copies": "preprocess split -o out --augment-copies 0",
    "no noise": "preprocess split -o out --augment-scale 0",
    "noise that is no number": "preprocess split -o out --augment-scale nan",
    "endless noise": "preprocess split -o out --augment-scale inf",
    "a recipe that is not there": "preprocess split -o out --recipe none.toml",
    "a recipe that is not there, for the plan": "preprocess split --show-plan --recipe none.toml",
    "a recipe that is not there, for the chain": "run t.csv --target y --recipe none.toml",
    "a ratio above one": "preprocess split -o out --resample-ratio 1.5",
    "a certainty of one": "evaluate model -o out --ci 1",
    "a threshold above one": "evaluate model -o out --threshold 1.2",
    "a threshold that is no number": "evaluate model -o out --threshold nan",
    "a predicting threshold that is no number": "predict model t.csv --threshold nan",
    "more than all rows unseen": "predict model t.csv --max-unseen 2",
    "a share of unseen rows that is no number": "predict model t.csv --max-unseen nan",
    "rejects of what is an error": "inspect t.csv --rejects r.csv",
    "two things in one file": "predict model t.csv -o p.csv --rejects p.csv",
    "predictions and contract to stdout": "predict model t.csv --contract -",
}


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG)
def test_wrong_usage_ends_with_2_before_anything_is_read(arguments):
    done = invoke(*arguments.split())
    assert done.exit_code == 2, (done.output, done.exception)
    assert len(done.stderr.strip().splitlines()) >= 2
    assert not done.stdout


def test_labels_are_for_clusters(monkeypatch):
    asked = asked_of(monkeypatch, "split", ["t.csv", "-o", "out", "--task", "clustering", "--labels", "a"])
    assert found(asked, "params.roles.labels") == "a"
    asked = asked_of(monkeypatch, "run", ["t.csv", "--task", "clustering", "--labels", "a"])
    assert found(asked, "chain.split.roles.labels") == "a"
