"""Fits the tanh-quartic smile to each real one-day chain with pandas and SciPy, independently of the Swift code.

    pip install numpy scipy pandas
    python day_fits.py ../../../../shared/data/chains > day-fits.csv

Columns: quote date, parity forward, sqrt(w) and p1..p4 of the free fit, sqrt(w) with the printed shape.
"""
import glob
import sys

import numpy as np
import pandas as pd
from scipy.optimize import brentq, least_squares
from scipy.stats import norm

HOLIDAYS = {"2019-04-19", "2019-05-27", "2019-07-04"}
PRINTED = np.array([-0.164, -0.015, 0.0215, 0.0146])


def next_session(day):
    day += pd.Timedelta(days=1)
    while day.weekday() > 4 or str(day.date()) in HOLIDAYS:
        day += pd.Timedelta(days=1)
    return day


def black76(f, k, s, sign):
    d1 = np.log(f / k) / s + s / 2
    return sign * (f * norm.cdf(sign * d1) - k * norm.cdf(sign * (d1 - s)))


def implied(price, f, k, sign):
    if price <= max(sign * (f - k), 0) + 1e-9:
        return np.nan
    return brentq(lambda s: black76(f, k, s, sign) - price, 1e-5, 3, xtol=1e-14)


def ratio(z, p):
    t = 3.5 * np.tanh(z / 3.5)
    return np.clip(1 + p[0] * t + p[1] * t**2 + p[2] * t**3 + p[3] * t**4, 0.3, 3)


def pairs(path):
    d = pd.read_csv(path)
    d = d[d.optionroot.str.startswith("SPXW")]
    quote = pd.to_datetime(d.quotedate.iloc[0])
    d = d[pd.to_datetime(d.expiration) == next_session(quote)]
    if d.empty:
        return quote, None
    return quote, d.pivot_table(index="strike", columns="type", values=["bid", "ask"]).dropna()


def forward(w):
    w = w[(w["bid", "call"] > 0) & (w["bid", "put"] > 0)]
    mid = {t: (w["bid", t] + w["ask", t]) / 2 for t in ("call", "put")}
    f = w.index + mid["call"] - mid["put"]
    spread = ((w["ask", "call"] - w["bid", "call"] + w["ask", "put"] - w["bid", "put"]) * 100).round()
    centre = f.iloc[np.argmin(np.abs(mid["call"] - mid["put"]).values)]
    t = pd.DataFrame({"f": f, "spread": spread, "d": np.abs(w.index - centre)})
    return t[t.d <= 40].sort_values(["spread", "d"], kind="stable").head(10).f.mean()


def main(folder):
    print("# Free smile fits by SciPy; made by day_fits.py in this folder, which says how.")
    print("date,forward,stdDev,p1,p2,p3,p4,levelStdDev")
    for path in sorted(glob.glob(folder + "/SPX_*.csv.gz")):
        quote, w = pairs(path)
        if w is None:
            continue
        f = forward(w)
        k = w.index.values.astype(float)
        call = k >= f
        sign = np.where(call, 1, -1)
        bid = np.where(call, w["bid", "call"], w["bid", "put"])
        ask = np.where(call, w["ask", "call"], w["ask", "put"])
        mid = (bid + ask) / 2
        s = np.array([implied(*x) for x in zip(mid, [f] * len(k), k, sign)])
        delta = norm.cdf(sign * (np.log(f / k) / s + s / 2))
        use = (delta >= 0.01) & (delta <= 0.5) & (bid > 0)
        half = np.maximum((ask - bid) / 2, 0.025)

        def residuals(x, p):
            level = np.exp(x)
            z = np.log(k / f) / level
            return ((black76(f, k, level * ratio(z, p), sign) - mid) / half)[use]

        start = np.log(s[np.nanargmin(np.abs(k - f))])
        options = dict(loss="soft_l1", xtol=1e-14, ftol=1e-14, gtol=1e-14, max_nfev=5000)
        free = least_squares(lambda x: residuals(x[0], x[1:]), np.r_[start, PRINTED], **options).x
        level = least_squares(lambda x: residuals(x[0], PRINTED), [start], **options).x
        row = [f, np.exp(free[0]), *free[1:], np.exp(level[0])]
        print(str(quote.date()) + "," + ",".join(f"{x:.9g}" for x in row))


main(sys.argv[1])
