"""`mlpipe --help` is light: it loads none of the libraries that compute."""

import subprocess
import sys
from importlib import import_module

import pytest

from mlpipe.cli.main import COMMANDS
from tests.cli.recording import invoke
from tests.conftest import environment

HEAVY = ("numpy", "pandas", "pyarrow", "sklearn", "scipy", "imblearn", "joblib", "matplotlib", "jinja2")
READING = "pydantic"
"""What typer reads values with; as long to load as all else that the help of a command needs."""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["train", "--help"], ["run", "-h"], ["help", "split"], ["--version"]], ids=" ".join
)
def test_help_loads_no_heavy_library(arguments):
    script = (
        "import sys\n"
        "from mlpipe.cli.main import main\n"
        "try:\n    main()\n"
        "except SystemExit as stop:\n    assert not stop.code, stop.code\n"
        f"sys.exit(', '.join(name for name in {(*HEAVY, READING)!r} if name in sys.modules) or None)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, check=False, text=True, env=environment()
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "mlpipe" in done.stdout


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_the_overview_loads_little_beside_typer(argument):
    script = (
        "import sys, typer\nbefore = set(sys.modules)\nfrom mlpipe.cli.main import main\n"
        f"sys.argv[1:] = [{argument!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(*(name for name in sys.modules if name not in before), sep='\\n', file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True, env=environment())
    loaded = done.stderr.split()
    assert "mlpipe.cli.main" in loaded
    # What a command needs to show results, to tell its options and to read values: a fifth of what typer itself takes.
    assert not {"mlpipe.cli.console", "mlpipe.cli.everywhere", "mlpipe.params", "json", "pydantic"} & set(loaded)
    assert len(loaded) <= 20


def test_a_chain_that_is_up_to_date_needs_no_heavy_library(chain, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments = ["run", str(chain / "table.csv"), "--target", "outcome", "--model", "dummy"]
    assert invoke(*arguments).exit_code == 0
    script = (
        "import sys\nfrom mlpipe.cli.main import main\n"
        f"sys.argv[1:] = {arguments!r}\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code, stop.code\n"
        f"sys.exit(', '.join(name for name in {HEAVY!r} if name in sys.modules) or None)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, text=True, env=environment()
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("up to date") == 5


def test_importing_the_package_loads_nothing_heavy():
    script = f"import sys, mlpipe; sys.exit(', '.join(name for name in {HEAVY!r} if name in sys.modules) or None)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, text=True, env=environment()
    )
    assert done.stderr == ""


def test_summaries_of_the_overview_are_those_of_the_commands():
    for name, summary in COMMANDS.items():
        function = getattr(import_module(f"mlpipe.cli.commands.{name}"), name)
        assert function.__doc__.splitlines()[0] == summary
