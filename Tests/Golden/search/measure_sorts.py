"""Times pymoo's non-dominated sorts and its survival step, for SortTimeTests to be compared with on one machine.

`default` is pymoo 0.6.2's own sort (the C library moocore), `cython` the compiled fast_non_dominated_sort that was its
default until 0.6.1, `survival` RankAndCrowding, which a generation of its NSGA-II spends on parents and children.

    ../golden-venv/bin/python Tests/Golden/search/measure_sorts.py
    SEARCH_BARS=1 swift test --filter SortTimeTests
"""
import time
import numpy as np
from pymoo.core.population import Population
from pymoo.core.problem import Problem
from pymoo.functions import load_function
from pymoo.operators.survival.rank_and_crowding import RankAndCrowding
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

cython = load_function("fast_non_dominated_sort")


def measure(work, repeats):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(1e6 * (time.perf_counter() - start))
    return f"{min(times):.1f} least, {np.median(times):.1f} median µs"


for m in (2, 3):
    for n in (100, 1_000, 10_000):
        f = np.random.default_rng(1).random((n, m))
        repeats = 201 if n == 100 else (51 if n == 1_000 else 11)
        print(m, n, "default", measure(lambda: NonDominatedSorting().do(f), repeats))
        print(m, n, "cython", measure(lambda: cython(f), min(repeats, 21) if n < 10_000 else 3))
        pop = Population.new(X=np.zeros((n, 1)), F=f)
        problem = Problem(n_var=1, n_obj=m)
        rng = np.random.default_rng(1)
        print(m, n, "survival",
              measure(lambda: RankAndCrowding().do(problem, pop, n_survive=n // 2, random_state=rng), min(repeats, 21)))
