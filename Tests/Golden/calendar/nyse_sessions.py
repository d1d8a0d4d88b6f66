"""Every weekday closure and every close other than 16:00 of the New York Stock Exchange, by two libraries.

python3 -m venv .venv && .venv/bin/pip install exchange_calendars==4.13.2 pandas_market_calendars==5.5.0
.venv/bin/python nyse_sessions.py > nyse-sessions.txt
"""

import exchange_calendars
import pandas
import pandas_market_calendars

FIRST, LAST = "1990-01-01", "2027-12-31"


def closes(column):
    local = column.dt.tz_convert("America/New_York")
    return {day.date(): t.hour * 60 + t.minute for day, t in zip(column.index, local)}


xnys = exchange_calendars.get_calendar("XNYS", start=FIRST, end=LAST).schedule["close"]
nyse = pandas_market_calendars.get_calendar("NYSE").schedule(FIRST, LAST)["market_close"]
print(
    f"# Made by nyse_sessions.py, which says how: exchange_calendars {exchange_calendars.__version__} (xnys),"
)
print(
    f"# pandas_market_calendars {pandas_market_calendars.__version__} (pmc). A line: library, year, weekdays without"
)
print("# a session as MM-DD, sessions not closing at 16:00 as MM-DD=minute of the day.")
for name, column in (("xnys", xnys), ("pmc", nyse)):
    of = closes(column)
    assert all(day.weekday() < 5 for day in of)
    for year in range(1990, 2028):
        days = [d.date() for d in pandas.bdate_range(f"{year}-01-01", f"{year}-12-31")]
        words = [f"{d:%m-%d}" for d in days if d not in of]
        words += [f"{d:%m-%d}={of[d]}" for d in days if of.get(d, 960) != 960]
        print(name, year, *words)
