"""What a stranger may put into a joblib file, and what mlpipe makes of it."""

import contextlib
import hashlib
import io
import os
import pickle
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from joblib.numpy_pickle import NumpyArrayWrapper
from numpy.testing._private.utils import runstring
from scipy.sparse import csr_matrix
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from mlpipe.artifacts.fitted.unpickle import allowed_globals, dump_joblib, load_joblib, trace_globals
from mlpipe.errors import ArtifactError, UsageError
from mlpipe.words.parameters import as_options
from tests.artifacts.zoo import fitted_parts, fitted_pipelines, table, targets

X = np.nan_to_num(table()[["n0", "n1", "n2", "n3"]].to_numpy())
Y = targets()["binary"]


@pytest.fixture
def marker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "harm"


class Calls:
    """Pickles as a call of any function."""

    def __init__(self, function: Any, *args: Any) -> None:
        self.call = (function, args)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self.call


def joblib_bytes(obj: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    joblib.dump(obj, file, **options)
    return file.getvalue()


def by_name(module: str, name: str, *args: str) -> bytes:
    """A protocol 4 stream that calls `module.name(*args)`, dotted names and all."""

    def text(value: str) -> bytes:
        return b"X" + struct.pack("<I", len(value.encode())) + value.encode()

    arguments = b"(" + b"".join(text(arg) for arg in args) + b"t"
    return b"\x80\x04" + text(module) + text(name) + b"\x93" + arguments + b"R."


def attacks(marker: Path) -> dict[str, bytes]:
    make = f"__import__('os').mkdir({str(marker)!r})"
    touch = Calls(os.system, f"touch {marker}")
    chained = marker.with_name("chained.joblib")
    chained.write_bytes(joblib_bytes(touch))
    home = marker.with_name("home")
    (home / "kept").mkdir(parents=True)
    wrapper = pickle.dumps(NumpyArrayWrapper(np.ndarray, (1,), "C", np.dtype(object)), protocol=2)
    return {
        "reduce": joblib_bytes(touch),
        "object array": joblib_bytes(np.array([touch], dtype=object)),
        "object array in zlib": joblib_bytes(np.array([touch], dtype=object), compress=3),
        "reduce in xz": joblib_bytes(touch, compress=("xz", 3)),
        "after an array": joblib_bytes([np.arange(3.0), touch]),
        "inner stream": wrapper[:-1] + pickle.dumps(touch, protocol=5) + b".",
        "legacy wrapper": by_name("joblib.numpy_pickle_compat", "NDArrayWrapper", "x.npy", "numpy.ndarray"),
        "legacy file": b"ZF" + b"0x1".ljust(19) + b"\x00" * 20,
        "dotted os.system": by_name("sklearn.datasets._base", "os.system", f"touch {marker}"),
        "numpy runstring": joblib_bytes(Calls(runstring, make, {})),
        "f2py": by_name("numpy.f2py.crackfortran", "myeval", make),
        "clear_data_home": by_name("sklearn.datasets._base", "clear_data_home", str(home)),
        "joblib.load chain": by_name("joblib.numpy_pickle", "load", str(chained)),
        "builtins.eval": by_name("builtins", "eval", make),
        "builtins.getattr": by_name("builtins", "getattr", "os", "system"),
        "old module names": b"\x80\x02c__builtin__\neval\n(X" + struct.pack("<I", 1) + b"1tR.",
        "text protocol": b"cos\nsystem\n(S'touch harm'\ntR.",
        "instance opcode": b"\x80\x02(S'touch harm'\nios\nsystem\n.",
    }


ATTACKS = (
    "reduce", "object array", "object array in zlib", "reduce in xz", "after an array", "inner stream",
    "legacy wrapper", "legacy file", "dotted os.system", "numpy runstring", "f2py", "clear_data_home",
    "joblib.load chain", "builtins.eval", "builtins.getattr", "old module names", "text protocol", "instance opcode",
)  # fmt: skip

# Written for readers of other formats: joblib's own stumbles over them, so they prove nothing about ours.
NO_STREAM = ("legacy wrapper", "legacy file", "builtins.getattr", "old module names")


def test_attacks_are_all_listed(marker: Path) -> None:
    assert tuple(attacks(marker)) == ATTACKS


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_denied(name: str, marker: Path) -> None:
    with pytest.raises(ArtifactError, match=r"which is not among|cannot be used"):
        load_joblib(attacks(marker)[name])
    assert not marker.exists()
    assert (marker.parent / "home" / "kept").is_dir()


@pytest.mark.parametrize("name", [name for name in ATTACKS if name not in NO_STREAM])
def test_attack_works_where_nobody_looks(name: str, marker: Path) -> None:
    payload = attacks(marker)[name]
    with contextlib.suppress(Exception):
        joblib.load(io.BytesIO(payload))
    assert marker.exists() or not (marker.parent / "home").exists()


def test_untrusted_error_names_the_class(marker: Path) -> None:
    with pytest.raises(ArtifactError, match=r"posix\.system, which is not among") as caught:
        load_joblib(attacks(marker)["reduce"], where="out/model/model.joblib")
    assert "--trust posix:system" in as_options(caught.value.remedy)
    assert caught.value.where == "out/model/model.joblib"


def test_state_of_a_class_is_refused() -> None:
    name = b"X" + struct.pack("<I", 7) + b"predict"
    stream = b"\x80\x02csklearn.linear_model._logistic\nLogisticRegression\nN}" + name + b"Ns\x86b."
    with pytest.raises(ArtifactError, match="LogisticRegression, which is not among"):
        load_joblib(stream)
    outer = pickle.dumps(NumpyArrayWrapper(np.ndarray, (1,), "C", np.dtype(object)), protocol=2)[:-1]
    with pytest.raises(ArtifactError, match="LogisticRegression, which is not among"):
        load_joblib(outer + stream + b".")


def test_special_method_as_data_is_refused() -> None:
    model = DecisionTreeClassifier()
    model.__dict__["__sklearn_is_fitted__"] = np.dtype
    with pytest.raises(ArtifactError, match=r"cannot be used: .*special method"):
        load_joblib(dump_joblib(model))


@pytest.mark.parametrize("shape", [(2**31,), (2**40, 2**40), (-1,), (1.5,)])
def test_array_larger_than_its_file_is_refused(shape: tuple[Any, ...]) -> None:
    data = pickle.dumps(NumpyArrayWrapper(np.ndarray, shape, "C", np.dtype("f8")), protocol=4)
    with pytest.raises(ArtifactError, match="cannot be used"):
        load_joblib(data)


@pytest.mark.parametrize("field", ["read", "file_handle"])
def test_array_description_takes_no_other_fields(field: str) -> None:
    wrapper = NumpyArrayWrapper(np.ndarray, (0,), "C", np.dtype("f8"))
    wrapper.__dict__[field] = np.dtype
    with pytest.raises(ArtifactError, match="cannot be used"):
        load_joblib(pickle.dumps(wrapper, protocol=4))


def test_truncated_and_extended_files_are_refused() -> None:
    data = dump_joblib(RandomForestClassifier(3, random_state=0).fit(X, Y))
    for length in np.linspace(0, len(data) - 1, 60).astype(int):
        with pytest.raises(ArtifactError, match=r"which is not among|cannot be used"):
            load_joblib(data[:length])
    with pytest.raises(ArtifactError, match=r"cannot be used: .*after its end"):
        load_joblib(data + b"x")


def test_trust_adds_one_class_by_name() -> None:
    data = dump_joblib(CountVectorizer().fit(["a word", "another word"]))
    with pytest.raises(ArtifactError, match="CountVectorizer, which is not among"):
        load_joblib(data)
    trust = ["sklearn.feature_extraction.text:CountVectorizer", "numpy:int64", "re:_compile", "builtins:set"]
    assert load_joblib(data, trust=trust).vocabulary_ == {"word": 2, "another": 0} | {"word": 1}


@pytest.mark.parametrize("entry", ["os", "os.system", "os:", ":system", "os:sys tem", "a:b:c", ""])
def test_trust_must_name_a_class(entry: str) -> None:
    with pytest.raises(UsageError, match="names no class"):
        load_joblib(b"", trust=[entry])


def test_old_joblib_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joblib, "__version__", "1.5.3")
    with pytest.raises(ArtifactError, match=r"joblib 1\.5\.3 is too old"):
        load_joblib(dump_joblib(1))


