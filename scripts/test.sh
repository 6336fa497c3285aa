#!/usr/bin/env bash
# Installs packages if missing, builds, and runs every test. Usage: test.sh [PRESET [CMAKE-ARGUMENT...]]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
[ $# -eq 0 ] || shift
./scripts/install_packages.sh
./scripts/build.sh "$preset" "$@"
[ -z "${DRY_RUN:-}" ] || exit 0
ctest --preset "$preset" --parallel 2
