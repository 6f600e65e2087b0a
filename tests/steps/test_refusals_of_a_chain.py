"""`run --dry-run` finds what the run would refuse, and writes nothing."""

from pathlib import Path

import pytest

from tests.tables import mixed_table


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--target outcom", "Did you mean 'outcome'"),
        ("--target outcome --id acount", "Did you mean 'account'"),
        ("--target outcome --drop age --numeric age", "two things"),
        ("--target outcome --model lienar", "Did you mean 'linear"),
        ("--target outcome --metric roc_acu", "Did you mean 'roc_auc'"),
        ("--target outcome --task binary --model ridge", "ridge is for"),
        ("--target outcome --task binary --metric rmse", "rmse"),
    ],
)
def test_what_would_be_refused_is_told(here, options, told):
    mixed_table(rows=30).to_csv("t.csv", index=False)
    done = here("run", "t.csv", "--dry-run", *options.split(), expect=2)
    assert told in done.stderr
    assert not Path("out").exists()


def test_what_is_right_is_not_refused(here):
    mixed_table(rows=30).to_csv("t.csv", index=False)
    right = "--target outcome --id account --model logistic --metric roc_auc --task binary"
    assert here("run", "t.csv", "--dry-run", *right.split()).stdout.count("would run") == 5
