"""The whole chain from options or from mlpipe.toml, and what of it runs again."""

from pathlib import Path
from typing import Any

import pytest

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.errors import ArtifactError, DataError, UsageError
from mlpipe.params import EvaluateParams, PreprocessParams, ReadParams, RoleParams, SplitParams, TrainParams
from mlpipe.steps.config.chain import ChainParams, read_config
from mlpipe.steps.run import Stage, run, sweep_leftovers
from tests.cli.recording import invoke

TOML = """
data = "t.csv"
target = "outcome"
out = "result"
seed = 3
[read]
delimiter = ";"
na_values = ["?"]
[roles]
ids = ["account"]
columns_file = "columns.toml"
[split]
test_size = 0.3
test_data = "u.csv"
[preprocess]
scale = "minmax"
[train]
model = "decision-tree"
cv = 3
seed = 4
params = {max_depth = 3, splitter = "random"}
[evaluate]
ci = 0.9
fail_under = ["accuracy=0.1"]
"""


pytestmark = pytest.mark.usefixtures("undrawn")


@pytest.fixture
def chained(rows, write):
    """Run the chain on a little table; gives the steps that ran and why."""
    data = write("t.csv", rows(80))

    def go(*, dry_run=False, **options):
        options = {"train": TrainParams(model="dummy"), "split": SplitParams(target="outcome"), **options}
        outcomes = list(run(ChainParams(data=data, **options), jobs=1, dry_run=dry_run))
        assert [outcome.step for outcome in outcomes] == ["inspect", "split", "preprocess", "train", "evaluate"]
        return {outcome.step: outcome.reason for outcome in outcomes if outcome.reason}

    return go


def test_every_key_of_the_file_is_an_option_of_its_step(write):
    chain = read_config(Path(write("mlpipe.toml", TOML)))
    assert chain == ChainParams(
        data="t.csv",
        out="result",
        split=SplitParams(
            target="outcome", test_size=0.3, test_data="u.csv", seed=3,
            read=ReadParams(delimiter=";", na_values=("?",)),
            roles=RoleParams(ids=("account",), columns_file="columns.toml"),
        ),
        preprocess=PreprocessParams(scale="minmax", seed=3),
        train=TrainParams(
            model="decision-tree", cv=3, seed=4, params=(("max_depth", "3"), ("splitter", "random"))
        ),
        evaluate=EvaluateParams(ci=0.9, fail_under=("accuracy=0.1",), seed=3),
    )  # fmt: skip


def test_files_are_found_from_where_the_configuration_lies(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "mlpipe.toml").write_text(TOML)
    chain = read_config(Path("deep/mlpipe.toml"))
    assert (chain.data, chain.out) == ("deep/t.csv", "deep/result")
    assert (chain.split.test_data, chain.split.roles.columns_file) == ("deep/u.csv", "deep/columns.toml")


HEAD = 'data = "t.csv"\ntarget = "outcome"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("data = ", "not TOML"),
        ('data = "t.csv"', "'target' is missing"),
        ('target = "y"', "'data' is missing"),
        (f'{HEAD}tarjet = "y"', "target"),
        (f"{HEAD}[spilt]\ntest_size = 0.3", "split"),
        (f"{HEAD}[split]\ntest_sise = 0.3", "split.test_size"),
        (f'{HEAD}[split]\ntest_size = "large"', "split.test_size"),
        (f"{HEAD}[split]\ntest_size = 3", "test_size"),
        (f'{HEAD}[split]\nstrategy = "magic"', "split.strategy"),
        (f"{HEAD}[train]\ncv = 2.5", "train.cv"),
        (f"{HEAD}[train]\nparams = 3", "train.params"),
        (f"{HEAD}split = 3", "'split' is 3"),
        (f"{HEAD}out = 3", "'out' is 3"),
        (f"{HEAD}seed = true", "'seed' is True"),
        (f'{HEAD}[roles]\nids = "account"', "roles.ids"),
    ],
)
def test_a_wrong_key_or_value_is_named_with_its_place(write, refused, text, told):
    file = write("mlpipe.toml", text)
    error = refused(2, read_config, Path(file))
    assert told in str(error)


