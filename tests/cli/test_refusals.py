"""Refusals as a person meets them: a line typed, its exit code, what is said and what to do."""

import re
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from mlpipe.data.reading.origin import unreadable
from mlpipe.engine.cluster import _result
from mlpipe.errors import UsageError
from mlpipe.features.plan.clustering_rules import _check
from mlpipe.models.deciding.calibration import CalibratedModel
from mlpipe.models.export.script import _parts
from mlpipe.params import PredictParams, PreprocessParams, ReadParams, TrainParams
from mlpipe.params.serving import ServeParams
from mlpipe.steps.training.cluster_options import check_options
from mlpipe.task import Task, no_target
from mlpipe.words.remedies import NOTHING_OFFERED
from tests.cli.recording import invoke

USAGE, DATA, ARTIFACT, FIT, GATE = range(2, 7)
"""As the interface numbers them."""

WITHOUT_DATA = {
    "inspect t.csv --task clustering --target y": (
        "has no target, and --target y is given",
        "Leave one of the two away",
    ),
    "inspect - --against -": ("DATA and --against are both standard input", "Give one of them as a file"),
    "run - --target y": ("The table is read more than once", "Save standard input to a file first"),
    "run p.toml --model ridge": (
        "is given beside p.toml, where the options stand",
        "before it go --target, -o",
    ),
    "split t.csv --task clustering --target y -o z": ("has no target", "--labels y to hold clusters against it"),
    "split t.csv --target y --test-size 1.5 -o z": (
        "--test-size is 1.5",
        "a share of the rows between 0 and 1, such as 0.2",
    ),
    "preprocess s": ("preprocess needs -o DIR.", "Give the folder to write, or --show-plan."),
    "preprocess s -o z --augment jitter --augment-scale 0": (
        "--augment-scale is 0",
        "each feature's standard deviation",
    ),
    "train p -o z --cv 1": ("--cv is 1", "Give at least 2 folds"),
    "train p -o z --threshold cost": ("needs what errors cost", "a false positive costs 1"),
    "train p -o z --threshold cost --cost fp=-1,fn=2": (
        "does not say what errors cost",
        "not negative, and not both zero",
    ),
    "train p -o z -p C": ("-p C is not KEY=VALUE", "Write it like -p max_depth=3."),
    "train p -o z --model torch-mlp --loss pinball:2": ("--loss is 'pinball:2'", "Give the quantile, between 0 and 1"),
    "train p -o z --model torch-mlp --epochs 0": ("--epochs", "1"),
    "tune p -o z --cv 1": ("--cv is 1", "Give at least 2."),
    "evaluate m -o z --ci 2": ("--ci is 2", "Give a coverage between 0 and 1"),
    "evaluate m -o z --truth y": ("--truth names a column of --predictions", "Add --predictions FILE"),
    "evaluate --predictions p.csv --truth a --prediction b --once -o z": ("are made already", "Leave --once out"),
    "drift m t.csv --since 2020-01-01": ("asks for the column of dates", "Add --time COL"),
    "drift m t.csv --fail-over ps=1": ("There is no distance 'ps'", "Did you mean 'psi'?"),
    "drift m t.csv --fail-over psi=much": ("'much' is not a number", "NAME=VALUE, such as psi=0.2"),
    "export m --tolerance -1 -o f": ("--tolerance is -1", "Give a small number, such as 1e-6"),
    "serve m --max-bytes lots": ("--max-bytes lots is no size", "Write it as 10MB, 500KB or 1GB."),
    "models logistics": ("There is no model 'logistics'", "Did you mean 'logistic'?"),
    "docs leekage": ("There is no topic 'leekage'", "Did you mean 'leakage'?"),
}

