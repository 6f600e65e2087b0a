"""Work on a cluster of this machine: the same results, whoever dies meanwhile."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the extra `distributed` is not installed")

from mlpipe.data.reading.reader import open_raw
from mlpipe.engine.cluster import ClusterExecutor, cluster_or, open_cluster
from mlpipe.errors import UsageError
from mlpipe.params import EvaluateParams, PredictFiles, PredictParams, TrainParams, TuneParams
from mlpipe.steps.evaluate import evaluate
from mlpipe.steps.predict import predict
from mlpipe.steps.train import train
from mlpipe.steps.tune import tune

pytestmark = pytest.mark.filterwarnings("ignore")


def die_once(place, item):
    """Kill the worker that comes first."""
    mark = Path(place) / "died"
    if item == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return item * item


@pytest.mark.slow
def test_a_cluster_answers_in_order_though_a_worker_dies(tmp_path):
    with open_cluster("local:2") as execute:
        assert execute.n_workers == 2
        assert list(execute(partial(die_once, str(tmp_path)), range(6))) == [0, 1, 4, 9, 16, 25]
    assert (tmp_path / "died").exists()


@contextmanager
def one_dies(place, spec, folder):
    """A cluster of which a worker is ended once three spans are given out."""
    with open_cluster(spec, folder) as workers:

        def given(spans):
            for i, span in enumerate(spans):
                if i == 3:
                    os.kill(next(iter(workers._client.run(os.getpid).values())), signal.SIGKILL)
                    (place / "died").touch()
                yield span

        yield lambda work, spans: workers(work, given(spans))


WAYS = {
    "usual": ("utf-8", "\n".join),
    "CRLF, a mark, blank lines and a cell over two lines": (
        "utf-8-sig", lambda lines: "\r\n\r\n".join([*lines[:30], '"' + lines[30].replace(",", '\n",', 1), *lines[31:]])
    ),
    "Latin-1": ("latin-1", lambda lines: "\n".join(f"é{line}" if i else line for i, line in enumerate(lines))),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("encoding", "rewritten"), WAYS.values(), ids=WAYS)
def test_predictions_on_a_cluster_are_those_of_one_process_though_a_worker_dies(
    chain, tmp_path, monkeypatch, encoding, rewritten
):
    files = {where: PredictFiles(out=str(tmp_path / f"{where}.csv"), rejects=str(tmp_path / f"{where}-r.csv"))
             for where in ("here", "there")}  # fmt: skip
    lines = (chain / "table.csv").read_text().splitlines()
    column = lines[0].split(",").index("age")
    cells = lines[250].split(",")
    cells[column] = "old"
    lines[250] = ",".join(cells)
    (tmp_path / "t.csv").write_bytes(rewritten(lines).encode(encoding))
    monkeypatch.setitem(open_raw.__kwdefaults__, "block_bytes", 2000)  # many spans of a small table
    monkeypatch.setattr("mlpipe.steps.prediction.spread.open_cluster", partial(one_dies, tmp_path))
    params = PredictParams(proba=True, batch_rows=20, on_bad_value="skip")
    here = predict(chain / "model", str(tmp_path / "t.csv"), files["here"], params)
    there = predict(chain / "model", str(tmp_path / "t.csv"), files["there"], replace(params, cluster="local:2"))
    assert here == there
    assert (tmp_path / "here.csv").read_bytes() == (tmp_path / "there.csv").read_bytes()
    assert (tmp_path / "died").exists()
    assert (tmp_path / "here-r.csv").read_bytes() == (tmp_path / "there-r.csv").read_bytes()


@pytest.mark.slow
def test_a_comparison_on_a_cluster_gives_the_same_model(chain, tmp_path):
    params = TrainParams(cv=3, model="logistic")
    alone = train(chain / "prep", tmp_path / "alone", params, jobs=1)
    with cluster_or(None, "local:2") as workers:
        spread = train(chain / "prep", tmp_path / "spread", params, jobs=workers)
    assert spread.fingerprint == alone.fingerprint
    with cluster_or(3, None) as workers:
        assert workers == 3


@pytest.mark.parametrize("spec", ["local:", "local:0", "local:x"])
def test_a_cluster_of_no_workers_is_refused(spec):
    with pytest.raises(UsageError, match="how many workers"), open_cluster(spec):
        pass


def test_standard_input_is_no_table_for_workers(here, chain):
    done = here("predict", chain / "model", "-", "--cluster", "local:2", expect=2)
    assert "takes no standard input" in done.stderr


@pytest.mark.parametrize("line", ["train prep --model logistic", "tune prep --model logistic", "evaluate model"])
def test_commands_ask_the_cluster_that_they_are_given(here, chain, line):
    command, source, *options = line.split()
    done = here(command, chain / source, *options, "--cluster", "local:0", "-o", "out", expect=2)
    assert "how many workers" in done.stderr


def kill_one(workers, said):
    """Ends a worker as soon as something is told, once."""
    left = [said]

    def watch(_, told):
        if left and told.startswith(left[0]):
            left.clear()
            os.kill(next(iter(workers._client.run(os.getpid).values())), signal.SIGKILL)

    return watch


@pytest.mark.slow
def test_intervals_of_a_cluster_are_those_of_one_process_though_a_worker_dies(chain, tmp_path, monkeypatch):
    monkeypatch.setattr("mlpipe.metrics.bootstrap._BLOCK", 2_000)  # many tasks of a small table
    alone = evaluate(chain / "model", tmp_path / "alone", EvaluateParams())
    with cluster_or(None, "local:2") as workers:
        watch = kill_one(workers, "measuring")
        spread = evaluate(chain / "model", tmp_path / "spread", EvaluateParams(), jobs=workers, watch=watch)
    assert spread.fingerprint == alone.fingerprint


@pytest.mark.slow
def test_trials_on_a_cluster_are_those_of_one_process_though_a_worker_dies(chain, tmp_path):
    pytest.importorskip("optuna")
    params = TuneParams(model="logistic", trials=3, cv=3)
    alone = tune(chain / "prep", tmp_path / "alone", params)
    with cluster_or(None, "local:2") as workers:
        watch = kill_one(workers, "trial 2")
        spread = tune(chain / "prep", tmp_path / "spread", params, jobs=workers, watch=watch)
    assert spread.trained.fingerprint == alone.trained.fingerprint


def test_a_function_is_written_once_for_workers_that_keep_it(tmp_path):
    execute = ClusterExecutor(None, tmp_path)
    first, second = sum, max
    assert execute._written(first) == execute._written(first)
    path = execute._written(second)
    assert list(tmp_path.iterdir()) == [path]


SCHEDULER = """
import time
from distributed import LocalCluster
cluster = LocalCluster(
    n_workers=1, threads_per_worker=1, processes=False, protocol="tcp://", host="127.0.0.1", dashboard_address=None
)
print(cluster.scheduler_address, flush=True)
time.sleep(60)
"""


def end(process):
    def watch(_, told):
        if told.startswith("measuring"):
            process.kill()
            process.wait()

    return watch


@pytest.mark.slow
def test_a_lost_scheduler_is_told_in_one_line_and_nothing_is_written(chain, tmp_path):
    with subprocess.Popen([sys.executable, "-c", SCHEDULER], stdout=subprocess.PIPE, text=True) as scheduler:
        assert scheduler.stdout is not None
        address = scheduler.stdout.readline().strip()
        with (
            pytest.raises(UsageError, match="The cluster was lost"),
            cluster_or(None, address) as workers,
        ):
            evaluate(chain / "model", tmp_path / "out", EvaluateParams(), jobs=workers, watch=end(scheduler))
    assert not (tmp_path / "out").exists()
