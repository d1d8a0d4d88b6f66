"""Size and power of Hansen's test with NumPy: the rows of `WingspanBenchmarks luck-sizes`, from the papers and another
generator. See there for the markets.

    python Benchmarks/peers/luck_sizes.py [MARKETS]
"""

import sys

import numpy as np

MARKETS = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
SETTINGS, RESAMPLES, LEVEL = 50, 499, 0.05
ROWS = [(250, 0, 0), (250, 0, 0.1), (250, 0, 0.2), (250, 0, 0.3), (750, 0, 0), (250, 0.2, 0), (250, 0.2, 0.1),
        (250, 0.2, 0.2), (250, 0.2, 0.3), (750, 0.2, 0), (750, 0.2, 0.1), (250, 0.4, 0), (750, 0.4, 0), (60, 0, 0),
        (500, "mixed", 0)]


def market(rng, days, dependence, edge):
    """P&L, shape [days, SETTINGS]: normal, or with a dependence Student's t with 4 degrees; 50 days go before the first.

    "mixed" is 50 settings with nothing in common, normal, of which the last 20 depend on the day before by 0.8.
    """
    if dependence == "mixed":
        x = rng.normal(size=(days + 50, SETTINGS))
        for t in range(1, len(x)):
            x[t, -20:] = 0.8 * x[t - 1, -20:] + 0.6 * x[t, -20:]
        return x[50:]
    shape = (days + 50, SETTINGS + 1)
    e = rng.standard_t(4, shape) / np.sqrt(2) if dependence else rng.normal(size=shape)
    for t in range(1, len(e)):
        e[t] = dependence * e[t - 1] + np.sqrt(1 - dependence**2) * e[t]
    x = (e[50:, :1] + e[50:, 1:]) / np.sqrt(2)
    x[:, 0] += edge
    return x


def told(e, auto):
    """Politis and White's block length and the flat-top long-run variance of each series, of its autocovariances."""
    n, k = e.shape
    log10n = np.log10(n)
    run, most = max(5, int(log10n)), int(np.ceil(np.sqrt(n))) + max(5, int(log10n))
    band = 2 * np.sqrt(log10n / n)
    head = np.vstack([np.zeros(k), np.cumsum(e * e, 0)])
    small = np.array(
        [np.abs(n * auto[l]) < band * np.sqrt((head[n] - head[l + 1]) * head[n - l - 1]) for l in range(most + 1)])
    blocks, variances = np.empty(k), np.empty(k)
    for j in range(k):
        first = next((l for l in range(run, most + 1) if small[l - run : l, j].all()), None)
        lag = most if first is None else min(2 * max(first - run, 1), most)
        lags = np.arange(1, lag + 1)
        weight = np.minimum(1, 2 * (1 - lags / lag))
        a = auto[1 : lag + 1, j]
        variance = auto[0, j] + 2 * weight @ a
        blocks[j] = min(((2 * (weight * lags) @ a / variance) ** 2 * n) ** (1 / 3), np.ceil(min(3 * np.sqrt(n), n / 3)))
        variances[j] = variance / (1 - (1 + 2 * weight @ (1 - lags / n)) / n)
    return max(1.0, np.sort(blocks)[k // 2]), variances


def spa(rng, x, auto, block, wide=None):
    """p of Hansen's consistent test, by its definition; of `wide`, long-run variances, resamples are widened to them."""
    n = len(x)
    mean, lags, q = x.mean(0), np.arange(n), 1 - 1 / block
    kappa = (1 - lags / n) * q**lags + (lags / n) * q ** (n - lags)
    variance = auto[0] + 2 * (kappa[1:, None] * auto[1:]).sum(0)
    widening = 1.0 if wide is None else np.sqrt(np.maximum(1.0, wide / variance))
    start = rng.integers(0, n, (RESAMPLES, n))
    jump = rng.random((RESAMPLES, n)) < 1 / block
    jump[:, 0] = True
    last = np.maximum.accumulate(np.where(jump, lags, 0), axis=1)
    places = (np.take_along_axis(start, last, 1) + lags - last) % n
    rows = np.arange(RESAMPLES)[:, None] * n
    counts = np.bincount((places + rows).ravel(), minlength=RESAMPLES * n).reshape(RESAMPLES, n)
    scale = np.sqrt(n) / (widening * np.sqrt(variance))
    t = scale * mean
    z = scale * widening * (counts @ x / n - mean) + np.where(t >= -np.sqrt(2 * np.log(np.log(n))), 0, t)
    return (1 + (z.max(1) >= t.max()).sum()) / (1 + RESAMPLES)


print("| days | dependence | edge | blocks of 2 | told | told, widened |\n|---|---|---|---|---|---|")
for days, dependence, edge in ROWS:
    seen = np.zeros(3)
    for i in range(MARKETS):
        rng = np.random.default_rng([2, i])
        x = market(rng, days, dependence, edge)
        e = x - x.mean(0)
        f = np.fft.rfft(np.vstack([e, np.zeros_like(e)]), axis=0)
        auto = np.fft.irfft((f * f.conj()).real, axis=0)[:days] / days
        block, variances = told(e, auto)
        ways = [(2, None), (block, None), (block, variances)]
        seen += [spa(rng, x, auto, length, wide) <= LEVEL for length, wide in ways]
    print(f"| {days} | {dependence} | {edge} | " + " | ".join(f"{100 * s / MARKETS:.1f} %" for s in seen) + " |", flush=True)
