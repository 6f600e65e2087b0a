"""`mlpipe --help` and the help of one step against `import typer`."""

import sys

from measure import MLPIPE, rivals, show

BARS = {"--help": 1.2, "train --help": 2}

if __name__ == "__main__":
    for asked, bar in BARS.items():
        ours, theirs = rivals((*MLPIPE, *asked.split()), (sys.executable, "-c", "import typer"), times=9)
        show(f"mlpipe {asked} / import typer", ours, theirs, bar=bar)