def test_a_configuration_that_is_not_there_or_no_text(refused, tmp_path):
    refused(2, read_config, Path("mlpipe.toml"))
    (tmp_path / "mlpipe.toml").write_bytes(b"data = '\xff'")
    refused(2, read_config, Path("mlpipe.toml"))


def test_run_by_file_is_run_by_options(rows, write):
    write("t.csv", rows(80))
    write("mlpipe.toml", f'{HEAD}out = "a"\n[train]\nmodel = "dummy"\n[split]\nseed = 5\n')
    assert invoke("run", "mlpipe.toml").exit_code == 0
    beside = invoke("run", "mlpipe.toml", "-o", "b", "--target", "colour", "--dry-run")
    assert beside.exit_code == 0
    assert beside.stdout.count("would run") == 5
    assert not Path("b").exists()


@pytest.mark.parametrize("option", ["--model=knn", "--seed=4", "--id=colour", "--cv=3", "--no-header"])
def test_options_that_the_file_would_override_in_silence_are_refused(rows, write, option):
    write("t.csv", rows(80))
    write("mlpipe.toml", HEAD)
    done = invoke("run", "mlpipe.toml", option)
    assert done.exit_code == 2
    assert option.split("=")[0] in done.stderr
    assert not Path("out").exists()


class TestStale:
    def test_nothing_runs_twice(self, chained):
        assert list(chained()) == ["inspect", "split", "preprocess", "train", "evaluate"]
        assert chained() == {}

    @pytest.mark.parametrize(
        ("options", "rerun", "named"),
        [
            ({"split": SplitParams(target="outcome", seed=1)}, 4, "seed"),
            ({"split": SplitParams(target="colour", task="multiclass")}, 5, "target"),
            ({"preprocess": PreprocessParams(scale="minmax")}, 3, "scale"),
            ({"train": TrainParams(model="decision-tree")}, 2, "model"),
            ({"evaluate": EvaluateParams(ci=0.5)}, 1, "ci"),
        ],
    )
    def test_an_option_re_runs_its_step_and_what_follows(self, chained, options, rerun, named):
        chained()
        would = chained(dry_run=True, **options)
        assert len(would) == rerun
        assert named in next(iter(would.values()))
        assert chained() == {}

    def test_other_rows_re_run_everything_and_the_same_rows_nothing(self, chained, write, rows):
        chained()
        write("t.csv", rows(80))
        assert chained(dry_run=True) == {}
        write("t.csv", rows(81))
        assert len(chained(dry_run=True)) == 5

    def test_a_file_that_was_changed_by_hand_is_made_again(self, chained):
        chained()
        Path("out/model/scores.json").write_text("{}")
        assert list(chained()) == ["train", "evaluate"]

    def test_the_roles_file_and_the_test_file_count_as_inputs(self, chained, write, rows):
        write("columns.toml", '[columns]\ncolour = "ignore"\n')
        write("u.csv", rows(30))
        split = SplitParams(target="outcome", test_data="u.csv", roles=RoleParams(columns_file="columns.toml"))
        chained(split=split)
        assert chained(split=split) == {}
        write("columns.toml", '[columns]\ncolour = "text"\n')
        assert "split" in chained(dry_run=True, split=split)
        write("columns.toml", '[columns]\ncolour = "ignore"\n')
        write("u.csv", rows(31))
        assert "split" in chained(dry_run=True, split=split)


