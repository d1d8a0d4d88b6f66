"""Symmetric cross-validation of 16 blocks over the same table: Wingspan and two NumPy programs.

`loop` is what pypbo and its like do: per split, both halves are put together and scored from their rows. `sums` is the best
that NumPy can do: sums and sums of squares by block, and one product with the matrix of splits for many splits at a time.
Each must give the same PBO and the same logits, or the script ends with status 1. `loop` runs on some of the splits, spread
over all of them; rates are splits x settings a second, all in this run. README.md beside this file says more.
"""

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np


def sharpe(x):
    return x.mean(axis=0) / x.std(axis=0, ddof=1)


def logit(inside, outside):
    """Of the first best in sample by its rank out of sample; no ties in this table."""
    score = outside[np.argmax(inside)]
    rank = (outside <= score).sum()
    return np.log(rank / (outside.size + 1 - rank))


def loop(parts, splits):
    blocks = range(len(parts))
    logits = []
    for half in splits:
        inside = np.concatenate([parts[i] for i in half])
        outside = np.concatenate([parts[i] for i in blocks if i not in half])
        logits.append(logit(sharpe(inside), sharpe(outside)))
    return np.array(logits)


def sums(x, blocks, splits, batch=64):
    parts = x.reshape(blocks, -1, x.shape[1])
    n = parts.shape[1] * blocks // 2
    table = np.concatenate([parts.sum(axis=1), (parts**2).sum(axis=1)], axis=1)
    chosen = np.zeros((len(splits), blocks))
    for s, half in enumerate(splits):
        chosen[s, list(half)] = 1
    logits = []
    for start in range(0, len(splits), batch):
        rows = chosen[start : start + batch]
        both = []
        for pick in (rows, 1 - rows):
            total, squares = np.hsplit(pick @ table, 2)
            both.append(total * np.sqrt((n - 1) / n) / np.sqrt(n * squares - total**2))
        logits += [logit(a, b) for a, b in zip(*both)]
    return np.array(logits)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--tool", default=".build/release/WingspanBenchmarks")
    arguments.add_argument("--settings", type=int, default=10_000)
    arguments.add_argument("--days", type=int, default=752)
    arguments.add_argument("--blocks", type=int, default=16)
    arguments.add_argument("--loop-splits", type=int, default=20)
    a = arguments.parse_args()
    x = np.random.default_rng(1).integers(-40_000, 20_000, (a.days, a.settings)).astype(float)
    x = x[a.days % a.blocks :]
    splits = list(itertools.combinations(range(a.blocks), a.blocks // 2))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pnl.npy"
        np.save(path, x)
        command = [a.tool, "cross-validation", str(path), "--blocks", str(a.blocks)]
        ours = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    start = time.perf_counter()
    theirs = sums(x, a.blocks, splits)
    sums_seconds = time.perf_counter() - start
    some = list(range(0, len(splits), len(splits) // a.loop_splits))
    start = time.perf_counter()
    by_loop = loop(np.split(x, a.blocks), [splits[i] for i in some])
    loop_seconds = time.perf_counter() - start
    logits = np.array(ours["logits"])
    for name, wanted, found in (("sums", theirs, logits), ("loop", by_loop, logits[some])):
        if not np.allclose(wanted, found, rtol=0, atol=1e-10):
            worst = int(np.argmax(abs(wanted - found)))
            sys.exit(f"{name}: logit {worst} is {wanted[worst]}, Wingspan says {found[worst]}")
    pbo = float((theirs <= 0).mean())
    if pbo != ours["pbo"]:
        sys.exit(f"sums: PBO {pbo}, Wingspan says {ours['pbo']}")
    cells = len(splits) * a.settings
    rates = {
        "Wingspan": cells / ours["seconds"],
        "NumPy, sums by block and products": cells / sums_seconds,
        "NumPy, split by split": len(some) * a.settings / loop_seconds,
    }
    print(f"{a.days} days x {a.settings} settings, {len(splits)} splits of {a.blocks} blocks; PBO {pbo:.4f} by all")
    for name, rate in rates.items():
        print(f"{name:36} {rate / 1e6:9.1f} M splits x settings/s   Wingspan {rates['Wingspan'] / rate:6.1f} x")
    print(f"Wingspan: {ours['seconds']:.2f} s")


main()
