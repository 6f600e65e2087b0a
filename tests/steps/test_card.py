"""The card beside an export: what the artifacts say, and no more."""

import json

import pandas as pd
import pyarrow.parquet as pq
import pytest

from mlpipe.errors import ArtifactError, UsageError
from mlpipe.params import EvaluateParams
from mlpipe.params.exporting import ExportParams
from mlpipe.steps.evaluate import evaluate
from mlpipe.steps.export import export
from tests.conftest import make_chain
from tests.tables import mixed_table


def card_of(folder, out, **options):
    result = export(folder / "model", out, ExportParams(format="skops", with_data_card=True, **options))
    assert result.card is not None
    return result.card.read_text(encoding="utf-8")


def cells(text, first):
    """The cells of the table row that begins so."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {first} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_card_counts_classes_gaps_and_levels_as_they_are_in_the_training_rows(chain, tmp_path):
    text = card_of(chain, tmp_path / "model.skops")
    train = pq.read_table(chain / "split" / "train.parquet").to_pandas()
    target = json.loads((chain / "split" / "manifest.json").read_text())["context"]["target"]
    for label, count in train[target].value_counts().items():
        assert cells(text, label)[1] == str(count)
    numeric = train.select_dtypes("number").columns[0]
    low, high = train[numeric].min(), train[numeric].max()
    assert cells(text, numeric)[3].startswith(f"{low:.3g} to {high:.3g}".replace("+", ""))
    assert "no evaluation was given" in text


def test_scores_come_from_the_evaluation_that_is_given_alone(chain, tmp_path):
    evaluate(chain / "model", tmp_path / "evaluation", EvaluateParams())
    found = json.loads((tmp_path / "evaluation" / "metrics.json").read_text())
    text = card_of(chain, tmp_path / "model.skops", evaluation=str(tmp_path / "evaluation"))
    assert found["verdict"] in text.replace("\\", "")
    section = text[text.index("## On unseen rows") :]
    assert cells(section, "accuracy")[1].startswith(f"{found['metrics']['accuracy']['value']:.2f}")


def test_an_evaluation_of_another_model_is_refused_and_nothing_is_written(chain, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    make_chain(other, mixed_table(rows=80), ids=("account",))
    evaluate(other / "model", tmp_path / "evaluation", EvaluateParams())
    with pytest.raises(ArtifactError, match="of another model"):
        card_of(chain, tmp_path / "model.skops", evaluation=str(tmp_path / "evaluation"))
    assert not (tmp_path / "model.skops").exists()


def test_a_card_takes_no_model_s_place(chain, tmp_path):
    with pytest.raises(UsageError, match="where the card goes"):
        card_of(chain, tmp_path / "model.md")
    with pytest.raises(UsageError, match="for the card"):
        ExportParams(evaluation="evaluation")


def test_many_columns_are_cut_and_counted(tmp_path):
    table = pd.DataFrame({f"x{i}": [float(j * i % 7) for j in range(60)] for i in range(1, 206)})
    make_chain(tmp_path, table.assign(y=lambda t: t["x1"] * 2), target="y", model="ridge")
    text = card_of(tmp_path, tmp_path / "model.skops")
    assert "| x200 |" in text
    assert "| x201 |" not in text
    assert "5 columns more, not shown" in text
    assert "says how large y is" in text
