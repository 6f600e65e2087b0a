"""Where errors become exit codes: the only place that catches them."""

from __future__ import annotations

import errno
import functools
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from mlpipe.errors import ExitCode, MlpipeError
from mlpipe.words.parameters import as_options

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


def report(error: MlpipeError) -> None:
    """Write an error to stderr: what, where, what to do."""
    typer.echo(f"error: {as_options(str(error))}", err=True)


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Turn an error of ours into its exit code; everything else is a bug and keeps its traceback."""

    @functools.wraps(command)
    def inner(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
            sys.stdout.flush()
        except MlpipeError as error:
            report(error)
            raise typer.Exit(int(error.exit_code)) from error
        except BrokenPipeError as error:
            _forget_stdout()
            raise typer.Exit(int(ExitCode.BROKEN_PIPE)) from error
        except KeyboardInterrupt as error:
            raise typer.Exit(int(ExitCode.INTERRUPTED)) from error
        except MemoryError as error:
            typer.echo("error: There is not enough memory for this table.", err=True)
            typer.echo("Use fewer columns or rows, or a machine with more memory.", err=True)
            raise typer.Exit(int(ExitCode.DATA)) from error
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS, errno.EFBIG}:
                raise
            _forget_stdout()
            place = error.filename or "the output"
            typer.echo(f"error: Cannot write {place}: {error.strerror}.", err=True)
            raise typer.Exit(int(ExitCode.ARTIFACT)) from error

    return inner


def _forget_stdout() -> None:
    """Keep the interpreter from flushing into a closed pipe when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _terminated(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def run_quietly(app: typer.Typer) -> int:
    """Run the application; SIGTERM and SIGHUP unwind it, so that temporary files go, and Ctrl-C says nothing."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _terminated)
    try:
        app(prog_name="mlpipe")
    except KeyboardInterrupt:
        return int(ExitCode.INTERRUPTED)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return int(ExitCode.DONE)
