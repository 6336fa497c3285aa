#!/usr/bin/env bash
# Mutates what the program reads from outside, for so many seconds per target, a target on each core. What ends badly is a file
# TARGET-crash-* in build/fuzz-found; what reaches new code stays in build/fuzz-corpus. Usage: fuzz.sh [SECONDS [TARGET...]]
# fuzz.sh SECONDS csv npy samples needs but a part of the program.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift $(($# < 1 ? $# : 1))
[ $# -gt 0 ] || set -- $(ls tests/fuzz/corpus)
program=rnngan_fuzz_files
for target in "$@"; do
  case $target in csv | npy | samples) ;; *) program=rnngan_fuzz ;; esac
done
./scripts/install_packages.sh libclang-rt-dev
./scripts/build.sh --target "$program" fuzz
mkdir -p build/fuzz-found
export OMP_NUM_THREADS=1 ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=0 program seconds
fuzz() {
  mkdir -p "build/fuzz-corpus/$1"
  log=build/fuzz-found/$1.log failed=0
  RNNGAN_FUZZ=$1 "build/fuzz/tests/$program" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=20000 -print_final_stats=1 \
    -artifact_prefix="build/fuzz-found/$1-" "build/fuzz-corpus/$1" "tests/fuzz/corpus/$1" >"$log" 2>&1 || failed=1
  printf '%-12s %12s executions, %s findings\n' "$1" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
    "$(grep -c 'SUMMARY:\|^fuzz: ' "$log" || true)"
  return $failed
}
export -f fuzz
printf '%s\0' "$@" | xargs -0 -n 1 -P "$(nproc)" bash -c 'fuzz "$0"'
