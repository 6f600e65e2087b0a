"""An epoch of a net beside a plain torch loop over the same tensors, in one run.

    python tests/benchmarks/descent.py [--rows 1000000] [--batch 8192] [--epochs 2] [--device cpu]

Promise: an epoch over a million rows × 30 columns takes at most 1.2 × as long.
"""

from __future__ import annotations

import argparse
from time import perf_counter, process_time
from typing import Any

import numpy as np
import torch
from torch import nn

from mlpipe.models.neural.descent import descend
from mlpipe.models.neural.losses import row_loss
from mlpipe.models.neural.net import build_layers
from mlpipe.models.neural.rows import Rows
from mlpipe.models.neural.stepping import Course

COLUMNS = 30


def clock(device: str) -> float:
    """Seconds: of the processor, where that does the work, so that others on it do not count."""
    if device == "cpu":
        return process_time()
    torch.cuda.synchronize()
    return perf_counter()


def net() -> Any:
    torch.manual_seed(0)
    return build_layers(COLUMNS, 1, hidden=(64, 64), activation="relu", dropout=0.0, batch_norm=False)


def plain(rows: Rows, batch: int, epochs: int, device: str) -> float:
    """The loop as a tutorial writes it."""
    model, loss = net().to(device), nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    start = clock(device)
    for _ in range(epochs):
        total = 0.0
        for chosen in torch.randperm(len(rows), device=rows.X.device).split(batch):
            optimizer.zero_grad()
            value = loss(model(rows.X[chosen]), rows.y[chosen])
            value.backward()
            optimizer.step()
            total += value.item()
    return (clock(device) - start) / epochs


def ours(rows: Rows, batch: int, epochs: int, device: str) -> float:
    loss = row_loss("bce", "two classes")
    course = Course(row_loss=loss, shown_loss=loss, optimizer="adam", lr=0.001, schedule="constant", epochs=epochs,
                    batch_size=batch, device=device)  # fmt: skip
    model = net()
    start = clock(device)
    descend(model, rows, None, course, lambda out, y: float(((out > 0) == (y > 0.5)).double().mean()))
    return (clock(device) - start) / epochs


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=8192)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    X = rng.standard_normal((asked.rows, COLUMNS), dtype=np.float32)
    rows = Rows(torch.from_numpy(X), torch.from_numpy((X[:, :1] > 0).astype(np.float32))).to(asked.device)
    plain(rows, asked.batch, 1, asked.device)
    ratios = []
    for _ in range(3):
        first, second = (loop(rows, asked.batch, asked.epochs, asked.device) for loop in (plain, ours))
        ratios.append(second / first)
        print(f"plain {first:.2f} s   ours {second:.2f} s   ratio {second / first:.2f}")
    print(f"median ratio {np.median(ratios):.2f}, promised 1.2")


if __name__ == "__main__":
    main()
