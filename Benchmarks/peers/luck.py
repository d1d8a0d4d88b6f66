"""Hansen's test by Wingspan, arch and NumPy: how often it rejects without an edge and with one, and how fast it is.

    python Benchmarks/peers/luck.py size  --wingspan .build/release/wingspan --work .build-peers/luck
    python Benchmarks/peers/luck.py speed --wingspan .build/release/wingspan --work .build-peers/luck

`size` makes markets of settings that share half of their variance, writes each to a file and asks `wingspan luck`. The power it
is held against is that of the same test written out below on markets of other seeds: own markets, own resamples, own statistic.
"""
import argparse, json, os, subprocess, sys, time
import numpy as np

DAYS, SETTINGS, RESAMPLES, BLOCK, LEVEL = 250, 50, 499, 2, 0.05
# mean of one setting, in deviations of a day; the standard error of a mean of 250 days is 0.063
EDGES = {"normal": [0.0, 0.2], "heavy": [0.0]}


def market(rng, kind, edge):
    """P&L, shape [days, settings], whole cents; heavy: Student's t with 4 degrees, first-order dependence of 0.2."""
    shape = (DAYS, SETTINGS + 1)
    e = rng.normal(size=shape) if kind == "normal" else rng.standard_t(4, shape) / np.sqrt(2)
    if kind == "heavy":
        for t in range(1, DAYS):
            e[t] = 0.2 * e[t - 1] + np.sqrt(1 - 0.2**2) * e[t]
    x = (e[:, :1] + e[:, 1:]) / np.sqrt(2)
    x[:, 0] += edge
    return np.round(10_000 * x).astype(np.int64)


def spa(x, rng, block=BLOCK, resamples=RESAMPLES):
    """p of Hansen's consistent test, by its definition."""
    n, k = x.shape
    x = x.astype(float)
    mean = x.mean(0)
    e = x - mean
    q = 1 - 1 / block
    lags = np.arange(n)
    kappa = (1 - lags / n) * q**lags + (lags / n) * q ** (n - lags)
    f = np.fft.rfft(np.vstack([e, np.zeros_like(e)]), axis=0)
    auto = np.fft.irfft((f * f.conj()).real, axis=0)[:n] / n
    deviation = np.sqrt(auto[0] + 2 * (kappa[1:, None] * auto[1:]).sum(0))
    start = rng.integers(0, n, (resamples, n))
    jump = rng.random((resamples, n)) < 1 / block
    jump[:, 0] = True
    last = np.maximum.accumulate(np.where(jump, np.arange(n), 0), axis=1)
    places = (np.take_along_axis(start, last, 1) + np.arange(n) - last) % n
    counts = np.zeros((resamples, n))
    np.add.at(counts, (np.repeat(np.arange(resamples), n), places.ravel()), 1)
    star = np.sqrt(n) * (counts @ x / n) / deviation
    t = np.sqrt(n) * mean / deviation
    centre = np.where(t >= -np.sqrt(2 * np.log(np.log(n))), t, 0)
    reached = ((star - centre).max(1) >= t.max()).sum()
    return (1 + reached) / (1 + resamples)


def wingspan(program, path, *more):
    out = subprocess.run([program, "luck", "--matrix", path, "--json", *more], capture_output=True, text=True)
    if out.returncode:
        sys.exit(out.stderr)
    return json.loads(out.stdout)


def size(args):
    path = os.path.join(args.work, "market.npy")
    print(f"{args.markets} markets, {SETTINGS} settings, {DAYS} days, {RESAMPLES} resamples, blocks of {BLOCK}, level {LEVEL}")
    print("| P&L | edge of one setting, deviations a day | rejected by Wingspan | by NumPy, other markets |")
    print("|---|---|---|---|")
    for kind, edges in EDGES.items():
        for edge in edges:
            mine = theirs = 0
            for i in range(args.markets):
                np.save(path, market(np.random.default_rng([1, i]), kind, edge))
                told = wingspan(
                    args.wingspan, path, "--seed", str(i), "--resamples", str(RESAMPLES), "--block", str(BLOCK), "--threads",
                    "1", "--no-mcs")
                mine += told["spa"]["consistent"] <= LEVEL
                rng = np.random.default_rng([2, i])
                theirs += spa(market(rng, kind, edge), rng) <= LEVEL
            print(f"| {kind} | {edge} | {100 * mine / args.markets:.1f} % | {100 * theirs / args.markets:.1f} % |", flush=True)


def speed(args):
    from arch.bootstrap import SPA

    days, settings, resamples = 750, 10_000, 10_000
    rng = np.random.default_rng(7)
    x = np.round(10_000 * rng.normal(size=(days, settings))).astype(np.int64)
    path = os.path.join(args.work, "wide.npy")
    np.save(path, x)
    seconds = []
    for _ in range(args.repeat):
        start = time.perf_counter()
        wingspan(args.wingspan, path, "--resamples", str(resamples), "--block", "5")
        seconds.append(time.perf_counter() - start)
    mine = sorted(seconds)[len(seconds) // 2]
    rate = settings * resamples / mine
    k, b = 1_000, 200
    start = time.perf_counter()
    SPA(np.zeros(days), -x[:, :k].astype(float), block_size=5, reps=b, seed=1).compute()
    theirs = time.perf_counter() - start
    print(f"Wingspan: {settings} settings x {resamples} resamples x {days} days in {mine:.2f} s (median of {args.repeat}, with")
    print(f"  reading the file, three p-values, the reality check and the list): {rate / 1e6:.2f} million resampled settings a second")
    print(f"arch: {k} settings x {b} resamples x {days} days in {theirs:.2f} s: {k * b / theirs / 1e6:.4f} million a second")
    print(f"ratio {rate / (k * b / theirs):.0f}")


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("what", choices=["size", "speed"])
parser.add_argument("--wingspan", default=".build/release/wingspan")
parser.add_argument("--work", default=".build-peers/luck")
parser.add_argument("--markets", type=int, default=2_000)
parser.add_argument("--repeat", type=int, default=3)
args = parser.parse_args()
os.makedirs(args.work, exist_ok=True)
{"size": size, "speed": speed}[args.what](args)
