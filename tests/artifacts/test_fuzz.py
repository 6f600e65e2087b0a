"""Mutated files: every one is refused in our own words, or is what it was; a longer run behind the marker `slow`."""

import io
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from mlpipe.artifacts.fitted.unpickle import dump_joblib, load_joblib
from mlpipe.artifacts.store import canonical
from mlpipe.artifacts.store.manifest_json import parse_manifest
from mlpipe.data.reading.reader import read_raw
from mlpipe.errors import MlpipeError
from mlpipe.params import ReadParams
from mlpipe.steps.config.toml_file import read_toml

SECONDS = float(os.environ.get("MLPIPE_FUZZ_SECONDS", "2"))
"""For each kind of file; what a slow machine does not reach in time it leaves."""
FROZEN = Path(__file__).parent / "store/frozen"


def mutants(data: bytes, seed: int) -> Iterator[bytes]:
    """Flips, cuts, copies and insertions, one to three at a time."""
    draw = random.Random(seed)
    while True:
        changed = bytearray(data)
        for _ in range(draw.randint(1, 3)):
            place, other = sorted((draw.randrange(len(changed) + 1), draw.randrange(len(changed) + 1)))
            match draw.randrange(4):
                case 0 if place < len(changed):
                    changed[place] ^= 1 << draw.randrange(8)
                case 1:
                    del changed[place : min(other, place + 64)]
                case 2:
                    changed[place:place] = changed[place : min(other, place + 64)]
                case _:
                    changed[place:place] = bytes(draw.randrange(256) for _ in range(draw.randint(1, 8)))
        yield bytes(changed)


def model_bytes() -> bytes:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 2)), rng.integers(0, 2, 20)
    levels = np.array(list("aabbc") * 4, dtype=object)[:, None]
    parts = [
        OneHotEncoder(min_frequency=5, handle_unknown="infrequent_if_exist").fit(levels),
        Pipeline([("preprocess", StandardScaler()), ("model", DecisionTreeClassifier(max_depth=2))]).fit(X, y),
        SVC().fit(X, y),
    ]
    return dump_joblib(parts)


def parquet_bytes() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"a": [1, 2, None], "b": ["x", "y", "z"]}), file)
    return file.getvalue()


def of_file(read: Callable[[Path], object], name: str, folder: Path) -> Callable[[bytes], object]:
    def reads(data: bytes) -> object:
        path = folder / name
        path.write_bytes(data)
        return read(path)

    return reads


def reader_of(kind: str, folder: Path) -> tuple[bytes, Callable[[bytes], object], tuple[type[Exception], ...]]:
    match kind:
        case "joblib":
            return model_bytes(), load_joblib, (MlpipeError,)
        case "manifest":
            path = FROZEN / "model-3.json"
            return path.read_bytes(), lambda data: parse_manifest(data, path), (MlpipeError,)
        case "json":
            return (FROZEN / "split-3.json").read_bytes(), canonical.decode, (ValueError,)
        case "toml":
            text = b'data = "t.csv"\ntarget = "y"\n[split]\ntest_size = 0.2\n[train]\nmodel = "ridge"\n'
            return text, of_file(read_toml, "f.toml", folder), (MlpipeError,)
        case "csv":
            text = b'a,b,c\n1,"x, y",2024-01-31\n,z,\n2.5,"q ""r""",2023-02-01\n'
            return text, of_file(lambda path: read_raw(str(path), ReadParams()), "f.csv", folder), (MlpipeError,)
        case _:
            read = of_file(lambda path: read_raw(str(path), ReadParams()), "f.parquet", folder)
            return parquet_bytes(), read, (MlpipeError,)


def run(kind: str, folder: Path, *, seconds: float, seed: int) -> None:
    data, read, refusals = reader_of(kind, folder)
    ends = time.monotonic() + seconds
    for mutant in mutants(data, seed):
        begun = time.monotonic()
        try:
            read(mutant)
        except refusals:
            pass
        except Exception as error:
            raise AssertionError(f"{kind}: {type(error).__name__}: {error}; file {mutant!r}") from error
        assert time.monotonic() - begun < 10, f"{kind} took too long: {mutant!r}"
        if time.monotonic() > ends:
            return


KINDS = ("joblib", "manifest", "json", "toml", "csv", "parquet")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore")
def test_mutated_files_are_refused_or_read(kind: str, tmp_path: Path) -> None:
    run(kind, tmp_path, seconds=SECONDS, seed=0)


@pytest.mark.slow
@pytest.mark.skipif("MLPIPE_FUZZ_SECONDS" not in os.environ, reason="a longer run, for whoever asks for one")
@pytest.mark.parametrize("seed", range(1, 4))
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore")
def test_many_more_mutated_files(kind: str, seed: int, tmp_path: Path) -> None:
    run(kind, tmp_path, seconds=SECONDS, seed=seed)


def test_mutants_differ() -> None:
    made: Any = mutants(b"abcdef" * 9, 0)
    assert len({next(made) for _ in range(50)}) > 40
