"""How a page groups findings and marks what to copy."""

import shlex

import pytest

from mlpipe.reports.profile.finding_groups import SHOWN, FoundFact, group_findings, mood, split_remedy, verdict


def found(code="MLP101", severity="warning", column="x", remedy="Leave it out: --drop x."):
    return FoundFact(
        code=code, severity=severity, summary="Constant", column=column, anchor="c0", message="m", remedy=remedy
    )


def test_the_gravest_come_first_and_many_alike_are_folded():
    many = [found(column=f"x{k}", remedy=f"--drop x{k}") for k in range(9)]
    groups = group_findings([found("MLP112", "info"), *many, found("MLP304", "error")])
    assert [(g.code, g.word, len(g.shown), len(g.folded)) for g in groups] == [
        ("MLP304", "Error", 1, 0), ("MLP101", "Warning", SHOWN, 9 - SHOWN), ("MLP112", "Note", 1, 0),
    ]  # fmt: skip
    assert [row.column for row in (*groups[1].shown, *groups[1].folded)] == [f"x{k}" for k in range(9)]
    just_one_more = group_findings(many[: SHOWN + 1])
    assert (len(just_one_more[0].shown), just_one_more[0].folded) == (SHOWN + 1, ())


def test_a_remedy_that_all_share_is_said_once():
    same = group_findings([found(column=name, remedy="give --na-value -200.") for name in "ab"])[0]
    assert same.remedy == (("give ", False), ("--na-value -200", True), (".", False))
    assert [row.remedy for row in same.shown] == [(), ()]
    other = group_findings([found(remedy="--drop a"), found(remedy="--drop b")])[0]
    assert other.remedy == ()
    assert [row.remedy for row in other.shown] == [(("--drop a", True),), (("--drop b", True),)]


@pytest.mark.parametrize(
    ("remedy", "options"),
    [
        ("Leave the parts out: --drop casual,registered.", ["--drop casual,registered"]),
        ("Give it as --id n, or as --time n if it stands for time.", ["--id n", "--time n"]),
        ("--text or --drop if they are no levels.", ["--text", "--drop"]),
        ("Nothing: --duplicates drop keeps one of each.", ["--duplicates drop"]),
        ("If it means missing, give --na-value -99.9.", ["--na-value -99.9"]),
        ("Ask why; --drop ,,,, if the rest says too little.", ["--drop ,,,,"]),
        ("No option helps.", []),
    ],
)
def test_options_are_marked_whole(remedy, options):
    parts = split_remedy(remedy)
    assert [part for part, is_option in parts if is_option] == options
    assert "".join(part for part, _ in parts) == remedy


@pytest.mark.parametrize(
    "name", ["x", "unit price", "it's", 'a "b" c', "a,b.c", "流失", "--drop y", "$(rm x)", "a'b,c d"]
)
def test_any_name_quoted_for_a_shell_is_marked_whole(name):
    option = f"--drop {shlex.quote(name)}"
    assert (option, True) in split_remedy(f"Leave it out: {option}.")


@pytest.mark.parametrize(
    ("severities", "said", "colour"),
    [
        ([], "Nothing to mend", "better"),
        (["info"], "Nothing to mend, 1 note", "better"),
        (["warning", "info"], "1 thing to look at", "unsure"),
        (["error", "error", "warning"], "2 things to mend, 1 to look at", "worse"),
    ],
)
def test_the_verdict_counts(severities, said, colour):
    findings = [found(severity=severity) for severity in severities]
    assert (verdict(findings), mood(findings)) == (said, colour)
