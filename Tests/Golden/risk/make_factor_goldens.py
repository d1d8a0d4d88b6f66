"""Makes factors.json beside this script, the golden file of the tests of factor risk.

Independent programs: NumPy (covariances, eigenvalues), scikit-learn (Ledoit and Wolf on
standardised changes), the authors' covCor as make_goldens.py writes it out, SciPy (normal quantiles; value at risk and
expected shortfall of a linear book in closed form). Tails with ties and Acerbi and Szekely's Z of 2019 are written from their
definitions, tails as integrals of the quantile function.

    ../golden-venv/bin/python Tests/Golden/risk/make_factor_goldens.py      (set up as for make_goldens.py)
"""
import json, os
import numpy as np
from scipy.stats import norm
from sklearn.covariance import LedoitWolf
from make_goldens import cov_cor

HERE = os.path.dirname(os.path.abspath(__file__))


def changes(rng, days, factors):
    """An index with a family of futures against it, fat tails; some holes."""
    scale = rng.standard_t(5, (days, 1))
    common = rng.normal(0, 1, (days, 1)) * np.abs(scale)
    x = 0.05 * (-0.8 * common + 0.5 * rng.normal(0, 1, (days, factors)))
    x[:, 0] = 0.01 * (common[:, 0] + 0.3 * rng.normal(0, 1, days))
    x[rng.random((days, factors)) < 0.01] = np.nan
    return x


def law(x, exposures):
    days = len(x)
    missing = [i for i in range(x.shape[1]) if np.isnan(x[:, i]).sum() > days / 10]
    present = [i for i in range(x.shape[1]) if i not in missing]
    whole = x[~np.isnan(x[:, present]).any(axis=1)]
    constant = [i for i in present if np.ptp(whole[:, i]) == 0]
    kept = [i for i in present if i not in constant]
    rows = whole[:, kept]
    z = (rows - rows.mean(0)) / rows.std(0)
    sd = rows.std(0, ddof=1)
    filtered = []
    for x in rows[:, :2].T:  # Hull and White's volatility updating, two factors of it
        variance, path = [x.var(ddof=1)], []
        for change in x:
            path.append(change / np.sqrt(variance[-1]))
            variance.append(0.94 * variance[-1] + 0.06 * change**2)
        filtered.append((np.array(path) * np.sqrt(variance[-1])).tolist())
    out = {"filtered": filtered, "missing": missing, "constant": constant, "kept": kept, "days": len(rows), "targets": {}}
    lw = LedoitWolf().fit(z)
    weight, _, constant_matrix = cov_cor(z)
    w = np.array(exposures)[kept]
    for name, shrinkage, r in [("none", 0, np.corrcoef(rows.T)), ("identity", lw.shrinkage_, lw.covariance_),
                               ("constant-correlation", weight, constant_matrix)]:
        c = r * np.outer(sd, sd)
        sigma = np.sqrt(w @ c @ w)
        q = norm.ppf(0.05)
        out["targets"][name] = {
            "shrinkage": float(shrinkage), "covariance": c.flatten().tolist(),
            "eigenvalues": np.linalg.eigvalsh(r)[::-1].tolist(),
            "components": (q * w * (c @ w) / sigma).tolist(), "valueAtRisk": float(q * sigma),
            "expectedShortfall": float(-sigma * norm.pdf(q) / 0.05)}
    return out


def tail(pnl, p):
    """Quantile, mean of the quantile function over (0, p), and the share of ties at the quantile that lies in it."""
    x = np.sort(pnl)
    n = len(x)
    quantile = x[int(np.ceil(n * p - 1e-9)) - 1]
    whole = int(np.floor(n * p + 1e-9))
    shortfall = (x[:whole].sum() + (n * p - whole) * (x[whole] if whole < n else 0)) / (n * p)
    below, at = (x < quantile).mean(), (x == quantile).mean()
    return float(quantile), float(shortfall), float((p - below) / at)


def shortfalls(rng, days, scenarios, p, floor):
    rows, z = [], 0.0
    for _ in range(days):
        pnl = np.round(rng.normal(0, 100, scenarios), 1)
        x = float(np.round(rng.normal(0, 120), 1))
        if floor:
            pnl, x = np.maximum(pnl, floor), max(x, floor)
        quantile, shortfall, ties = tail(pnl, p)
        weight = 1.0 if x < quantile else ties if x == quantile else 0.0
        e, v = -shortfall, -quantile  # the paper's signs
        z += (e - v - max(-(x + v), 0) / p) / days
        rows.append({"pnl": pnl.tolist(), "realised": x, "valueAtRisk": quantile, "expectedShortfall": shortfall,
                     "shareOfTies": ties, "weight": weight})
    return {"perTenThousand": round(p * 10000), "days": rows, "z": z}


def main():
    rng = np.random.default_rng(20261128)
    laws = []
    for days, n in [(250, 9), (120, 4), (60, 9)]:
        x = changes(rng, days, n)
        if n == 9 and days == 250:
            x[: days // 5, 7] = np.nan
        if days == 60:
            x[:, 5] = 0.0
        exposures = rng.normal(0, 1000, n).tolist()
        laws.append({"days": days, "factors": n, "exposures": exposures,
                     "changes": [None if np.isnan(v) else v for v in x.flatten()], **{"law": law(x, exposures)}})
    tests = [shortfalls(rng, 30, 60, 0.05, None), shortfalls(rng, 40, 90, 0.025, None), shortfalls(rng, 40, 80, 0.05, -110.0)]
    with open(os.path.join(HERE, "factors.json"), "w") as f:
        json.dump({"source": "make_factor_goldens.py beside this file: NumPy, scikit-learn, SciPy", "laws": laws,
                   "shortfalls": tests}, f)
        f.write("\n")


main()
