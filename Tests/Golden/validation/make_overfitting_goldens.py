"""Makes the golden files of the overfitting figures beside this script, from the papers and without Wingspan.

CSCV (Bailey and others 2017) split by split from the rows themselves with NumPy and SciPy's ranks and line; splits, purges and
paths of combinatorial cross-validation and of walks by skfolio, picks and stitching by NumPy; probabilistic Sharpe ratios from
Lo's moment conditions with a 2 x 2 long-run covariance by Newey and West; expected maxima by SciPy; effective trials by
NumPy's eigenvalues.

    python3 -m venv ../golden-venv && ../golden-venv/bin/pip install numpy==2.4.6 scipy==1.17.1 skfolio==1.12.2
    ../golden-venv/bin/python Tests/Golden/validation/make_overfitting_goldens.py
"""
import itertools, json, math, os
import numpy as np, scipy.stats as ss
from skfolio.model_selection import CombinatorialPurgedCV, WalkForward

HERE = os.path.dirname(os.path.abspath(__file__))


def write(name, source, cases):
    with open(os.path.join(HERE, name), "w") as f:
        json.dump({"source": f"{source}; re-make with Tests/Golden/validation/make_overfitting_goldens.py",
                   "cases": cases}, f)
        f.write("\n")


def score(x, kind):
    """Of columns; a column without spread has a Sharpe ratio of 0."""
    if kind == "mean":
        return x.mean(axis=0)
    flat = x.max(axis=0) == x.min(axis=0)
    with np.errstate(all="ignore"):
        return np.where(flat, 0.0, x.mean(axis=0) / x.std(axis=0, ddof=1))


def settle(x):
    """Thirteen digits: what differs beyond is a tie."""
    return np.array([float(f"{v:.12e}") for v in x])


