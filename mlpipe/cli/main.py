"""The entry point: one table of commands, one boundary for errors and signals."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import typer

from mlpipe.cli.boundary import guarded, run_quietly

COMMANDS = ("run", "inspect", "split", "preprocess", "train", "evaluate", "predict", "models", "metrics")
"""In the order of `mlpipe --help`; each is a function of the same name in a module of the same name."""


def _version(asked: bool) -> None:
    if asked:
        from mlpipe import __version__

        typer.echo(f"mlpipe {__version__}")
        raise typer.Exit


def build_app() -> typer.Typer:
    """The command line application."""
    app = typer.Typer(
        name="mlpipe",
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

    for name in COMMANDS:
        function: Any = getattr(import_module(f"mlpipe.cli.{name}"), name)
        app.command(name)(guarded(function))
    return app


def main() -> None:
    """Run the command line; what `mlpipe` calls."""
    # BLAS and OpenMP read these when they are loaded. One thread: see `engine.local.one_thread`.
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    sys.exit(run_quietly(build_app()))
