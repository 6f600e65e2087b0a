"""The manifest: its bytes, its fingerprint, and what is refused in one that others wrote."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpipe.artifacts.kinds import KINDS, ArtifactKind
from mlpipe.artifacts.store import canonical, manifest_json
from mlpipe.artifacts.store.manifest import FileRecord, Input, Manifest, ManifestDraft, is_file_name, render_manifest
from mlpipe.artifacts.store.manifest_json import parse_manifest
from mlpipe.artifacts.store.versions import check_versions, environment
from mlpipe.errors import ArtifactError
from mlpipe.words.parameters import as_options

WHERE = Path("out/model/manifest.json")
DRAFT = ManifestDraft(
    params={"seed": 0, "cv": None, "names": ["é", "b"]},
    context={"target": "y", "classes": ["no", "yes"]},
    inputs=(Input(role="prep", path=Path("out/prep"), fingerprint="a" * 64),),
)
FILES = (
    FileRecord(name="model.joblib", bytes=12, sha256="b" * 64),
    FileRecord(name="plots/roc.png", bytes=0, sha256="c" * 64),
)


def rendered() -> tuple[Manifest, bytes]:
    return render_manifest(DRAFT, kind=ArtifactKind.MODEL, folder=Path("out/model").resolve(), files=reversed(FILES))


def signed(content: dict[str, Any]) -> bytes:
    """Bytes of any content with a true fingerprint, computed from its definition."""
    blank = canonical.encode({**content, "fingerprint": ""})
    return canonical.encode({**content, "fingerprint": hashlib.sha256(blank).hexdigest()})


def content() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(rendered()[1])
    return found


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=8,
).filter(lambda value: "\\ud" not in json.dumps(value))


@given(json_values)
def test_canonical_json_round_trips_to_the_same_bytes(value: Any) -> None:
    data = canonical.encode(value)
    assert canonical.decode(data) == value
    assert canonical.encode(canonical.decode(data)) == data


def test_canonical_json_has_sorted_keys_and_no_nan() -> None:
    assert canonical.encode({"b": 1, "a": {"d": None, "c": "ü"}}).decode() == (
        '{\n "a": {\n  "c": "ü",\n  "d": null\n },\n "b": 1\n}\n'
    )
    with pytest.raises(ValueError, match="Out of range"):
        canonical.encode({"x": float("nan")})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"a": 1, "b": 2, "a": 1}', "'a' occurs twice"),
        (b"[NaN]", "NaN is not JSON"),
        (b"[-Infinity]", "-Infinity is not JSON"),
        (b"[1e400]", "out of range"),
        (b"[" * 200_000, "nested too deeply"),
        (b"[" + b"9" * 5000 + b"]", "limit"),
        (b"{'a': 1}", "Expecting"),
        (b"\xff\xfe{}", "can't decode"),
        (b"", "Expecting value"),
        (b"{} {}", "Extra data"),
    ],
)
def test_doubtful_json_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        canonical.decode(data)


def test_manifest_round_trips() -> None:
    manifest, data = rendered()
    assert parse_manifest(data, WHERE) == manifest
    assert manifest.files == FILES
    assert manifest.inputs[0].path == "../prep"
    assert manifest.environment == environment()
    assert set(content()) == {
        "kind", "schema_version", "mlpipe_version", "params", "context", "inputs", "files", "environment",
        "fingerprint",
    }  # fmt: skip


def test_fingerprint_is_the_digest_of_all_else() -> None:
    manifest, data = rendered()
    assert data == signed({**content(), "fingerprint": "whatever"})
    blank = data.replace(manifest.fingerprint.encode(), b"")
    assert manifest.fingerprint == hashlib.sha256(blank).hexdigest()


def test_standard_input_is_a_dash() -> None:
    draft = ManifestDraft(params={}, inputs=(Input(role="data", path=None, fingerprint="d" * 64),))
    manifest, _ = render_manifest(draft, kind=ArtifactKind.SPLIT, folder=Path("out/split"), files=())
    assert manifest.inputs[0].path == "-"


def test_any_flipped_bit_and_any_cut_is_refused() -> None:
    _, data = rendered()
    for place in range(len(data)):
        for bit in (0, 2, 5):
            damaged = bytearray(data)
            damaged[place] ^= 1 << bit
            with pytest.raises(ArtifactError, match=r"is not as mlpipe wrote it|knows formats up to"):
                parse_manifest(bytes(damaged), WHERE)
        with pytest.raises(ArtifactError, match="is not as mlpipe wrote it"):
            parse_manifest(data[:place], WHERE)


def changed(change: Callable[[dict[str, Any]], Any]) -> bytes:
    found = content()
    change(found)
    return signed(found)


def file_named(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda c: c["files"].__setitem__(slice(None), [{"name": name, "bytes": 1, "sha256": "a" * 64}])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda c: c.pop("context"), "context is missing"),
        (lambda c: c.update(trusted=["os.system"]), "'trusted' is unknown"),
        (lambda c: c.update(schema_version=True), "schema_version is no whole number"),
        (lambda c: c.update(schema_version=1.0), "schema_version is no whole number"),
        (lambda c: c.update(schema_version="99"), "schema_version is no whole number"),
        (lambda c: (c.pop("context"), c.pop("fingerprint")), "context is missing"),
        (lambda c: c.update(schema_version=0), "format 0 of a model is not known"),
        (lambda c: c.update(kind="browser-extension"), "'browser-extension' is no kind"),
        (lambda c: c.update(kind=["model"]), "kind is no text"),
        (lambda c: c.update(params=[]), "params is no object"),
        (lambda c: c.update(environment={"numpy": 2}), "version of numpy"),
        (lambda c: c["files"].append(c["files"][0]), "not in order"),
        (lambda c: c["files"].reverse(), "not in order"),
        (lambda c: c["files"].append("x"), "object is expected"),
        (lambda c: c["files"][0].update(bytes=-1), "size or digest"),
        (lambda c: c["files"][0].update(bytes=2**62), "size or digest"),
        (lambda c: c["files"][0].update(bytes=2**63), "size or digest"),
        (lambda c: c["files"][0].update(bytes=2**70), "size or digest"),
        (lambda c: c["files"][0].update(sha256="B" * 64), "size or digest"),
        (lambda c: c["files"][0].update(mode=7), "'mode' is unknown"),
        (file_named("../x"), "no name for a file"),
        (file_named("/etc/passwd"), "no name for a file"),
        (file_named("a/../../x"), "no name for a file"),
        (file_named("plots/.."), "no name for a file"),
        (file_named("a/b/c"), "no name for a file"),
        (file_named("a\\b"), "no name for a file"),
        (file_named("x\n"), "no name for a file"),
        (lambda c: c["inputs"][0].update(path="/etc"), "relative path"),
        (lambda c: c["inputs"][0].update(path="a\0b"), "relative path"),
        (lambda c: c["inputs"][0].pop("role"), "role is missing"),
    ],
)
def test_forged_manifest_is_refused(change: Callable[[dict[str, Any]], Any], reason: str) -> None:
    with pytest.raises(ArtifactError, match=f"is not as mlpipe wrote it: .*{reason}") as caught:
        parse_manifest(changed(change), WHERE)
    assert "manifest.json" in caught.value.where
    assert caught.value.remedy


def test_an_older_manifest_whose_classes_are_no_list_is_read_as_it_is() -> None:
    older = changed(lambda c: c.update(schema_version=1, context={"classes": 5}))
    assert parse_manifest(older, WHERE).context == {"classes": 5}


def test_other_json_is_refused() -> None:
    for data in (b"[]", b"null", b'"model"', b"{}"):
        with pytest.raises(ArtifactError, match="is not as mlpipe wrote it"):
            parse_manifest(data, WHERE)


def test_a_folder_is_known_by_its_manifest_however_stale_but_not_by_one_that_two_readers_read_differently() -> None:
    known = (ArtifactKind.MODEL, frozenset({"model.joblib", "plots/roc.png"}))
    assert manifest_json.peek(rendered()[1]) == known
    assert manifest_json.peek(changed(lambda c: c.update(schema_version=9, later=1))) == known
    assert manifest_json.peek(rendered()[1].replace(b'"files": [', b'"files": [],\n "files": [')) is None
    assert manifest_json.peek(changed(lambda c: c.pop("files"))) is None
    assert manifest_json.peek(changed(lambda c: c.update(kind="x"))) is None
    assert manifest_json.peek(changed(lambda c: c["files"][0].update(name=3))) is None


def test_edited_content_is_refused() -> None:
    _, data = rendered()
    with pytest.raises(ArtifactError, match="is not as mlpipe wrote it: its content does not match its fingerprint"):
        parse_manifest(data.replace(b'"seed": 0', b'"seed": 1'), WHERE)


def test_newer_format_is_named_even_if_nothing_else_is_understood() -> None:
    data = json.dumps({"kind": "model", "schema_version": 4, "mlpipe_version": "9.1", "new": 1}).encode()
    with pytest.raises(ArtifactError, match=r"written by mlpipe 9\.1 in format 4 of a model") as caught:
        parse_manifest(data, WHERE)
    assert "newer mlpipe" in caught.value.remedy


def test_older_format_is_upgraded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = changed(lambda c: c.update(schema_version=0, context={"label": "y"}))
    monkeypatch.setitem(
        manifest_json.UPGRADES, (ArtifactKind.MODEL, 0), lambda c: {**c, "context": {"target": c["context"]["label"]}}
    )
    manifest = parse_manifest(data, WHERE)
    assert manifest.context == {"target": "y"}
    assert manifest.schema_version == 0


@pytest.mark.parametrize(
    ("kind", "version"), [(ArtifactKind.SPLIT, 1), (ArtifactKind.PREP, 2), (ArtifactKind.MODEL, 1)]
)
def test_older_artifacts_keep_the_last_of_two_classes_as_the_positive_one(kind: ArtifactKind, version: int) -> None:
    def upgraded(*classes: str) -> dict[str, Any]:
        context = {"target": "y", "classes": list(classes)}
        data = changed(lambda c: c.update(kind=kind, schema_version=version, context=context))
        return parse_manifest(data, WHERE).context

    assert upgraded("default", "paid")["positive"] == "paid"
    assert "positive" not in upgraded("a", "b", "c")
    assert "positive" not in upgraded()


@pytest.mark.parametrize("kind", list(ArtifactKind))
def test_frozen_examples_of_every_format_still_parse(kind: ArtifactKind) -> None:
    folder = Path(__file__).with_name("frozen")
    for version in range(1, KINDS[kind].schema_version + 1):
        path = folder / f"{kind}-{version}.json"
        manifest = parse_manifest(path.read_bytes(), path)
        assert manifest.kind is kind
        assert manifest.schema_version == version
        assert manifest.mlpipe_version == "0.1.0"


@given(st.text(max_size=12))
def test_file_names_stay_inside(name: str) -> None:
    if is_file_name(name):
        assert Path(os.path.normpath(f"/folder/{name}")).is_relative_to("/folder/")
        assert os.path.normpath(f"/folder/{name}") != "/folder"


@pytest.mark.parametrize("library", ["scikit-learn", "imbalanced-learn"])
def test_another_minor_version_is_refused_unless_allowed(library: str) -> None:
    made_with = {**environment(), library: "0.3.7"}
    with pytest.raises(ArtifactError, match=rf"{library} 0\.3\.7") as caught:
        check_versions(made_with, Path("out/model"), ArtifactKind.MODEL)
    assert "--allow-version-mismatch" in as_options(caught.value.remedy)
    check_versions(made_with, Path("out/model"), ArtifactKind.MODEL, allow_mismatch=True)


def test_another_patch_version_or_numpy_passes() -> None:
    minor = ".".join(environment()["scikit-learn"].split(".")[:2])
    check_versions({"scikit-learn": f"{minor}.99", "numpy": "1.0.0"}, Path("out/model"), ArtifactKind.MODEL)
