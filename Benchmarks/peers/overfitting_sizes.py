"""Size and power of PSR, deflated Sharpe and PBO with NumPy: the rows of `WingspanBenchmarks overfitting-sizes`, from the
papers and another generator. See there for the markets."""

import itertools
import math
import sys

import numpy as np
import scipy.stats as ss

MARKETS = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
TRIAL_MARKETS = int(sys.argv[2]) if len(sys.argv) > 2 else 40_000
ROWS = [(1, 250, 0, 0, 0), (1, 250, 0, 0, 0.1), (1, 250, 0, 0.2, 0), (1, 750, 0, 0.2, 0), (3, 250, 0, 0, 0),
        (10, 250, 0, 0, 0), (100, 250, 0, 0, 0), (10, 250, 0.5, 0, 0), (100, 250, 0.5, 0, 0), (100, 250, 0.9, 0, 0),
        (10, 250, 0, 0, 0.2), (100, 250, 0, 0, 0.3), (20, 240, 0, 0, 0.1), (20, 240, 0, 0, 0.2)]
BLOCKS = 8


def maximum(n):
    if n <= 1:
        return 0.0
    g = np.euler_gamma
    return max(0.0, (1 - g) * ss.norm.ppf(1 - 1 / n) + g * ss.norm.ppf(1 - 1 / (n * math.e)))


def pbo(x):
    x = x[len(x) % BLOCKS :]
    parts = np.split(x, BLOCKS)
    bad = []
    for half in itertools.combinations(range(BLOCKS), BLOCKS // 2):
        a = np.concatenate([parts[i] for i in half])
        b = np.concatenate([parts[i] for i in range(BLOCKS) if i not in half])
        inside, outside = a.mean(0) / a.std(0), b.mean(0) / b.std(0)
        bad.append(2 * (outside <= outside[inside.argmax()]).sum() <= x.shape[1] + 1)
    return np.mean(bad)


def shocks(shape, dependence):
    """Deviation 1: normal, or with a dependence from day to day Student's t with 4 degrees, 50 days in."""
    if dependence == 0:
        return rng.normal(size=shape)
    e = rng.standard_t(4, (shape[0] + 50, shape[1])) / math.sqrt(2)
    for t in range(1, len(e)):
        e[t] = dependence * e[t - 1] + math.sqrt(1 - dependence**2) * e[t]
    return e[50:]


def with_lags(y, sr):
    """n - 1 times the variance of a Sharpe ratio after Lo, Newey and West's weights."""
    z = (y - y.mean()) / y.std()
    psi, lag = z - sr / 2 * (z * z - 1), int(4 * (len(y) / 100) ** (2 / 9))
    return (psi @ psi + 2 * sum((1 - l / (lag + 1)) * (psi[l:] @ psi[:-l]) for l in range(1, lag + 1))) / len(y)


rng = np.random.default_rng(7)
for settings, days, correlation, dependence, edge in ROWS:
    seen, pbos = np.zeros(5), []
    for market in range(MARKETS):
        x = math.sqrt(1 - correlation) * shocks((days, settings), dependence)
        x += math.sqrt(correlation) * shocks((days, 1), dependence)
        x[:, 0] += edge
        ratios = x.mean(0) / x.std(0, ddof=1)
        best = ratios.argmax()
        sr, y = ratios[best], x[:, best]
        v = 1 - ss.skew(y) * sr + (ss.kurtosis(y, fisher=False) - 1) / 4 * sr**2
        entropy = 1.0
        if settings > 1:
            p = np.clip(np.linalg.eigvalsh(np.corrcoef(x, rowvar=False)), 1e-300, None) / settings
            entropy = math.exp(-(p * np.log(p)).sum())
        spread = ratios.std(ddof=1) if settings > 1 else 0.0
        limits = [0, 0, spread * maximum(settings), math.sqrt(1 / (days - 1)) * maximum(settings),
                  math.sqrt(v / (days - 1)) * maximum(entropy)]
        variances = [v, with_lags(y, sr), v, v, v]
        seen += [ss.norm.cdf((sr - l) * math.sqrt((days - 1) / u)) > 0.95 for l, u in zip(limits, variances)]
        # splits are slow here: a tenth of the markets, where there is something to pick from
        if settings > 1 and settings < 100 and market % 10 == 0:
            pbos.append(pbo(x))
    cells = [settings, days, correlation, dependence, edge] + [f"{100 * s / MARKETS:.2f} %" for s in seen]
    print("| " + " | ".join(map(str, cells)) + " | " + (f"{100 * np.mean(pbos):.2f} %" if pbos else "") + " |")

print("\n| independent trials | days | above 95 % | 1 - N(t)^trials | ratio |\n|---|---|---|---|---|")
for days in (250, 750):
    for trials in (3, 10, 30, 100):
        seen, batch, limit = 0, 200, maximum(trials) / math.sqrt(days - 1)
        for _ in range(TRIAL_MARKETS // batch):
            x = rng.normal(size=(batch, trials, days))
            ratios = x.mean(2) / x.std(2, ddof=1)
            best = ratios.argmax(1)
            sr, y = ratios[np.arange(batch), best], x[np.arange(batch), best]
            v = 1 - ss.skew(y, axis=1) * sr + (ss.kurtosis(y, axis=1, fisher=False) - 1) / 4 * sr**2
            seen += (ss.norm.cdf((sr - limit) * np.sqrt((days - 1) / v)) > 0.95).sum()
        share = seen / (TRIAL_MARKETS // batch * batch)
        theory = 1 - ss.norm.cdf(maximum(trials) + ss.norm.ppf(0.95)) ** trials
        print(f"| {trials} | {days} | {100 * share:.2f} % | {100 * theory:.2f} % | {share / theory:.2f} |", flush=True)
