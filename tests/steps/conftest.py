"""Tables and artifacts that the tests of the steps share."""

from pathlib import Path

import numpy as np
import pytest

from mlpipe.errors import MlpipeError
from mlpipe.params import ReadParams, RoleParams, SplitParams
from mlpipe.steps.split import split


@pytest.fixture(autouse=True)
def in_own_folder(tmp_path, monkeypatch):
    """Every test of a step works in a folder of its own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def splitting():
    """Split a table with some options, those of reading and of roles among them."""

    def run(data, out="split", *, target="outcome", read=None, roles=None, force=False, **options):
        params = SplitParams(
            target=target, read=ReadParams(**(read or {})), roles=RoleParams(**(roles or {})), **options
        )
        return split(str(data), Path(out), params, force=force)

    return run


@pytest.fixture
def rows():
    """A little table to write by hand: `n` rows of a number, a word and an outcome of two classes."""

    def lines(n=40, *, header="size,colour,outcome", row="{size},{colour},{outcome}"):
        rng = np.random.default_rng(0)
        told = [
            row.format(
                size=f"{rng.normal():.3f}", colour=rng.choice(["red", "blue", "green"]),
                outcome=("yes", "no")[i % 2], i=i,
            )
            for i in range(n)
        ]  # fmt: skip
        return "\n".join([header, *told]) + "\n"

    return lines


@pytest.fixture
def refused(tmp_path):
    """Call a function that must raise one of our errors with this exit code, leave nothing behind; gives the error."""

    def call(code, function, *arguments, **options):
        before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
        with pytest.raises(MlpipeError) as caught:
            function(*arguments, **options)
        error = caught.value
        assert error.exit_code == code, str(error)
        assert error.remedy, str(error)
        assert len(str(error).splitlines()) <= 4
        after = set(tmp_path.rglob("*"))
        assert after == set(before), "something was left behind"
        return error

    return call
