"""One row at a time from 20 clients: `mlpipe serve` beside a ten-line FastAPI app around the same pipeline.

    python tests/benchmarks/serving.py [SECONDS [REQUESTS]]

Prints the 50th and 99th percentile of a request in milliseconds, and rows a second in requests of a thousand. Then so
many requests of a thousand rows (a thousand: a million answers) from four clients are held against what `predict` says.
"""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from measure import MLPIPE, ROOT

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
NAIVE = """
from pathlib import Path
import pandas as pd
from fastapi import FastAPI, Request
from mlpipe.steps.loading import LoadOptions, load_model
pipeline = load_model(Path({model!r}), LoadOptions()).fitted.pipeline
app = FastAPI()
@app.post("/predict")
async def predict(request: Request):
    frame = pd.DataFrame((await request.json())["rows"])
    frame["joined"] = pd.to_datetime(frame["joined"])
    return {{"rows": pipeline.predict_proba(frame).tolist()}}
"""


def chain(folder):
    """A model of the sample customers, and rows to ask about."""
    for command in (
        f"split {ROOT}/sample_data/customers.csv --target churned --id customer_id -o split",
        "preprocess split -o prep", "train prep --model hist-gradient-boosting -o model",
    ):  # fmt: skip
        subprocess.run([*MLPIPE, *command.split()], cwd=folder, check=True, capture_output=True, env=ENVIRONMENT)
    table = pd.read_parquet(Path(folder, "split", "test.parquet")).drop(columns=["churned"])
    table["joined"] = table["joined"].astype(str)
    return json.loads(table.to_json(orient="records"))


def ask(port, rows, seconds, spent):
    """One client: request after request."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    body = json.dumps({"rows": rows})
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        begun = time.perf_counter()
        connection.request("POST", "/predict?proba=true", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content
        spent.append(time.perf_counter() - begun)


def measure(port, rows, seconds):
    """Percentiles of single rows from 20 clients, and rows a second by the thousand from one."""
    spent: list[float] = []
    clients = [threading.Thread(target=ask, args=(port, [rows[i]], seconds, spent)) for i in range(20)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    many: list[float] = []
    ask(port, (rows * 10)[:1000], seconds / 2, many)
    p50, p99 = np.percentile(np.array(spent) * 1e3, [50, 99])
    single = f"p50 {p50:.1f} ms   p99 {p99:.1f} ms   {len(spent) / seconds:.0f} requests/s"
    return f"{single}   {1000 / np.median(many):.0f} rows/s"


def predicted(table, folder):
    """What `predict` says of the rows: a dict for each."""
    table.to_csv(Path(folder, "table.csv"), index=False)
    command = [*MLPIPE, "predict", "model", "table.csv", "--proba", "-o", "said.csv"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=ENVIRONMENT)
    said = pd.read_csv(Path(folder, "said.csv"), dtype={"prediction": str}, float_precision="round_trip")
    return said.to_dict("records")


def hold(port, rows, said, turns):
    """One client: the rows in another order each time, every answer as `predict` has it."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for turn in turns:
        order = np.random.default_rng(turn).permutation(len(rows))
        body = json.dumps({"rows": [rows[k] for k in order]})
        connection.request("POST", "/predict?proba=true", body, {"Content-Type": "application/json"})
        answers = json.loads(connection.getresponse().read())["rows"]
        assert answers == [said[k] for k in order], f"request {turn} differs"


def compare(port, folder, requests):
    """Every answer of so many requests of a thousand rows, cells as the file has them, beside what `predict` says."""
    customers = pd.read_csv(ROOT / "sample_data" / "customers.csv", dtype=str, keep_default_na=False)
    table = customers.drop(columns="churned").sample(1000, replace=True, random_state=0)
    rows, said = table.to_dict("records"), predicted(table, folder)
    with ThreadPoolExecutor(4) as pool:
        clients = [pool.submit(hold, port, rows, said, range(k, requests, 4)) for k in range(4)]
        for client in clients:
            client.result()
    print(f"{requests * len(rows):,} answers equal those of predict, to the last bit")


def started(command, folder, port):
    """A server that answers."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stderr=quiet, stdout=quiet)
    for _ in range(300):
        with contextlib.suppress(OSError):
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).request("GET", "/")
            break
        time.sleep(0.1)
    return process


def main(seconds=5.0, requests=1000):
    """Measure both, twice, in turn; in between, compare answers."""
    with tempfile.TemporaryDirectory() as folder:
        rows = chain(folder)
        Path(folder, "naive.py").write_text(NAIVE.format(model=str(Path(folder, "model"))))
        servers = {
            "mlpipe serve": [*MLPIPE, "serve", "model", "--workers", "2", "--port", "8471"],
            "ten lines": [sys.executable, "-m", "uvicorn", "naive:app", "--workers", "2", "--port", "8471"],
        }
        for turn in range(2):
            for name, command in servers.items():
                process = started(command, folder, 8471)
                time.sleep(5)
                print(f"{name:14}{measure(8471, rows, seconds)}")
                if name == "mlpipe serve" and not turn:
                    compare(8471, folder, requests)
                process.terminate()
                process.wait()


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]), *map(int, sys.argv[2:3]))
