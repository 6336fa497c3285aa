#!/usr/bin/env bash
# Looks for data races: the tests of networks on four threads, and a comparison of two runs at a time. Clang, whose OpenMP runtime tells the
# sanitizer what its threads wait for; LibTorch itself is not watched. Usage: tsan.sh
set -euo pipefail
cd "$(dirname "$0")/.."
./scripts/install_packages.sh clang-16 libclang-rt-16-dev libomp-16-dev
[ -e .libtorch/torch/lib/libtorch_cpu.so ] || ./scripts/get_libtorch.sh
./scripts/build.sh --target "nn_tests rnngan" tsan
export OMP_TOOL_LIBRARIES=/usr/lib/llvm-16/lib/libarcher.so OMP_NUM_THREADS=4
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 exitcode=66"
build/tsan/tests/nn_tests --gtest_brief=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build/tsan/rnngan compare --config configs/compare/quick.json --set train.steps=4 --set train.threads=2 --jobs 2 --out "$work/compared" --quiet
echo "no data race"
