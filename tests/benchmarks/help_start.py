"""`mlpipe --help` against `import typer`."""

import sys

from measure import MLPIPE, rivals, show

if __name__ == "__main__":
    ours, theirs = rivals((*MLPIPE, "--help"), (sys.executable, "-c", "import typer"), times=9)
    show("mlpipe --help / import typer", ours, theirs, bar=1.2)
