"""Signatures and strangers: nothing is believed, or opened, where either says no."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from mlpipe.artifacts.store.folder import open_artifact
from mlpipe.artifacts.store.signatures import LEAST_KEY, SIGNATURE, read_key, signature_of
from mlpipe.errors import ArtifactError, UsageError
from mlpipe.params.signing import KEY_FILE

KEY = b"k" * 32


@pytest.fixture
def model(chain: Path, tmp_path: Path) -> Path:
    for name in ("split", "prep", "model"):
        shutil.copytree(chain / name, tmp_path / name)
    shutil.copy(chain / "table.csv", tmp_path / "table.csv")
    (tmp_path / "key").write_bytes(KEY)
    (tmp_path / "other").write_bytes(b"j" * 32)
    return tmp_path / "model"


def test_a_signature_is_the_hmac_of_the_manifest() -> None:
    # RFC 4231, test case 2, with a key that is long enough for the formula but not for us.
    assert signature_of(b"what do ya want for nothing?", b"Jefe") == (
        b"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843\n"
    )


def test_signed_artifacts_pass_and_others_are_refused(model: Path, here: Any) -> None:
    asked = ("predict", "model", "table.csv", "-o", "p.csv", "--require-signature")
    assert "is not signed" in here(*asked, "key", expect=4).stderr
    here("sign", "model", "--key-file", "key")
    here(*asked, "key")
    assert "does not match" in here(*asked, "other", expect=4).stderr
    here("verify", "model", "--key-file", "key")
    here("verify", "model", "--key-file", "other", expect=4)
    assert model.joinpath(SIGNATURE).read_bytes() == signature_of((model / "manifest.json").read_bytes(), KEY)


def test_any_changed_byte_is_refused_before_the_manifest_is_parsed(model: Path, here: Any) -> None:
    here("sign", "model", "--key-file", "key")
    signed = (model / "manifest.json").read_bytes()
    for place in range(0, len(signed), len(signed) // 7):
        changed = bytearray(signed)
        changed[place] ^= 1
        (model / "manifest.json").write_bytes(bytes(changed))
        done = here("predict", "model", "table.csv", "--require-signature", "key", expect=4)
        assert "signature of model does not match" in done.stderr
    (model / "manifest.json").write_bytes(signed)
    (model / "model.joblib").write_bytes((model / "model.joblib").read_bytes() + b"x")
    here("predict", "model", "table.csv", "--require-signature", "key", expect=4)


def test_what_a_signed_artifact_was_made_from_needs_no_signature(model: Path, here: Any) -> None:
    here("sign", "model", "--key-file", "key")
    here("evaluate", "model", "-o", "evaluation", "--require-signature", "key")
    assert (Path("evaluation") / SIGNATURE).is_file(), "what is written under a key is signed with it"


def test_the_environment_may_name_the_key(model: Path, mlpipe: Any) -> None:
    key = {"MLPIPE_KEY_FILE": str(model.parent / "key")}
    mlpipe("predict", "model", "table.csv", "-o", "p.csv", env=key, expect=4)
    mlpipe("sign", "model", env=key)
    mlpipe("predict", "model", "table.csv", "-o", "p.csv", env=key)


@pytest.mark.parametrize(("size", "long_enough"), [(LEAST_KEY - 1, False), (LEAST_KEY, True)])
def test_keys_have_a_least_length(tmp_path: Path, size: int, long_enough: bool) -> None:
    (tmp_path / "key").write_bytes(b"s" * size)
    if long_enough:
        assert read_key(tmp_path / "key") == b"s" * size
    else:
        with pytest.raises(UsageError, match="fewer than 16 bytes") as caught:
            read_key(tmp_path / "key")
        assert "sss" not in str(caught.value)


def test_a_key_file_that_is_not_there_is_wrong_usage(model: Path, here: Any) -> None:
    assert "cannot be read" in here("predict", "model", "table.csv", "--require-signature", "nokey", expect=2).stderr
    here("sign", "model", "--key-file", "nokey", expect=2)


def test_a_damaged_artifact_is_not_signed(model: Path, here: Any) -> None:
    (model / "plan.json").write_text("{}")
    here("sign", "model", "--key-file", "key", expect=4)
    assert not (model / SIGNATURE).exists()


def test_files_that_no_manifest_names_are_refused(model: Path) -> None:
    (model / ".DS_Store").write_text("")
    open_artifact(model).close()
    for name in ("evil.py", "plots/evil.py", "looks.csv"):
        place = model / name
        place.parent.mkdir(exist_ok=True)
        place.write_text("")
        with pytest.raises(ArtifactError, match=r"does not name (evil.py|plots|looks)"):
            open_artifact(model)
        place.unlink()
        if place.parent != model:
            place.parent.rmdir()
    (model / "link").symlink_to("/etc/passwd")
    with pytest.raises(ArtifactError, match="link"):
        open_artifact(model)


def test_a_ledger_beside_a_split_is_no_stranger(model: Path) -> None:
    (model.parent / "split/looks.csv").write_text("model,evaluation,metric,value\n")
    open_artifact(model.parent / "split").close()


def test_a_manifest_of_many_megabytes_is_refused(model: Path) -> None:
    content = json.loads((model / "manifest.json").read_text())
    (model / "manifest.json").write_text(json.dumps(content | {"params": {"x": "a" * 10_000_000}}))
    with pytest.raises(ArtifactError, match="larger than"):
        open_artifact(model)


def test_verify_follows_the_chain_to_the_table(model: Path, here: Any) -> None:
    told = json.loads(here("verify", "model", "--json").stdout)["checked"]
    assert [one["what"] for one in told] == ["a model", "a preprocessed split", "a split", "a file"]
    assert {one["state"] for one in told} == {"good"}
    (model.parent / "table.csv").unlink()
    assert "cannot be checked" in here("verify", "model").stderr
    (model.parent / "split/test.parquet").write_bytes(b"x")
    assert "test.parquet" in here("verify", "model", expect=4).stderr
    assert KEY_FILE.get() is None
