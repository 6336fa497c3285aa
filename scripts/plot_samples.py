#!/usr/bin/env python3
"""Draws windows of a CSV series above generated sequences of the same columns. Needs matplotlib.

Usage: plot_samples.py REAL.csv SAMPLES.csv OUT.png
"""
import csv
import random
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

SEQUENCES = 30


def read(path):
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], rows[1:]


def main(real_path, samples_path, out_path):
    names, rows = read(real_path)
    real = [[float(cell) for cell in row] for row in rows]
    header, rows = read(samples_path)
    first = header.index(names[0])
    sequences = {}
    for row in rows:
        sequences.setdefault(row[0], []).append([float(cell) for cell in row[first:]])
    generated = list(sequences.values())
    steps = len(generated[0])
    random.seed(1)
    starts = random.sample(range(len(real) - steps + 1), SEQUENCES)
    sets = {"real": [real[s : s + steps] for s in starts], "generated": random.sample(generated, SEQUENCES)}

    figure, axes = plt.subplots(2, len(names), figsize=(3.1 * len(names), 5.2), sharex=True, sharey="col")
    for row, (kind, chosen) in enumerate(sets.items()):
        for column, name in enumerate(names):
            axis = axes[row][column]
            for sequence in chosen:
                axis.plot([step[column] for step in sequence], linewidth=0.9, alpha=0.85)
            axis.spines[["top", "right"]].set_visible(False)
            if row == 0:
                axis.set_title(name)
            else:
                axis.set_xlabel("step")
        axes[row][0].set_ylabel(kind)
    figure.tight_layout()
    figure.savefig(out_path, dpi=110)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
