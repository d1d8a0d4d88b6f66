"""Size and power of PSR, deflated Sharpe and PBO with NumPy: the rows of `WingspanBenchmarks overfitting-sizes`, from the
papers and another generator. See there for the markets."""

import itertools
import math
import sys

import numpy as np
import scipy.stats as ss

MARKETS = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
ROWS = [(1, 250, 0, 0), (1, 250, 0, 0.1), (3, 250, 0, 0), (10, 250, 0, 0), (100, 250, 0, 0), (10, 250, 0.5, 0),
        (100, 250, 0.5, 0), (100, 250, 0.9, 0), (10, 250, 0, 0.2), (100, 250, 0, 0.3), (20, 240, 0, 0.1),
        (20, 240, 0, 0.2)]
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


rng = np.random.default_rng(7)
for settings, days, correlation, edge in ROWS:
    seen, pbos = np.zeros(4), []
    for market in range(MARKETS):
        x = math.sqrt(1 - correlation) * rng.normal(size=(days, settings))
        x += math.sqrt(correlation) * rng.normal(size=(days, 1))
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
        limits = [0, spread * maximum(settings), math.sqrt(1 / (days - 1)) * maximum(settings),
                  math.sqrt(v / (days - 1)) * maximum(entropy)]
        seen += [ss.norm.cdf((sr - limit) * math.sqrt((days - 1) / v)) > 0.95 for limit in limits]
        # splits are slow here: a tenth of the markets, where there is something to pick from
        if settings > 1 and settings < 100 and market % 10 == 0:
            pbos.append(pbo(x))
    cells = [settings, days, correlation, edge] + [f"{100 * s / MARKETS:.2f} %" for s in seen]
    print("| " + " | ".join(map(str, cells)) + " | " + (f"{100 * np.mean(pbos):.2f} %" if pbos else "") + " |")
