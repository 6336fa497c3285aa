#!/usr/bin/env python3
"""Reads a checkpoint with the safetensors package and compares it with what `rnngan inspect --json` says.

Usage: read_checkpoint.py RNNGAN CHECKPOINT
"""
import json
import subprocess
import sys

from safetensors import safe_open
from safetensors.numpy import load_file

rnngan, path = sys.argv[1:]
said = json.loads(subprocess.run([rnngan, "inspect", "--json", path], check=True, capture_output=True).stdout)
tensors = load_file(path)
assert {name: list(tensor.shape) for name, tensor in tensors.items()} == said["tensors"]
assert tensors["generator.lstm.weight_ih_l0"].std() > 0
with safe_open(path, "numpy") as file:
    metadata = file.metadata()
assert json.loads(metadata["config"]) == said["config"]
assert json.loads(metadata["schema"]) == said["schema"]
print(f"{path}: {len(tensors)} tensors, the same as the program says")
