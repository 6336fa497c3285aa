#!/usr/bin/env bash
# Spoils real sequences in a dozen ways and prints which score of the group `default` sees it: the table of docs/measurements/degradations.md.
# Usage: degradations.sh [SEQUENCES [FRESH-SETS]]   (500 and 12 if not given: about ten minutes on 2 cores)
set -euo pipefail
cd "$(dirname "$0")/.."
./scripts/install_packages.sh
./scripts/build.sh --target rnngan_degradations >&2
[ -z "${DRY_RUN:-}" ] || exit 0
build/release/tests/rnngan_degradations "$@"
