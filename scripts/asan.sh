#!/usr/bin/env bash
# Every test under the sanitizers of addresses and of undefined behaviour; CI runs those of what reads files so. It takes long.
# Usage: asan.sh [CTEST-ARGUMENT...], for example: asan.sh -R '^(app|report)$'
set -euo pipefail
cd "$(dirname "$0")/.."
./scripts/build.sh asan -DRNNGAN_BENCHMARKS=OFF -DRNNGAN_ROBUSTNESS_TESTS=OFF -DCMAKE_CXX_FLAGS_DEBUG="-O0 -g1"
ctest --preset asan --timeout 7200 "$@"
