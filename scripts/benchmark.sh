#!/usr/bin/env bash
# Times the LSTM, whole training steps and sampling against the stock modules of LibTorch, each side at its best
# number of threads, and prints a table of the best of many short repetitions, ours and theirs in turn.
# Usage: benchmark.sh [--quick] [PRESET]      --quick: one direction, without the two largest sizes.
set -euo pipefail
cd "$(dirname "$0")/.."
quick=; [ "${1:-}" != --quick ] || { quick=1; shift; }
preset=${1:-release}
./scripts/install_packages.sh libbenchmark-dev
cmake --preset "$preset" -DRNNGAN_BENCHMARKS=ON >/dev/null
cmake --build --preset "$preset" --target rnngan_benchmark -j "$(nproc)" >&2

program=build/$preset/tests/rnngan_benchmark
results=build/$preset/benchmark
rm -rf "$results"; mkdir -p "$results"
time_it() { # NAME FREED_MEMORY REPETITIONS FILTER
  "$program" --freed_memory="$2" --benchmark_filter="$4" --benchmark_min_time=0.02 \
    --benchmark_repetitions="$3" --benchmark_enable_random_interleaving=true \
    --benchmark_out="$results/$1.json" --benchmark_out_format=json >/dev/null 2>&1
}
small='128x24x6->24x3|64x24x6->64x1|128x24x28->128x2' large='32x100x4->350x2|128x200x32->256x1' directions='b?'
[ -z "$quick" ] || directions=
echo "timing: ours, and the stock modules with freed memory kept" >&2
time_it kept_small keep 20 "(peak|step|sample)|.*/($small)$directions/.*"
[ -n "$quick" ] || time_it kept_large keep 4 ".*/($large)$directions/.*"
echo "timing: the stock modules as shipped" >&2
time_it shipped_small give_back 20 "(step|sample).*/stock/|.*/($small)$directions/stock/.*"
if [ -z "$quick" ]; then
  time_it shipped_large give_back 4 ".*/($large)$directions/stock/.*"
  for side in ours stock; do
    time_it "memory_$side" "$([ $side = ours ] && echo keep || echo give_back)" 1 \
      "penalised/128x200x32->256x1/$side/threads:1/"
  done
fi
"$program" --table="$results"
