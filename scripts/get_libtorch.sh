#!/usr/bin/env bash
# Puts the current LibTorch into .libtorch/ from the Python package index (about 560 MB to download). It serves CPU and GPU; --cuda also
# fetches the libraries that the GPU part loads (2.5 GB more). Usage: get_libtorch.sh [--cuda]
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  "" | --cuda) ;;
  *) echo "usage: get_libtorch.sh [--cuda]" >&2; exit 2 ;;
esac
if ! python3 -m pip --version >/dev/null 2>&1; then
  ./scripts/install_packages.sh python3-pip
fi

wheels=$(mktemp -d)
trap 'rm -rf "$wheels" .libtorch.new' EXIT
fetch() {
  python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.12 --dest "$wheels" "$@"
}
echo "downloading torch"
fetch torch
# libtorch_cpu of this build needs two of CUDA's own libraries even where there is no GPU.
metadata=$(python3 - "$wheels" <<'PY'
import glob, re, sys, zipfile
wheel = zipfile.ZipFile(glob.glob(sys.argv[1] + "/torch-*.whl")[0])
text = wheel.read(next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))).decode()
for line in re.findall(r"^Requires-Dist: (.*)$", text, re.M):
    name = re.match(r"[A-Za-z0-9_.-]+", line).group()
    version = re.search(r"==([0-9.]+)", line)
    if name == "cuda-toolkit" or name.startswith("nvidia-"):
        print(name + ("==" + version.group(1) if version else ""))
PY
)
toolkit=$(echo "$metadata" | sed -n 's/^cuda-toolkit==\([0-9]*\.[0-9]*\).*/\1/p')
fetch "nvidia-cuda-runtime==${toolkit:-13}.*" "nvidia-cuda-cupti==${toolkit:-13}.*"
if [ "${1:-}" = --cuda ]; then
  echo "downloading CUDA's libraries"
  # shellcheck disable=SC2086  # a list of packages
  fetch $(echo "$metadata" | grep '^nvidia-')
  fetch "nvidia-cublas==${toolkit:-13}.*" "nvidia-cufft" "nvidia-cufile" "nvidia-curand" "nvidia-cusolver" \
        "nvidia-cusparse" "nvidia-nvjitlink==${toolkit:-13}.*" "nvidia-cuda-nvrtc==${toolkit:-13}.*" "nvidia-nvtx"
fi

rm -rf .libtorch.new
mkdir .libtorch.new
for wheel in "$wheels"/*.whl; do python3 -m zipfile -e "$wheel" .libtorch.new; done
# The Python part is not needed.
version=$(sed -n "s/^__version__ = '\(.*\)'/\1/p" .libtorch.new/torch/version.py)
find .libtorch.new -mindepth 1 -maxdepth 1 ! -name torch ! -name nvidia -exec rm -rf {} +
find .libtorch.new/torch -mindepth 1 -maxdepth 1 ! -name lib ! -name include -exec rm -rf {} +
rm -f .libtorch.new/torch/lib/libtorch_python.so
rm -rf .libtorch
mv .libtorch.new .libtorch
echo "LibTorch $version is in .libtorch/"
