#!/usr/bin/env bash
# Spoils real sequences in a dozen ways and prints which score of the group `default` sees it: the table of docs/measurements/degradations.md.
# Usage: degradations.sh [SEQUENCES [FRESH-SETS]]   (500 and 12 if not given: about ten minutes on 2 cores)
set -euo pipefail
cd "$(dirname "$0")/.."
./scripts/install_packages.sh
cmake --preset release -DRNNGAN_TESTS=ON >/dev/null
cmake --build --preset release --target rnngan_degradations -j "$(nproc)" >&2
build/release/tests/rnngan_degradations "$@"
