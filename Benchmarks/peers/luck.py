"""Hansen's test by Wingspan and arch: how fast it is.

    python Benchmarks/peers/luck.py --wingspan .build/release/wingspan --work .build-peers/luck
"""
import argparse, json, os, subprocess, sys, time
import numpy as np


def wingspan(program, path, *more):
    out = subprocess.run([program, "luck", "--matrix", path, "--json", *more], capture_output=True, text=True)
    if out.returncode:
        sys.exit(out.stderr)
    return json.loads(out.stdout)


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
parser.add_argument("--wingspan", default=".build/release/wingspan")
parser.add_argument("--work", default=".build-peers/luck")
parser.add_argument("--repeat", type=int, default=3)
args = parser.parse_args()
os.makedirs(args.work, exist_ok=True)
speed(args)
