"""Makes the golden files of StatisticsTests beside this script.

Independent programs: NumPy and SciPy (figures of a P&L series, Student's t, signed ranks, binomial bounds),
statsmodels (HAC errors, regression), arch (block length and interval of the stationary bootstrap), mpmath and pyxirr (internal rates: the first change of
sign of the present value on a fine grid, bisected to 30 digits, and a spreadsheet's XIRR where there is only one).
CVaR and drawdown are written out here in plain Python with exact fractions, by their definitions.

    python3 -m venv ../golden-venv && ../golden-venv/bin/pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0 arch==8.0.0 mpmath==1.4.1 pyxirr==0.10.8
    ../golden-venv/bin/python Tests/Golden/statistics/make_goldens.py
"""
import json, os
from fractions import Fraction
import datetime
import mpmath, pyxirr
import numpy as np, scipy, scipy.stats as ss, statsmodels, statsmodels.api as sm, arch
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import normal_sample_size_one_tail
from arch.bootstrap import StationaryBootstrap, optimal_block_length

HERE = os.path.dirname(os.path.abspath(__file__))


def write(name, source, data):
    with open(os.path.join(HERE, name), "w") as f:
        json.dump({"source": f"{source}; re-make with Tests/Golden/statistics/make_goldens.py", "cases": data}, f)
        f.write("\n")


def cvar(x, per10000):
    k = Fraction(len(x) * per10000, 10000)
    if k < 1:
        return float(min(x)), float(k), True
    s = sorted(x)
    whole = int(k)
    total = Fraction(sum(s[:whole])) + ((k - whole) * s[whole] if k > whole else 0)
    return float(total / k), float(k), False


def drawdown(x):
    equity = np.concatenate([[0], np.cumsum(x)])
    peak = np.maximum.accumulate(equity)
    down = peak - equity
    depth = int(down.max())
    if depth == 0:
        return 0, 0, True
    low = int(np.argmax(down))
    start = max(i for i in range(low + 1) if down[i] == 0)
    back = [i for i in range(low, len(equity)) if down[i] == 0]
    return (depth, back[0] - start, True) if back else (depth, len(equity) - 1 - start, False)


def series(rng, n, kind):
    if kind == "condor":  # many small wins, a few capped losses, days without a trade
        x = np.where(rng.random(n) < 0.8, rng.integers(500, 16000, n), -rng.integers(10000, 36000, n))
        return np.where(rng.random(n) < 0.1, 0, x)
    if kind == "heavy":
        return np.round(rng.standard_t(2.5, n) * 30000).astype(np.int64)
    if kind == "losing":
        return -rng.integers(1, 5000, n)
    return np.round(rng.normal(300, 20000, n)).astype(np.int64)


def pnl():
    rng = np.random.default_rng(19871019)
    out = []
    for n in [2, 7, 19, 20, 33, 100, 101, 250, 1258]:
        for kind in ["condor", "heavy", "losing", "normal"]:
            x = series(rng, n, kind).astype(np.int64)
            mean, sd = x.mean(), x.std(ddof=1)
            down = np.sqrt((np.minimum(x, 0).astype(float) ** 2).mean())
            account = 5_000_000
            equity = account + np.cumsum(x)
            peak = np.maximum(np.maximum.accumulate(equity), account)
            fall = (peak - equity) / peak
            d = drawdown(x)
            c95, c99 = cvar(x.tolist(), 500), cvar(x.tolist(), 100)
            ok = sd > 0
            out.append(dict(
                cents=x.tolist(), net=int(x.sum()), mean=float(mean), sd=float(sd),
                sharpe=float(mean / sd * np.sqrt(252)) if ok else None,
                sortino=float(mean / down * np.sqrt(252)) if down > 0 else None,
                worst=int(x.min()), best=int(x.max()), wins=int((x > 0).sum()), losses=int((x < 0).sum()),
                profitFactor=float(x[x > 0].sum() / -x[x < 0].sum()) if (x < 0).any() else None,
                depth=d[0], length=d[1], recovered=d[2],
                cvar95=c95[0], tail95=c95[1], only95=c95[2], cvar99=c99[0], tail99=c99[1], only99=c99[2],
                skew=float(ss.skew(x)) if ok else None, kurtosis=float(ss.kurtosis(x)) if ok else None,
                account=account, ulcer=float(np.sqrt(((100 * fall) ** 2).mean())), worstFall=float(fall.max()),
                calmar=float(mean * 252 / account / fall.max()) if 0 < fall.max() < 1 else None))
    write("pnl.json", f"NumPy {np.__version__}, SciPy {scipy.__version__}, exact fractions", out)


