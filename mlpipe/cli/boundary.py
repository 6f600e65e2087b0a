"""Where errors become exit codes: the only place that catches them."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from mlpipe.cli.colours import coloured, is_coloured
from mlpipe.cli.signals import end_on_signals, ended
from mlpipe.errors import ArtifactError, DataError, ExitCode, MlpipeError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK = "error:"


def report(error: MlpipeError, command: Any = None) -> None:
    """Write an error to stderr: what, where, and what can be done about it with the command at work."""
    from mlpipe.cli.console import wrapped  # where nothing fails, nobody needs them
    from mlpipe.words.parameters import as_options
    from mlpipe.words.remedies import offered

    if command is not None:
        error.remedy = offered(error.remedy, keywords_of(command))
    text = wrapped(f"{_MARK} {as_options(str(error))}", sys.stderr)
    if is_coloured(sys.stderr):
        text = coloured(_MARK, "error") + text.removeprefix(_MARK)
    typer.echo(text, err=True, color=True)


def keywords_of(command: Any) -> set[str]:
    """What a command can be given, as parameters are named in messages."""
    names = (name for one in command.params for name in (one.name, *one.opts))
    return {name.lstrip("-").replace("-", "_") for name in names}


@contextmanager
def boundary(ctx: Any = None) -> Iterator[None]:
    """Turn an error of ours, or of the system, into its exit code; everything else is a bug and keeps its traceback."""
    try:
        yield
    except MlpipeError as error:
        report(error, None if ctx is None else ctx.command.commands.get(ctx.invoked_subcommand))
        raise typer.Exit(int(error.exit_code)) from error
    except BrokenPipeError as error:
        _forget_stdout()
        raise typer.Exit(int(ExitCode.BROKEN_PIPE)) from error
    except KeyboardInterrupt as error:
        _tell_interrupted()
        raise typer.Exit(int(ExitCode.INTERRUPTED)) from error
    except Exception as error:
        code = _code_of_other(error)
        if code is None:
            raise
        raise typer.Exit(int(code)) from error


def _code_of_other(error: Any) -> ExitCode | None:
    """Say what is wrong where it is no bug of ours: memory, the system, or usage that typer found."""
    if isinstance(error, MemoryError):
        remedy = "Use fewer columns or rows, or a machine with more memory."
        report(DataError("There is not enough memory for this table.", remedy=remedy))
        return ExitCode.DATA
    if isinstance(error, OSError) and (error.errno is not None or isinstance(error.__cause__, OSError)):
        _forget_stdout()
        report(_of_a_place(error))
        return ExitCode.ARTIFACT
    # Usage errors are told apart by what they can do: typer's classes for them are none of its interface.
    if hasattr(error, "format_message"):
        _report_usage(error)
        return ExitCode.USAGE
    return None


def _of_a_place(error: OSError) -> ArtifactError:
    """What to say of a file or folder that cannot be used; matplotlib has one of its own, and its error no number."""
    if error.errno is None:
        return ArtifactError(
            "No folder can be written to where libraries keep files for a while.",
            remedy="Set TMPDIR, or for figures MPLCONFIGDIR, to a folder that can be written to.",
        )
    if error.filename is None and _is_adrift():
        return ArtifactError(
            "The folder in which mlpipe runs is gone.", remedy="Change into one that is there, then run again."
        )
    return ArtifactError(
        f"{error.filename or 'the output'} cannot be used: {error.strerror}.",
        remedy="Look at the disk and at the permissions of the place, then run again.",
    )


def _is_adrift() -> bool:
    """Whether the working folder was deleted."""
    try:
        Path.cwd()
    except OSError:
        return True
    return False


def _report_usage(error: Any) -> None:
    from mlpipe.cli.usage import as_usage_error  # where usage is right, nobody needs it

    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
    else:
        report(as_usage_error(error))


_LEAST_ADDRESSES = 1_000_000_000
"""What the libraries map, with some room for a table."""


class RoomForLibraries:
    """Looks for room before the libraries that take it are loaded, whatever asks for them; finds nothing itself."""

    def find_spec(self, fullname: str, *_: Any) -> None:
        """Check the limit before the first of these libraries."""
        if fullname in ("numpy", "pyarrow"):
            check_addresses()


def check_addresses() -> None:
    """Refuse a limit below what the libraries map: a BLAS asks for its part without end, and hears no signal then.

    Raises
    ------
    DataError
        Where the system allows this process less.
    """
    try:
        import resource
    except ImportError:  # no such limits on Windows
        return
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if 0 <= limit < _LEAST_ADDRESSES:
        raise DataError(
            f"This process may have {limit // 1_000_000} MB of memory, and the libraries of mlpipe take 1,000 MB.",
            remedy="Raise the limit, as with `ulimit -v unlimited`, or whatever set it.",
        )


HELP = "help"
"""Before the name of a command: show its help."""


class GuardedGroup(TyperGroup):
    """A group of commands whose errors have one form, whether they are met in reading the command line or later."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Take `help COMMAND` for `COMMAND --help`."""
        if args[:1] == [HELP]:
            args = [*args[1:], "--help"]
        if len(args) == 2 and args[0] in self.commands and args[1] in ctx.help_option_names:
            # Shows it and leaves. The options of the group, read first, would bring pydantic: half of all the time.
            self.commands[args[0]].make_context(args[0], args[1:], parent=ctx)
        return super().parse_args(ctx, args)

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the command line."""
        with boundary():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with boundary(ctx):
            result = super().invoke(ctx)
            sys.stdout.flush()
        return result


def _tell_interrupted() -> None:
    """A line of its own for what was kept, below the ^C that the terminal shows."""
    if sys.stderr.isatty():
        typer.echo("\ninterrupted: steps that had ended are kept, nothing is half-written", err=True)


def _forget_stdout() -> None:
    """Keep the interpreter from flushing into a closed pipe when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_what_is_closed() -> None:
    """Give standard streams that are closed their numbers back, so that no file of ours gets them.

    A closed stderr swallows what it is told; a closed stdout cannot be written to, and that is said.
    """
    for number, name, flags in ((0, "stdin", os.O_RDONLY), (1, "stdout", os.O_RDONLY), (2, "stderr", os.O_WRONLY)):
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, flags)
            if handle != number:
                os.dup2(handle, number)
            setattr(sys, name, open(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))  # noqa: SIM115


def run_quietly(app: typer.Typer) -> int:
    """Run the application; SIGTERM and SIGHUP unwind it, so that temporary files go, and Ctrl-C says little."""
    end_on_signals()
    _open_what_is_closed()
    sys.meta_path.insert(0, RoomForLibraries())
    try:
        app(prog_name="mlpipe")
    except KeyboardInterrupt:
        _tell_interrupted()
        return int(ExitCode.INTERRUPTED)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    finally:
        ended()
    return int(ExitCode.DONE)
