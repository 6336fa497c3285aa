#!/usr/bin/env bash
# ThreadSanitizer over the LSTM with several threads and over comparisons. LibTorch and OpenMP's runtime are not built for it: what happens
# within them is not looked at. Usage: races.sh
set -euo pipefail
cd "$(dirname "$0")/.."
./scripts/install_packages.sh
for target in nn_tests comparison_tests rnngan; do ./scripts/build.sh --target $target tsan; done
suppressions=$(mktemp)
trap 'rm -f "$suppressions"' EXIT
# The barriers of OpenMP's runtime are unknown to ThreadSanitizer, and LibTorch's own locks too.
printf 'called_from_lib:%s\n' libgomp.so.1 libtorch_cpu.so libc10.so libxgboost.so >"$suppressions"
export TSAN_OPTIONS="suppressions=$suppressions:ignore_noninstrumented_modules=1:halt_on_error=0:exitcode=66"
OMP_NUM_THREADS=2 build/tsan/tests/nn_tests --gtest_filter='*Lstm*:*Backend*'
build/tsan/tests/comparison_tests
