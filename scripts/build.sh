#!/usr/bin/env bash
# Configures and builds a preset. Usage: build.sh [--target "TARGET..."] [PRESET [CMAKE-ARGUMENT...]]
# (release, current, package, debug, asan; default release). DRY_RUN=1 only shows what would be built.
set -euo pipefail
cd "$(dirname "$0")/.."
target=all
if [ "${1:-}" = --target ]; then target=$2; shift 2; fi
preset=${1:-release}
[ $# -eq 0 ] || shift
# A compiler process takes up to 1 GB: no more of them than the memory holds.
jobs=$(awk '/MemAvailable/ {print int($2 / 1.2e6)}' /proc/meminfo)
cores=$(nproc)
[ "$jobs" -lt "$cores" ] || jobs=$cores
[ "$jobs" -ge 1 ] || jobs=1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# The scripts share a build folder, which remembers the options of the one before: all are stated.
cmake --preset "$preset" -DRNNGAN_TESTS=ON -DRNNGAN_BENCHMARKS=ON "$@" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
grep -E "LibTorch [0-9]" "$log" || true
# shellcheck disable=SC2086  # several targets
cmake --build --preset "$preset" --target $target -j "$jobs" ${DRY_RUN:+-- -n}
