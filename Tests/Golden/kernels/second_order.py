"""Makes second_order.csv beside this script: derivatives of Black-76's price by differences of 60-digit prices in mpmath.

    pip install mpmath==1.4.1
    python second_order.py

No closed form of a greek is used: the price by erfc, and mpmath.diff of it. Strikes lie within five deviations of the forward.
"""
import os
import random

import mpmath as M

M.mp.dps = 60


def price(forward, strike, deviation, sign):
    d = M.log(forward / strike) / deviation + deviation / 2
    n = lambda x: M.erfc(-x / M.sqrt(2)) / 2
    return sign * (forward * n(sign * d) - strike * n(sign * (d - deviation)))


def main():
    r = random.Random(20180205)
    rows = []
    for k in range(200):
        forward, sigma, sign = r.uniform(1500, 4500), r.uniform(0.05, 0.9), r.choice([1, -1])
        years = 10 ** r.uniform(-3, 0.3) if k % 2 else r.uniform(0.5, 2) / 252
        deviation = sigma * years ** 0.5
        strike = forward * M.exp(deviation * r.uniform(-5, 5))
        f, strike, sigma, years = M.mpf(forward), M.mpf(float(strike)), M.mpf(sigma), M.mpf(years)
        own = lambda x, v: price(x, strike, v * M.sqrt(years), sign)
        derivatives = [M.diff(own, (f, sigma), order) for order in [(1, 0), (2, 0), (0, 1), (1, 1), (0, 2)]]
        rows.append([repr(float(x)) for x in [f, strike, sigma, years, sign, own(f, sigma)] + derivatives])
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "second_order.csv")
    with open(path, "w") as file:
        file.write(f"# mpmath {M.__version__}, 60 digits; re-make with Tests/Golden/kernels/second_order.py\n")
        file.write("# forward,strike,volatility,years,sign,price,delta,gamma,vega,vanna,volga\n")
        file.writelines(",".join(row) + "\n" for row in rows)


main()
