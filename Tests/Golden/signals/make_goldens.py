"""Makes the golden files of SignalsTests beside this script, without a line of the program's own code.

Independent programs: TA-Lib (RSI, MACD), pandas (windows, rolling sums, as-of joins), NumPy and SciPy's normal distribution
by math.erf.

    python3 -m venv .venv && .venv/bin/pip install TA-Lib==0.8.2 numpy pandas
    .venv/bin/python Tests/Golden/signals/make_goldens.py

`bundled.csv` holds signals by session and windows over them, of the bundled S&P 500 and VIX closes. `market.csv` is a
made-up market of 60 sessions with minutes and bars of the fund, `series.csv` made-up slow series; the tests build the same
history from both. `minutes.csv` and `sessions.csv` hold what follows from the first, `slow.csv` from the second.
"""
import csv, math, os
import numpy as np
import pandas as pd
import talib

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..", "..")
HEAD = f"# TA-Lib {talib.__version__}, pandas; re-make with Tests/Golden/signals/make_goldens.py\n"
DAYS = pd.bdate_range("2018-01-02", "2018-03-28").difference(pd.to_datetime(["2018-01-15", "2018-02-19"]))
N = np.vectorize(lambda x: 0.5 * math.erfc(-x / math.sqrt(2)))


def bundled():
    table = pd.read_csv(os.path.join(ROOT, "Sources/MarketData/Resources/spx-vix-2014-2018.csv"), comment="#").iloc[1:].reset_index(drop=True)  # the first only lends its close
    close, vix = table["close"].astype(float), table["vix"].astype(float)
    out = pd.DataFrame({"date": table["date"]})
    c = close.to_numpy()
    line, signal, histogram = talib.MACD(c, 12, 26, 9)
    # TA-Lib begins all three with the signal; the line alone has more values, of its own averages
    squares = np.log(close / close.shift()) ** 2
    known = {
        "spx_close": close, "vix": vix, "rsi(14, 1 session)": talib.RSI(c, 14), "rsi(2, 1 session)": talib.RSI(c, 2),
        '"macd(12, 26, 9, line, 1 session)"': line, '"macd(12, 26, 9, signal, 1 session)"': signal,
        '"macd(12, 26, 9, histogram, 1 session)"': histogram,
        "realised_vol(20)": 100 * np.sqrt(252 / 20 * squares.rolling(20).sum()),
        "realised_vol(5)": 100 * np.sqrt(252 / 5 * squares.rolling(5).sum()),
    }
    known["realised_over_implied(20)"] = known["realised_vol(20)"] ** 2 / vix ** 2
    for name, values in known.items():
        out[name.strip('"')] = pd.Series(values).shift().to_numpy()  # known at the next open
    # windows of the rules language over the values known at the open
    v = out["vix"]
    r = v.rolling(20)
    out["mean(vix, 20)"], out["sd(vix, 20)"] = r.mean(), r.std(ddof=1)
    out["highest(vix, 20)"], out["lowest(vix, 20)"] = r.max(), r.min()
    out["zscore(vix, 20)"] = (v - r.mean()) / r.std(ddof=1)
    out["percentile(vix, 20)"] = r.apply(lambda w: (w <= w[-1]).mean(), raw=True)
    out["change(vix, 5)"], out["lag(vix, 5)"] = v.diff(5), v.shift(5)
    write("bundled.csv", out)


def write(name, frame):
    path = os.path.join(HERE, name)
    with open(path, "w") as f:
        f.write(HEAD)
        frame.to_csv(f, index=False, float_format="%.12g", quoting=csv.QUOTE_MINIMAL, lineterminator="\n")


def market():
    """Seeded minutes of the index and five-minute bars of the fund, two decimals: what the test reads."""
    random = np.random.default_rng(7)
    rows, price = [], 2700.0
    for day in DAYS.strftime("%Y-%m-%d"):
        price *= 1 + random.normal(0, 0.004)
        minutes = np.round(price * np.exp(np.concatenate([[0], np.cumsum(random.normal(0, 0.0004, 390))])), 2)
        price = minutes[-1]
        bars = []
        for k in range(78):
            at = minutes[5 * k + 5]
            close = round(at / 10 * (1 + random.normal(0, 0.0001)), 2)
            start = round(minutes[5 * k] / 10 * (1 + random.normal(0, 0.0001)), 2)
            bars.append((start, close, int(random.integers(500, 40000))))
        rows.append((day, minutes, bars))
    return rows


