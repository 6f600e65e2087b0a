"""What all tests share: threads, the sample tables, the real executable."""

import importlib.metadata
import os
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# BLAS and OpenMP read these when numpy loads them: nothing above or in pytest does.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")


def environment(**changed):
    """The environment of a child process that finds mlpipe: as installed, or else this checkout."""
    inherited = {**os.environ, **changed}
    try:
        importlib.metadata.distribution("mlpipe")
    except importlib.metadata.PackageNotFoundError:
        inherited["PYTHONPATH"] = str(ROOT)
    return inherited


def pytest_collection_modifyitems(items):
    """Slow tests first: begun last, one would keep one core busy while the others wait."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def sample_data():
    """The folder of sample tables."""
    return ROOT / "sample_data"


@pytest.fixture(autouse=True, scope="session")
def every_error_says_what_to_do():
    """Whatever error of ours a test meets has a cause and a remedy, in a paragraph."""
    from mlpipe.errors import MlpipeError

    written = MlpipeError.__init__

    def checked(self, what, *, where="", remedy=""):
        written(self, what, where=where, remedy=remedy)
        assert what.strip(), f"{type(self).__name__} does not say what happened"
        assert remedy.strip(), f"{type(self).__name__} does not say what to do: {what}"
        assert len(str(self).splitlines()) <= 4, f"{type(self).__name__} is longer than a paragraph: {self}"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MlpipeError, "__init__", checked)
        yield


@pytest.fixture
def mlpipe(tmp_path):
    """Run the command line in a process of its own; gives the finished process with text output.

    `mlpipe("split", table, ...)` runs in `tmp_path` unless `cwd` is given; `expect` is the exit code it must have
    (None: any).
    """

    def run(*arguments, expect=0, cwd=tmp_path, env=None, stdin="", timeout=300):
        done = subprocess.run(
            [sys.executable, "-m", "mlpipe", *map(str, arguments)],
            capture_output=True,
            check=False,
            cwd=cwd,
            encoding="utf-8",
            env=environment(**(env or {})),
            input=stdin,
            timeout=timeout,
        )
        if expect is not None:
            assert done.returncode == expect, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    return run


@pytest.fixture
def write(tmp_path):
    """Write a file into the working folder; gives its name."""

    def written(name, text, *, encoding="utf-8"):
        (tmp_path / name).write_bytes(text.encode(encoding))
        return name

    return written


@pytest.fixture
def mixed_csv(tmp_path):
    """Write a mixed table (see `mixed_table`) and give its path."""
    from tests.tables import mixed_table

    def write(name="table.csv", **options):
        path = tmp_path / name
        mixed_table(**options).to_csv(path, index=False)
        return path

    return write


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The command line in this process, for what needs no process of its own: three seconds less a call."""
    from tests.cli.recording import invoke

    monkeypatch.chdir(tmp_path)

    def run(*arguments, expect=0):
        done = invoke(*arguments)
        assert done.exit_code == expect, f"exit {done.exit_code}\n{done.output}\n{done.exception!r}"
        return done

    return run


def make_chain(folder, table, *, target="outcome", ids=(), roles=None, model="logistic", preprocessing=None, **options):
    """A table split, preprocessed and learnt from; everything in `folder`."""
    from mlpipe.params import PreprocessParams, RoleParams, SplitParams, TrainParams
    from mlpipe.steps.preprocess import preprocess
    from mlpipe.steps.split import split
    from mlpipe.steps.train import train

    with chdir(folder):
        table.to_csv("table.csv", index=False)
        wishes = roles or RoleParams(ids=ids)
        split("table.csv", Path("split"), SplitParams(target=target, roles=wishes, **options))
        preprocess(Path("split"), Path("prep"), PreprocessParams(**(preprocessing or {})))
        train(Path("prep"), Path("model"), TrainParams(model=model))
    return folder


@pytest.fixture(scope="session")
def chain(tmp_path_factory):
    """A folder with table.csv, split, prep and model of two classes; not to be changed."""
    from tests.tables import mixed_table

    table = mixed_table(rows=300)
    return make_chain(tmp_path_factory.mktemp("chain"), table, ids=("account",), valid_size=0.2)


@pytest.fixture(scope="session")
def quantities(tmp_path_factory):
    """The same with a quantity for a target."""
    from tests.tables import mixed_table

    return make_chain(tmp_path_factory.mktemp("quantities"), mixed_table(rows=200, classes=()), model="ridge")


@pytest.fixture(scope="session")
def browser():
    """Chromium, started once; the test is skipped where there is none."""
    from tests.reports.browsing import CHROMIUM, FLAGS, sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def undrawn(monkeypatch):
    """`preprocess` and `evaluate` without their figures, which take longest and have tests of their own."""
    from mlpipe.plots.drawn import Figures

    for drawn in ("preprocessing.shown.draw_preparation", "evaluate.draw_evaluation"):
        monkeypatch.setattr(f"mlpipe.steps.{drawn}", lambda *_, **__: Figures(images={}, captions={}, note=""))