def table(rng, days, settings, kind):
    if kind == "cents":  # whole cents, many days without a trade, copies at other sizes, a constant and a zero column
        x = np.where(rng.random((days, settings)) < 0.3, rng.integers(-900, 700, (days, settings)), 0)
        x[:, 0] = np.where(rng.random(days) < 0.3, rng.integers(-500, 900, days), 0)
        x[:, 1] = x[:, 0]
        x[:, 2] = 3 * x[:, 0]
        x[:, 3] = 0
        x[:, 4] = 25
        x[: days // 2, 5] = 0  # no spread in whole halves
        x[-1, 5] = 77
        return x.astype(float)
    x = np.round(rng.normal(0, 1, (days, settings)) @ np.linalg.cholesky(
        0.4 + 0.6 * np.eye(settings)).T, 4)
    if kind == "edge":
        x[:, settings // 2] += 0.35
    return x


def cscv(x, blocks, kind):
    keep = np.flatnonzero(x.max(axis=0) != x.min(axis=0))
    used = x[:, keep]
    dropped = len(x) % blocks
    parts = np.split(used[dropped:], blocks)
    n = len(keep)
    picked, inside, outside, ranks, means, flat = [], [], [], [], [], 0
    for half in itertools.combinations(range(blocks), blocks // 2):
        chosen = np.concatenate([parts[i] for i in half])
        flat += int((chosen.max(axis=0) == chosen.min(axis=0)).sum()) if kind == "sharpe" else 0
        a = score(chosen, kind)
        b = score(np.concatenate([parts[i] for i in range(blocks) if i not in half]), kind)
        best = int(np.argmax(settle(a)))
        picked.append(int(keep[best]))
        inside.append(a[best])
        outside.append(b[best])
        ranks.append(ss.rankdata(settle(b))[best])
        means.append(b.mean())
    w = np.array(ranks) / (n + 1)
    logits = np.log(w / (1 - w))
    line = ss.linregress(inside, outside)
    points = np.unique(np.concatenate([outside, means]))
    f = np.searchsorted(np.sort(outside), points, side="right") / len(outside)
    g = np.searchsorted(np.sort(means), points, side="right") / len(means)
    area = np.concatenate([[0], np.cumsum((f - g)[:-1] * np.diff(points))])
    return dict(
        picked=picked, logits=logits.tolist(), pbo=float((np.array(ranks) * 2 <= n + 1).mean()), slope=line.slope,
        intercept=line.intercept, rSquared=line.rvalue**2, loss=float((np.array(outside) < 0).mean()),
        meanIn=float(np.mean(inside)), meanOut=float(np.mean(outside)), gap=float((f - g).max()),
        area=float(area.max()), dropped=dropped, leftOut=x.shape[1] - n, flat=flat)


def sharpe(x, lag):
    """PSR at 0 and at 0.02 and the record needed, from the moment conditions (x - m, (x - m)^2 - s2)."""
    n = len(x)
    m, s2 = x.mean(), x.var()
    h = np.column_stack([x - m, (x - m) ** 2 - s2])
    omega = h.T @ h / n
    for l in range(1, lag + 1):
        c = h[l:].T @ h[:-l] / n
        omega += (1 - l / (lag + 1)) * (c + c.T)
    sr = m / x.std(ddof=1)
    gradient = np.array([1 / math.sqrt(s2), -sr / (2 * s2)])  # the estimate's own ratio in its own error
    v = float(gradient @ omega @ gradient)
    psr = lambda b: float(ss.norm.cdf((sr - b) * math.sqrt(n - 1) / math.sqrt(v)))
    record = 1 + v * (ss.norm.ppf(0.95) / (sr - 0.0)) ** 2 if sr > 0 else None
    return dict(values=x.tolist(), lag=lag, sharpe=float(sr), skewness=float(ss.skew(x)),
                kurtosis=float(ss.kurtosis(x, fisher=False)), variance=v, psr=psr(0.0), psrAbove=psr(0.02), record=record)


def maximum(n):
    g = np.euler_gamma
    return float((1 - g) * ss.norm.ppf(1 - 1 / n) + g * ss.norm.ppf(1 - 1 / (n * math.e)))


def exact_maximum(n):
    """Of n independent normal numbers, by quadrature."""
    grid = np.linspace(-9, 9, 200_001)
    density = n * ss.norm.pdf(grid) * ss.norm.cdf(grid) ** (n - 1)
    return float(np.sum(grid * density) * (grid[1] - grid[0]))


def effective(x):
    used = x[:, x.max(axis=0) != x.min(axis=0)]
    l = np.linalg.eigvalsh(np.corrcoef(used, rowvar=False))
    p = np.clip(l, 0, None) / l.sum()
    p = p[p > 1e-13]
    return dict(days=len(x), values=x.ravel().tolist(), participation=float(l.sum() ** 2 / (l**2).sum()),
                entropy=float(np.exp(-(p * np.log(p)).sum())))


def purged(x, groups, test, purge, embargo, kind):
    cv = CombinatorialPurgedCV(n_folds=groups, n_test_folds=test, purged_size=purge, embargo_size=embargo)
    ids = cv.get_path_ids()
    paths = np.zeros((ids.max() + 1, len(x)))
    picks, trains = [], []
    for s, (train, tests) in enumerate(cv.split(x)):
        best = int(np.argmax(settle(score(x[train], kind))))
        picks.append(best)
        trains.append(train.tolist())
        for t, path in zip(tests, ids[s]):
            paths[path, t] = x[t, best]
    return dict(settings=x.shape[1], values=x.ravel().tolist(), groups=groups, test=test, purge=purge,
                embargo=embargo, score=kind, picks=picks, trains=trains, paths=paths.tolist(),
                sharpes=[float(score(p[:, None], "sharpe")[0]) for p in paths])


def walk(x, train, test, purge, anchored, kind):
    wf = WalkForward(test_size=test, train_size=train, purged_size=purge, expand_train=anchored, reduce_test=True)
    picks, curve, inside, means, weights = [], [], [], [], []
    for a, b in wf.split(x):
        scores = score(x[a], kind)
        best = int(np.argmax(settle(scores)))
        picks.append(best)
        curve += x[b, best].tolist()
        inside.append(scores[best])
        means.append(x[a, best].mean())
        weights.append(len(b))
    curve = np.array(curve)
    inmean = np.average(means, weights=weights)
    return dict(settings=x.shape[1], values=x.ravel().tolist(), train=train, test=test, purge=purge,
                anchored=anchored, score=kind, picks=picks, curve=curve.tolist(),
                inSample=float(np.average(inside, weights=weights)),
                outOfSample=float(score(curve[:, None], kind)[0]),
                efficiency=float(curve.mean() / inmean) if inmean > 0 else None)


rng = np.random.default_rng(20150227)
cases = []
for days, settings, blocks, kind, how in [
        (67, 7, 6, "noise", "sharpe"), (120, 12, 8, "edge", "sharpe"), (90, 11, 6, "cents", "sharpe"),
        (90, 11, 6, "cents", "mean"), (41, 2, 4, "noise", "mean"), (200, 33, 10, "noise", "sharpe")]:
    x = table(rng, days, settings, kind)
    cases.append(dict(settings=settings, blocks=blocks, score=how, values=x.ravel().tolist(), **cscv(x, blocks, how)))
write("cscv.json", "Bailey, Borwein, Lopez de Prado, Zhu (2017) by NumPy and SciPy", cases)

cases = []
for n, lag in [(24, 0), (250, 0), (250, 4), (700, 11), (60, 3)]:
    x = np.round(rng.standard_t(4, n) * 120 + 8, 2)
    for t in range(1, n):
        x[t] = round(x[t] + 0.25 * x[t - 1], 2)
    cases.append(sharpe(x, lag))
write("sharpe.json", "Lo (2002) and Bailey and Lopez de Prado (2012) by NumPy and SciPy", cases)

write("maxima.json", "Bailey and Lopez de Prado (2014) by SciPy",
      [dict(trials=n, expected=maximum(n), exact=exact_maximum(n)) for n in [2, 3, 5, 10, 46, 100, 1000, 100_000]])

write("effective.json", "eigenvalues of the correlation by NumPy",
      [effective(table(rng, d, s, k)) for d, s, k in [
          (60, 8, "noise"), (30, 40, "edge"), (50, 9, "cents"), (12, 100, "noise"), (20, 20, "noise")]])

write("purged.json", "skfolio's CombinatorialPurgedCV, picks by NumPy", [
    purged(table(rng, d, s, k), g, t, p, e, how) for d, s, k, g, t, p, e, how in [
        (60, 6, "noise", 6, 2, 1, 0, "sharpe"), (60, 5, "edge", 5, 2, 2, 3, "sharpe"),
        (48, 4, "noise", 6, 3, 0, 0, "mean"), (40, 9, "noise", 4, 3, 1, 1, "sharpe")]])

write("walk.json", "skfolio's WalkForward, picks by NumPy", [
    walk(table(rng, d, s, k), tr, te, p, an, how) for d, s, k, tr, te, p, an, how in [
        (63, 6, "noise", 20, 5, 1, False, "sharpe"), (63, 6, "edge", 20, 7, 2, True, "sharpe"),
        (50, 5, "noise", 13, 10, 0, False, "mean"), (50, 5, "edge", 13, 10, 0, True, "mean")]])