def intraday(rows):
    """order_flow, spy_basis, variance_ratio, pin, amihud of the made-up market."""
    closes = pd.Series([m[-1] for _, m, _ in rows])
    changes = []
    for _, _, bars in rows:
        last = [bars[0][0]] + [b[1] for b in bars[:-1]]
        changes.append(np.array([b[1] for b in bars]) - np.array(last))
    dollars = np.array([sum(b[1] * b[2] for b in bars) for _, _, bars in rows])
    ratio = np.log(closes / closes.shift()).abs() / (dollars / 1e9)
    amihud = pd.Series(ratio).rolling(20).mean().shift()
    sessions = pd.DataFrame({"session": range(len(rows)), "amihud(20)": amihud})
    write("sessions.csv", sessions)
    out = []
    for i in (20, 21, 33, 59):
        _, minutes, bars = rows[i]
        past = np.concatenate(changes[i - 20 : i])
        sigma = math.sqrt((past**2).mean())
        volume = np.array([b[2] for b in bars], float)
        bought = volume * (2 * N(changes[i] / sigma) - 1)
        usual = 10 * rows[i - 1][2][-1][1] / closes[i - 1]
        logs = np.log(minutes)
        for k in range(0, 391):
            done = k // 5  # completed bars
            flow = ""
            if k >= 30:
                inside = [j for j in range(78) if k - 30 < 5 * (j + 1) <= k]
                flow = bought[inside].sum() / volume[inside].sum()
            basis = "" if done == 0 else 10 * bars[done - 1][1] / minutes[5 * done] / usual - 1
            vr = "" if k < 10 else lo_mackinlay(logs[: k + 1], 5)
            m = minutes[k]
            pin = 0.0 if k < 330 else 1 - 2 * abs(m - 25 * round(m / 25)) / 25
            out.append((i, k, flow, basis, vr, pin))
    write("minutes.csv", pd.DataFrame(out, columns=["session", "k", "order_flow(30)", "spy_basis", "variance_ratio(5)", "pin(25)"]))


def lo_mackinlay(x, q):
    """Lo and MacKinlay (1988), as in their eqs. 12 to 14: overlapping, unbiased."""
    n = len(x) - 1
    mu = (x[-1] - x[0]) / n
    a = ((np.diff(x) - mu) ** 2).sum() / (n - 1)
    m = q * (n - q + 1) * (1 - q / n)
    c = ((x[q:] - x[:-q] - q * mu) ** 2).sum() / m
    return c / a


def market_file(rows):
    """Prices in cents, minutes as differences, so that the file stays small."""
    with open(os.path.join(HERE, "market.csv"), "w") as f:
        f.write(HEAD + "# date; minute marks in cents, the first and then changes; bars of the fund: open, close, shares\n")
        for day, minutes, bars in rows:
            cents = np.round(minutes * 100).astype(int)
            f.write(day + ";" + " ".join(map(str, [cents[0], *np.diff(cents)])) + ";")
            f.write(" ".join(f"{round(b[0] * 100)},{round(b[1] * 100)},{b[2]}" for b in bars) + "\n")


