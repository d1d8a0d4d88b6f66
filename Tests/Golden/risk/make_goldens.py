"""Makes the golden file of RiskTests beside this script.

Independent programs: scikit-learn (Ledoit and Wolf's shrinkage), NumPy (covariance, eigenvalues, the authors' covCor
written out pair by pair), SciPy (clustering,
chi-square tails, HiGHS for the linear programme of the minimum CVaR in its primal form, day by day) and cvxpy with
Clarabel (the same programme, and Spinu's convex problem of risk parity, finished by Newton's method to the last digit).

    python3 -m venv ../golden-venv && ../golden-venv/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 cvxpy==1.9.3
    ../golden-venv/bin/python Tests/Golden/risk/make_goldens.py
"""
import json, os
import cvxpy as cp
import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.optimize import linprog
from scipy.spatial.distance import squareform
from scipy.special import xlogy
from scipy.stats import chi2
from sklearn.covariance import LedoitWolf

HERE = os.path.dirname(os.path.abspath(__file__))


def pnl(rng, days, settings):
    """Whole cents of condors that share their bad days: many small gains, few large losses."""
    families = rng.normal(0, 1, (days, 1 + settings // 4))
    market = rng.normal(0, 1, (days, 1))
    own = rng.normal(0, 1, (days, settings))
    z = 0.6 * market + 0.6 * families[:, np.arange(settings) % families.shape[1]] + 0.5 * own
    x = np.where(z < -1.3, -9000 + 4000 * z, 1800 + 700 * z)
    return np.round(x).astype(np.int64)


def cov_cor(x):
    """Ledoit and Wolf's covCor, pair by pair: shrinkage to a constant correlation."""
    t, n = x.shape
    x = x - x.mean(0)
    sample = x.T @ x / t
    sd = np.sqrt(np.diag(sample))
    mean = ((sample / np.outer(sd, sd)).sum() - n) / (n * (n - 1))
    prior = mean * np.outer(sd, sd)
    np.fill_diagonal(prior, sd**2)
    phi = (x**2).T @ (x**2) / t - sample**2
    theta = (x**3).T @ x / t - np.diag(sample)[:, None] * sample
    np.fill_diagonal(theta, 0)
    rho = np.trace(phi) + mean * (np.outer(1 / sd, sd) * theta).sum()
    shrinkage = min(max((phi.sum() - rho) / ((sample - prior) ** 2).sum() / t, 0), 1)
    return shrinkage, mean, shrinkage * prior + (1 - shrinkage) * sample


def highs(x, per10000, cap):
    """max a - sum(u)/k with u_d >= a - w.x_d, u >= 0, sum w = 1, 0 <= w <= cap."""
    days, n = x.shape
    k = days * per10000 / 10000
    scale = np.abs(x).max()
    cost = np.concatenate([np.zeros(n), [-1], np.full(days, 1 / k)])
    rows = np.hstack([-x / scale, np.ones((days, 1)), -np.eye(days)])
    equal = np.concatenate([np.ones(n), [0], np.zeros(days)])[None, :]
    bounds = [(0, cap)] * n + [(None, None)] + [(0, None)] * days
    r = linprog(cost, A_ub=rows, b_ub=np.zeros(days), A_eq=equal, b_eq=[1], bounds=bounds, method="highs",
                options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10})
    assert r.status == 0
    return r.x[:n], -r.fun * scale


def clarabel(x, per10000, cap):
    days, n = x.shape
    k = days * per10000 / 10000
    scale = np.abs(x).max()
    w, a = cp.Variable(n), cp.Variable()
    problem = cp.Problem(cp.Maximize(a - cp.sum(cp.pos(a - x / scale @ w)) / k), [w >= 0, w <= cap, cp.sum(w) == 1])
    problem.solve(solver=cp.CLARABEL)
    return problem.value * scale


def parity(c):
    n = len(c)
    y = cp.Variable(n)
    scale = np.sqrt(np.diag(c))
    r = c / np.outer(scale, scale)
    cp.Problem(cp.Minimize(0.5 * cp.quad_form(y, cp.psd_wrap(r)) - cp.sum(cp.log(y)) / n)).solve(solver=cp.CLARABEL)
    v = y.value
    for _ in range(20):
        v = v - np.linalg.solve(r + np.diag(1 / (n * v * v)), r @ v - 1 / (n * v))
    w = v / scale
    return w / w.sum()


def backtest(hits, p):
    n, x = len(hits), int(sum(hits))
    like = lambda miss, hit, q: xlogy(miss, 1 - q) + xlogy(hit, q)
    pof = 2 * (like(n - x, x, x / n) - like(n - x, x, p))
    pairs = np.zeros((2, 2), int)
    for a, b in zip(hits, hits[1:]):
        pairs[int(a), int(b)] += 1
    (a, b), (c, d) = pairs.tolist()
    out = {"exceptions": x, "coverage": [pof, chi2.sf(pof, 1)], "independence": None, "conditional": None}
    if c + d > 0 and a + b > 0:
        ind = 2 * (like(a, b, b / (a + b)) + like(c, d, d / (c + d)) - like(a + c, b + d, (b + d) / (a + b + c + d)))
        ind = max(ind, 0)
        out["independence"] = [ind, chi2.sf(ind, 1)]
        out["conditional"] = [pof + ind, chi2.sf(pof + ind, 2)]
    return out


def main():
    rng = np.random.default_rng(20261127)
    cases = []
    for days, n in [(60, 3), (120, 12), (25, 40)]:
        x = pnl(rng, days, n)
        lw = LedoitWolf().fit(x)
        corr = np.corrcoef(x.T)
        d = np.sqrt(np.maximum(2 - 2 * corr, 0))
        np.fill_diagonal(d, 0)
        d = (d + d.T) / 2
        trees = {}
        for method in ["average", "ward"]:
            z = linkage(squareform(d, checks=False), method)
            trees[method] = {"tree": z.tolist(), "height": 1.1, "groups": fcluster(z, 1.1, "distance").tolist()}
        mixes = []
        for per10000, cap in [(500, 1.0), (1000, 0.4)]:
            w, value = highs(x, per10000, cap)
            assert abs(value - clarabel(x, per10000, cap)) < 1e-5 * abs(value)
            mixes.append({"perTenThousand": per10000, "cap": cap, "weights": w.tolist(), "cvar": value})
        shrunk = lw.covariance_
        toward, mean, constant = cov_cor(x.astype(float))
        cases.append({
            "days": days, "settings": n, "pnl": x.flatten().tolist(),
            "covariance": np.cov(x.T).flatten().tolist() if n <= 12 else [],
            "eigenvalues": np.linalg.eigvalsh(corr)[::-1][:min(n, days)].tolist(),
            "shrinkage": lw.shrinkage_, "shrunkDiagonal": np.diag(shrunk).tolist(), "shrunkFirstRow": shrunk[0].tolist(),
            "constantShrinkage": toward, "meanCorrelation": mean, "constantFirstRow": constant[0].tolist(),
            "trees": trees, "minimumCVaR": mixes, "riskParity": parity(shrunk).tolist(),
        })
    tests = []
    for n, p, level in [(250, 0.05, 500), (250, 0.01, 100), (750, 0.08, 500), (40, 0.0, 100)]:
        hits = rng.random(n) < p
        if n == 750:
            hits[1:] |= hits[:-1] & (rng.random(n - 1) < 0.4)
            hits[[0, -1]] = [False, True]  # one step up more than down
        tests.append({"exceeded": hits.astype(int).tolist(), "perTenThousand": level, **backtest(hits, level / 10000)})
    # points on a small lattice: ties everywhere
    points = rng.integers(0, 4, (15, 2))
    distances = np.abs(points[:, None] - points[None, :]).sum(-1).astype(float)
    ties = {"count": 15, "distances": distances.flatten().tolist(),
            "average": linkage(squareform(distances), "average").tolist(), "ward": linkage(squareform(distances), "ward").tolist()}
    with open(os.path.join(HERE, "risk.json"), "w") as f:
        json.dump({"source": "make_goldens.py beside this file: scikit-learn, SciPy, cvxpy", "cases": cases, "backtests": tests, "ties": ties}, f)
        f.write("\n")


if __name__ == "__main__":
    main()
