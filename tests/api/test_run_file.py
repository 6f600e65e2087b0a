"""Options beside a file of options."""

import pytest

import mlpipe
from mlpipe.errors import UsageError


def test_an_option_beside_a_file_of_options_is_refused_with_those_that_go_before_it(tmp_path):
    (tmp_path / "p.toml").write_text('data = "t.csv"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="where the options stand") as told:
        mlpipe.run(str(tmp_path / "p.toml"), str(tmp_path / "out"), model="ridge")
    assert "Write it into the file; only `target` and `out` go before it." in str(told.value)