@pytest.fixture(scope="module")
def pipelines() -> dict[str, Any]:
    return dict(fitted_pipelines())


@pytest.mark.slow
@pytest.mark.xdist_group("pipelines")
def test_every_estimator_and_transformer_loads_and_names_nothing_new(pipelines: dict[str, Any]) -> None:
    rows = table().head(20)
    for name, fitted in pipelines.items():
        data = dump_joblib(fitted)
        assert trace_globals(fitted) <= allowed_globals(), name
        loaded = load_joblib(data)
        method = "predict" if hasattr(fitted, "predict") else "transform"
        assert np.array_equal(getattr(loaded, method)(rows), getattr(fitted, method)(rows)), name
        assert dump_joblib(loaded) == data, name


@pytest.mark.slow
def test_parts_alone_name_nothing_new() -> None:
    for name, fitted in fitted_parts():
        assert trace_globals(fitted) <= allowed_globals(), name


OWN = {
    ("mlpipe.features.transformers.equal_weight", "EqualWeight"),
    ("mlpipe.models.clusters.nearest", "NearestCluster"),
    ("mlpipe.features.transformers.target_means", "TargetMeans"),
    ("mlpipe.features.transformers.equal_weight", "EqualWeight"),
    ("mlpipe.models.clusters.nearest", "NearestCluster"),
    ("mlpipe.models.each_target", "EachLabel"),
    ("mlpipe.models.each_target", "EachNumber"),
    ("mlpipe.models.ensemble.blend", "BlendLabels"),
    ("mlpipe.features.transformers.clipper", "Clipper"),
    ("mlpipe.features.transformers.count_encoder", "CountEncoder"),
    ("mlpipe.features.transformers.date_parts", "DateParts"),
    ("mlpipe.features.transformers.model_based", "ModelBased"),
    ("mlpipe.features.transformers.knn_imputer", "NeighbourImputer"),
    ("mlpipe.features.transformers.components", "Components"),
    ("mlpipe.features.transformers.iterative_imputer", "RegressionImputer"),
    ("mlpipe.features.transformers.k_best", "KBest"),
    ("mlpipe.features.transformers.terms", "Terms"),
    ("mlpipe.features.preprocessor.views", "Views"),
    ("mlpipe.models.deciding.calibration", "CalibratedModel"),
    ("mlpipe.models.deciding.calibration", "Calibration"),
    ("mlpipe.models.deciding.calibration", "Isotonic"),
    ("mlpipe.models.deciding.calibration", "Sigmoid"),
    ("mlpipe.models.deciding.target_transform", "LogTarget"),
    ("mlpipe.models.ensemble.blend", "BlendClassifier"),
    ("mlpipe.models.ensemble.blend", "BlendRegressor"),
    ("mlpipe.models.ensemble.stack", "StackClassifier"),
    ("mlpipe.models.ensemble.stack", "StackRegressor"),
    ("mlpipe.models.ensemble.temperature", "TemperedBlendClassifier"),
    *(
        (f"mlpipe.models.boosters.{library}", f"{library.capitalize()}{kind}")
        for library in ("catboost", "lightgbm", "xgboost")
        for kind in ("Classifier", "Regressor")
    ),
    *(
        (f"mlpipe.models.neural.{layers}", f"Torch{layers.capitalize()}{kind}")
        for layers in ("linear", "mlp")
        for kind in ("Classifier", "Regressor")
    ),
    ("mlpipe.features.transformers.time_parts", "TimeParts"),
}


