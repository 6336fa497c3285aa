#!/usr/bin/env python3
"""Compares the memory that a training is said to need with what it takes, above the size of the program itself.

Usage: memory.py PROGRAM [quick]. Ten configs, each of which must come within a fifth; or three of them, within a third.
"""
import math
import os
import re
import subprocess
import sys
import tempfile

NO_SCORES = ["evaluate.every=0"]
NARROW = ["model.generator.hidden=16", "model.discriminator.hidden=16"]
LONG = ["train.batch=256", "data.window.length=200"]
TINY = ["train.batch=2", "data.window.length=2", *NARROW, *NO_SCORES]
# name, data (rows, columns), settings; the first three are the quick ones
CONFIGS = [
    ("weights of the generator", (4000, 4), [*TINY, "model.generator.hidden=1024"]),
    ("steps, differentiated twice", (4000, 4), [*LONG, *NO_SCORES]),
    ("steps, differentiated once", (4000, 4), [*LONG, *NO_SCORES, "objective=bce"]),
    ("weights of the discriminator", (4000, 4), [*TINY, "model.discriminator.hidden=1024"]),
    ("shares of losses in the log", (4000, 4), [*LONG, *NO_SCORES, "objective=bce", "train.log.every=1"]),
    ("states of the generator", (4000, 4), [*LONG, *NO_SCORES, "objective=bce", "model.discriminator.hidden=16", "model.generator.hidden=128"]),
    ("a pass between real and fake", (4000, 4), [*LONG, *NO_SCORES, "objective=wgan_gp"]),
    ("layers and columns", (4000, 20), ["train.batch=128", "data.window.length=100", *NO_SCORES, "model.discriminator.layers=2", "model.generator.layers=2"]),
    ("data", (500000, 20), TINY),
    ("scores", (20000, 20), ["train.batch=2", "data.window.length=150", *NARROW]),
]


def write_data(path, rows, columns):
    with open(path, "w") as file:
        file.write(",".join(f"c{i}" for i in range(columns)) + "\n")
        waves = [[f"{math.sin(t * 0.01 * (i + 1)) + 0.1 * math.sin(t * t * 0.37 + i):.4f}" for i in range(columns)] for t in range(4001)]
        for t in range(rows):
            file.write(",".join(waves[t % 4001]) + "\n")


def run(program, folder, data, settings):
    """The peak of a run in bytes, and what its log says it would need beside the data."""
    command = [program, "train", "--config", "c.json", "--out", "run", "--quiet", "--no-report", "--threads", "1"]
    for setting in [f"data.path={data}", "train.steps=3", *settings]:
        command += ["--set", setting]
    subprocess.run(["rm", "-rf", "run"], cwd=folder, check=True)
    process = subprocess.Popen(command, cwd=folder)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status != 0:
        sys.exit(f"failed: {' '.join(command)}")
    with open(os.path.join(folder, "run", "run.log")) as log:
        said = re.search(r"memory   ([0-9.]+) (kB|MB|GB)", log.read())
    unit = {"kB": 1e3, "MB": 1e6, "GB": 1e9}[said.group(2)]
    return usage.ru_maxrss * 1024, float(said.group(1)) * unit


def main():
    program = os.path.abspath(sys.argv[1])
    configs = CONFIGS[:3] if sys.argv[2:] == ["quick"] else CONFIGS
    # Runs of one config differ by a tenth or two.
    least, most = (0.8, 1.2) if configs is CONFIGS else (0.65, 1.35)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "c.json"), "w") as file:
            file.write('{"objective": "hinge"}')
        write_data(os.path.join(folder, "small.csv"), 400, 4)
        own, _ = run(program, folder, "small.csv", TINY)
        print(f"the program itself: {own / 1e6:.0f} MB")
        for name, (rows, columns), settings in configs:
            data = f"{rows}x{columns}.csv"
            if not os.path.exists(os.path.join(folder, data)):
                write_data(os.path.join(folder, data), rows, columns)
            peak, need = run(program, folder, data, settings)
            # Reading comes before the run, which then holds each cell once.
            said = max(18 * rows * columns + 80 * rows, 9 * rows * columns + need)
            ratio = said / (peak - own)
            good = least <= ratio <= most
            failed += not good
            print(f"{name:32} said {said / 1e6:6.0f} MB, took {(peak - own) / 1e6:6.0f} MB, ratio {ratio:.2f}{'' if good else '  OFF'}", flush=True)
    sys.exit(1 if failed else 0)


main()
