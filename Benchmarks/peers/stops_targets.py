"""Stops and targets over the same cost paths: Wingspan, a parallel numba loop, and vectorbt.

Every P&L must be equal, or the script ends with status 1 and the first difference. Then the rates, each pair measured
in turns within this run. README.md beside this file says what is timed.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numba as nb
import numpy as np

MISSING = -(2**31)
STOPS = (500, 3000, 250)  # thousandths of the credit, both ends included
TARGETS = (300, 1000, 100)


def thousandths(bounds):
    start, end, step = bounds
    return np.arange(start, end + 1, step, dtype=np.int64)


@nb.njit(inline="always")
def closing_pnl(path, credit, stop, target):
    """Credit - cost at the first mark after the first one that is at or beyond a level, else at the last mark."""
    stop_level = -((-credit * (1000 + stop)) // 1000)
    target_level = (credit * (1000 - target)) // 1000
    is_first = True
    cost = np.int64(MISSING)
    for m in range(path.size):
        x = path[m]
        if x == MISSING:
            continue
        cost = np.int64(x)
        if is_first:
            is_first = False
            continue
        if cost >= stop_level or cost <= target_level:
            break
    return MISSING if is_first else credit - cost


@nb.njit(parallel=True)
def numba_loop(paths, credits, stops, targets, pnl):
    condors, trades, _ = paths.shape
    pairs = stops.size * targets.size
    for k in nb.prange(condors * pairs):
        c, s, t = k // pairs, k % pairs // targets.size, k % targets.size
        for d in range(trades):
            credit = np.int64(credits[c, d])
            if credit == MISSING:
                pnl[c, s, t, d] = MISSING
            else:
                pnl[c, s, t, d] = closing_pnl(paths[c, d], credit, stops[s], targets[t])


@nb.njit(parallel=True)
def numba_loop_hedged(paths, credits, stops, targets, hedges, figures):
    """Configurations x trades with the hedge as one more parameter: trades, net, worst and drawdown of each."""
    condors, trades, _ = paths.shape
    count = hedges.shape[0]
    pairs = stops.size * targets.size
    for k in nb.prange(condors * pairs * count):
        c, p, h = k // (pairs * count), k // count % pairs, k % count
        s, t = p // targets.size, p % targets.size
        held, net, worst, below, drawdown = 0, 0, np.int64(2**62), 0, 0
        for d in range(trades):
            x = np.int64(0)
            credit = np.int64(credits[c, d])
            if credit != MISSING:
                made = closing_pnl(paths[c, d], credit, stops[s], targets[t])
                if made != MISSING:
                    x = made + np.int64(hedges[h, d])
                    held += 1
            net += x
            worst = min(worst, x)
            below = max(below - x, 0)
            drawdown = max(drawdown, below)
        figures[k, 0], figures[k, 1], figures[k, 2], figures[k, 3] = held, net, worst, drawdown


def vectorbt_pnl(paths, credits, stops, targets):
    """A column a configuration and trade: short at the credit, stops of `from_signals`, out at the close of the bar.

    Marks are moved together, so that a hole is no bar, and the last one is repeated to the end. Stops of vectorbt are
    shares of the entry price in floating point; half a unit off the whole level they mean the same whole marks. It
    trades at prices above 0 only, so every cost and credit is moved up by one and the same amount.
    """
    import vectorbt as vbt

    trades, minutes = paths.shape
    is_hole = paths == MISSING
    order = np.argsort(is_hole, axis=1, kind="stable")
    marks = np.take_along_axis(paths, order, axis=1)
    count = minutes - is_hole.sum(axis=1)
    last = marks[np.arange(trades), count - 1]
    marks = np.where(np.arange(minutes) < count[:, None], marks, last[:, None]).astype(np.float64)
    credit = credits.astype(np.int64)
    stop_level = -((-credit * (1000 + stops[:, None])) // 1000)
    target_level = (credit * (1000 - targets[:, None])) // 1000
    lift = 10_000
    marks, credit, stop_level, target_level = marks + lift, credit + lift, stop_level + lift, target_level + lift
    shape = (stops.size, targets.size, trades)
    sl = np.broadcast_to(((stop_level - 0.5) / credit - 1)[:, None, :], shape).reshape(1, -1)
    tp = np.broadcast_to((1 - (target_level + 0.5) / credit)[None, :, :], shape).reshape(1, -1)
    close = np.tile(marks.T, stops.size * targets.size)
    price = close.copy()
    price[0] = np.tile(credit, stops.size * targets.size)
    entries = np.zeros(close.shape, dtype=np.bool_)
    entries[0] = True
    start = time.perf_counter()
    portfolio = vbt.Portfolio.from_signals(
        close, entries, False, direction="shortonly", price=price, size=1.0, init_cash=1e7, sl_stop=sl,
        tp_stop=tp, stop_entry_price="fillprice", stop_exit_price="close", upon_stop_exit="close",
    )
    made = np.asarray(portfolio.total_profit())
    seconds = time.perf_counter() - start
    return np.rint(made).astype(np.int64).reshape(shape), seconds


class Wingspan:
    def __init__(self, tool, work, threads):
        self.tool, self.work, self.threads = tool, work, threads

    def call(self, *arguments):
        done = subprocess.run([self.tool, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{self.tool} {' '.join(map(str, arguments))}\n{done.stderr}")
        return done.stdout

    def bench(self, *more, repeats=15):
        """Seconds of the work alone, as the program reports them: the median of some runs in one process."""
        out = self.call(
            "bench", "from-paths", self.work / "paths/paths.npy", self.work / "paths/credit.npy",
            "--stops", ":".join(map(str, STOPS)), "--targets", ":".join(map(str, TARGETS)),
            "--out", self.work / "pnl.npy", "--threads", self.threads, "--repeat", repeats, "--json", *more)
        return json.loads(out)


def check(name, ours, theirs):
    """Ends the script at the first difference."""
    if ours.shape != theirs.shape:
        sys.exit(f"{name}: shapes {ours.shape} and {theirs.shape}")
    differs = np.argwhere(ours != theirs)
    if differs.size:
        at = tuple(int(i) for i in differs[0])
        sys.exit(f"{name}: {len(differs)} of {ours.size} differ; the first at {at}: {ours[at]} here, {theirs[at]} there")
    print(f"{name}: all {ours.size} equal", flush=True)


def timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def make_hedges(trades, count=100):
    """Ten thresholds x ten sizes of one hedge: a premium each day, a gain on days of a large shock; 1/10,000 points."""
    shock = np.random.Generator(np.random.Philox(1)).standard_t(3, trades)
    hedges = np.empty((count, trades), np.int32)
    for k in range(count):
        threshold, size = 0.5 + 0.25 * (k // 10), 1 + k % 10
        gain = np.minimum(np.maximum(shock - threshold, 0) * 1500, 12000) - 120 / threshold
        hedges[k] = size * gain.astype(np.int32)
    return hedges


def alternate(name, days, rounds, ours, theirs):
    """Both in turns; a row of the table from the medians."""

    def rested(run):
        # a pool of threads goes on looking for work for a while, on the other's processors
        time.sleep(1)
        return run()

    pairs = [(rested(ours), rested(theirs)) for _ in range(rounds)]
    mine, other = (statistics.median(column) for column in zip(*pairs))
    ratios = sorted(b / a for a, b in pairs)
    return [name, days, mine, other, other / mine, f"{ratios[0]:.0f} to {ratios[-1]:.0f}, {rounds} rounds"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wingspan", default=".build/release/wingspan")
    parser.add_argument("--work", type=Path, default=Path(".build-peers/work"))
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--hedged-rounds", type=int, default=3, help="0 leaves the hedges out; a round takes a minute")
    parser.add_argument("--vectorbt-trades", type=int, default=200, help="trades of condor 0; 0 leaves vectorbt out")
    options = parser.parse_args()
    work = options.work
    work.mkdir(parents=True, exist_ok=True)
    wingspan = Wingspan(options.wingspan, work, options.threads)
    nb.set_num_threads(options.threads)

    space = Path(__file__).resolve().parents[2] / "params/bench/stops-targets.yaml"
    (work / "synthetic.sqlite").unlink(missing_ok=True)  # of an earlier run
    wingspan.call("data", "simulate", "--years", 20, "--seed", 1, "--into", work / "synthetic.sqlite")
    wingspan.call("paths", space, "--history", work / "synthetic.sqlite", "--out", work / "paths")
    paths = np.load(work / "paths/paths.npy")
    credits = np.load(work / "paths/credit.npy")
    stops, targets = thousandths(STOPS), thousandths(TARGETS)
    condors, trades, minutes = paths.shape
    shape = (condors, stops.size, targets.size, trades)
    print(f"{condors} condors x {stops.size} stops x {targets.size} targets, {trades} trades of {minutes} minutes, "
          f"{options.threads} threads", flush=True)
    rows = []

    pnl = np.empty(shape, np.int32)
    numba_loop(paths[:, :2], credits[:, :2], stops, targets, np.empty(shape[:3] + (2,), np.int32))  # compiles
    numba_loop(paths, credits, stops, targets, pnl)
    report = wingspan.bench()
    ours = np.load(work / "pnl.npy")
    check("P&L, numba", ours, pnl)
    rows.append(alternate(
        "numba", report["configDays"], options.rounds, lambda: wingspan.bench()["seconds"],
        lambda: timed(lambda: numba_loop(paths, credits, stops, targets, pnl))))
    rate = rows[0][1] / rows[0][2]

    if options.vectorbt_trades:
        sold = np.flatnonzero((credits[0] > 0) & (paths[0] != MISSING).any(axis=1))[: options.vectorbt_trades]
        vectorbt_pnl(paths[0, sold[:2]], credits[0, sold[:2]], stops, targets)  # compiles
        theirs, seconds = vectorbt_pnl(paths[0, sold], credits[0, sold], stops, targets)
        check(f"P&L, vectorbt (condor 0, its first {sold.size} trades)", ours[0][:, :, sold].astype(np.int64), theirs)
        days = theirs.size
        rows.append([f"vectorbt, {sold.size} trades of condor 0", days, days / rate, seconds, seconds / (days / rate),
                     "Wingspan's time by its rate above"])

    if options.hedged_rounds:
        hedges = make_hedges(trades)
        np.save(work / "hedges.npy", hedges)
        more = ["--hedges", work / "hedges.npy"]
        report = wingspan.bench(*more, "--scorecards", work / "scorecards.csv", repeats=1)
        figures = np.empty((condors * stops.size * targets.size * len(hedges), 4), np.int64)
        numba_loop_hedged(paths[:, :2], credits[:, :2], stops, targets, hedges[:, :2], figures)  # compiles
        rows.append(alternate(
            f"numba, {len(hedges)} hedges", report["configDays"], options.hedged_rounds,
            lambda: wingspan.bench(*more, repeats=5)["seconds"],
            lambda: timed(lambda: numba_loop_hedged(paths, credits, stops, targets, hedges, figures))))
        with open(work / "scorecards.csv", newline="") as file:
            cards = np.array([[int(row[name]) for name in ("trades", "net_cents", "worst_cents", "max_drawdown_cents")]
                              for row in csv.DictReader(file)])
        check("trades, net, worst and drawdown with hedges, numba", cards, figures)

    print("\n| against | configuration-days | Wingspan, s | peer, s | Wingspan, million/s | peer, million/s | ratio | |")
    print("|---|---|---|---|---|---|---|---|")
    for name, days, mine, other, ratio, note in rows:
        print(f"| {name} | {days} | {mine:.4f} | {other:.3f} | {days / mine / 1e6:.0f} | {days / other / 1e6:.2f} | "
              f"{ratio:.0f} | {note} |")


if __name__ == "__main__":
    main()
