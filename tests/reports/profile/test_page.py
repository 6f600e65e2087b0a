"""The page of a profile: what it says of changes, of samples, and that it is the same twice."""

import subprocess
import sys
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pytest

from mlpipe.data.profiling.column_profile import Cells
from mlpipe.data.profiling.profile import Profile
from mlpipe.data.schema import Column, Dialect, Kind, Role
from mlpipe.params import InspectParams
from mlpipe.reports.profile.page import build_page
from mlpipe.steps.inspect import inspect
from tests.conftest import environment
from tests.data.typed import column, profile

ROWS = 400


@pytest.fixture
def page(tmp_path, monkeypatch):
    """Inspect a file of the working folder; gives the text of its page."""
    monkeypatch.chdir(tmp_path)

    def made(data, **params):
        inspect(data, InspectParams(**params), out=tmp_path / "out", force=True)
        return (tmp_path / "out" / "report.html").read_text()

    return made


def test_changes_are_told_as_findings(page, write):
    old = write("old.csv", "x,gone\n" + "1.5,a\n2.5,b\n" * 20)
    new = write("new.csv", "x,<new>\n" + "1.5,a\n2.5,c\n" * 20)
    said = page(new, against=old)
    assert "What changed" in said
    section = said.split('id="changes"')[1].split("</section>")[0]
    assert "MLP401" in section
    assert "<strong>gone</strong>" in section
    assert "MLP402" in section
    assert "&lt;new&gt;</a>" in section
    assert "Why it matters" in section
    assert "1 thing to mend" in said
    assert "Nothing: columns" in page(old, against=old)
    assert "What changed" not in page(old)


@dataclass(frozen=True, kw_only=True)
class Sampled(Profile):
    """A profile of more rows than its cells have."""

    sampled_rows: int | None = None