def slow():
    """Slow series: as-of joins of pandas over made-up series with observed and known dates."""
    random = np.random.default_rng(11)
    opens = DAYS
    days = pd.bdate_range("2016-06-01", "2018-04-30")

    def series(observed, lag, values, decimals):
        frame = pd.DataFrame({"observed": observed, "known": observed + pd.Timedelta(days=lag)})
        frame["value"] = np.round(values, decimals)
        return frame

    quarters = pd.date_range("2014-01-01", "2018-01-01", freq="QS")
    months = pd.date_range("2015-01-01", "2018-03-01", freq="MS")
    made = {
        "DGS10": series(days, 1, 2.4 + np.cumsum(random.normal(0, 0.04, len(days))), 2),
        "DGS2": series(days, 1, 1.5 + np.cumsum(random.normal(0, 0.03, len(days))), 2),
        "BAA": series(months, 40, 4.6 + random.normal(0, 0.1, len(months)), 2),
        "RBUSBIS": series(months, 55, 110 + np.cumsum(random.normal(0, 1, len(months))), 2),
        "GDPC1": series(quarters, 119, 17000 * np.exp(np.cumsum(random.normal(0.003, 0.008, len(quarters)))), 3),
        "p_cf": series(quarters, 140, 12 + random.normal(0, 1.5, len(quarters)), 2),
        "quick_ratio": series(quarters, 140, 1 + random.normal(0, 0.1, len(quarters)), 3),
        "market_cap": series(quarters, 140, 20000 + 900 * np.arange(len(quarters)) + random.normal(0, 400, len(quarters)), 1),
        "pe": series(quarters, 140, 20 + random.normal(0, 2, len(quarters)), 2),
        "ddm_value": series(quarters, 140, 2500 + random.normal(0, 200, len(quarters)), 1),
    }
    sessions = pd.bdate_range("2016-09-01", "2018-04-30").difference(
        pd.to_datetime("2016-09-05 2016-11-24 2016-12-26 2017-01-02 2017-01-16 2017-02-20 2017-04-14 2017-05-29 2017-07-04 2017-09-04 2017-11-23 2017-12-25 2018-01-01 2018-01-15 2018-02-19 2018-03-30".split()))
    up = random.integers(800, 2200, len(sessions))
    down = random.integers(800, 2200, len(sessions))
    nxt = list(sessions[1:]) + [pd.Timestamp("2018-05-01")]
    for name, count in (("NYSE advancers", up), ("NYSE decliners", down)):
        made[name] = pd.DataFrame({"observed": sessions, "known": nxt, "value": count.astype(float)})
    with open(os.path.join(HERE, "series.csv"), "w") as f:
        f.write(HEAD + "series,observed,known,value\n")
        for name, frame in made.items():
            for row in frame.itertuples():
                f.write(f"{name},{row.observed:%Y-%m-%d},{row.known:%Y-%m-%d},{float(row.value)!r}\n")

    left = pd.DataFrame({"open": opens})

    def asof(name, values=None):
        frame = made[name].copy()
        if values is not None:
            frame["value"] = values
        return pd.merge_asof(left, frame.sort_values("known"), left_on="open", right_on="known")["value"].to_numpy()

    def growth(name, periods):
        return asof(name, made[name]["value"].pct_change(periods))

    ratio = (up - down) / (up + down)
    closes = pd.Series([m[-1] for _, m, _ in market()]).shift().to_numpy()
    median = [np.median(made["p_cf"]["value"][: i + 1]) for i in range(len(quarters))]
    out = pd.DataFrame({"session": range(len(opens))})
    columns = {
        "wacc(80 %, 5 %, 21 %)": 0.8 * (asof("DGS10") / 100 + 0.05) + 0.2 * asof("BAA") / 100 * 0.79,
        "rate_differential": (asof("DGS10") - asof("DGS2")) / 100,
        "reer_change(12)": growth("RBUSBIS", 12), "gdp_growth": growth("GDPC1", 4),
        "gdp_regime(contraction)": (growth("GDPC1", 1) < 0).astype(float),
        "p_cf": asof("p_cf"), "quick_ratio": asof("quick_ratio"), "pe": asof("pe"),
        "p_cf_stress": asof("p_cf", made["p_cf"]["value"] / median - 1),
        "market_cap_trend": growth("market_cap", 4), "ddm_gap": closes / asof("ddm_value") - 1,
        "ad_line": asof("NYSE advancers", np.cumsum(ratio)),
        "ad_slope(20)": asof("NYSE advancers", pd.Series(ratio).rolling(20).mean()),
    }
    for name, values in columns.items():
        out[name] = values
    write("slow.csv", out)


bundled()
made = market()
market_file(made)
intraday(made)
slow()
