#!/usr/bin/env python3
"""Re-makes Sources/MarketData/Resources/spx-vix-2014-2018.csv and LICENSE-arch.txt, byte for byte.

    pip download arch==8.0.0 --no-deps -d DIR
    python3 Tests/Golden/bundled/make_bundled_history.py DIR/arch-8.0.0-*.whl

Needs nothing but the standard library. The wheel's `arch/data/sp500/sp500.csv.gz` holds S&P 500 daily open,
high, low and close 1999-2018, `arch/data/vix/vix.csv.gz` the VIX close from 2014-01-03 with holidays as ".".
Kept: 2014-01-02 to 2018-12-31; the first day, which has no VIX, is there for its close alone. Any release of
arch with these two files gives the same table (tried: 7.2.0 and 8.0.0).
"""
import csv, gzip, io, pathlib, sys, zipfile

HEADER = """\
# S&P 500 daily open, high, low, close and VIX close, 2014-01-02 to 2018-12-31.
# Source: the Python package arch 8.0.0 by Kevin Sheppard (https://pypi.org/project/arch/), files
#   arch/data/sp500/sp500.csv.gz and arch/data/vix/vix.csv.gz.
# Licence: NCSA (University of Illinois/NCSA Open Source License), text in LICENSE-arch.txt beside this file.
# Re-made, byte for byte, by Tests/Golden/bundled/make_bundled_history.py from `pip download arch==8.0.0`.
# The first row has no VIX: it only gives the previous close of the first session.
# The opens are not the market's 09:30 prices (they carry 9 % of the close-to-close variance): don't use them.
date,open,high,low,close,vix
"""


def iso(us_date):
    month, day, year = us_date.split("/")
    return f"{year}-{int(month):02d}-{int(day):02d}"


def rows(wheel, member):
    text = gzip.decompress(wheel.read(member)).decode("ascii")
    return list(csv.DictReader(io.StringIO(text)))


def main(path):
    wheel = zipfile.ZipFile(path)
    vix = {iso(r["Date"]): r["vix"] for r in rows(wheel, "arch/data/vix/vix.csv.gz") if r["vix"] != "."}
    lines = []
    for r in rows(wheel, "arch/data/sp500/sp500.csv.gz"):
        day = iso(r["Date"])
        if "2014-01-02" <= day <= "2018-12-31":
            prices = ",".join(f"{float(r[k]):.2f}" for k in ("Open", "High", "Low", "Close"))
            close = vix.get(day)
            assert close is not None or day == "2014-01-02", f"{day}: no VIX"
            lines.append(f"{day},{prices},{'' if close is None else format(float(close), '.2f')}\n")
    assert len(lines) == 1258, len(lines)
    resources = pathlib.Path(__file__).resolve().parents[3] / "Sources/MarketData/Resources"
    (resources / "spx-vix-2014-2018.csv").write_bytes((HEADER + "".join(lines)).encode("ascii"))
    licence = next(n for n in wheel.namelist() if n.split("/")[-1] in ("LICENSE.md", "LICENSE"))
    (resources / "LICENSE-arch.txt").write_bytes(wheel.read(licence))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
