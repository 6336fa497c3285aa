#!/usr/bin/env bash
# clang-tidy on the sources that do not see LibTorch; what it finds is an error. The others are left out: clang 14 refuses LibTorch's
# headers as C++20 beside GCC's library, and reading them takes half a minute a file. Usage: lint.sh [FILE...]
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build
cmake -S . -B build/lint -G Ninja -DRNNGAN_UNITY=OFF -DRNNGAN_PCH=OFF -DRNNGAN_TESTS=OFF \
  -DCMAKE_EXPORT_COMPILE_COMMANDS=ON >build/lint.log || { cat build/lint.log; exit 1; }

# Without search paths every header of others is missing, and only named in the list of what a file includes.
sees_libtorch() {
  c++ -std=c++20 -M -MG -nostdinc -nostdinc++ -Isrc "$1" 2>/dev/null | grep -E '(^| )(torch|ATen|c10)/' >/dev/null
}
files=("$@")
if [ $# -eq 0 ]; then
  for file in $(git ls-files 'src/*.cpp'); do sees_libtorch "$file" || files+=("$file"); done
fi
# The files of a folder are read as one: most of the time goes into the headers that they share.
rm -rf build/lint/folders
mkdir build/lint/folders
for file in "${files[@]}"; do
  echo "#include \"$PWD/$file\"  // NOLINT" >>"build/lint/folders/$(dirname "$file" | tr / _).cpp"
done
printf '%s\n' build/lint/folders/*.cpp | xargs -P "$(nproc)" -n 1 clang-tidy -p build/lint --quiet --warnings-as-errors='*' 2>&1 |
  sed '/^[0-9]* warnings* generated\.$/d'
echo "lint: ${#files[@]} files ok"
