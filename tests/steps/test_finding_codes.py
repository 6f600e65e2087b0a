"""The page of codes: true to the table, its links lead somewhere, and what it names exists."""

import re

from mlpipe.data.profiling.findings import SPECS
from mlpipe.steps.guide.finding_codes import render_codes
from mlpipe.words.parameters import as_options
from tests.cli.recording import command_line, invoke


def test_every_code_is_explained_on_the_page() -> None:
    page = invoke("docs", "finding-codes").stdout
    for spec in SPECS.values():
        told = page.split(f"### {spec.code} {spec.summary}\n")[1].split("\n#")[0]
        assert spec.explanation in told
        assert told.count("To do: ") == 1


def test_every_option_that_a_finding_names_exists() -> None:
    known = {name for command in command_line().commands.values() for one in command.params for name in one.opts}
    remedies = [as_options(spec.remedy_for(column="x", value="y")) for spec in SPECS.values()]
    told = {option for remedy in remedies for option in re.findall(r"--[a-z-]+", remedy)}
    assert {"--drop", "--na-value"} <= told <= known
    assert set(re.findall(r"--[a-z-]*[a-z]", render_codes().split("## ")[0])) <= known


def test_links_on_the_page_of_codes_lead_to_headings() -> None:
    page = render_codes()
    # As GitHub makes them: lower case, without punctuation, blanks to hyphens.
    headings = {
        re.sub(r"[^\w -]", "", line[4:].lower()).replace(" ", "-") for line in page.splitlines() if line[:4] == "### "
    }
    links = re.findall(r"\]\(#([^)]+)\)", page)
    assert len(links) == len(SPECS)
    assert set(links) == headings
