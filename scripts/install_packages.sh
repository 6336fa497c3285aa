#!/usr/bin/env bash
# Installs what the build needs from Debian's packages, if anything is missing. Usage: install_packages.sh [PACKAGE...]
# LibTorch comes from Debian only where no other one is found (.libtorch/, or the PyTorch of python3).
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(g++ cmake ninja-build libcli11-dev libspdlog-dev libfmt-dev nlohmann-json3-dev libcsv-dev zlib1g-dev libxgboost-dev libssl-dev
          libgtest-dev libgmock-dev libbenchmark-dev "$@")
if [ ! -e .libtorch ] && ! python3 -c 'import torch; assert torch.compiled_with_cxx11_abi()' 2>/dev/null; then
  # OpenBLAS behind libtorch: the reference BLAS that it would take otherwise is four times slower.
  packages+=(libtorch-dev libopenblas0-openmp)
fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
echo "installing: ${missing[*]}"
sudo=""
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "run as root, or install sudo first" >&2; exit 1; }
  sudo="sudo"
fi
$sudo apt-get update -qq
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
