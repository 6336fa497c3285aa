#!/usr/bin/env python3
"""Exports generators of many kinds of data and compares ONNX Runtime with the program.

Usage: check_onnx.py RNNGAN FOLDER

Raw numbers must agree to 1e-5. The decoding alone, given the program's raw numbers, must give the program's cells; so
cells of the whole model can differ only where a raw number is within 1e-5 of a switch. Where states are fed back, what
follows a switch differs, too: one sequence in ten may.
"""
import json
import math
import pathlib
import random
import subprocess
import sys

import numpy
import onnx
import onnxruntime
from safetensors.numpy import load_file

TOLERANCE = 1e-5


def write_rows(path):
    """Every kind of column, labels, attributes, covariates, times, in 60 sequences of 12 steps."""
    chance = random.Random(3)
    names = "id time kind age site load low close high meter stock rain wet mode same gap tail flat skew fine cap top share wait probe lamp slow"
    rows = [names.split()]
    def slow(before):
        """Stays as it was until it has changed by a half."""
        now = before[1] + chance.gauss(0, 0.4)
        return (now if abs(now - before[0]) >= 0.5 else before[0], now)

    for sequence in range(60):
        held = (chance.gauss(20, 3),) * 2
        meter, stock, level, age = chance.randrange(100, 900), chance.randrange(5000, 9000), 10 + chance.random(), 20 + chance.random() * 30
        for step in range(12):
            held = slow(held)
            low = round(level + chance.gauss(0, 0.3), 2)
            close = round(low + abs(chance.gauss(0, 0.4)), 2)
            high = round(close + (abs(chance.gauss(0, 0.3)) if chance.random() < 0.7 else 0), 2)
            meter += chance.randrange(0, 4)
            stock -= chance.randrange(0, 9)
            rain = 0 if chance.random() < 0.6 else round(chance.expovariate(0.5) + 0.1, 1)
            mode = chance.choice(["off", "on", "fault"]) if chance.random() < 0.95 else ""
            gap = "" if chance.random() < 0.2 else f"{chance.gauss(5, 2):.3f}"
            rows.append([sequence, f"2024-01-{1 + sequence % 27:02}T{step:02}:00:00", "ab"[sequence % 2], f"{age:.1f}", "xyz"[sequence % 3],
                         round(chance.gauss(50, 9), 1), low, close, high, meter, stock, rain, int(rain > 0), mode, 2 * low, gap,
                         round(chance.gauss(0, 1) ** 5 * 10, 3), 7, round(2 ** chance.gauss(3, 1), 2), repr(chance.gauss(0, 1)), repr(min(max(chance.gauss(0.3, 1), 0.0), 1.0)), math.ceil(close) + chance.randrange(3),
                         repr(chance.random()), repr(chance.expovariate(1)),
                         repr((chance.randrange(60) + chance.choice([0, 0, 1 / 3])) / 10), 10 * chance.choice([0, 0, 0, 1, 2]),
                         "" if chance.random() < 0.1 else repr(held[0])])
    path.write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n")


