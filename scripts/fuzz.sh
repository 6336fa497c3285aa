#!/usr/bin/env bash
# Mutates what the program reads from outside, for so many seconds per target. What ends badly is a file crash-* in build/fuzz-found;
# what reaches new code stays in build/fuzz-corpus. Usage: fuzz.sh [SECONDS [TARGET...]]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift $(($# < 1 ? $# : 1))
[ $# -gt 0 ] || set -- $(ls tests/fuzz/corpus)
./scripts/install_packages.sh clang libclang-rt-dev
./scripts/build.sh --target rnngan_fuzz fuzz
mkdir -p build/fuzz-found
export OMP_NUM_THREADS=1 ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=0
failed=0
for target in "$@"; do
  mkdir -p "build/fuzz-corpus/$target"
  log=build/fuzz-found/$target.log
  RNNGAN_FUZZ=$target build/fuzz/tests/rnngan_fuzz -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=20000 -print_final_stats=1 \
    -artifact_prefix="build/fuzz-found/$target-" "build/fuzz-corpus/$target" "tests/fuzz/corpus/$target" >"$log" 2>&1 || failed=1
  printf '%-12s %12s executions, %s\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
    "$(grep -c 'SUMMARY:\|^fuzz: ' "$log" || true) findings"
done
exit $failed
