"""What was found out about models, parts and new rows, opened for Python."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

import pandas as pd

from mlpipe.api.artifact import Artifact
from mlpipe.artifacts.audits import AUDIT
from mlpipe.artifacts.comparisons import COMPARISON
from mlpipe.artifacts.drifts import DRIFT


class LoadedReport(Artifact):
    """A document with a `verdict`."""

    name: ClassVar[str]

    @cached_property
    def document(self) -> dict[str, Any]:
        """Its JSON file, whole."""
        document: dict[str, Any] = self._folder.read_json(self.name)
        return document

    @property
    def verdict(self) -> str:
        """What it comes to, in a sentence."""
        return str(self.document["verdict"])

    def facts(self) -> dict[str, object]:
        """What stands in its `repr`."""
        return {"path": str(self.out), "verdict": self.verdict}


class LoadedFindings(LoadedReport):
    """A report with `findings`."""

    @property
    def findings(self) -> list[dict[str, Any]]:
        """What was remarked on, with codes, severities and remedies."""
        return list(self.document["findings"])

    def facts(self) -> dict[str, object]:
        """What stands in its `repr`."""
        codes = [str(finding["code"]) for finding in self.findings]
        return {**super().facts(), "findings": ", ".join(dict.fromkeys(codes)) or "none"}


class LoadedAudit(LoadedFindings):
    """An audit."""

    name = AUDIT


class LoadedDrift(LoadedFindings):
    """New rows beside training rows."""

    name = DRIFT
    figure = ("plots/series.png",)

    @property
    def columns(self) -> pd.DataFrame:
        """Each column's distance to the training rows."""
        return pd.DataFrame(self.document["columns"])


class LoadedComparison(LoadedReport):
    """Models on the same rows."""

    name = COMPARISON
    figure = ("plots/differences.png",)

    @property
    def models(self) -> pd.DataFrame:
        """A row for each model, the best first: its place, name, and the value of each metric."""
        rows = [
            {**{key: one[key] for key in ("rank", "name", "model")},
             **{metric: score["value"] for metric, score in one["metrics"].items()}}
            for one in self.document["models"]
        ]  # fmt: skip
        return pd.DataFrame(rows)
