"""Makes metrics.json beside this script: figures on demand of made-up sessions, by independent programs.

NumPy (profit factor, Calmar, Ulcer, hedge carry, rate of the account), SciPy (skew, kurtosis), statsmodels (CAPM with HAC
errors), pyxirr (XIRR of the margin's payments, polished by SciPy's brentq to the last digit).

    python3 -m venv ../golden-venv && ../golden-venv/bin/pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0 pyxirr==0.10.8
    ../golden-venv/bin/python Tests/Golden/studies/make_goldens.py
"""
import datetime, json, os
import numpy as np, scipy, scipy.optimize as so, scipy.stats as ss, statsmodels, statsmodels.api as sm, pyxirr

HERE = os.path.dirname(os.path.abspath(__file__))
START = datetime.date(2022, 6, 1).toordinal()
EPOCH = datetime.date(1970, 1, 1).toordinal()


def margin_rate(days, net, margin):
    before = [days[0]] + days[:-1]
    flows = [(b, -m) for b, m in zip(before, margin)] + [(d, m + x) for d, m, x in zip(days, margin, net)]
    total = {}
    for d, c in flows:
        total[d] = total.get(d, 0) + c
    d = np.array(sorted(total))
    c = np.array([total[k] for k in sorted(total)], dtype=float)
    if not ((c > 0).any() and (c < 0).any()):
        return None, 0
    if c.sum() == 0:
        return 0.0, 1
    t = (d - d[0]) / 365
    value = lambda y: float((c * np.exp(-y * t)).sum())
    grid = np.concatenate([np.arange(-30, 30, 1e-3)])
    v = np.array([value(y) for y in grid])
    changes = np.nonzero(np.sign(v[:-1]) != np.sign(v[1:]))[0]
    mine = [k for k in changes if (grid[k] >= -1e-9) == (c.sum() > 0)]
    if not mine:
        return "far", len(changes)
    k = mine[0] if c.sum() > 0 else mine[-1]
    y = so.brentq(value, grid[k], grid[k + 1], xtol=1e-16, rtol=1e-15)
    r = float(np.expm1(y))
    if len(changes) == 1 and r > -0.9:
        x = pyxirr.xirr([datetime.date.fromordinal(int(k)) for k in d], c.tolist())
        assert abs(x - r) <= 1e-8 * (1 + abs(r)), (x, r)
    return r, len(changes)


def case(rng, n, kind):
    days, d = [], START
    while len(days) < n:
        if datetime.date.fromordinal(d).weekday() < 5 and rng.random() > 0.03:
            days.append(d)
        d += 1
    traded = rng.random(n) < {"rare": 0.1, "none": 0.0}.get(kind, 0.85)
    traded[0] = False
    margin = np.where(traded, rng.integers(28_000, 48_000, n), 0)
    wins = {"good": 0.88, "bad": 0.6}.get(kind, 0.8)
    condor = np.where(rng.random(n) < wins, rng.integers(500, 9_000, n), -rng.integers(5_000, 30_000, n))
    condor = np.where(traded, np.minimum(condor, 15_000), 0)
    hedge = np.where(rng.random(n) < 0.5, rng.integers(-1_500, 900, n) * (1 + (condor < -20_000) * 8), 0)
    if kind in ("good", "none"):
        hedge = hedge * 0
    moves = np.round(rng.normal(300, 11_000, n) - 0.1 * condor * (rng.random(n) < 0.5)).astype(np.int64)
    net = condor + hedge
    account = int(rng.choice([500_000, 5_000_000]))
    y, x = net / 100, moves / 1e4
    credit, cost = int(np.abs(condor).sum() + 999), int(np.abs(condor).sum() // 3)
    equity = account + np.cumsum(net)
    peak = np.maximum(np.maximum.accumulate(equity), account)
    fall = (peak - equity) / peak
    rate, roots = margin_rate(days, net.tolist(), margin.tolist())
    if rate == "far":
        return None
    spread = net.std() > 0
    span = days[-1] - days[0]
    lag = int(4 * (n / 100) ** (2 / 9))
    out = dict(
        days=[d - EPOCH for d in days], net=net.tolist(), condor=condor.tolist(), margin=margin.tolist(),
        moves=moves.tolist(), account=account, credit=credit, cost=cost, roots=roots)
    gains, losses = net[net > 0].sum(), -net[net < 0].sum()
    figures = dict(
        profit_factor=float(gains / losses) if losses > 0 else None,
        calmar=float(net.mean() * 252 / account / fall.max()) if 0 < fall.max() < 1 else None,
        ulcer_percent=float(np.sqrt(((100 * fall) ** 2).mean())),
        skewness=float(ss.skew(net)) if spread else None,
        excess_kurtosis=float(ss.kurtosis(net)) if spread else None,
        irr_margin_annual=rate,
        irr_account_annual=float((equity[-1] / account) ** (365 / span) - 1) if equity[-1] >= 0 and span else None,
        hedge_carry_dollars=float(hedge[condor >= 0].sum() / 100),
        turnover_annual=float((credit + cost) / account * 252 / n))
    if n > 2:
        fit = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HAC", cov_kwds={"maxlags": lag}, use_t=True)
        figures |= dict(
            capm_alpha_dollars=float(fit.params[0]), capm_t_alpha=float(fit.tvalues[0]) if spread else None,
            capm_t_beta=float(fit.tvalues[1]) if spread else None, capm_r2=float(fit.rsquared) if spread else None)
    else:
        figures |= dict(capm_alpha_dollars=None, capm_t_alpha=None, capm_t_beta=None, capm_r2=None)
    return out | dict(figures=figures)


rng = np.random.default_rng(20200220)
cases = []
for n in [2, 5, 30, 120, 253, 760, 1258]:
    for kind in ["plain", "good", "bad", "rare", "none"]:
        made = case(rng, n, kind)
        if made:
            cases.append(made)
print(len(cases), "cases, several rates in", sum(c["roots"] > 1 for c in cases))
with open(os.path.join(HERE, "metrics.json"), "w") as f:
    source = (f"NumPy {np.__version__}, SciPy {scipy.__version__}, statsmodels {statsmodels.__version__}, "
              f"pyxirr {pyxirr.__version__}; re-make with Tests/Golden/studies/make_goldens.py")
    json.dump({"source": source, "cases": cases}, f)
    f.write("\n")
