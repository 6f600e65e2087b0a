"""The entry point: one table of commands, one boundary for errors and signals."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from importlib import import_module
from typing import Any

import typer

from mlpipe.cli.boundary import HELP, GuardedGroup, run_quietly

COMMANDS = {
    "run": "Run the whole chain, and only what is stale.",
    "inspect": "Describe a table and what is odd about it.",
    "split": "Pin a table's types and divide its rows into parts.",
    "preprocess": "Fit the preparation on training rows, apply it to all.",
    "train": "Fit a model, or the best of several.",
    "tune": "Search for better parameters, and train with them.",
    "evaluate": "Score a model on rows that it has not seen.",
    "compare": "Compare models on the same rows.",
    "predict": "Predict the rows of a table, streaming.",
    "audit": "Look for test rows that reached the training.",
    "drift": "Tell whether new rows are like those of training.",
    "verify": "Check every digest, size and fingerprint down the chain.",
    "sign": "Sign artifacts with a key, after checking them.",
    "models": "List the models, or one model's parameters and defaults.",
    "metrics": "List the metrics.",
    "export": "Write a model as something that runs without mlpipe.",
    "serve": "Answer requests for predictions over HTTP.",
    "init": "Write a starter project: mlpipe.toml, Makefile, dvc.yaml, CI.",
    "docs": "Show the guide: its topics, or one of them.",
}
"""In the order of `mlpipe --help`; each is a function of the same name in a module of the same name.

The summaries stand here too, because reading all options of all commands takes longer than any of them to start.
"""


def _version(asked: bool) -> None:
    if asked:
        from mlpipe._version import __version__

        typer.echo(f"mlpipe {__version__}")
        raise typer.Exit


def build_app(only: str | None = None) -> typer.Typer:
    """The command line application.

    Parameters
    ----------
    only : str, optional
        The one command that will be used; the others are there by name and summary alone.
    """
    app = typer.Typer(
        name="mlpipe",
        cls=GuardedGroup,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def mlpipe(
        version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
    ) -> None:
        """Machine learning on CSV files, without leakage: from one table to honest predictions."""

    for name, summary in COMMANDS.items():
        if only in (None, name):
            _add(app, name)
        else:
            app.command(name, help=summary)(_not_loaded)
    return app


def _add(app: typer.Typer, name: str) -> None:
    """Add a command with its options."""
    from mlpipe.cli.everywhere import with_looks
    from mlpipe.cli.help.command import HelpfulCommand

    function: Any = getattr(import_module(f"mlpipe.cli.commands.{name}"), name)
    app.command(name, cls=HelpfulCommand)(with_looks(function))


def _not_loaded() -> None:
    """Stand in for a command that this call does not use."""


def _asked(arguments: list[str]) -> str | None:
    """The command that is asked for, or whose line a shell completes; empty where there is none."""
    if "_MLPIPE_COMPLETE" in os.environ:
        arguments = os.environ.get("_TYPER_COMPLETE_ARGS", os.environ.get("COMP_WORDS", "")).split()[1:]
    return next((argument for argument in arguments if not argument.startswith("-") and argument != HELP), "")


def main() -> None:
    """Run the command line; what `mlpipe` calls."""
    # Libraries that load make objects by the hundred thousand and hardly any cycles: to look for these as often as
    # Python would takes a twelfth of a small step.
    gc.set_threshold(20_000, 40, 10)
    # BLAS and OpenMP read these when they are loaded. One thread: see `engine.local.one_thread`.
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    # Where processes cannot share memory joblib works alone, with the same results.
    warnings.filterwarnings("ignore", message=".*joblib will operate in serial mode")
    command = _asked(sys.argv[1:])
    if command == "predict":
        # Arrow's own pools keep 50 MB more of what they were given, and are no quicker on blocks that all go again.
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    code = run_quietly(build_app(command))
    # What was loaded goes with the process; to look through it for cycles first takes an eighth of a small step.
    gc.freeze()
    sys.exit(code)