def test_allowed_list_is_exact_sorted_and_holds_no_tools() -> None:
    lines = Path("mlpipe/artifacts/fitted/allowed.txt").read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if not line.startswith("#")]
    assert entries == sorted(set(entries))
    assert {(module, name) for module, name in allowed_globals() if module.startswith("mlpipe.")} == OWN
    assert all(len(entry.split(" ")) == 2 and "*" not in entry for entry in entries)
    assert {name for module, name in allowed_globals() if module == "builtins"} <= {"slice"}
    forbidden = {"os", "posix", "sys", "subprocess", "shutil", "importlib", "operator", "pickle", "pathlib", "types"}
    assert not {module.partition(".")[0] for module, _ in allowed_globals()} & forbidden
    assert all("." not in name for _, name in allowed_globals())


def test_plain_joblib_reads_what_we_write(tmp_path: Path) -> None:
    forest = RandomForestClassifier(5, random_state=0).fit(X, Y)
    path = tmp_path / "model.joblib"
    path.write_bytes(dump_joblib(forest))
    assert np.array_equal(joblib.load(path).predict_proba(X), forest.predict_proba(X))


def test_dump_changes_nothing_in_the_object() -> None:
    forest = RandomForestClassifier(5, random_state=0, n_jobs=2).fit(X, Y)
    before = dict(vars(forest))
    data = dump_joblib(forest)
    assert vars(forest) == before
    assert load_joblib(data).n_jobs is None


def test_equal_texts_are_written_as_one_wherever_they_lie() -> None:
    shared = "a text of some length"
    apart = shared[:5] + shared[5:]
    assert apart is not shared
    once = {"x": shared, "y": np.array([shared, "b"], dtype=object), "z": {shared, "q", "b"}}
    twice = {"x": shared, "y": np.array([apart, "b"], dtype=object), "z": {"b", "q", apart}}
    assert dump_joblib(once) == dump_joblib(twice)


@pytest.mark.slow
@pytest.mark.xdist_group("pipelines")
def test_bytes_do_not_depend_on_hashes_threads_or_memory(pipelines: dict[str, Any]) -> None:
    code = (
        "import hashlib; from tests.artifacts.zoo import *; from mlpipe.artifacts.fitted.unpickle import dump_joblib\n"
        "for name, fitted in fitted_pipelines('multiclass'):\n"
        "    print(name, hashlib.sha256(dump_joblib(fitted)).hexdigest())"
    )

    here = {name: hashlib.sha256(dump_joblib(fitted)).hexdigest() for name, fitted in pipelines.items()}
    # The other fills freed memory with a pattern, so that bytes nobody wrote show.
    other = {"PYTHONHASHSEED": "12345", "OMP_NUM_THREADS": "2", "MALLOC_PERTURB_": "165", "TZ": "Asia/Tokyo"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": ".", **other},
        capture_output=True,
        text=True,
        check=True,
    )
    there = dict(line.split() for line in done.stdout.splitlines())
    assert len(there) > 40
    assert there == {name: digest for name, digest in here.items() if name.startswith("multiclass/")}


