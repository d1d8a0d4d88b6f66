"""Makes vix-greeks.csv beside this script: derivatives of the model price of VIX calls, the smile moving with the future, by
differences of 50-digit prices in mpmath.

    pip install mpmath==1.4.1
    python vix_greeks.py

A call is priced by Black-76 at s * (1 + skew * cap * tanh(z / cap)), z = ln(K / F) / s, s the deviation at the money; derivatives
by the future and by a factor on s. No closed form of a derivative is used.
"""
import os
import random

import mpmath as M

M.mp.dps = 50
SKEW, CAP = M.mpf(3) / 10, 3


def price(forward, factor, strike, deviation):
    s = deviation * factor
    own = s * (1 + SKEW * CAP * M.tanh(M.log(strike / forward) / s / CAP))
    d = M.log(forward / strike) / own + own / 2
    n = lambda x: M.erfc(-x / M.sqrt(2)) / 2
    return forward * n(d) - strike * n(d - own)


def main():
    r = random.Random(20200318)
    rows = []
    for _ in range(150):
        vx, deviation = r.randrange(9_000, 80_000), r.uniform(0.05, 1.2)
        strike = max(5_000, round(vx * float(M.exp(deviation * r.uniform(-2.5, 2.5))) / 500) * 500)
        f = M.mpf(vx) / 1000
        own = lambda x, a: price(x, a, M.mpf(strike) / 1000, M.mpf(deviation))
        derivatives = [M.diff(own, (f, M.mpf(1)), order) for order in [(1, 0), (2, 0), (0, 1), (1, 1), (0, 2)]]
        far = own(f * M.mpf(1.25), M.mpf(1.5))
        rows.append([vx, deviation, strike] + [float(x) for x in [own(f, M.mpf(1)), far] + derivatives])
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "vix-greeks.csv")
    with open(path, "w") as file:
        file.write(f"# mpmath {M.__version__}, 50 digits; re-make with Tests/Golden/pricing/vix_greeks.py\n")
        file.write("# vx 1/1000,deviation,strike 1/1000,price,price at 1.25 vx and 1.5 deviation,delta,gamma,vega,vanna,volga\n")
        file.writelines(",".join(map(repr, row)) + "\n" for row in rows)


main()
