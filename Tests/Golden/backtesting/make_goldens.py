"""Makes the golden files of BacktestingTests beside this script.

Independent program: TA-Lib 0.8 (C library, Wilder's relative strength index).

    python3 -m venv .venv && .venv/bin/pip install TA-Lib==0.8.2 numpy
    .venv/bin/python Tests/Golden/backtesting/make_goldens.py
"""
import os
import numpy as np
import talib

HERE = os.path.dirname(os.path.abspath(__file__))
closes = np.round(2500 + np.cumsum(np.random.default_rng(14).normal(0, 6, 400)), 2)
closes[200:206] = closes[199]  # a stretch without any change
columns = {n: talib.RSI(closes, timeperiod=n) for n in (2, 14, 30)}
with open(os.path.join(HERE, "rsi.csv"), "w") as f:
    f.write(f"# RSI of TA-Lib {talib.__version__}; re-make with Tests/Golden/backtesting/make_goldens.py\n")
    f.write("close," + ",".join(f"rsi{n}" for n in columns) + "\n")
    for i, close in enumerate(closes):
        f.write(f"{close:.2f}," + ",".join("" if np.isnan(c[i]) else f"{c[i]:.10f}" for c in columns.values()) + "\n")