WITH_DATA = {
    "inspect {c}/table.csv --ignore MLP999": (USAGE, "There is no finding code 'MLP999'", "Did you mean"),
    "inspect {c}/table.csv --target outcom": (USAGE, "There is no column 'outcom'", "Did you mean 'outcome'?"),
    "inspect unclear.csv": (DATA, "The encoding of unclear.csv is unclear", "Give it, such as"),
    "split {c}/table.csv --target outcome --numeric age --categorical age -o z": (
        USAGE,
        "'age'",
        "Keep one of the two",
    ),
    "split {c}/table.csv --target outcome --columns boolean.toml -o z": (
        DATA,
        "'town' cannot be boolean: it has",
        "Make it categorical",
    ),
    "split {c}/table.csv --target outcome --columns role.toml -o z": (
        USAGE,
        "There is no role 'numbr'",
        "Did you mean 'numeric'?",
    ),
    "split {c}/table.csv --target outcome --labels-separator= -o z": (USAGE, "--labels-separator", "such as ; or |"),
    "split {c}/table.csv --target outcome --task regression -o z": (
        DATA,
        "--task regression does not fit the target column 'outcome'",
        "--task",
    ),
    "split {c}/table.csv --target outcome --task classify -o z": (USAGE, "There is no task 'classify'", "Known"),
    "split {c}/table.csv --target outcome --numeric town -o z": (
        DATA,
        "Column 'town' cannot be",
        "or give the column another role",
    ),
    "split one.csv --target y --group g -o z": (DATA, "Too few groups for 2 parts", "Each part needs a group"),
    "split one.csv --target a,b -o z": (
        DATA,
        "have a value in each of the target columns",
        "Training and testing need at least 2 such rows",
    ),
    "split {c}/table.csv --target outcome --test-data one.csv -o z": (
        DATA,
        "lacks columns of",
        "their order does not matter",
    ),
    "run bytes.toml": (USAGE, "is not text in UTF-8", "Save it as UTF-8"),
    "preprocess {c}/split --fill-value 0 -o z": (
        USAGE,
        "--fill-value 0 has nothing to fill",
        "--impute-numeric constant",
    ),
    "preprocess {c}/split --resample tomek --resample-ratio 0.5 -o z": (
        USAGE,
        "the data decides which rows it removes",
        "Leave --resample-ratio away",
    ),
    "split {c}/table.csv --columns numeric.toml -o z": (USAGE, "No target is given.", "in the columns file"),
    "split {c}/prep/train.parquet --target outcome -o z": (USAGE, "`mlpipe preprocess` wrote", "the whole folder"),
    "evaluate {c}/model {c}/prep/test.parquet -o z": (USAGE, "its rows are fitted already", "as they came"),
    "predict {c}/model {c}/prep/test.parquet": (USAGE, "may be made up", "Give the table that was split"),
    "train {c}/prep --model forrest -o z": (USAGE, "There is no binary model 'forrest'", "--model"),
    "train {c}/prep --metric acuracy -o z": (USAGE, "There is no binary metric 'acuracy'", "Did you mean"),
    "train {c}/prep -p C=1 -o z": (USAGE, "is for one model", "Name the model: --model random-forest"),
    "train {c}/prep -k 3 -o z": (
        USAGE,
        "-k 3 is the number of clusters, and 'outcome' is predicted",
        "Leave -k away, or",
    ),
    "train {c}/prep --multilabel chain -o z": (
        USAGE,
        "--multilabel chain is for several labels",
        "Leave --multilabel away",
    ),
    "train {c}/prep --intervals 0.9 -o z": (USAGE, "--intervals is for quantities", "Leave --intervals away"),
    "train {c}/prep --model sgd -p loss=hinge --abstain 0.8 -o z": (
        USAGE,
        "needs probabilities, and sgd has none",
        "Choose",
    ),
    "evaluate {c}/model -o z --trust os": (USAGE, "--trust os names no class", "Write it as module:Class."),
    "evaluate {c}/model -o z --fail-under accuracy": (USAGE, "no NAME=VALUE", "NAME=VALUE or NAME:low=VALUE"),
    "evaluate {c}/model -o z -q --fail-under accuracy=0.999": (
        GATE,
        "A gate failed: accuracy",
        "The report is written.",
    ),
    "evaluate {q}/model -o z --part valid": (ARTIFACT, "has no valid part; it has", "Choose one of these, or split"),
    "evaluate {q}/model -o z --threshold 0.4": (USAGE, "--threshold is for two classes, or for labels", "Leave"),
    "evaluate --predictions empty.csv --truth t --prediction p -o z": (
        DATA,
        "No row has a value in the column",
        "Judging needs the truth",
    ),
    "evaluate --predictions proba.csv --truth t --prediction p -o z": (
        DATA,
        "which is no probability",
        "Every row needs a number between 0 and 1",
    ),
    "evaluate --predictions proba.csv --truth t -o z": (
        USAGE,
        "--predictions needs --prediction",
        "a column of the file",
    ),
    "evaluate {c}/model unlabelled.csv -o z": (
        DATA,
        "No row has a value in the target column 'outcome'",
        "`mlpipe predict`",
    ),
    "compare {c}/model": (USAGE, "There is nothing to compare with", "Name two models or evaluations"),
    "predict {q}/model {q}/table.csv --proba": (
        USAGE,
        "--proba is for classes",
        "--intervals 0.9 of train gives quantities a range",
    ),
    "predict {c}/model {c}/table.csv -o p.xls": (
        USAGE,
        "is neither .csv nor .parquet",
        "Name the file predictions.csv, say",
    ),
    "predict loop {c}/table.csv": (ARTIFACT, "loop cannot be opened", "Give the folder that a step wrote with -o"),
    "verify loop -q": (ARTIFACT, "loop is not as it was written", "Do not use it"),
    "predict {c}/model one.csv": (DATA, "The table lacks what the model needs", "under exactly these names"),
    "drift {c}/model {c}/table.csv --time since --since someday": (
        USAGE,
        "--since someday is no date",
        "Write it as in",
    ),
    "sign {c}/model --key-file {c}": (USAGE, "The key file", "Give a file that holds the key"),
    "serve {c}/model --token-file {c} --port 0": (USAGE, "--token-file", "Give a file that holds the token"),
    "init d --data {c}/table.csv": (USAGE, "No target is given.", "Give --target COL."),
    "init . --data {c}/table.csv --target outcome": (ARTIFACT, "holds Makefile already", "to write over them"),
}


