#!/usr/bin/env python3
"""Makes brownian-strip.csv and vx-levels.csv beside this file.

    python3 Tests/Golden/bundled/make_goldens.py        # standard library only

The strip laws are summed here as sine series (eigenfunctions of the killed motion), where the program uses
images; the joint density of highest and lowest point is a numerical second derivative of the chance to stay
inside. VX levels repeat the formula of fit_vx_map.py with the shipped parameters.
"""
import json, math, pathlib

HERE = pathlib.Path(__file__).resolve().parent
HEAD = "# Made by Tests/Golden/bundled/make_goldens.py; re-make by running it.\n"
N = 400


def flux(y, t, r):  # density of reaching 0 from y in (0, r) before r
    return math.pi / r**2 * sum(
        n * math.sin(n * math.pi * y / r) * math.exp(-(n * math.pi / r) ** 2 * t / 2) for n in range(1, N))


def free(y, t):
    return y / math.sqrt(2 * math.pi * t**3) * math.exp(-y * y / (2 * t))


def crossing(t, r):  # -d/dy of flux at y = r
    return math.pi**2 / r**3 * sum(
        -n * n * (-1) ** n * math.exp(-(n * math.pi / r) ** 2 * t / 2) for n in range(1, N))


def stay(up, down, end, t):  # bridge from 0 to end stays inside (-down, up)
    r = up + down
    kernel = 2 / r * sum(
        math.sin(n * math.pi * down / r) * math.sin(n * math.pi * (down + end) / r)
        * math.exp(-(n * math.pi / r) ** 2 * t / 2) for n in range(1, N))
    return kernel / (math.exp(-end * end / (2 * t)) / math.sqrt(2 * math.pi * t))


def extremes(up, down, end, t, h=2e-3):
    def mixed(h):
        # P(max < up, min > -down): density of (max, -min) is the mixed derivative with sign +1 in (up, down)
        return (stay(up + h, down + h, end, t) - stay(up + h, down - h, end, t)
                - stay(up - h, down + h, end, t) + stay(up - h, down - h, end, t)) / (4 * h * h)
    return (4 * mixed(h / 2) - mixed(h)) / 3


rows = ["law,a,b,c,d,value"]
for t in (0.1, 0.3, 0.8, 1.6):
    for y in (0.05, 0.3, 0.7, 0.95):
        rows.append(f"survival,{y},{t},1,0,{flux(y, t, 1) / free(y, t)!r}")
    rows.append(f"crossing,{t},1,0,0,{crossing(t, 1) / crossing(0.5, 1)!r}")
for t in (0.2, 0.5, 1.2):
    for up, end in ((0.2, 0.05), (0.5, 0.3), (0.7, -0.2)):
        rows.append(f"extremes,{up},{1 - up:.12g},{end},{t},{extremes(up, 1 - up, end, t)!r}")
(HERE / "brownian-strip.csv").write_text(HEAD + "\n".join(rows) + "\n")

shipped = json.loads((HERE.parents[2] / "Sources/MarketData/Resources/vx-map.json").read_text())
p = shipped["parameters"]
rows = ["vix,slow_mean,days,level"]
for vix in (9.14, 16.0, 37.32, 82.69):
    for mean in (2.4, 2.9, 3.4):
        for days in (0, 1, 30, 120, 245):
            t, v = days / 365, math.log(vix)
            w = math.exp(-p["fast"] * t)
            u = p["fast"] / (p["fast"] - p["slow"]) * (math.exp(-p["slow"] * t) - w)
            x = ((1 - w - u) * p["logTheta"] + u * mean + w * v
                 + p["premium"] * (1 - math.exp(-t / p["rise"])) * (1 + p["tilt"] * (v - mean)))
            rows.append(f"{vix},{mean},{days},{math.exp(x)!r}")
(HERE / "vx-levels.csv").write_text(HEAD + "\n".join(rows) + "\n")