def ar(rng, n, phi, mean):
    e = rng.normal(0, 100, n)
    x = np.empty(n)
    x[0] = e[0]
    for i in range(1, n):
        x[i] = phi * x[i - 1] + e[i]
    return x + mean


def inference():
    rng = np.random.default_rng(20181224)
    out = []
    for n in [16, 40, 100, 253, 1258]:
        for phi in [-0.4, 0.0, 0.3, 0.9]:
            x = np.round(ar(rng, n, phi, 12.0), 3)
            y = np.round(0.7 * x + ar(rng, n, phi, 5.0), 3)
            lag = int(4 * (n / 100) ** (2 / 9))
            mean = sm.OLS(y, np.ones(n)).fit(cov_type="HAC", cov_kwds={"maxlags": lag}, use_t=True)
            low, high = mean.conf_int(0.05)[0]
            line = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HAC", cov_kwds={"maxlags": lag}, use_t=True)
            out.append(dict(
                x=x.tolist(), y=y.tolist(), lag=lag, mean=float(mean.params[0]), error=float(mean.bse[0]),
                low=float(low), high=float(high), p=float(mean.pvalues[0]),
                alpha=float(line.params[0]), beta=float(line.params[1]), alphaError=float(line.bse[0]),
                betaError=float(line.bse[1]), alphaP=float(line.pvalues[0]), betaP=float(line.pvalues[1]),
                rSquared=float(line.rsquared), block=float(optimal_block_length(y)["stationary"].iloc[0])))
    write("inference.json", f"statsmodels {statsmodels.__version__}, arch {arch.__version__}", out)


def bootstrap():
    rng = np.random.default_rng(7)
    out = []
    for phi, block in [(0.0, 1.0), (0.5, 8.0), (0.9, 25.0)]:
        x = np.round(ar(rng, 500, phi, 3.0), 3)
        b = StationaryBootstrap(block, x, seed=1)
        ci = b.conf_int(np.mean, reps=40000, method="percentile")
        out.append(dict(values=x.tolist(), block=block, low=float(ci[0, 0]), high=float(ci[1, 0])))
    write("bootstrap.json", f"arch {arch.__version__}, 40,000 resamples, percentile", out)


def student():
    out = []
    for nu in [1, 2, 3, 4, 7, 29, 252, 1257, 100000]:
        for t in [0.001, 0.3, 1.0, 1.96, 2.6, 5.0, 12.0]:
            out.append(dict(freedom=nu, t=t, tail=float(2 * ss.t.sf(t, nu)), quantile95=float(ss.t.ppf(0.975, nu))))
    write("student.json", f"SciPy {scipy.__version__}", out)


