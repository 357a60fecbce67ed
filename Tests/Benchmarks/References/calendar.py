# Fires of Mon..Fri 08:00 Europe/Berlin a second, found by stepping over the days by hand.
# Usage: calendar.py PASSES FIRES
import sys
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

passes, fires = int(sys.argv[1]), int(sys.argv[2])
zone = ZoneInfo("Europe/Berlin")
day = timedelta(days=1)
began = time.perf_counter()
for _ in range(passes):
    local = datetime(2026, 1, 1, 8)
    for _ in range(fires):
        local += day
        while local.weekday() > 4:
            local += day
        local.replace(tzinfo=zone).timestamp()
print(passes * fires / (time.perf_counter() - began))
