#!/usr/bin/env python3
"""Fits the map from the VIX history to the VX curve and writes Sources/MarketData/Resources/vx-map.json.

    python3 Tests/Golden/bundled/fit_vx_map.py ../shared/data        # numpy, scipy, pandas

Data: futures/vx1-vx8-settle-2007-2020.csv (eight settlements a day and the VIX close), checked against the
independent futures/vx-m1-m7-settle-2004-2020.csv; cells where the two differ by more than 0.03 are left out.

Model, logs, t = calendar days to expiry / 365, V the VIX close, M its slow mean (exponential, in logs):
    ln F = (1 - w - u) ln(theta) + u M + w ln V + premium (1 - exp(-t / rise)) (1 + tilt (ln V - M))
    w = exp(-fast t),  u = fast / (fast - slow) (exp(-slow t) - exp(-fast t))
the expectation of a log VIX that reverts to a slow mean that reverts to theta, plus a premium that is 0 at
expiry. Minimised: squared level residuals plus CHANGE_WEIGHT times squared residuals of daily changes of the
same contract (a map that is right in level but moves wrongly would be useless for a hedge).
"""
import datetime, json, math, pathlib, sys
import numpy as np, pandas as pd
from scipy.optimize import least_squares

CHANGE_WEIGHT = 4.0
NAMES = ["fast", "slow", "logTheta", "premium", "rise", "tilt"]
START = [4.0, 0.6, math.log(19.0), 0.08, 0.08, -0.5]
LOW = [0.5, 0.01, math.log(10), -0.5, 0.005, -5.0]
HIGH = [40.0, 3.0, math.log(40), 1.0, 2.0, 5.0]


def expiry(year, month):
    y, m = (year + 1, 1) if month == 12 else (year, month + 1)
    first = datetime.date(y, m, 1)
    friday = first + datetime.timedelta(days=(4 - first.weekday()) % 7 + 14)
    wednesday = friday - datetime.timedelta(days=30)
    good_fridays = {datetime.date(2008, 3, 21), datetime.date(2014, 4, 18), datetime.date(2019, 4, 19)}
    return wednesday - datetime.timedelta(days=1) if friday in good_fridays else wednesday


def expiries_after(day, count):
    result, y, m = [], day.year, day.month
    while len(result) < count:
        e = expiry(y, m)
        if e > day:
            result.append(e)
        y, m = (y + 1, 1) if m == 12 else (y, m + 1)
    return result


def slow_mean(log_vix, sessions):
    """Exponential mean; starts at the first value, as VXMap does."""
    alpha, out = 2.0 / (sessions + 1), np.empty(len(log_vix))
    level = log_vix[0]
    for i, x in enumerate(log_vix):
        level += alpha * (x - level)
        out[i] = level
    return out


def load(folder):
    a = pd.read_csv(folder / "futures/vx1-vx8-settle-2007-2020.csv", index_col=0, parse_dates=["DATE"])
    a = a.set_index("DATE")
    b = pd.read_csv(folder / "futures/vx-m1-m7-settle-2004-2020.csv", parse_dates=["Date"]).set_index("Date")
    vix = pd.read_csv(folder / "vix/vix-daily-1990-2020.csv", parse_dates=["DATE"]).set_index("DATE")["CLOSE"]
    settle = a[[f"VX{k}" for k in range(1, 9)]].to_numpy()
    for k in range(7):
        other = b[f"M{k + 1}"].reindex(a.index).to_numpy()
        shifted = b[f"M{k + 2}"].reindex(a.index).to_numpy() if k < 6 else other
        bad = ~((abs(settle[:, k] - other) <= 0.03) | (abs(settle[:, k] - shifted) <= 0.03)) & ~np.isnan(other)
        settle[bad, k] = np.nan
    days = [expiries_after(d.date(), 8) for d in a.index]
    tau = np.array([[(e - d.date()).days / 365 for e in row] for d, row in zip(a.index, days)])
    names = np.array([[e.toordinal() for e in row] for row in days])
    return a.index, vix, settle, tau, names


def model(p, v, m, tau):
    fast, slow, theta, premium, rise, tilt = p
    w = np.exp(-fast * tau)
    u = fast / (fast - slow) * (np.exp(-slow * tau) - w)
    return ((1 - w - u) * theta + u * m + w * v
            + premium * (1 - np.exp(-tau / rise)) * (1 + tilt * (v - m)))