ONE: dict[str, Any] = {"split": SplitParams(target="outcome"), "train": TrainParams(model="dummy")}
REFUSED: dict[str, tuple[dict[str, Any], type, str]] = {
    "no such target": ({"split": SplitParams(target="outcom")}, UsageError, "no column 'outcom'"),
    "no such id": ({"split": SplitParams(target="outcome", roles=RoleParams(ids=("acount",)))}, UsageError, "'acount'"),
    "target is id": (
        {"split": SplitParams(target="outcome", roles=RoleParams(ids=("outcome",)))},
        UsageError,
        "outcome",
    ),
    "one class": ({"split": SplitParams(target="same")}, DataError, "same"),
    "every row a class": ({"split": SplitParams(target="account", task="multiclass")}, DataError, "account"),
    "words as quantities": ({"split": SplitParams(target="colour", task="regression")}, DataError, "colour"),
    "no such positive class": ({"split": SplitParams(target="outcome", positive="maybe")}, UsageError, "'maybe'"),
    "task of several targets": ({"split": SplitParams(target="outcome", task="multilabel")}, UsageError, "several"),
    "no such model": ({"train": TrainParams(model="lienar")}, UsageError, "lienar"),
    "model of another task": (
        {"train": TrainParams(model="ridge")},
        UsageError,
        "ridge is for quantities, and the task is binary",
    ),
    "no such parameter": ({"train": TrainParams(model="logistic", params=(("D", "1"),))}, UsageError, "D"),
    "wrong value of a parameter": (
        {"train": TrainParams(model="logistic", params=(("C", "abc"),))},
        UsageError,
        "C=abc",
    ),
    "metric of another task": ({"train": TrainParams(model="dummy", metric="rmse")}, UsageError, "rmse"),
    "number of clusters": ({"train": TrainParams(model="dummy", k="3")}, UsageError, "number of clusters"),
    "intervals of classes": ({"train": TrainParams(model="dummy", intervals=0.9)}, UsageError, "intervals"),
    "more folds than rows": ({"train": TrainParams(model="dummy", cv=60)}, DataError, "60 folds need"),
    "gate of another task": ({"evaluate": EvaluateParams(fail_under=("r2=0.5",))}, UsageError, "r2"),
    "gate without a limit": ({"evaluate": EvaluateParams(fail_under=("accuracy",))}, UsageError, "accuracy"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_dry_run_refuses_what_the_run_would_refuse_and_writes_nothing(case, rows, write):
    options, kind, told = REFUSED[case]
    table = rows(80, header="size,colour,outcome,same,account", row="{size},{colour},{outcome},x,a{i}")
    chain = ChainParams(data=write("t.csv", table), **{**ONE, **options})
    with pytest.raises(kind, match=told) as refused:
        list(run(chain, jobs=1, dry_run=True))
    assert not Path("out").exists()
    if case in {"one class", "no such parameter", "gate of another task"}:  # one of each step, for the others take long
        with pytest.raises(kind) as really:
            list(run(chain, jobs=1))
        assert str(really.value) == str(refused.value)


def test_a_dry_run_names_a_folder_that_is_in_the_way(rows, write):
    Path("out/model").mkdir(parents=True)
    Path("out/model/mine.txt").write_text("mine")
    chain = ChainParams(data=write("t.csv", rows(80)), **ONE)
    with pytest.raises(ArtifactError, match="out/model"):
        list(run(chain, jobs=1, dry_run=True))


def test_standard_input_cannot_be_read_twice(refused):
    chain = ChainParams(data="-", split=SplitParams(target="y"))
    refused(2, lambda: list(run(chain)))


def test_a_folder_with_other_things_in_it_is_not_replaced(chained, refused):
    Path("out/model").mkdir(parents=True)
    Path("out/model/notes.txt").write_text("mine")
    with pytest.raises(Exception, match="not mlpipe's"):
        chained()
    assert Path("out/model/notes.txt").read_text() == "mine"


def test_what_killed_runs_left_beside_artifacts_is_swept(tmp_path):
    left, other = tmp_path / ".model.123-0123abcd.tmp", tmp_path / ".other.123-0123abcd.tmp"
    left.mkdir()
    other.mkdir()
    stage = Stage(kind=ArtifactKind.MODEL, out=tmp_path / "model", params=None, upstream=(), act=lambda tell: None)
    sweep_leftovers([stage])
    assert list(tmp_path.iterdir()) == [other]
