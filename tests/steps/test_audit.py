"""`audit`: a clean chain and clean tables are quiet; planted leaks of every kind are found."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlpipe.artifacts.store import canonical
from mlpipe.artifacts.store.folder import open_artifact
from tests.conftest import make_chain
from tests.tables import mixed_table


@pytest.fixture
def two(tmp_path: Path) -> Any:
    """Write a training and a test table, the second changed; gives their names."""

    def write(change: Any = lambda train, test: (train, test), **options: Any) -> tuple[str, str]:
        table = mixed_table(rows=500, **options)
        train, test = change(table.iloc[:400], table.iloc[400:])
        train.to_csv(tmp_path / "train.csv", index=False)
        test.to_csv(tmp_path / "test.csv", index=False)
        return "train.csv", "test.csv"

    return write


def codes_of(done: Any) -> set[str]:
    return {finding["code"] for finding in json.loads(done.stdout)["findings"] if finding["severity"] != "info"}


def test_a_clean_chain_is_quiet_and_the_report_is_an_artifact(chain: Path, here: Any) -> None:
    done = here("audit", chain / "split", chain / "prep", chain / "model", "--fail-on", "warning", "-o", "out")
    assert "No leak was found" in done.stdout
    with open_artifact(Path("out")) as folder:
        folder.verify()
    assert "No leak was found" in Path("out/report.html").read_text()


def test_clean_tables_are_quiet(here: Any, two: Any) -> None:
    for seed in range(3):
        here("audit", *two(seed=seed), "--target", "outcome", "--fail-on", "warning")


def with_copies(train: pd.DataFrame, test: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return train, pd.concat([test, train.head(20)])


def with_near(train: pd.DataFrame, test: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return train, pd.concat([test, train.head(20).assign(calls=99, account=[f"B{i}" for i in range(20)])])


def with_leak(train: pd.DataFrame, test: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return tuple(part.assign(refund=(part["outcome"] == "yes") * 3.0 + 1) for part in (train, test))  # type: ignore[return-value]


def with_made_rows(train: pd.DataFrame, test: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return train.assign(synthetic=False), test.assign(synthetic=np.arange(len(test)) % 2 == 0)


def scaled_together(train: pd.DataFrame, test: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    both = pd.concat([train, test])
    mean, spread = both["balance"].mean(), both["balance"].std(ddof=0)
    return tuple(part.assign(balance=(part["balance"] - mean) / spread) for part in (train, test))  # type: ignore[return-value]


def from_elsewhere(train: pd.DataFrame, test: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return train, test.assign(age=test["age"] + 15)


@pytest.mark.parametrize(
    ("change", "options", "code"),
    [
        (with_copies, (), "MLP511"),
        (with_copies, (), "MLP513"),
        (with_near, (), "MLP512"),
        (with_leak, (), "MLP517"),
        (with_made_rows, (), "MLP516"),
        (scaled_together, (), "MLP524"),
        (from_elsewhere, ("--fail-on", "warning"), "MLP521"),
        (lambda a, b: (a, b), ("--group", "town"), "MLP514"),
        (lambda a, b: (a, b), ("--time", "since"), "MLP515"),
    ],
)
def test_planted_leaks_between_two_tables(here: Any, two: Any, change: Any, options: Any, code: str) -> None:
    done = here("audit", *two(change), "--target", "outcome", *options, "--json", expect=6)
    assert code in codes_of(done)


def test_scaled_by_the_training_rows_alone_is_right(here: Any, two: Any) -> None:
    def scaled(train: pd.DataFrame, test: pd.DataFrame) -> Any:
        mean, spread = train["balance"].mean(), train["balance"].std(ddof=0)
        return [part.assign(balance=(part["balance"] - mean) / spread) for part in (train, test)]

    here("audit", *two(scaled), "--target", "outcome")


def test_rows_in_time_are_right(here: Any, two: Any) -> None:
    def ordered(train: pd.DataFrame, test: pd.DataFrame) -> Any:
        table = pd.concat([train, test]).sort_values("since").drop_duplicates("since")
        return table.iloc[:-50], table.iloc[-50:]

    here("audit", *two(ordered), "--target", "outcome", "--time", "since")


def test_a_code_can_be_ignored(here: Any, two: Any) -> None:
    done = here("audit", *two(with_copies), "--target", "outcome", "--ignore", "MLP511,MLP513")
    assert "2 left out by --ignore" in done.stdout


def refitted(folder: Path, name: str, change: Any) -> None:
    """Change a payload file and make the manifest agree: what no digest can see."""
    path = folder / name
    change(path)
    manifest = json.loads((folder / "manifest.json").read_text())
    data = path.read_bytes()
    for record in manifest["files"]:
        if record["name"] == name:
            record |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    blank = canonical.encode({**manifest, "fingerprint": ""})
    (folder / "manifest.json").write_bytes(
        canonical.encode({**manifest, "fingerprint": hashlib.sha256(blank).hexdigest()})
    )


def test_preparation_that_saw_test_rows_is_proved_by_fitting_again(tmp_path: Path, here: Any) -> None:
    """The training part loses rows after the fit: what was fitted knows rows that do not train."""
    make_chain(tmp_path, mixed_table(rows=120), ids=("account",))

    def without_rows(path: Path) -> None:
        pd.read_parquet(path).iloc[:60].to_parquet(path)

    refitted(tmp_path / "split", "train.parquet", without_rows)
    prep = json.loads((tmp_path / "prep/manifest.json").read_text())
    split = json.loads((tmp_path / "split/manifest.json").read_text())
    prep["inputs"][0]["fingerprint"] = split["fingerprint"]
    blank = canonical.encode({**prep, "fingerprint": ""})
    (tmp_path / "prep/manifest.json").write_bytes(
        canonical.encode({**prep, "fingerprint": hashlib.sha256(blank).hexdigest()})
    )
    assert "MLP519" in codes_of(here("audit", "prep", "--json", expect=6))


def test_stale_and_damaged_artifacts_are_found(chain: Path, tmp_path: Path, here: Any) -> None:
    for name in ("split", "prep", "model"):
        shutil.copytree(chain / name, tmp_path / name)
    shutil.copy(chain / "table.csv", tmp_path / "table.csv")
    here("audit", "model")
    (tmp_path / "table.csv").write_text((tmp_path / "table.csv").read_text() + "\n")
    assert "MLP518" in codes_of(here("audit", "model", "--json", expect=6))
    (tmp_path / "table.csv").unlink()
    assert "MLP525" in here("audit", "model").stdout
    (tmp_path / "prep/plan.json").write_text("{}")
    assert "MLP518" in codes_of(here("audit", "model", "--json", expect=6))


def test_no_test_rows_and_several_looks_are_warnings(chain: Path, tmp_path: Path, here: Any, two: Any) -> None:
    shutil.copytree(chain / "split", tmp_path / "split")
    shutil.copy(chain / "table.csv", tmp_path / "table.csv")
    ledger = tmp_path / "split/looks.csv"
    ledger.write_text("model,evaluation,metric,value\na,e,roc_auc,0.8\na,f,roc_auc,0.8\n")
    here("audit", "split", "--fail-on", "warning")
    ledger.write_text(ledger.read_text() + "b,g,roc_auc,0.9\n")
    assert codes_of(here("audit", "split", "--fail-on", "warning", "--json", expect=6)) == {"MLP520"}


def test_what_cannot_be_seen_is_said(here: Any, two: Any) -> None:
    looked = json.loads(here("audit", *two(), "--json").stdout)["looked_for"]
    status = {one["number"]: one["status"] for one in looked}
    assert [number for number, seen in status.items() if seen == "unseen"] == ["L1.2", "L1.3", "L2", "L3.1"]
    assert all(one["why"] for one in looked if one["status"] == "unseen")


def test_bad_input_is_told(chain: Path, here: Any, two: Any) -> None:
    train, test = two()
    assert "exactly two tables" in here("audit", train, expect=2).stderr
    assert "exactly two tables" in here("audit", train, chain / "split", expect=2).stderr
    assert "no column 'outcom'" in here("audit", train, test, "--target", "outcom", expect=2).stderr
    Path("other.csv").write_text("q,r\n1,2\n3,4\n")
    assert "share no column" in here("audit", train, "other.csv", expect=3).stderr
    assert "MLP518" in here("audit", "nowhere", expect=6).stdout