def cases(data, mixed):
    everything = {"data.path": data, "data.id": "id", "data.time": "time", "data.label": "kind", "data.static": ["age", "site"],
                  "data.covariates": ["load"], "data.calendar": ["hour", "weekday"], "data.window.length": 12, "data.window.stride": 12,
                  "data.rules": ["low <= close <= high", "close <= top", "meter increasing", "stock decreasing"],
                  "data.column.tail.transform": "asinh", "data.column.skew.transform": "log", "data.column.gap.transform": "quantile",
                  "data.column.fine.transform": "quantile", "data.column.rain.transform": "quantile", "data.column.low.transform": "minmax"}
    small = {"train.steps": 30, "train.batch": 8, "evaluate.every": 0, "model.generator.hidden": 12}
    auto = {"model.generator.autoregressive": True}
    yield "all", {**everything, **small, "model.generator.layers": 2}
    yield "step", {**everything, **small, **auto, "model.generator.layers": 2}
    yield "range", {**everything, **small, "model.generator.output": "range", "model.generator.noise_to_head": False}
    yield "linear", {**everything, **small, **auto, "model.generator.output": "linear", "data.calendar": []}
    yield "code", {**everything, **small, "data.covariates": [], "data.calendar": [], "objective": "infogan",
                   "model.generator.code_categories": 3, "model.generator.code_continuous": 2}
    drawn = {**small, "data.path": mixed, "data.id": "sequence_id", "data.time": "step"}
    yield "mixed", {**drawn, "train.steps": 200}
    yield "drawn", {**drawn, "model.generator.noise_step": 3, "model.generator.output": "linear"}  # two blocks with one draw
    yield "likeliest", {**drawn, "model.generator.noise_step": 0}
    yield "chainless", {**drawn, "model.generator.state_feedback": False}
    alone = {**small, "data.path": data, "data.id": "id", "data.time": "", "data.columns": ["low", "close", "tail"]}
    yield "plain", {**alone, "model.generator.noise_global": 0}
    yield "steps", {**alone, "model.generator.noise_step": 0}
    yield "numbers", {**alone, **auto, "model.generator.noise_step": 0, "data.columns": ["tail", "skew", "cap", "share", "probe", "lamp", "slow"]}


def run_all(session, example, sequences):
    feed = {one.name: example[one.name] for one in session.get_inputs() if one.name != "steps"}
    if any(one.name == "steps" for one in session.get_inputs()):
        feed["steps"] = numpy.array(example["raw"].shape[1])
    return session.run(["raw", "sequences"], {name: value[:sequences] if value.ndim else value for name, value in feed.items()})


def run_steps(session, example):
    """Step by step, as a program would."""
    names = [one.name for one in session.get_outputs()]
    count, steps = example["raw"].shape[:2]
    shapes = {one.name: [count if size == "batch" else size for size in one.shape] for one in session.get_inputs()}
    state = {name: numpy.zeros(shapes[name], numpy.float64 if name == "level" else numpy.float32) for name in ("h", "c", "x", "level") if name in shapes}
    made = []
    for step in range(steps):
        feed = {name: (value[:, step:step + 1] if name in ("noise_step", "covariates", "calendar") else value)
                for name, value in example.items() if name in shapes}
        out = dict(zip(names, session.run(names, {**feed, **state, "step": numpy.array(step)})))
        state = {name: out["next_" + name] for name in state}
        made.append((out["raw"], out["sequences"]))
    return numpy.concatenate([m[0] for m in made], 1), numpy.concatenate([m[1] for m in made], 1)


def same_cells(a, b):
    return (a == b) | (numpy.isnan(a) & numpy.isnan(b)) | (numpy.abs(a - b) <= 1e-9 * numpy.abs(b) + 1e-12)


def is_fed_back(model):
    return any(node.op_type == "Scan" and len(node.output) == 3 for node in model.graph.node)  # of two: a dead band


def decoded(path, example, stepwise):
    """The program's raw numbers through the last part of the model."""
    part = str(path) + ".decoding.onnx"
    inputs = ["raw"] + [name for name in ("step", "x", "level") if stepwise and name in {i.name for i in onnx.load(path).graph.input}]
    model = onnx.load(path)
    if any(node.op_type == "Erf" for node in model.graph.node):
        inputs.append("noise_step")  # which decides states
    outputs = ["sequences"] + ["next_" + name for name in inputs if name in ("x", "level")]
    onnx.utils.extract_model(str(path), part, inputs, outputs)
    session = onnxruntime.InferenceSession(part)
    if not stepwise:
        return session.run(["sequences"], {name: example[name] for name in inputs})[0]
    shapes = {one.name: [len(example["raw"]), *one.shape[1:]] for one in session.get_inputs()}
    state = {name: numpy.zeros(shapes[name], numpy.float32 if name == "x" else numpy.float64) for name in ("x", "level") if name in inputs}
    made = []
    for step in range(example["raw"].shape[1]):
        feed = {"raw": example["raw"][:, step:step + 1], "step": numpy.array(step), **state}
        if "noise_step" in inputs:
            feed["noise_step"] = example["noise_step"][:, step:step + 1]
        out = dict(zip(outputs, session.run(outputs, {name: feed[name] for name in inputs})))
        state = {name: out["next_" + name] for name in state}
        made.append(out["sequences"])
    return numpy.concatenate(made, 1)


