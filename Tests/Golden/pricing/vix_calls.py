"""Makes vix-calls.csv beside this script: VIX calls by QuantLib, at volatilities worked out here by another route.

    pip install QuantLib==1.44 numpy==2.4.6 scipy==1.17.1
    python vix_calls.py

The variance over a contract's life is integrated numerically, where the program has the closed form. Bounds and
extremes of every argument are among the rows. A price is also checked against the forward by put-call parity.
"""
import math
import os
import random

import QuantLib as ql
from scipy.integrate import quad

STANDARD = dict(share=0.95, kappa=6.4, far=0.29, skew=0.3, cap=3.0, scale=1.0)


def variance(p, years):
    return quad(lambda t: ((1 - p["far"]) * math.exp(-p["kappa"] * t) + p["far"]) ** 2, 0, years, epsabs=0, epsrel=1e-13)[0]


def row(p, vx, vvix, minutes, strike):
    years = minutes / 525_600
    month = 30 / 365
    sigma = vvix / 100 * p["share"] * p["scale"] * math.sqrt(variance(p, years) / years / (variance(p, month) / month))
    s = sigma * math.sqrt(years)
    z = math.log(strike / vx) / s
    own = s * (1 + p["skew"] * p["cap"] * math.tanh(z / p["cap"]))
    call = ql.BlackCalculator(ql.PlainVanillaPayoff(ql.Option.Call, strike), vx, own)
    put = ql.BlackCalculator(ql.PlainVanillaPayoff(ql.Option.Put, strike), vx, own)
    assert abs(call.value() - put.value() - (vx - strike)) < 1e-12 * (vx + strike)
    return [*p.values(), round(vx * 1000), vvix, minutes, round(strike * 1000), own, call.value(), call.deltaForward(),
            call.vega(years)]


def main():
    r = random.Random(20061024)
    rows = []
    for vx in (9.0, 14.45, 26.0, 82.69):
        for vvix in (60.0, 95.0, 207.59):
            for days in (1, 7, 30, 110, 220):
                for moneyness in (0.6, 0.9, 1, 1.15, 1.5, 2.5):
                    rows.append(row(STANDARD, vx, vvix, days * 1440 - 405, round(vx * moneyness * 2) / 2))
    while len(rows) < 600:
        cap = r.uniform(0.5, 3)
        p = dict(share=r.uniform(0.5, 1.5), kappa=10 ** r.uniform(-1, 1.69), far=r.random(),
                 skew=r.uniform(0, min(0.35, 0.9 / cap)), cap=cap, scale=r.choice([0.8, 1.0, 1.2]))
        made = row(p, round(r.uniform(8, 90), 3), round(r.uniform(50, 210), 2), r.randrange(1, 350_000),
                   round(r.uniform(5, 200) * 2) / 2)
        if made[10] / (1 + p["skew"] * p["cap"]) < 2.4:
            rows.append(made)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "vix-calls.csv")
    with open(path, "w") as f:
        f.write(f"# QuantLib {ql.__version__}, BlackCalculator; re-make with Tests/Golden/pricing/vix_calls.py\n")
        f.write("# share,kappa,far,skew,cap,scale,vx 1/1000,vvix,minutes,strike 1/1000,stdDev,price,delta,vega\n")
        f.writelines(",".join(map(repr, x)) + "\n" for x in rows)


main()
