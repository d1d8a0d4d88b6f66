"""Makes stress.csv beside this script: what spreads, VX and VIX calls gain in scenarios, by SciPy's normal distribution.

    pip install numpy==2.4.6 scipy==1.17.1
    python stress.py

Rows, gains in cents of one position against no move; m the index's move, v that of volatility, both shares:
  spread,forward,short,long,short deviation,long deviation,sign,m,v,gain     one short vertical, its cost between 0 and its width
  future,price,beta,days to settlement,cents a point,m,v,gain
  call,future,beta,days to settlement,deviation at the money,strike,cents a point,m,v,gain
"""
import math
import os
import random

from scipy.stats import norm

SKEW, CAP = 0.3, 3.0


def black(forward, strike, deviation, sign):
    d = math.log(forward / strike) / deviation + deviation / 2
    return sign * (forward * norm.cdf(sign * d) - strike * norm.cdf(sign * (d - deviation)))


def spread(forward, short, long, s_short, s_long, sign, m, v):
    def cost(f, factor):
        value = black(f, short, s_short * factor, sign) - black(f, long, s_long * factor, sign)
        return min(max(value, 0), abs(short - long))

    return -10_000 * (cost(forward * (1 + m), 1 + v) - cost(forward, 1))


def vx_change(price, beta, days, m, v):
    return max(beta * 100 * m + price * (0.276 * math.exp(-0.0205 * days) + 0.038) * v, -price)


def future(price, beta, days, cents, m, v):
    return cents * vx_change(price, beta, days, m, v)


def call(forward, beta, days, deviation, strike, cents, m, v):
    def value(f, s):
        own = s * (1 + SKEW * CAP * math.tanh(math.log(strike / f) / s / CAP))
        return black(f, strike, own, 1)

    moved = max(forward + vx_change(forward, beta, days, m, v), 0.01)
    return cents * (value(moved, deviation * (1 + v)) - value(forward, deviation))


def main():
    r = random.Random(20180205)
    rows = []
    for _ in range(120):
        f, s, sign, width = r.uniform(2000, 4500), r.uniform(0.004, 0.05), r.choice([1, -1]), r.choice([5, 10, 25])
        short = round(f * math.exp(sign * s * r.uniform(0.3, 2)) / 5) * 5
        own = s * r.uniform(0.8, 1.3)
        inputs = [f, short, short + sign * width, own, own * r.uniform(0.98, 1.02), sign,
                  r.uniform(-0.08, 0.06) * r.choice([1, 0.1]), r.choice([0, r.uniform(-0.5, 1)])]
        rows.append(["spread", *inputs, spread(*inputs)])
        price, beta, days = r.uniform(10, 60), r.uniform(-1.2, -0.2), r.randrange(1, 250)
        m, v = r.uniform(-0.08, 0.3), r.choice([0, r.uniform(-0.9, 2)])
        inputs = [price, beta, days, r.uniform(100, 200_000), m, v]
        rows.append(["future", *inputs, future(*inputs)])
        vx = round(price, 3)
        inputs = [vx, beta, days, r.uniform(0.1, 1), max(5, round(vx * r.uniform(0.7, 2) * 2) / 2), 10_000, m, v]
        rows.append(["call", *inputs, call(*inputs)])
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "stress.csv")
    with open(path, "w") as file:
        file.write("# SciPy norm.cdf; re-make with Tests/Golden/studies/stress.py, which tells the columns\n")
        file.writelines(",".join(x if isinstance(x, str) else repr(float(x)) for x in row) + "\n" for row in rows)


main()