def sampled_page(sampled):
    """A page whose cells are every tenth row of those that the profile describes."""
    rng = np.random.default_rng(0)
    base = rng.normal(size=ROWS) + (np.arange(ROWS) < 300)
    texts = [" ".join(rng.choice(["late", "broken", "good", "kind"], 2)) for _ in range(ROWS)]
    whole = [
        column("size", pa.array(base, mask=rng.random(ROWS) < 0.3)),
        column("weight", pa.array(base + rng.normal(size=ROWS), mask=rng.random(ROWS) < 0.3)),
        column("words", pa.array(texts), role=Role.TEXT),
        column("flag", pa.array(rng.integers(0, 2, ROWS).astype(float))),
        column("colour", pa.array(rng.choice(["red", "blue"], ROWS)), role=Role.CATEGORICAL),
        column("outcome", pa.array(["yes"] * 300 + ["no"] * 100), role=Role.TARGET),
    ]
    seen = profile(*whole, target="outcome")
    found = Sampled(**{name: getattr(seen, name) for name in Profile.__dataclass_fields__} | {"sampled_rows": sampled})
    part = [
        Cells(c.column, c.array[:: ROWS // sampled] if sampled else c.array) for c in (Cells(*pair) for pair in whole)
    ]
    return found, build_page(found, part, name="t.csv", dialect=Dialect())[0]


def test_a_page_of_a_sample_says_so_at_each_drawing_and_counts_all_rows():
    found, said = sampled_page(40)
    assert "a sample of 40 rows" in said.split('id="verdict"')[1].split("</header>")[0]
    for drawn in ("together", "scatter", "missing", "words"):
        assert "a sample of 40 rows" in said.split(f'id="{drawn}"')[1].split("</section>")[0]
    assert "a sample of 40 rows" in said.split('<span class="card-name">size</span>')[1].split("</details>")[0]
    card = said.split('<span class="card-name">colour</span>')[1].split("</details>")[0]
    for level in found.columns[4].levels:
        assert f"{level.count:,}" in card
    assert f"{found.columns[0].missing:,} (" in said
    assert "≈ " in said.split('<span class="card-name">flag</span>')[1].split("</details>")[0]
    assert "75 %" in said.split('id="target"')[1].split("</section>")[0]
    assert "sample" not in sampled_page(None)[1]


def test_approximate_numbers_are_marked():
    found, _ = sampled_page(None)
    size = found.columns[0]

    rough = replace(size, distinct_approximate=True, quantiles_approximate=True)
    cells = [Cells(Column(name="size", role=Role.NUMERIC, kind=Kind.NUMBER), pa.array([1.0, 2.0, 3.5, None] * 100))]
    exact = build_page(replace(found, columns=(size,), target=None), cells, name="t", dialect=Dialect())[0]
    marked = build_page(replace(found, columns=(rough,), target=None), cells, name="t", dialect=Dialect())[0]
    assert "≈" not in exact
    assert marked.count("≈") >= 7


def test_columns_of_two_numbers_show_counts_and_no_quantiles(page, write):
    said = page(write("t.csv", "flag,size\n" + "".join(f"{k % 2},{k / 7}\n" for k in range(60))))
    flag, size = (
        said.split(f'<span class="card-name">{name}</span>')[1].split("</details>")[0] for name in ("flag", "size")
    )
    assert "Median" not in flag
    assert "30 <span" in flag
    assert "Median" in size


def test_long_names_that_differ_in_the_middle_are_told_apart(page, write):
    names = [f"{'the long name of a measurement ' * 2}{k}{' taken in the laboratory' * 2}" for k in range(3)]
    rng = np.random.default_rng(0)
    lines = [",".join(f"{v:.3f}" for v in rng.normal(size=3) + rng.normal()) for _ in range(60)]
    said = page(write("t.csv", "\n".join([",".join(names), *lines]) + "\n"))
    shown = [part.split(">", 1)[1].split("<")[0] for part in said.split('<table class="heatmap">')[1].split("<a ")[1:4]]
    assert len(set(shown)) == 3


def test_the_page_is_the_same_in_every_process(tmp_path):
    code = (
        "import sys; from pathlib import Path; from mlpipe.params import InspectParams\n"
        "from mlpipe.steps.inspect import inspect\n"
        "inspect(sys.argv[1], InspectParams(target='y'), out=Path(sys.argv[2]))"
    )
    rng = np.random.default_rng(0)
    words = ["late", "broken", "good", "kind", "never", "again"]
    text = "text,x,z,y\n" + "".join(
        f"{' '.join(rng.choice(words, 6))} row {k} says so,{rng.normal():.4f},{rng.integers(0, 9)},{'ab'[k % 2]}\n"
        for k in range(120)
    )
    data = tmp_path / "t.csv"
    data.write_text(text)
    child = [sys.executable, "-c", code, str(data), str(tmp_path / "there")]
    subprocess.run(child, check=True, env=environment(PYTHONHASHSEED="2"))
    for name in ("here", "again"):
        inspect(str(data), InspectParams(target="y"), out=tmp_path / name)
    pages = [(tmp_path / name / "report.html").read_bytes() for name in ("there", "here", "again")]
    assert pages[0] == pages[1] == pages[2]
    assert b'class="cloud' in pages[0]


@pytest.mark.parametrize("target", ["y", None])
def test_of_very_many_columns_those_that_go_most_with_the_target_are_compared(page, write, monkeypatch, target):
    monkeypatch.setattr("mlpipe.reports.profile.associations.MOST_COMPARED", 24)
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(60, 40))
    noise[:, 37] = noise[:, 21] + 0.1 * rng.normal(size=60)
    noise[:, 38] = noise[:, 21] + 0.1 * rng.normal(size=60)
    lines = [",".join(f"c{i}" for i in range(40)) + ",y"]
    lines += [",".join(f"{value:.4f}" for value in row) + ("," + "ab"[int(row[21] > 0)]) for row in noise]
    said = page(write("many.csv", "\n".join(lines) + "\n"), target=target)
    section = said.split('<table class="heatmap">')[1].split("</section>")[0]
    towards = "&#39;y&#39;" if target else "some of them"
    assert f"the 24 that go most with {towards} were compared" in section
    assert ">c37</a>" in section or target is None
    monkeypatch.undo()


def test_few_columns_are_all_compared(page, write):
    rows = "".join(f"{i % 7},{i % 5},{i % 3}\n" for i in range(60))
    assert "were compared" not in page(write("few.csv", "a,b,c\n" + rows))
