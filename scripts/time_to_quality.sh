#!/usr/bin/env bash
# Seconds of training until a score stays at or below a mark: the median of three seeds. Trains with a checkpoint every 250 steps, scores each of them, and looks
# for the first from which on no later one is above the mark. Time is that of training steps alone. Use idle cores.
# Usage: time_to_quality.sh CONFIG SCORE MARK [SET...]     for example: time_to_quality.sh configs/benchmark/stock.json ds_timegan 0.03 train.threads=2
set -euo pipefail

if [ $# -lt 3 ]; then
  sed -n '4s/^# //p' "$0" >&2
  exit 2
fi
config=$1 score=$2 mark=$3
shift 3
program=${RNNGAN:-$(dirname "$0")/../build/release/rnngan}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

sets=()
for set in "$@"; do sets+=(--set "$set"); done
for seed in 1 2 3; do
  run=$folder/$seed
  "$program" train --config "$config" "${sets[@]}" --set "train.seed=$seed" --set evaluate.every=0 \
    --set train.checkpoint.every=250 --set train.checkpoint.keep=100000 --set train.log.every=250 --out "$run" --quiet
  for checkpoint in "$run"/checkpoints/*.safetensors; do
    step=$(basename "$checkpoint" .safetensors)
    [ "$step" -gt 0 ] || continue
    "$program" evaluate --checkpoint "$checkpoint" --metrics "$score" --repeats 3 --no-bounds --json --quiet > "$folder/$seed-$step.json"
  done
done

python3 - "$folder" "$score" "$mark" <<'PY'
import json
import pathlib
import statistics
import sys

folder, score, mark = pathlib.Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
times = []
for seed in (1, 2, 3):
    rows = [json.loads(row) for row in (folder / str(seed) / "metrics.jsonl").read_text().splitlines()]
    elapsed, before = {}, 0
    for row in rows:
        if row.get("steps_per_second"):
            step = row["step"]
            elapsed[step] = elapsed.get(before, 0) + (step - before) / row["steps_per_second"]
            before = step
    reached = None
    for step in sorted(elapsed):
        [record] = json.loads((folder / f"{seed}-{step}.json").read_text())
        print(f"seed {seed}  step {step:6}  {elapsed[step]:7.1f} s  {score} {record['value']:.4f}")
        if record["value"] > mark:
            reached = None
        elif reached is None:
            reached = elapsed[step]
    times.append(reached if reached is not None else float("inf"))
print(f"{score} stays at or below {mark} after {statistics.median(times):.0f} s (seeds: {', '.join(f'{t:.0f}' for t in times)})")
PY
