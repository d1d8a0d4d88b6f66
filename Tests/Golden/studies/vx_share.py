"""Fits how much of a move of short-dated volatility VX makes, beyond what the index explains, by its days to settlement.

    pip install numpy==2.4.6 scipy==1.17.1
    python vx_share.py history.sqlite        # made by `wingspan data import`: daily closes of SPX and VIX9D, VX settlements

Log changes of each VX contract and of VIX9D over one session, each less its line through the origin on the index's move (of VX a
line for each bucket of days below), then least squares of the one on the other with a share a * exp(-k * days) + f. Printed: the
fit, and the plain slope of each bucket beside it. Results of 2011-2020 (20,299 changes): 0.276 * exp(-0.0205 * days) + 0.038.
"""
import datetime as dt
import sqlite3
import sys

import numpy as np
from scipy.optimize import least_squares

BUCKETS = [(0, 14), (14, 45), (45, 75), (75, 105), (105, 165), (165, 260)]


def main(path):
    db = sqlite3.connect(path)
    index = {d: x for d, x in db.execute("SELECT date, close FROM daily") if x}
    level = {d: x for d, x in db.execute("SELECT date, close FROM volatility WHERE name = 'VIX9D'") if x}
    settles = {}
    for day, expiry, settle in db.execute("SELECT date, expiry, settle FROM settles"):
        settles.setdefault(day, {})[expiry] = settle
    days = sorted(settles.keys() & index.keys() & level.keys())
    date = dt.date.fromisoformat
    rows = []
    for a, b in zip(days, days[1:]):
        if (date(b) - date(a)).days > 5:
            continue
        for expiry in sorted(settles[a].keys() & settles[b].keys()):
            tau = (date(expiry) - date(b)).days
            if tau > 0 and settles[a][expiry] > 0 and settles[b][expiry] > 0:
                rows.append((tau, index[b] / index[a] - 1, np.log(level[b] / level[a]),
                             np.log(settles[b][expiry] / settles[a][expiry])))
    tau, move, volatility, vx = np.array(rows).T
    rest = lambda y, x: y - x * (x @ y) / (x @ x)
    inside = [(tau > low) & (tau <= high) for low, high in BUCKETS]
    for k in inside:
        volatility[k], vx[k] = rest(volatility[k], move[k]), rest(vx[k], move[k])
    every = np.any(inside, axis=0)
    share = lambda p, t: p[0] * np.exp(-p[1] * t) + p[2]
    p = least_squares(lambda p: vx[every] - share(p, tau[every]) * volatility[every], [0.3, 0.02, 0.03]).x
    print(f"{every.sum()} changes, {days[0]} to {days[-1]}: {p[0]:.3f} * exp(-{p[1]:.4f} * days) + {p[2]:.3f}")
    for (low, high), k in zip(BUCKETS, inside):
        slope = volatility[k] @ vx[k] / (volatility[k] @ volatility[k])
        print(f"{low}-{high} days: slope {slope:.3f}, fit {share(p, tau[k].mean()):.3f}, {k.sum()} changes")


main(*sys.argv[1:])
