#!/usr/bin/env python3
"""Do samples keep the seasons of an hourly series?

    scripts/season.py make FILE             210 days of load and temperature with daily and weekly seasons and a trend
    scripts/season.py measure REAL SAMPLES  of the column load: how far the daily phase moves between the first and the
                                            last three days of a sequence, and the power of its weekly season
"""
import cmath
import collections
import csv
import datetime
import math
import random
import sys

WEEK = 168


def make(path):
    rng = random.Random(3)
    start = datetime.datetime(2023, 1, 2)
    drift = 0.0
    with open(path, "w", encoding="utf-8") as out:
        out.write("time,load,temp\n")
        for i in range(30 * WEEK):
            now = start + datetime.timedelta(hours=i)
            weekend = now.weekday() >= 5
            drift = 0.9 * drift + rng.gauss(0, 1.2)
            turn = 2 * math.pi / 24
            daily = 25 * math.sin(turn * (now.hour - 8)) * (0.6 if weekend else 1) + 8 * math.sin(2 * turn * (now.hour - 6))
            load = 100 + daily - (18 if weekend else 0) + drift + 0.004 * i
            temp = 10 + 6 * math.sin(turn * (now.hour - 9)) + 8 * math.sin(turn * i / 365) + rng.gauss(0, 0.7)
            out.write(f"{now:%Y-%m-%dT%H:%M},{load:.2f},{temp:.1f}\n")


def sequences(path):
    """Lists of (time, load): by sequence_id, or all weeks of one series."""
    found = collections.OrderedDict()
    with open(path, encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            found.setdefault(row.get("sequence_id"), []).append(
                (datetime.datetime.fromisoformat(row["time"]), float(row["load"])))
    if None not in found:
        return list(found.values())
    series = found[None]
    return [series[i:i + WEEK] for i in range(0, len(series) - WEEK, 24)]


def component(values, period):
    mean = sum(values) / len(values)
    return sum((v - mean) * cmath.exp(-2j * math.pi * i / period) for i, v in enumerate(values)) / len(values)


def measure(path):
    moved, weekly = [], []
    for sequence in sequences(path):
        load = [value for _, value in sequence]
        moved.append(abs(math.degrees(cmath.phase(component(load[-72:], 24) / component(load[:72], 24)))))
        weekly.append(sum(abs(component(load, WEEK / k)) ** 2 for k in (1, 2, 3)))
    moved.sort()
    return sum(moved) / len(moved), moved[int(0.9 * len(moved))], sum(weekly) / len(weekly)


if len(sys.argv) == 3 and sys.argv[1] == "make":
    make(sys.argv[2])
elif len(sys.argv) == 4 and sys.argv[1] == "measure":
    for name, path in (("real", sys.argv[2]), ("samples", sys.argv[3])):
        mean, most, power = measure(path)
        print(f"{name:8} daily phase moves by {mean:.1f} degrees (nine tenths: less than {most:.1f}); weekly power {power:.1f}")
else:
    sys.exit(__doc__)
