"""`audit`: whether test rows, or what they say, have reached the training."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlpipe.artifacts.audits import AuditContent
from mlpipe.artifacts.errors import shown
from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.splits import Split
from mlpipe.artifacts.store.manifest import MANIFEST_NAME, Input
from mlpipe.artifacts.store.places import check_out
from mlpipe.data.auditing.checks import (
    find_another_population,
    find_given_away,
    find_made_rows,
    find_no_test,
    find_scaled,
    find_time,
    flags_of,
)
from mlpipe.data.auditing.kinds_of_leak import Looked, what_was_looked_for
from mlpipe.data.auditing.pair import AuditFinding, Pair
from mlpipe.data.auditing.shared_rows import find_shared_ids, find_shared_rows
from mlpipe.data.profiling.findings import Finding, Severity, at_least, gate_error, resolve_codes
from mlpipe.errors import UsageError
from mlpipe.reports.trust.audit import AuditSummary, audit_headline, render_audit
from mlpipe.steps.auditing.chain import check_links, check_looks, check_preps, open_chain, split_pair
from mlpipe.steps.auditing.tables import open_tables
from mlpipe.steps.shown import Shown
from mlpipe.words.lists import listed
from mlpipe.words.sources import Passing, readable_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from mlpipe.params.trust import AuditParams


@dataclass(frozen=True, kw_only=True, repr=False)
class AuditResult(Shown):
    """What `audit` found.

    Parameters
    ----------
    looked : tuple of Looked
        Each kind of leakage: found, not found, or not to be seen.
    ignored : int
        Findings that were left out because their codes are ignored.
    """

    out: Path | None
    told: str
    verdict: str
    found: tuple[AuditFinding, ...]
    looked: tuple[Looked, ...]
    ignored: int
    fail_on: Severity

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings alone."""
        return tuple(one.finding for one in self.found)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return audit_document(self.verdict, self.found, self.looked)

    def check_gates(self) -> None:
        """Raise `GateError` where a finding is too severe to pass."""
        if grave := at_least(self.findings, self.fail_on):
            raise gate_error(grave, where=self.told)


def audit_document(verdict: str, found: Sequence[AuditFinding], looked: Sequence[Looked]) -> dict[str, Any]:
    """The content of `audit.json`."""
    return {
        "schema_version": 1,
        "verdict": verdict,
        "findings": [one.to_json() for one in found],
        "looked_for": [asdict(one) for one in looked],
    }


@dataclass(frozen=True, kw_only=True)
class _Audited:
    """What was opened, and what it shows."""

    pair: Pair | None
    found: tuple[AuditFinding, ...]
    inputs: tuple[Input, ...]
    chain: bool


def audit(paths: Sequence[str], params: AuditParams, *, out: Path | None = None, force: bool = False) -> AuditResult:
    """Look for leaks in splits, preparations and models with all that is behind them, or between two tables.

    Raises
    ------
    UsageError
        Where `paths` are neither artifacts nor two tables.
    DataError
        Where a table cannot be read.
    """
    ignored = resolve_codes(params.ignore)
    if out is not None:
        check_out(out, ArtifactKind.AUDIT, force=force)
    audited = _audit_tables(paths, params) if _are_tables(paths) else _audit_chain(paths, params)
    kept = tuple(one for one in audited.found if one.finding.code not in ignored)
    codes = {one.finding.code for one in kept}
    looked = what_was_looked_for(audited.pair, codes, chain=audited.chain)
    told = listed(map(_called, paths), 3)
    summary = AuditSummary(told=told, found=kept, looked=looked, pair=audited.pair)
    result = AuditResult(
        out=out,
        told=told,
        verdict=audit_headline([one.finding for one in kept]),
        found=kept,
        looked=looked,
        ignored=len(audited.found) - len(kept),
        fail_on=Severity(params.fail_on),
    )
    if out is not None:
        content = AuditContent(document=result.to_json(), page=render_audit(summary))
        content.save(out, params, audited.inputs, force=force)
    return result


def _called(path: str) -> str:
    return readable_name(path) if isinstance(path, Passing) else shown(Path(path))


def _are_tables(paths: Sequence[str]) -> bool:
    files = [path for path in paths if path == "-" or (Path(path).is_file() and Path(path).name != MANIFEST_NAME)]
    if files and (len(files) != len(paths) or len(files) != 2):
        raise UsageError(
            "An audit is of artifacts, or of two tables: training rows and test rows.",
            where=listed(map(_called, paths), 3),
            remedy="Give folders that steps wrote, or exactly two tables.",
        )
    return bool(files)


def _audit_tables(paths: Sequence[str], params: AuditParams) -> _Audited:
    tables = open_tables(paths[0], paths[1], params)
    found = (*_between(tables.pair, tables.flags, params.seed), *find_scaled(tables.pair))
    return _Audited(pair=tables.pair, found=found, inputs=tables.inputs, chain=False)


def _audit_chain(paths: Sequence[str], params: AuditParams) -> _Audited:
    chain = open_chain(Path(path) for path in paths)
    found = [*check_links(chain)]
    pair: Pair | None = None
    for path in chain.splits:
        split = Split.load(path)
        pair = split_pair(split)
        found += [*find_no_test(pair)] if split.context.target.columns else []
        if pair is not None:
            found += [*_between(pair, flags_of(pair.test), params.seed), *check_looks(path)]
    found += [*check_preps(chain)]
    inputs = [
        Input(role="audited", path=link.path, fingerprint=link.fingerprint) for link in chain.links if link.fingerprint
    ]
    return _Audited(pair=pair, found=tuple(found), inputs=tuple(inputs), chain=bool(chain.preps))


def _between(pair: Pair, flags: pa.Table, seed: int) -> Iterator[AuditFinding]:
    """What two parts show."""
    yield from find_shared_rows(pair)
    yield from find_shared_ids(pair)
    yield from find_time(pair)
    yield from find_made_rows(flags, pair)
    yield from find_given_away(pair, seed=seed)
    yield from find_another_population(pair, seed=seed)
