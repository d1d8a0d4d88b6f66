"""New York wall-clock times around every change of the clock 1987-2099, and at random instants, by zoneinfo.

python3 new_york_time.py > new-york-time.txt        (Python 3.9 or later; tzdata of the system)
"""

import random
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")


def show(unix):
    t = datetime.fromtimestamp(unix, ZONE)
    print(unix, t.strftime("%Y-%m-%d"), t.hour * 60 + t.minute, t.second)


print("# Made by new_york_time.py, which says how. unix seconds, date, minute of the day, second.")
hour = int(datetime(1987, 1, 1, 5, tzinfo=timezone.utc).timestamp())
end = int(datetime(2100, 1, 1, 5, tzinfo=timezone.utc).timestamp())
show(hour)
show(end - 1)
offset = datetime.fromtimestamp(hour, ZONE).utcoffset()
changes = 0
while hour < end:
    now = datetime.fromtimestamp(hour, ZONE).utcoffset()
    if now != offset:
        changes += 1
        for shift in (-3600, -1, 0, 1, 3599, 3600):
            show(hour + shift)
    offset = now
    hour += 3600
assert changes == 2 * 113, changes
source = random.Random(1)
for _ in range(500):
    show(source.randrange(536475600, end))
