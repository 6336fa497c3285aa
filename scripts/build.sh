#!/usr/bin/env bash
# Configures and builds a preset. Usage: build.sh [PRESET [CMAKE-ARGUMENT...]]   (release, current, debug, asan; default release)
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
[ $# -eq 0 ] || shift
# A compiler process takes up to 1 GB: no more of them than the memory holds.
jobs=$(awk '/MemAvailable/ {print int($2 / 1.2e6)}' /proc/meminfo)
cores=$(nproc)
[ "$jobs" -lt "$cores" ] || jobs=$cores
[ "$jobs" -ge 1 ] || jobs=1
cmake --preset "$preset" "$@" >"/tmp/rnngan-cmake-$$.log" 2>&1 || { cat "/tmp/rnngan-cmake-$$.log" >&2; exit 1; }
grep -E "LibTorch [0-9]" "/tmp/rnngan-cmake-$$.log" || true
rm -f "/tmp/rnngan-cmake-$$.log"
cmake --build --preset "$preset" -j "$jobs"
