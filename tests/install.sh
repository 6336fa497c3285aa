#!/usr/bin/env bash
# Installs a build into a folder of its own, uses the program there as a stranger would, and builds examples/embed against the
# library. Usage: install.sh BUILD-FOLDER
set -euo pipefail
build=$(cd "$1" && pwd)
project=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() { echo "install: $1" >&2; exit 1; }

cmake --install "$build" --prefix "$folder/prefix" >"$folder/log" || { cat "$folder/log" >&2; fail "cmake --install fails"; }
for file in bin/rnngan share/rnngan/configs/presets/hinge.json share/rnngan/data/eustockmarkets.csv share/man/man1/rnngan-train.1 \
            share/bash-completion/completions/rnngan share/doc/rnngan/README.md include/rnngan/app/model.h; do
  [ -s "$folder/prefix/$file" ] || fail "$file is missing"
done

mkdir "$folder/elsewhere"
cd "$folder/elsewhere"
rnngan=$folder/prefix/bin/rnngan
"$rnngan" config check --config presets/hinge | grep ': ok' >/dev/null || fail "a shipped config is not found by name"
"$rnngan" train --config eustockmarkets --set train.steps=2 --set train.batch=8 --threads 1 --no-report --out run --quiet
"$rnngan" inspect run | grep "$folder/prefix/share/rnngan/data/eustockmarkets.csv" >/dev/null || fail "the data were found somewhere else"

cmake -S "$project/examples/embed" -B embed -DCMAKE_PREFIX_PATH="$folder/prefix" -DCMAKE_BUILD_TYPE=Debug >"$folder/log" 2>&1 &&
  cmake --build embed >>"$folder/log" 2>&1 || { cat "$folder/log" >&2; fail "find_package(rnngan) does not serve examples/embed"; }
./embed/embed run 3 | grep -c '^sequence' | grep -x 3 >/dev/null || fail "examples/embed does not draw 3 sequences"
echo "install: ok"