def ranks():
    rng = np.random.default_rng(1945)
    out = []
    for n in [1, 2, 5, 20, 75, 400, 1258]:
        for kind in ["plain", "ties", "zeros", "same"]:
            d = np.round(rng.normal(-20, 300, n)).astype(np.int64)
            if kind == "ties":
                d = (d // 200) * 200
            if kind == "zeros":
                d[rng.random(n) < 0.7] = 0
            if kind == "same":
                d[:] = 0
            ok = bool((d != 0).any())
            with np.errstate(invalid="ignore", divide="ignore"):
                r = ss.wilcoxon(d, alternative="less", zero_method="zsplit", correction=False, method="asymptotic")
            out.append(dict(differences=d.tolist(), statistic=float(r.statistic), p=float(r.pvalue) if ok else 1,
                            z=float(r.zstatistic) if ok else None))
    write("ranks.json", f"SciPy {scipy.__version__}", out)


def binomial():
    out = []
    for n in [1, 5, 20, 200, 5000]:
        for k in sorted({0, 1, n // 10, n // 2, n - 1, n}):
            for tail in [0.05, 0.2]:
                out.append(dict(trials=n, successes=k, tail=tail,
                                upper=1.0 if k == n else float(ss.beta.ppf(1 - tail, k + 1, n - k))))
    write("binomial.json", f"SciPy {scipy.__version__}", out)


def rate(days, cents):
    """The rate of the sum's sign that is nearest to 0, as ln(1 + r) to 30 digits; all sign changes on the grid."""
    t = (np.array(days) - min(days)) / 365
    c = np.array(cents, dtype=float)
    if (c >= 0).all() or (c <= 0).all():
        return None, []
    if c.sum() == 0:
        return 0.0, [0.0]
    value = lambda y: float((c * np.exp(-y * (t if y > 0 else t - t.max()))).sum())
    grid = np.concatenate([np.arange(0, 3, 2e-4), np.arange(3, 60, 2e-3), np.arange(60, 700, 0.05)])
    roots = []
    mpmath.mp.dps = 50
    exact = lambda y: mpmath.fsum(mpmath.mpf(int(x)) * mpmath.exp(-y * mpmath.mpf(int(d - min(days))) / 365)
                                  for d, x in zip(days, cents))
    for side in (1, -1):
        v = [value(side * y) for y in grid]
        for a, b, x, z in zip(grid, grid[1:], v, v[1:]):
            if x * z < 0 or (z == 0 and x != 0):
                roots.append((side, a, b))
    wanted = 1 if c.sum() > 0 else -1
    mine = [r for r in roots if r[0] == wanted]
    if not mine:
        return None, roots
    side, a, b = mine[0]
    a, b = mpmath.mpf(side * float(a)), mpmath.mpf(side * float(b))
    sign = mpmath.sign(exact(a))
    for _ in range(100):
        y = (a + b) / 2
        a, b = (y, b) if mpmath.sign(exact(y)) == sign else (a, y)
    return float(mpmath.expm1(y)), roots


def rates():
    rng = np.random.default_rng(1972)
    out, spread = [], 0
    for n in [1, 2, 5, 20, 60, 250]:
        for kind in ["gain", "loss", "early", "wild", "gaps", "long"]:
            day, flows = 730_000, []
            for k in range(n):
                margin = int(rng.integers(20_000, 45_000))
                bias = {"gain": 400, "loss": -400, "early": 1500 if k < n / 2 else -1700, "wild": 0, "gaps": 100,
                        "long": 60}[kind]
                size = {"wild": 20_000}.get(kind, 3_000)
                result = max(int(np.clip(rng.normal(bias, size), -margin - 300, 30_000)), -margin - 300)
                ends = day + int(rng.choice([1, 1, 1, 1, 3]))
                flows += [(day, -margin), (ends, margin + result)]
                day = ends + (int(rng.integers(0, 60)) if kind == "gaps" else 0)
            if kind == "long":  # one capital, paid in once, from which the results are drawn
                cut = [(d, c) for d, c in flows]
                flows = [(d, c if c > 0 else 0) for d, c in cut]
                flows = [(flows[0][0], -sum(c for _, c in flows) + 50_000)] + flows
            days, cents = [f[0] for f in flows], [f[1] for f in flows]
            r, roots = rate(days, cents)
            if r is not None and r > -0.99 and len(roots) == 1:
                dates = [datetime.date.fromordinal(d) for d in days]
                x = pyxirr.xirr(dates, [float(c) for c in cents])
                if x is not None:
                    spread = max(spread, abs(x - r) / (1 + r))
            out.append(dict(days=days, cents=cents, rate=r, roots=len(roots)))
    assert spread < 1e-7, spread
    assert sum(c["roots"] > 1 for c in out) > 2 and sum(c["rate"] is None for c in out) > 0
    print("rates: several roots", sum(c["roots"] > 1 for c in out), "none", sum(c["rate"] is None for c in out),
          "XIRR apart by", spread)
    write("rates.json", f"mpmath {mpmath.__version__}, NumPy {np.__version__}; pyxirr {pyxirr.__version__} agrees", out)


def several():
    rng = np.random.default_rng(1979)
    out = []
    for n in [1, 2, 3, 7, 20]:
        for kind in ["plain", "ties", "small", "one"]:
            p = rng.random(n)
            if kind == "ties":
                p = np.round(p, 1)
            if kind == "small":
                p = p ** 6
            if kind == "one":
                p[:] = 1
            out.append(dict(p=p.tolist(), holm=multipletests(p, method="holm")[1].tolist()))
    write("holm.json", f"statsmodels {statsmodels.__version__}, multipletests", out)


def power():
    out = []
    for mean, sd in [(1.0, 20.0), (-14.1, 130.0), (0.2, 55.5)]:
        for level in [0.95, 0.99]:
            for wanted in [0.5, 0.8, 0.95]:
                n = float(normal_sample_size_one_tail(abs(mean), wanted, (1 - level) / 2, sd))
                out.append(dict(mean=mean, sd=sd, level=level, power=wanted, sessions=n,
                                z=float(ss.norm.ppf(1 - (1 - level) / 2) + ss.norm.ppf(wanted))))
    write("power.json", f"statsmodels {statsmodels.__version__}, SciPy {scipy.__version__}", out)


pnl()
rates()
inference()
bootstrap()
student()
ranks()
binomial()
several()
power()