def check(name, path, example):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    stepwise = any(one.name == "step" for one in model.graph.input)
    session = onnxruntime.InferenceSession(path)
    alone = decoded(path, example, stepwise)
    cells = same_cells(alone, example["sequences"])
    assert cells.all(), f"{name}: {(~cells).sum()} cells are decoded otherwise, columns {sorted(set(numpy.argwhere(~cells)[:, 2]))}"
    raw, sequences = run_steps(session, example) if stepwise else run_all(session, example, len(example["raw"]))
    equal = same_cells(sequences, example["sequences"])
    # Of one that is given its own steps all that follows a switch may differ.
    before = numpy.logical_and.accumulate(equal.all(2), 1) if stepwise else numpy.ones(raw.shape[:2], bool)
    counted = numpy.concatenate([numpy.ones((len(raw), 1), bool), before[:, :-1]], 1)
    fed_back = is_fed_back(model)
    if fed_back:
        counted &= (numpy.abs(raw - example["raw"]).max((1, 2)) <= TOLERANCE)[:, None]
        assert counted.all(1).mean() >= 0.9, f"{name}: raw numbers of {(~counted.all(1)).sum()} sequences differ"
    apart = numpy.abs(raw - example["raw"])[counted].max()
    assert apart <= TOLERANCE, f"{name}: raw numbers differ by {apart}"
    share = equal[counted].mean()
    assert share > 0.5, f"{name}: {share:.1%} of the cells are equal"
    if not stepwise:  # any batch and length
        few = {key: value[:3] for key, value in example.items()}
        few = {key: value[:, :5] if key in ("noise_step", "covariates", "calendar", "raw", "sequences") else value for key, value in few.items()}
        assert numpy.abs(run_all(session, few, 3)[0] - few["raw"])[counted[:3, :5]].max() <= TOLERANCE
    metadata = session.get_modelmeta().custom_metadata_map
    columns = json.loads(metadata["columns"])
    assert len(columns) == sequences.shape[2]
    print(f"{name}: raw numbers agree to {apart:.1e}, {share:.2%} of {equal.size} cells are equal; {len(model.graph.node)} nodes")
    return metadata


def main():
    rnngan, folder = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data.csv"
    write_rows(data)
    mixed = folder / "mixed.csv"
    subprocess.run([rnngan, "data", "make", "mixed", "-n", "200", "--out", mixed], check=True)
    for name, keys in cases(str(data), str(mixed)):
        config = folder / f"{name}.json"
        config.write_text("{}")
        sets = [word for key, value in keys.items() for word in ("--set", f"{key}={json.dumps(value)}")]
        subprocess.run([rnngan, "train", "--config", config, *sets, "--out", folder / name, "--quiet", "--no-report"], check=True)
        model, example = folder / f"{name}.onnx", folder / f"{name}.safetensors"
        subprocess.run([rnngan, "export", folder / name, "--out", model, "--example", example, "--quiet"], check=True)
        metadata = check(name, str(model), load_file(example))
        holds = any(node.op_type == "Scan" and len(node.output) == 2 for node in onnx.load(model).graph.node)
        assert holds == (name in ("all", "step", "code", "numbers")), name
        if name in ("mixed", "drawn", "likeliest", "chainless"):
            assert is_fed_back(onnx.load(model)) == (name != "chainless"), name
        if name == "all":
            columns = {column["name"]: column for column in json.loads(metadata["columns"])}
            assert columns["mode"]["classes"] == ["fault", "off", "on"] and columns["low"]["decimals"] == 2
            assert json.loads(metadata["label"]) == {"name": "kind", "classes": ["a", "b"]}
            assert json.loads(metadata["calendar"]) == ["hour", "weekday"]


main()
