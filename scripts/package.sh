#!/usr/bin/env bash
# Makes the Debian packages rnngan and librnngan-dev in build/packages/, with Debian's LibTorch. Usage: package.sh
set -euo pipefail
cd "$(dirname "$0")/.."
./scripts/install_packages.sh libtorch-dev dpkg-dev
./scripts/build.sh package -DRNNGAN_TESTS=OFF -DRNNGAN_BENCHMARKS=OFF
[ -z "${DRY_RUN:-}" ] || exit 0
rm -rf build/packages
(cd build/package && cpack -G DEB -B ../packages >/dev/null)
rm -rf build/packages/_CPack_Packages
ls -l build/packages
