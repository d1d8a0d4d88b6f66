"""1DTE entries a year: sessions whose next session is an expiry of a PM-settled SPX series. A second way to count:
nominal dates are rolled onto sessions. Sessions are pandas_market_calendars', first expiries those of the table.

    python3 -m venv .venv && .venv/bin/pip install pandas_market_calendars==5.5.0
    .venv/bin/python one_day_entries.py > one-day-entries.txt
"""

import datetime as D

import pandas_market_calendars

one = D.timedelta(1)
S = [
    d.date() for d in pandas_market_calendars.get_calendar("NYSE").schedule("1990-01-01", "2027-12-31").index
]
Sset = set(S)
listed = set()


def roll(d, step):
    while d not in Sset:
        d += step
    return d


start = {0: "2016-08-22", 1: "2022-04-26", 2: "2016-03-02", 3: "2022-05-19", 4: "2010-12-10"}
for k, v in start.items():
    d = D.date.fromisoformat(v)
    while d <= D.date(2027, 12, 31):
        third = k == 4 and 15 <= d.day <= 21
        if not third or d >= D.date(2011, 10, 21):
            listed.add(roll(d, one if k == 0 else -one))
        d += 7 * one
for a, b in zip(S, S[1:]):
    if a.month != b.month and (a >= D.date(2014, 7, 31) or (a.month % 3 == 0 and a >= D.date(2010, 12, 31))):
        listed.add(a)
print("# Made by one_day_entries.py, which says how. Year, 1DTE entries.")
for year in range(2011, 2028):
    print(year, sum(1 for a, b in zip(S, S[1:]) if a.year == year and b in listed))
