#!/usr/bin/env bash
# From nothing to samples: installs packages if missing, builds, trains on real data, samples, and says where everything is.
# Usage: quickstart.sh [TRAIN-ARGUMENT...]   e.g. --set train.steps=500
set -euo pipefail
cd "$(dirname "$0")/.."
./scripts/install_packages.sh
./scripts/build.sh --target rnngan
[ -z "${DRY_RUN:-}" ] || exit 0
rnngan=build/release/rnngan
run=runs/quickstart-$(date +%Y%m%d-%H%M%S)
"$rnngan" train --config configs/eustockmarkets.json --out "$run" "$@"
"$rnngan" sample --checkpoint "$run" -n 100 --out "$run/samples.csv"
echo
echo "program   $rnngan"
echo "run       $run  (config.json, run.log, metrics.jsonl, checkpoints/, samples/, report.html)"
echo "samples   $run/samples.csv"
head -n 4 "$run/samples.csv" | sed 's/^/          /'
