#!/usr/bin/env python3
"""Draws real months of `rnngan data make weather_like` above generated ones: rain as bars, the highest and lowest temperature as lines. Prints a table of both.
Needs matplotlib.

Usage: plot_weather.py REAL.csv SAMPLES.csv OUT.png
"""
import csv
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

SHOWN = (3, 10, 17, 24)  # sequences of each file: no choice was made


def sequences(path):
    found = {}
    with open(path, newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            found.setdefault(row["sequence_id"], []).append(row)
    return list(found.values())


def draw(axis, days):
    numbers = range(1, len(days) + 1)
    axis.bar(numbers, [float(day["rain"]) for day in days], color="#4477aa", width=0.9)
    axis.set_ylim(0, 60)
    degrees = axis.twinx()
    degrees.plot(numbers, [float(day["temp_max"]) for day in days], color="#cc4433", linewidth=1.4)
    degrees.plot(numbers, [float(day["temp_min"]) for day in days], color="#ee9977", linewidth=1.1)
    degrees.set_ylim(-35, 40)
    for one in (axis, degrees):
        one.spines["top"].set_visible(False)
    return degrees


def spells(months):
    """How long each run of days with rain is."""
    for days in months:
        length = 0
        for day in days + [{"rain": 0}]:
            if float(day["rain"]) > 0:
                length += 1
            elif length:
                yield length
                length = 0


def remembered(months, name):
    """The correlation with the day before, about the mean of each month."""
    products = squares = 0
    for days in months:
        values = [float(day[name]) for day in days]
        mean = sum(values) / len(values)
        products += sum((a - mean) * (b - mean) for a, b in zip(values, values[1:]))
        squares += sum((a - mean) ** 2 for a in values[:-1])
    return products / squares


def figures(path):
    months = sequences(path)
    days = [day for month in months for day in month]
    rain = sorted(float(day["rain"]) for day in days)
    lengths = list(spells(months))
    return [
        f"{sum(amount == 0 for amount in rain) / len(rain):.1%}",
        f"{sum(lengths) / len(lengths):.1f}",
        f"{sum((float(day['rain']) > 0) == (float(day['wet']) == 1) for day in days) / len(days):.0%}",
        f"{rain[int(0.999 * len(rain))]:.0f}",
        f"{remembered(months, 'temp_max'):.2f}",
    ]


def main(real_path, samples_path, out_path):
    figure, axes = plt.subplots(2, len(SHOWN), figsize=(13, 5.2), sharex=True)
    for row, (name, path) in enumerate((("real", real_path), ("generated", samples_path))):
        chosen = sequences(path)
        for column, number in enumerate(SHOWN):
            axis = axes[row][column]
            degrees = draw(axis, chosen[number])
            if column == 0:
                axis.set_ylabel(f"{name}\nrain, mm")
            else:
                axis.tick_params(labelleft=False)
            if column == len(SHOWN) - 1:
                degrees.set_ylabel("temperature, °C")
            else:
                degrees.tick_params(labelright=False)
            if row == 1:
                axis.set_xlabel("day")
    figure.tight_layout()
    figure.savefig(out_path, dpi=100)
    rows = ["days without rain", "mean wet spell, days", "wet says whether it rains", "largest rain but for one day in a thousand", "temp_max with the day before"]
    for row, real, made in zip(rows, figures(real_path), figures(samples_path)):
        print(f"{row:44} {real:>7} {made:>7}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
