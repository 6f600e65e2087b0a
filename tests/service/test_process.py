"""The service as a process: workers, parallel clients, signals."""

import csv
import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pandas as pd
import pytest

pytest.importorskip("fastapi", reason="the extra `serve` is not installed")

from mlpipe.params import TrainParams
from mlpipe.steps.train import train
from tests.conftest import environment, make_chain
from tests.tables import mixed_table


@contextmanager
def serving(model, *options):
    """The address of a running service, and its process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mlpipe", "serve", str(model), "--port", "0", *options],
        stderr=subprocess.PIPE, text=True, env=environment(),
    )  # fmt: skip
    try:
        assert process.stderr
        said = process.stderr.readline()
        assert "serving" in said, said + process.stderr.read()
        url = said.split()[-1]
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{url}/ready", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield url, process
    finally:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


def post(url, body):
    request = urllib.request.Request(f"{url}/predict?proba=true", json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())["rows"]


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--workers", "2")], ids=["one worker", "two workers"])
def test_parallel_clients_get_their_own_rows_and_sigterm_lets_them_finish(chain, mlpipe, tmp_path, options):
    table = pd.read_csv(chain / "table.csv").drop(columns="outcome")
    rows = json.loads(table.to_json(orient="records"))[:60]
    mlpipe("predict", chain / "model", chain / "table.csv", "--proba", "-o", "p.csv")
    with serving(chain / "model", *options) as (url, process), ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(lambda row: post(url, {"rows": [row]})[0], rows))
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    wanted = list(csv.DictReader((tmp_path / "p.csv").read_text(encoding="utf-8").splitlines()))[: len(rows)]
    assert [{name: str(value) for name, value in answer.items()} for answer in answers] == wanted


def test_a_missing_model_and_a_taken_port_are_told_before_anyone_is_let_in(chain, mlpipe, tmp_path):
    done = mlpipe("serve", tmp_path / "nothing", expect=4)
    assert "nothing" in done.stderr
    with serving(chain / "model") as (url, _):
        done = mlpipe("serve", chain / "model", "--port", url.rsplit(":", 1)[1], expect=2)
        assert "Nothing can listen" in done.stderr
    (tmp_path / "empty").write_text("\n")
    assert "is empty" in mlpipe("serve", chain / "model", "--token-file", "empty", expect=2).stderr


@pytest.mark.parametrize(("text", "code"), [("10 bananas", 2), ("-1", 2), ("0", 2)])
def test_sizes_that_are_none_are_refused(here, text, code):
    here("serve", "model", "--max-bytes", text, expect=code)


@pytest.mark.slow
def test_a_new_model_is_taken_up_on_sighup_and_a_broken_one_is_not(tmp_path):
    """Two models of one table; what `/ready` says tells which one answers."""
    folder = make_chain(tmp_path, mixed_table(rows=120), ids=("account",))
    with serving(folder / "model") as (url, process):
        first = fingerprint(url)
        train(folder / "prep", folder / "model", TrainParams(model="decision-tree"))
        process.send_signal(signal.SIGHUP)
        assert changes(url, first)
        second = fingerprint(url)
        (folder / "model" / "model.joblib").write_bytes(b"broken")
        process.send_signal(signal.SIGHUP)
        assert not changes(url, second, seconds=2.5)


@pytest.mark.slow
def test_with_reload_a_new_model_is_taken_up_by_itself(tmp_path):
    folder = make_chain(tmp_path, mixed_table(rows=120), ids=("account",))
    with serving(folder / "model", "--reload") as (url, _):
        first = fingerprint(url)
        train(folder / "prep", folder / "model", TrainParams(model="decision-tree"))
        assert changes(url, first)


def fingerprint(url):
    with urllib.request.urlopen(f"{url}/ready", timeout=30) as answer:
        return json.loads(answer.read())["fingerprint"]


def changes(url, before, *, seconds=60.0):
    """Whether another model answers before the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if fingerprint(url) != before:
            return True
        time.sleep(0.2)
    return False
