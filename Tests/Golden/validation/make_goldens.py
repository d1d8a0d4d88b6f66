"""Makes the golden files of ValidationTests beside this script.

Independent program: arch (variance of its SPA, SPA, StepM, MCS). P&L is whole cents, so that the files are exact.

arch's SPA and StepM take the maximum of means, whatever `studentize` says (release 8.0.0; the flag reaches only the choice of
clear losers). So statistics are compared where arch is given P&L divided by the deviations that it estimates itself, which is
the studentised test, and the reality check where it is given the P&L as it is.

    python3 -m venv ../golden-venv && ../golden-venv/bin/pip install arch==8.0.0 numpy==2.4.6
    ../golden-venv/bin/python Tests/Golden/validation/make_goldens.py
"""
import json, os, warnings
import numpy as np, arch
from arch.bootstrap import MCS, SPA, StepM

warnings.simplefilter("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))
RESAMPLES = 20_000


def write(name, data):
    source = f"arch {arch.__version__}, numpy {np.__version__}; re-make with Tests/Golden/validation/make_goldens.py"
    with open(os.path.join(HERE, name), "w") as f:
        json.dump({"source": source, "cases": data}, f, separators=(",", ":"))
        f.write("\n")


def pnl(rng, n, k, means, ar=0.0, common=0.5, tails=None):
    """k series of n days with a common part, first-order dependence and a mean each, whole cents."""
    shock = (rng.standard_t(tails, (n, k + 1)) if tails else rng.normal(size=(n, k + 1))) * 10_000
    for t in range(1, n):
        shock[t] += ar * shock[t - 1]
    x = common * shock[:, :1] + (1 - common) * shock[:, 1:]
    return np.round(x * rng.uniform(0.3, 3, k) + np.asarray(means) * 1.0).astype(np.int64)


def flat_top(x):
    """Long-run variance of a series by Politis and Romano's kernel up to Politis and White's lag, no mean taken for known."""
    n = len(x)
    e = x - x.mean()
    log10n = np.log10(n)
    run = max(5, int(log10n))
    most = int(np.ceil(np.sqrt(n))) + run
    gamma = np.array([e[l:] @ e[: n - l] for l in range(most + 1)]) / n
    rho = [abs(e[l:] @ e[: n - l]) / np.sqrt((e[l + 1 :] @ e[l + 1 :]) * (e[: n - l - 1] @ e[: n - l - 1])) for l in range(most + 1)]
    small = np.array(rho) < 2 * np.sqrt(log10n / n)
    first = next((l for l in range(run, most + 1) if small[l - run : l].all()), None)
    lag = most if first is None else min(2 * max(first - run, 1), most)
    k = np.arange(1, lag + 1)
    weight = np.minimum(1, 2 * (1 - k / lag))
    return (gamma[0] + 2 * weight @ gamma[1 : lag + 1]) / (1 - (1 + 2 * weight @ (1 - k / n)) / n)


def case(name, x, block, benchmark=None, widening=1.0):
    n, k = x.shape
    bench = np.zeros(n, dtype=np.int64) if benchmark is None else benchmark
    d = (x - bench[:, None]).astype(float)
    plain = SPA(np.zeros(n), -d, block_size=block, reps=1, seed=1)
    plain.compute()
    ratios = [flat_top(c) / v for c, v in zip(d.T, plain._loss_diff_var)]
    # whoever resamples this resamples the days' own distances from their mean, `widening` times
    d = d.mean(0) + widening * (d - d.mean(0))
    # losses are negative P&L: arch's differences benchmark − model are then ours
    raw = SPA(np.zeros(n), -d, block_size=block, reps=RESAMPLES, seed=1)
    raw.compute()
    deviation = np.sqrt(raw._loss_diff_var)
    z = d / deviation
    scaled = SPA(np.zeros(n), -z, block_size=block, reps=RESAMPLES, seed=2)
    scaled.compute()
    named = [StepM(np.zeros(n), -z, size=0.05, block_size=block, reps=RESAMPLES, seed=s) for s in (3, 4, 5)]
    for step in named:
        step.compute()
    superior = [[int(i) for i in step.superior_models] for step in named]
    assert superior[0] == superior[1] == superior[2], (name, superior)  # too close to call is no golden
    result = {
        "name": name, "days": n, "settings": k, "block": block, "values": x.ravel().tolist(),
        "benchmark": [] if benchmark is None else bench.tolist(),
        "widening": widening, "widths": ratios, "deviations": (deviation / widening).tolist(), "statistics": (np.sqrt(n) * z.mean(0)).tolist(),
        "lower": scaled.pvalues["lower"], "consistent": scaled.pvalues["consistent"], "upper": scaled.pvalues["upper"],
        "realityCheck": raw.pvalues["upper"], "superior": superior[0], "resamples": RESAMPLES,
    }
    for method in ("R", "max"):
        mcs = MCS(-d, size=0.1, block_size=block, reps=5_000, method=method, seed=6)
        mcs.compute()
        result["mcs" + method] = mcs.pvalues["Pvalue"].sort_index().tolist()
    return result


rng = np.random.default_rng(20261127)
write("snooping.json", [
    case("no edge", pnl(rng, 120, 10, [0] * 10), 3),
    case("one edge", pnl(rng, 150, 8, [0, 0, 4_500, 0, -2_000, 0, 0, 0], ar=0.2), 5),
    case("three edges", pnl(rng, 160, 9, [9_000, 0, 0, 12_000, 0, 7_500, 0, -500, 0], common=0.2), 1),
    case("losers", pnl(rng, 130, 8, [-300, -9_000, -6_000, -8_000, -7_000, 400, -12_000, -9_500]), 4),
    case("heavy tails", pnl(rng, 200, 6, [500, 0, 0, 0, 800, 0], tails=3, ar=0.4), 12),
    case("benchmark", pnl(rng, 140, 7, [2_500, 2_000, 0, 1_000, 11_000, 0, 300]), 2,
         np.round(rng.normal(500, 4_000, 140)).astype(np.int64)),
    case("long blocks", pnl(rng, 61, 5, [600, 0, 1_500, 0, -900], ar=0.6), 20),
    case("widened", pnl(rng, 170, 9, [4_000, 0, 0, 1_500, -7_000, 0, 0, 2_000, -300], ar=0.4), 2, widening=1.25),
])
