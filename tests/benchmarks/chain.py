"""The whole chain against the script of a careful person, in CPU seconds: `chain.py [ROWS [MODEL]]`.

Without rows on the 569 of a sample table, by `auto`; with them on so many made ones.
"""

import sys
import tempfile
from pathlib import Path

from measure import MLPIPE, ROOT, rivals, show

SAMPLE = ROOT / "sample_data" / "breast_cancer.csv"


def compared(table, target, positive, model, folder):
    """CPU seconds of the chain and of the script, each in one process."""
    wanted = ("--target", target, "--positive", positive, "--model", model, "--jobs", "1")
    chain = (*MLPIPE, "run", table, *wanted, "-o", folder / "ours")
    script = Path(__file__).with_name("naive_chain.py")
    return rivals(chain, (sys.executable, script, table, target, positive, folder / "theirs", model), times=1)


def main(rows=0, model="auto"):
    """Run both once."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if rows:
            from tests.tables import mixed_table

            table = folder / "table.csv"
            mixed_table(rows=rows).to_csv(table, index=False)
            ours, theirs = compared(table, "outcome", "yes", model, folder)
        else:
            ours, theirs = compared(SAMPLE, "diagnosis", "malignant", model, folder)
        show(f"run on {rows or 569} rows, {model} / a script", ours, theirs, bar=1.2 if rows else 0.8)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *sys.argv[2:3])
