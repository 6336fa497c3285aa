#!/usr/bin/env bash
# Times the LSTM, whole training steps and sampling against the stock modules of LibTorch, each side at its best
# number of threads, and prints a table of the best of several repetitions. Usage: benchmark.sh [--quick] [PRESET]
# --quick: one direction, few repetitions, without the largest size.
set -euo pipefail
cd "$(dirname "$0")/.."
quick=; [ "${1:-}" != --quick ] || { quick=1; shift; }
preset=${1:-release}
./scripts/install_packages.sh libbenchmark-dev
./scripts/build.sh --target rnngan_benchmark "$preset" >&2
[ -z "${DRY_RUN:-}" ] || exit 0

program=build/$preset/tests/rnngan_benchmark
results=build/$preset/benchmark
rm -rf "$results"; mkdir -p "$results"
sizes='.*' repetitions=5
if [ -n "$quick" ]; then sizes='(peak|step|sample|128x24x6->24x3/|64x24x6->64x1/|128x24x28->128x2/|32x100x4->350x2/).*' repetitions=3; fi
time_it() { # NAME FREED_MEMORY FILTER
  "$program" --freed_memory="$2" --benchmark_filter="$3" --benchmark_min_time=0.1 \
    --benchmark_repetitions="$repetitions" --benchmark_enable_random_interleaving=true \
    --benchmark_out="$results/$1.json" --benchmark_out_format=json >/dev/null
}
echo "timing: ours, and the stock modules with freed memory kept" >&2
time_it kept keep "$sizes"
echo "timing: the stock modules as shipped" >&2
time_it shipped give_back "${sizes}/stock/"
if [ -z "$quick" ]; then
  for side in ours stock; do
    time_it "memory_$side" "$([ $side = ours ] && echo keep || echo give_back)" "penalised/128x200x32->256x1/$side/threads:1/"
  done
fi
"$program" --table="$results"
