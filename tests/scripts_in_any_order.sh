#!/usr/bin/env bash
# The scripts share build/release: each must work after each. Runs every ordered pair as dry runs in a copy of the project.
set -euo pipefail
project=$(cd "$(dirname "$0")/.." && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cd "$project"
cp -r CMakeLists.txt CMakePresets.json README.md LICENSE cmake configs data docs scripts src tests "$copy"
[ ! -e .libtorch ] || ln -s "$project/.libtorch" "$copy/.libtorch"
cd "$copy"

scripts=(quickstart test benchmark degradations build)
run() {
  DRY_RUN=1 "./scripts/$1.sh" >log 2>&1 || { echo "$1.sh fails after $2.sh:" >&2; tail -n 20 log >&2; exit 1; }
  echo "$1.sh works after $2.sh"
}
previous=no
for ((i = 0; i < ${#scripts[@]}; i++)); do  # a walk through all ordered pairs
  for ((j = i + 1; j < ${#scripts[@]}; j++)); do
    for next in "${scripts[i]}" "${scripts[j]}"; do
      [ "$next" = "$previous" ] || run "$next" "$previous"
      previous=$next
    done
  done
done
run "${scripts[0]}" "$previous"
