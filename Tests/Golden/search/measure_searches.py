"""Measures the searches that Wingspan's are compared with, and writes searches.json beside this script.

pymoo's NSGA-II and mixed-variable GA: hypervolume of the last population's front, median of 11 seeds (OSY, which ends at
one of two fronts, 31), reference point 1.1 in every objective. PyPI's cma: evaluations until the objective is 1e-8 or less, median of 11 seeds. The problems
stand in SearchTests/Problems.swift too. Takes some ten minutes.

    python3 -m venv ../golden-venv && ../golden-venv/bin/pip install numpy==2.4.6 pymoo==0.6.2 cma==4.5.0
    ../golden-venv/bin/python Tests/Golden/search/measure_searches.py
"""
import json, os
import numpy as np, pymoo, cma
from pymoo.algorithms.moo.nsga2 import NSGA2, RankAndCrowdingSurvival
from pymoo.core.mixed import MixedVariableGA
from pymoo.core.problem import ElementwiseProblem
from pymoo.core.variable import Choice, Integer, Real
from pymoo.indicators.hv import HV
from pymoo.optimize import minimize
from pymoo.problems import get_problem

HERE = os.path.dirname(os.path.abspath(__file__))
SEEDS = range(1, 12)


class Mixed(ElementwiseProblem):
    """ZDT1 with six reals, five integers (best at 7 of 0 ... 20) and five choices of six (best at (2 + 3k) mod 6)."""

    def __init__(self):
        names = {f"x{i}": Real(bounds=(0, 1)) for i in range(6)}
        names |= {f"n{i}": Integer(bounds=(0, 20)) for i in range(5)}
        names |= {f"c{i}": Choice(options=list(range(6))) for i in range(5)}
        super().__init__(vars=names, n_obj=2)

    def _evaluate(self, x, out, *args, **kwargs):
        total = sum(x[f"x{i}"] for i in range(1, 6))
        total += sum(abs(x[f"n{i}"] - 7) / 20 for i in range(5))
        total += sum(((x[f"c{i}"] - (2 + 3 * i)) % 6) != 0 for i in range(5))
        g = 1 + 9 * total / 15
        out["F"] = [x["x0"], g * (1 - np.sqrt(x["x0"] / g))]


def volume(f, ideal, nadir):
    return float(HV(np.full(len(ideal), 1.1))((f - ideal) / (np.array(nadir) - ideal)))


def run(problem, algorithm, evaluations, ideal, nadir, seeds=SEEDS):
    found = [volume(minimize(problem, algorithm(), ("n_eval", evaluations), seed=s).F, np.array(ideal), nadir)
             for s in seeds]
    return {"median": float(np.median(found)), "least": min(found), "most": max(found)}


plain = lambda: NSGA2(pop_size=100)
cases = {
    "zdt1": run(get_problem("zdt1"), plain, 25_000, [0, 0], [1, 1]),
    "zdt3": run(get_problem("zdt3"), plain, 25_000, [0, 0], [1, 1]),
    "dtlz2": run(get_problem("dtlz2", n_var=12, n_obj=3), plain, 25_000, [0, 0, 0], [1, 1, 1]),
    "bnh": run(get_problem("bnh"), plain, 25_000, [0, 4], [136, 50]),
    "osy": run(get_problem("osy"), plain, 25_000, [-274, 4], [-42, 76], range(1, 32)),
    "mixed": run(Mixed(), lambda: MixedVariableGA(pop_size=100, survival=RankAndCrowdingSurvival()), 10_000,
                 [0, 0], [1, 1]),
}

shift = np.array([-2 + 4 * i / 9 for i in range(10)])
v = np.arange(1, 11.0)
mirror = np.eye(10) - 2 * np.outer(v, v) / (v @ v)
scale = 10 ** (6 * np.arange(10) / 9)
functions = {
    "sphere": lambda x: float(np.sum((x - shift) ** 2)),
    "rosenbrock": lambda x: float(np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)),
    "ellipsoid": lambda x: float(np.sum(scale * (mirror @ (np.asarray(x) - shift)) ** 2)),
}
for name, function in functions.items():
    for kind, bounds in (("free", {}), ("bounded", {"bounds": [-5, 5]})):
        counts = []
        for seed in SEEDS:
            strategy = cma.CMAEvolutionStrategy(
                np.zeros(10), 3, {"seed": seed, "verbose": -9, "ftarget": 1e-8, "maxfevals": 50_000} | bounds)
            count = 0
            best = np.inf
            while not strategy.stop() and best > 1e-8:
                asked = strategy.ask()
                values = [function(np.asarray(x)) for x in asked]
                strategy.tell(asked, values)
                reached = [k for k, value in enumerate(values) if value <= 1e-8]
                best = min(best, *values)
                count += reached[0] + 1 if reached else len(values)
            counts.append(count if best <= 1e-8 else None)
        good = [c for c in counts if c is not None]
        cases[f"{name} {kind}"] = {"median": float(np.median(good)), "least": min(good), "most": max(good),
                                   "reached": len(good)}
with open(os.path.join(HERE, "searches.json"), "w") as f:
    json.dump({"source": f"pymoo {pymoo.__version__}, cma {cma.__version__}; "
               "re-make with Tests/Golden/search/measure_searches.py", "cases": cases}, f, indent=1)