def told(done, code, what, remedy):
    assert done.exit_code == code, done.output
    first, *rest = done.stderr.splitlines()
    assert first.startswith("error: ")
    assert what in first
    assert remedy in " ".join(rest)
    assert len(rest) <= 3
    assert NOTHING_OFFERED not in done.stderr
    assert "`" not in re.sub(r"`mlpipe [^`]*`", "", done.stderr)


@pytest.mark.parametrize(("line", "said"), WITHOUT_DATA.items(), ids=WITHOUT_DATA)
def test_a_line_that_asks_for_the_impossible(line, said):
    told(invoke(*line.split()), USAGE, *said)


@pytest.fixture
def files(tmp_path, chain, monkeypatch):
    monkeypatch.chdir(tmp_path)
    texts = {
        "one.csv": "g,y,a,b\n" + "one,yes,1,\none,yes,2,\n" * 5 + "one,no,,3\none,no,,4\n" * 5,
        "empty.csv": "t,p\n,yes\n,no\n",
        "proba.csv": "t,p,proba_yes,proba_no\nyes,yes,1.5,-0.5\nno,no,0.5,0.5\n",
        "boolean.toml": '[columns]\ntown = "boolean"\n',
        "numeric.toml": '[columns]\nage = "numeric"\n',
        "role.toml": '[columns]\ntown = "numbr"\n',
        "Makefile": "all:\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "bytes.toml").write_bytes(b'data = "caf\xe9"\n')
    (tmp_path / "unclear.csv").write_bytes(b"a,b\n" + bytes(range(128, 256)) * 3 + b",1\n")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    pd.read_csv(chain / "table.csv").assign(outcome="").to_csv(tmp_path / "unlabelled.csv", index=False)
    return tmp_path


@pytest.mark.parametrize(("line", "said"), WITH_DATA.items(), ids=WITH_DATA)
def test_a_line_that_does_not_fit_what_is_there(files, chain, quantities, undrawn, line, said):
    told(invoke(*line.format(c=chain, q=quantities).split()), *said)


class Lost:
    """What a cluster owes, and never gives."""

    def result(self):
        raise OSError("gone")


SIGMOID: Any = SimpleNamespace(method="sigmoid")
CALIBRATED: Any = SimpleNamespace(pipeline={"preprocess": None, "model": CalibratedModel(None, SIGMOID)})
CALLS = {
    "a cluster that is gone": (lambda: _result(Lost()), "The cluster was lost: OSError", "Nothing is written."),
    "a script of a calibrated model": (lambda: _parts(CALIBRATED), "A calibrated model cannot be fitted anew", "skops"),
    "rows made for clusters": (
        lambda: _check(PreprocessParams(resample="smote")),
        "does not go with clustering: there are no classes",
        "Leave",
    ),
    "a probability": (lambda: PredictParams(threshold=2.0), "is 2", "Give a probability between 0 and 1"),
    "a table that is locked": (
        lambda: unreadable("t.csv", PermissionError(13, "Permission denied")),
        "'t.csv' cannot be read: Permission denied",
        "Check the path and its permissions",
    ),
    "lines before the first": (lambda: ReadParams(skip_lines=-1), "is -1", "Give the number of lines, 0 or more"),
    "no batch": (lambda: PredictParams(batch_rows=0), "`batch_rows` is 0", "Give at least 1."),
    "no workers": (lambda: ServeParams(workers=0), "`workers` is 0", "Give at least 1."),
    "folds of clusters": (lambda: check_options(TrainParams(cv=3)), "needs a target, and clustering has none", "Leave"),
    "a target of clusters": (lambda: no_target(Task.CLUSTERING), "has no target", "is held against the clusters"),
}


@pytest.mark.parametrize(("call", "what", "remedy"), CALLS.values(), ids=CALLS)
def test_a_call_that_asks_for_the_impossible(call, what, remedy):
    try:
        refused = call()
    except UsageError as error:
        refused = error
    assert what in refused.what
    assert remedy in refused.remedy


def test_a_search_in_which_nothing_could_be_fitted(chain, tmp_path, monkeypatch):
    monkeypatch.setattr("mlpipe.steps.tune.search", lambda *_: ())
    told(
        invoke("tune", chain / "prep", "--model", "logistic", "-o", tmp_path / "m"),
        FIT, "No setting could be fitted to the end.", "Raise --trials or --time-budget.",
    )  # fmt: skip


def test_a_joblib_that_opens_models_carelessly(chain, tmp_path, monkeypatch):
    monkeypatch.setattr("joblib.__version__", "1.2.0")
    told(
        invoke("predict", chain / "model", chain / "table.csv", "-o", tmp_path / "p.csv", "--no-probe"),
        ARTIFACT, "The installed joblib 1.2.0 is too old", "Install it: pip install 'joblib>=",
    )  # fmt: skip
