"""Machine learning on CSV files from the command line, without leakage.

Each step is a function; it is imported when it is first used, so that `import mlpipe` stays light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlpipe._version import __version__

if TYPE_CHECKING:
    from mlpipe.api.chain import run
    from mlpipe.api.estimators import AutoClassifier, AutoRegressor
    from mlpipe.api.judging import audit, compare, drift, export
    from mlpipe.api.loaded import load
    from mlpipe.api.modelling import evaluate, predict, train, tune
    from mlpipe.api.preparing import inspect, preprocess, split
    from mlpipe.api.project import docs, init, serve
    from mlpipe.api.trust import sign, verify

__all__ = [
    "AutoClassifier", "AutoRegressor", "__version__", "audit", "compare", "docs", "drift", "evaluate", "export",
    "init", "inspect", "load", "predict", "preprocess", "run", "serve", "sign", "split", "train", "tune", "verify",
]  # fmt: skip

_HOMES = {
    "load": "loaded",
    "run": "chain",
    **dict.fromkeys(("AutoClassifier", "AutoRegressor"), "estimators"),
    **dict.fromkeys(("inspect", "preprocess", "split"), "preparing"),
    **dict.fromkeys(("evaluate", "predict", "train", "tune"), "modelling"),
    **dict.fromkeys(("audit", "compare", "drift", "export"), "judging"),
    **dict.fromkeys(("docs", "init", "serve"), "project"),
    **dict.fromkeys(("sign", "verify"), "trust"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        import sys

        # With both, a traceback names what is nearest.
        raise AttributeError(f"module 'mlpipe' has no attribute {name!r}", name=name, obj=sys.modules[__name__])
    from importlib import import_module

    return getattr(import_module(f"mlpipe.api.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