def tampered(model: Any, spot: str, value: int) -> bytes:
    """The model's file with one index of its first tree changed."""
    if isinstance(model, HistGradientBoostingClassifier):
        model._predictors[0][0].nodes[spot][0] = value
        return dump_joblib(model)
    tree = model if isinstance(model, DecisionTreeClassifier) else np.ravel(model.estimators_)[0]
    state = tree.tree_.__getstate__()
    state["nodes"][spot][0] = value
    tree.tree_.__setstate__(state)
    return dump_joblib(model)


@pytest.mark.parametrize(
    "make",
    [
        lambda: DecisionTreeClassifier(random_state=0),
        lambda: RandomForestClassifier(3, random_state=0),
        lambda: GradientBoostingClassifier(n_estimators=3, random_state=0),
    ],
    ids=["tree", "forest", "boosting"],
)
@pytest.mark.parametrize(
    ("spot", "value"),
    [("left_child", 10**9), ("right_child", -7), ("left_child", 0), ("feature", 10**6), ("feature", -5)],
)
def test_tree_with_a_wrong_index_is_refused(make: Any, spot: str, value: int) -> None:
    data = tampered(make().fit(X, Y), spot, value)
    with pytest.raises(ArtifactError, match=r"cannot be used: .*of a tree"):
        load_joblib(data)


@pytest.mark.parametrize(
    ("spot", "value"), [("left", 10**6), ("right", 0), ("feature_idx", 400), ("feature_idx", -1), ("is_categorical", 1)]
)
def test_histogram_tree_with_a_wrong_index_is_refused(spot: str, value: int) -> None:
    data = tampered(HistGradientBoostingClassifier(max_iter=2, random_state=0).fit(X, Y), spot, value)
    with pytest.raises(ArtifactError, match=r"cannot be used: .*of a tree"):
        load_joblib(data)


def test_forest_of_another_width_than_its_trees_is_refused() -> None:
    forest = RandomForestClassifier(3, random_state=0).fit(X, Y)
    forest.n_features_in_ = 1
    with pytest.raises(ArtifactError, match=r"cannot be used: .*features of a tree"):
        load_joblib(dump_joblib(forest))


@pytest.mark.parametrize(
    ("field", "size"),
    [((np.dtype("f8"), 4), 8), ((np.dtype("f8"), 10**6), 8), ((np.dtype("f8"), -8), 8), ((np.dtype("O"), 0), 8)],
)
def test_record_with_fields_outside_of_it_is_refused(field: tuple[Any, int], size: int) -> None:
    layout = Calls(np.dtype, "V8", False, True)
    layout.call = (*layout.call, (3, "|", None, ("a",), {"a": field}, size, 1, 16))  # type: ignore[assignment]
    with pytest.raises(ArtifactError, match="cannot be used"):
        load_joblib(joblib_bytes(layout))


@pytest.mark.parametrize("algorithm", ["kd_tree", "ball_tree"])
@pytest.mark.parametrize("spot", [1, 2])
def test_neighbour_tree_with_a_wrong_index_is_refused(algorithm: str, spot: int) -> None:
    model = KNeighborsClassifier(algorithm=algorithm, leaf_size=10).fit(X, Y)
    state = list(model._tree.__getstate__())
    if spot == 1:
        state[1] = state[1] + 10**9
    else:
        state[2] = state[2].copy()
        state[2]["idx_end"][0] = 10**9
    model._tree.__setstate__(tuple(state))
    with pytest.raises(ArtifactError, match=r"cannot be used: .*neighbour tree"):
        load_joblib(dump_joblib(model))


@pytest.mark.parametrize(("part", "value"), [("indices", 10_000), ("indices", -1), ("indptr", 10_000)])
def test_a_sparse_matrix_whose_cells_lie_outside_of_it_is_refused(part: str, value: int) -> None:
    X = csr_matrix(np.eye(6))
    fitted = KNeighborsClassifier(1).fit(X, np.arange(6) % 2)
    assert load_joblib(dump_joblib(fitted)).predict(X).tolist() == [0, 1, 0, 1, 0, 1]
    getattr(fitted._fit_X, part)[3] = value
    with pytest.raises(ArtifactError, match=r"cannot be used: .*sparse matrix"):
        load_joblib(dump_joblib(fitted))