class Panel:
    def __init__(self, folder, sessions):
        self.index, vix, self.settle, self.tau, self.names = load(folder)
        logs = np.log(vix.to_numpy())
        m = pd.Series(slow_mean(logs, sessions), index=vix.index)
        self.v = np.log(vix.reindex(self.index).to_numpy())[:, None]
        self.m = m.reindex(self.index).to_numpy()[:, None]
        self.log = np.log(self.settle)
        self.year = np.array([d.year for d in self.index])

    def change(self, x):
        """Daily changes by contract: row i, column k of day i against the same contract on day i - 1."""
        out = np.full(x.shape, np.nan)
        same = self.names[1:] == self.names[:-1]
        out[1:][same] = (x[1:] - x[:-1])[same]
        rolled = np.full(x.shape, False)
        rolled[1:, :-1] = (self.names[1:, :-1] == self.names[:-1, 1:]) & ~same[:, :-1]
        shifted = np.full(x.shape, np.nan)
        shifted[1:, :-1] = x[1:, :-1] - x[:-1, 1:]
        out[rolled] = shifted[rolled]
        return out

    def fit(self, keep, weight=CHANGE_WEIGHT):
        target = self.change(self.log)

        def residuals(p):
            f = model(p, self.v, self.m, self.tau)
            level, move = (f - self.log)[keep], (self.change(f) - target)[keep]
            return np.concatenate([level[np.isfinite(level)], weight**0.5 * move[np.isfinite(move)]])

        return least_squares(residuals, START, bounds=(LOW, HIGH), x_scale=np.abs(START)).x

    def errors(self, p, keep):
        f = model(p, self.v, self.m, self.tau)
        level = (f - self.log)[keep]
        points = (np.exp(f) - self.settle)[keep]
        change = (self.change(np.exp(f)) - self.change(self.settle))[keep]
        return {
            "logRmse": round(float(np.sqrt(np.nanmean(level**2))), 4),
            "meanAbsPointsByMonth": [round(float(x), 2) for x in np.nanmean(abs(points), axis=0)],
            "meanBiasPointsByMonth": [round(float(x), 2) for x in np.nanmean(points, axis=0)],
            "changeRmsePointsByMonth": [round(float(x), 2) for x in np.sqrt(np.nanmean(change**2, axis=0))],
        }


def held(panel, f, keep):
    """30-day exposure held over each day: weights of the day before on identified contracts."""
    tau, t = panel.tau, 30 / 365
    d = panel.change(np.exp(f) if f is not None else panel.settle)
    x = np.exp(f) if f is not None else panel.settle
    pnl, carry = [], []
    for i in range(1, len(tau)):
        if not keep[i]:
            continue
        row = tau[i - 1]
        k = int(np.searchsorted(row, t)) - 1
        weights = {0: 1.0} if k < 0 else {k: (row[k + 1] - t) / (row[k + 1] - row[k])}
        if k >= 0:
            weights[k + 1] = 1 - weights[k]
        total = 0.0
        for column, weight in weights.items():
            same = panel.names[i] == panel.names[i - 1, column]
            total += weight * d[i][same][0] if same.any() else np.nan
        pnl.append(total)
        carry.append((x[i - 1, max(k, 0) + 1] - x[i - 1, max(k, 0)]) / (row[max(k, 0) + 1] - row[max(k, 0)]))
    return np.array(pnl), np.array(carry)


def slope(y, x):
    ok = np.isfinite(y) & np.isfinite(x)
    return float(np.polyfit(x[ok], y[ok], 1)[0])


def summary(panel, p, keep):
    f = model(p, panel.v, panel.m, panel.tau)
    rows = np.where(keep)[0]
    rows = rows[rows > 0]
    dv = np.diff(np.exp(panel.v[:, 0]), prepend=np.nan)[rows]
    real, real_carry = held(panel, None, keep)
    made, made_carry = held(panel, f, keep)
    return {
        "betaToVixRealPoints": round(slope(real, dv), 3), "betaToVixModelPoints": round(slope(made, dv), 3),
        "heldPnlYearReal": round(float(np.nanmean(real) * 252), 2),
        "heldPnlYearModel": round(float(np.nanmean(made) * 252), 2),
        "slopeYearReal": round(float(np.nanmean(real_carry)), 2),
        "slopeYearModel": round(float(np.nanmean(made_carry)), 2),
        "dailyRmsePoints": round(float(np.sqrt(np.nanmean((real - made) ** 2))), 3),
        "dailyCorrelation": round(float(np.corrcoef(*np.array([real, made])[:, np.isfinite(real + made)])[0, 1]), 3),
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    best = None
    for sessions in (20, 40, 60, 90, 120):
        panel = Panel(folder, sessions)
        everything = np.full(len(panel.year), True)
        p = panel.fit(everything)
        e = panel.errors(p, everything)
        held30 = summary(panel, p, everything)
        print(sessions, dict(zip(NAMES, np.round(p, 3))), e, held30, file=sys.stderr)
        # The longest mean (the better levels) whose 30-day beta to VIX is still the market's.
        if abs(held30["betaToVixModelPoints"] - held30["betaToVixRealPoints"]) <= 0.02:
            best = (sessions, panel, p)
    sessions, panel, p = best
    everything = np.full(len(panel.year), True)
    years = []
    for year in sorted(set(panel.year)):
        out = panel.year == year
        q = panel.fit(~out)
        years.append({"year": int(year), "sessions": int(out.sum()),
                      "inSample": panel.errors(p, out), "heldOut": panel.errors(q, out),
                      "held30Days": summary(panel, q, out)})
    result = {
        "schema": 1,
        "name": "vx-map-2007-2020",
        "fittedOn": "VX1-VX8 settlements 2007-04-02 to 2020-12-31 and VIX closes",
        "slowMeanSessions": sessions,
        "parameters": {n: round(float(x), 6) for n, x in zip(NAMES, p)},
        "allYears": {"errors": panel.errors(p, everything), "held30Days": summary(panel, p, everything)},
        "byYear": years,
    }
    window = (panel.year >= 2014) & (panel.year <= 2018)
    result["bundledYears2014To2018"] = {"errors": panel.errors(p, window), "held30Days": summary(panel, p, window)}
    resources = pathlib.Path(__file__).resolve().parents[3] / "Sources/MarketData/Resources"
    text = json.dumps(result, indent=1, sort_keys=False)
    (resources / "vx-map.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
