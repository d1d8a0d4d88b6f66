"""Makes the golden files of SearchTests beside this script.

Independent programs: SciPy (Sobol's sequence, discrepancies), pymoo (hypervolumes, ranks, crowding distances).

    python3 -m venv ../golden-venv && ../golden-venv/bin/pip install numpy==2.4.6 scipy==1.17.1 pymoo==0.6.2
    ../golden-venv/bin/python Tests/Golden/search/make_goldens.py
"""
import json, os, warnings
import numpy as np, scipy, pymoo
from scipy.stats import qmc
from pymoo.indicators.hv import HV
from pymoo.operators.survival.rank_and_crowding.metrics import get_crowding_function
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

warnings.simplefilter("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))


def write(name, source, data):
    with open(os.path.join(HERE, name), "w") as f:
        json.dump({"source": f"{source}; re-make with Tests/Golden/search/make_goldens.py", "cases": data}, f)


# The sequence itself: first points of all dimensions, and a few far ones.
d = 128
sequence = qmc.Sobol(d, scramble=False, bits=53)
points = sequence.random(4_100)
rows = [0, 1, 2, 3, 4, 5, 6, 7, 8, 31, 64, 100, 511, 777, 1_023, 1_024, 2_047, 4_099]
write("sobol.json", f"SciPy {scipy.__version__}, qmc.Sobol(128, scramble=False, bits=53)",
      [{"index": i, "point": points[i].tolist()} for i in rows])

# Centred L2 discrepancy of SciPy's scrambled points: mean over 400 seeds.
cases = []
for dims, count in [(2, 64), (5, 256), (12, 128)]:
    found = [qmc.discrepancy(qmc.Sobol(dims, scramble=True, rng=s).random(count)) for s in range(400)]
    cases.append({"dimensions": dims, "points": count, "mean": float(np.mean(found)),
                  "error": float(np.std(found, ddof=1) / np.sqrt(len(found)))})
write("sobol_discrepancy.json", f"SciPy {scipy.__version__}, qmc.discrepancy of qmc.Sobol(scramble=True), seeds 0-399",
      cases)

# Hypervolumes, ranks and crowding distances of random sets, equal points among them.
rng = np.random.default_rng(20260101)
cases = []
for m in (2, 3, 4, 5):
    for n in (1, 7, 40):
        f = np.round(rng.random((n, m)), 2) if n == 40 else rng.random((n, m))
        if n == 40:
            f[5] = f[4]
        reference = np.full(m, 1.1) if n < 40 else np.full(m, 0.8)
        fronts = NonDominatedSorting().do(f)
        ranks = [0] * n
        for k, front in enumerate(fronts):
            for i in front:
                ranks[int(i)] = k
        first = f[fronts[0]]
        first = np.unique(first, axis=0)
        crowding = get_crowding_function("cd").do(first, n_remove=0)
        cases.append({
            "objectives": f.tolist(), "reference": reference.tolist(), "hypervolume": float(HV(reference)(f)),
            "ranks": ranks, "front": first.tolist(),
            "crowding": [None if np.isinf(x) else float(x) for x in crowding],
        })
write("pareto.json", f"pymoo {pymoo.__version__} (HV, NonDominatedSorting, crowding function cd)", cases)
