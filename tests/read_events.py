#!/usr/bin/env python3
"""Reads the event files of a run with the package tensorboard and compares them with metrics.jsonl.

Usage: read_events.py RUN [COMPARISON]
"""
import json
import math
import pathlib
import sys

from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.util import tensor_util


def events_of(folder):
    multiplexer = EventMultiplexer(size_guidance={}, tensor_size_guidance={"scalars": 0, "histograms": 0})
    multiplexer.AddRunsFromDirectory(str(folder))
    multiplexer.Reload()
    return multiplexer


def curves_of(events, run):
    tags = events.GetAccumulator(run).PluginTagToContent("scalars")
    return {tag: {e.step: float(tensor_util.make_ndarray(e.tensor_proto)) for e in events.Tensors(run, tag)} for tag in tags}


def check_run(folder):
    events = events_of(folder)
    curves = curves_of(events, ".")
    wanted = {}
    for line in (folder / "metrics.jsonl").read_text().splitlines():
        row = json.loads(line)
        for name, value in row.items():
            if name not in ("step", "discriminator_step") and value is not None:
                wanted.setdefault(name.replace(".", "/", 1), {})[row["step"]] = value
    assert wanted and any(name.startswith("score/") for name in wanted)
    ceilings = {name for name in curves if name.endswith(".ceiling")}
    assert ceilings and set(curves) == set(wanted) | ceilings, set(curves) ^ set(wanted)
    for name, points in wanted.items():
        assert points.keys() == curves[name].keys(), name
        for step, value in points.items():
            assert math.isclose(value, curves[name][step], rel_tol=1e-6), (name, step)
    histograms = sorted(events.GetAccumulator(".").PluginTagToContent("histograms"))
    assert histograms and len(histograms) % 2 == 0
    for tag in histograms:
        assert tag.startswith("column.") and tag.endswith(("/real", "/synthetic"))
        for event in events.Tensors(".", tag):
            bins = tensor_util.make_ndarray(event.tensor_proto)  # [n,3]: left, right, count
            assert (bins[:, 0] <= bins[:, 1]).all() and bins[:, 2].sum() > 0, tag
    layout = layout_pb2.Layout()
    layout.ParseFromString(tensor_util.make_ndarray(events.Tensors(".", "custom_scalars__config__")[0].tensor_proto).item())
    assert any(chart.title == "mmd2" for chart in layout.category[0].chart)
    print(f"{folder}: {len(curves)} curves, {len(histograms)} histograms, as metrics.jsonl says")


def check_comparison(folder):
    events = events_of(folder)
    plan = json.loads((folder / "comparison.json").read_text())
    runs = 0
    for variant in plan["variants"]:
        for seed in plan["seeds"]:
            run = f"runs/{variant['name']}-{seed}"
            content = {tag.rsplit("/", 1)[-1]: plugin_data_pb2.HParamsPluginData.FromString(value)
                       for tag, value in events.GetAccumulator(run).PluginTagToContent("hparams").items()}
            hparams = content["session_start_info"].session_start_info.hparams
            assert hparams["variant"].string_value == variant["name"] and hparams["seed"].number_value == seed
            assert hparams["objective"].string_value == variant["objective"]
            experiment = content["experiment"].experiment
            assert {info.name for info in experiment.hparam_infos} == set(hparams)
            assert experiment.metric_infos[0].name.tag == "test/" + plan["rank_by"][0]
            assert content["session_end_info"].session_end_info.status == 1
            scores = {s["metric"]: s["value"] for s in json.loads((folder / run / "scores.json").read_text())["scores"]}
            curves = curves_of(events, run)
            for metric in plan["rank_by"]:
                assert math.isclose(list(curves["test/" + metric].values())[-1], scores[metric], rel_tol=1e-6)
            runs += 1
    print(f"{folder}: hparams and scores of {runs} runs")


check_run(pathlib.Path(sys.argv[1]))
if len(sys.argv) > 2:
    check_comparison(pathlib.Path(sys.argv[2]))
