"""Machine learning on CSV files from the command line, without leakage.

Each step is a function; it is imported when it is first used, so that `import mlpipe` stays light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlpipe._version import __version__

if TYPE_CHECKING:
    from mlpipe.steps.compare import compare
    from mlpipe.steps.evaluate import evaluate
    from mlpipe.steps.inspect import inspect
    from mlpipe.steps.predict import predict
    from mlpipe.steps.preprocess import preprocess
    from mlpipe.steps.run import run
    from mlpipe.steps.split import split
    from mlpipe.steps.train import train

__all__ = ["__version__", "compare", "evaluate", "inspect", "predict", "preprocess", "run", "split", "train"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'mlpipe' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"mlpipe.steps.{name}"), name)
