"""Fits how the volatility of VX contracts falls with their time to settlement, over VVIX of the day before.

    pip install numpy==2.4.6 scipy==1.17.1
    python vx_volatility.py vx1-vx8-settle-2007-2020.csv vvix-daily-to-2020.csv

Daily log changes of each contract are taken as normal with deviation VVIX/100/sqrt(252) * A * ((1 - f) exp(-k tau) + f);
A, k and f by maximum likelihood. Printed: the fit, the means by days to settlement, and the volatility of an option
over its life relative to 30 days. Results of 2007-2020 (27,523 changes): A 1.00, k 6.4, f 0.29.
"""
import csv
import datetime as dt
import sys

import numpy as np
from scipy.integrate import quad
from scipy.optimize import minimize


def settlement(year, month):
    year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    day = dt.date(year, month, 15)
    return day + dt.timedelta((4 - day.weekday()) % 7) - dt.timedelta(30)


def main(settles, vvix):
    with open(vvix) as f:
        level = {dt.datetime.strptime(r["DATE"], "%m/%d/%Y").date(): float(r["VVIX"]) for r in csv.DictReader(f)}
    expiries = [settlement(y, m) for y in range(2007, 2023) for m in range(1, 13)]
    days = []
    with open(settles) as f:
        for r in csv.DictReader(f):
            day = dt.date.fromisoformat(r["DATE"])
            live = [e for e in expiries if e > day][:8]
            days.append((day, {e: float(r[f"VX{k + 1}"]) for k, e in enumerate(live) if r[f"VX{k + 1}"]}))
    tau, z = [], []
    for (a, before), (b, after) in zip(days, days[1:]):
        if a in level and (b - a).days <= 5:
            for e in sorted(before.keys() & after.keys()):
                tau.append((e - b).days)
                z.append(np.log(after[e] / before[e]) / (level[a] / 100 / 252 ** 0.5))
    tau, z = np.array(tau), np.array(z)

    def deviation(p, years):
        return p[0] * ((1 - p[2]) * np.exp(-p[1] * years) + p[2])

    def loss(p):
        s = deviation(p, tau / 365)
        return np.mean(np.log(s) + z ** 2 / (2 * s ** 2)) if np.all(s > 0) else 1e9

    p = minimize(loss, [0.8, 3, 0.3], method="Nelder-Mead", options=dict(xatol=1e-6, fatol=1e-12)).x
    print(f"{len(z)} changes: A {p[0]:.3f}, k {p[1]:.2f}, f {p[2]:.3f}")
    for low, high in zip([0, 14, 30, 60, 90, 120, 150, 180, 210], [14, 30, 60, 90, 120, 150, 180, 210, 240]):
        inside = (tau > low) & (tau <= high)
        print(f"{low}-{high} days: over VVIX {np.sqrt(np.mean(z[inside] ** 2)):.3f}, "
              f"fit {np.sqrt(np.mean(deviation(p, tau[inside] / 365) ** 2)):.3f}")
    mean = lambda d: (quad(lambda t: deviation(p, t) ** 2, 0, d / 365)[0] / d) ** 0.5
    print({d: round(mean(d) / mean(30), 3) for d in (7, 30, 60, 110, 220)})


main(*sys.argv[1:])
