#!/usr/bin/env bash
# Completes command lines as a person at a shell would, and reads the manual pages. Usage: completion.sh PROGRAM
set -uo pipefail
program=$1
project=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0
complain() { echo "completion: $1" >&2; failed=1; }
rnngan() { "$program" "$@"; }

for shell in bash zsh fish; do rnngan completion $shell >"$folder/$shell" || complain "no script for $shell"; done
cd "$project" || exit 1
# shellcheck disable=SC1091
source "$folder/bash"

# Not through a pipe: grep ends at the first match, and its writer then fails.
is_among_replies() { grep -Fqx -- "$1" <<<"$(printf '%s\n' "${COMPREPLY[@]}")"; }
# expect LINE WORD...: these are among the completions of the line.
expect() {
  COMP_LINE=$1 COMP_POINT=${#1} COMPREPLY=()
  _rnngan 2>/dev/null
  shift
  for word in "$@"; do
    is_among_replies "$word" || complain "'$COMP_LINE' is not completed to $word: ${COMPREPLY[*]:0:5}"
  done
}
# refute LINE WORD: it is not.
refute() {
  COMP_LINE=$1 COMP_POINT=${#1} COMPREPLY=()
  _rnngan 2>/dev/null
  is_among_replies "$2" && complain "'$1' is completed to $2"
}
expect 'rnngan ' train sample export evaluate compare tune config data losses metrics inspect
refute 'rnngan ' manual
expect 'rnngan tr' train
expect 'rnngan --v' --version
expect 'rnngan config ' show check schema keys
expect 'rnngan config sh' show
expect 'rnngan train --' --config --set --resume --threads
refute 'rnngan train --' --metrics
expect 'rnngan train --config eu' eustockmarkets
expect 'rnngan train -c presets/h' presets/hinge
expect 'rnngan train --config configs/eu' configs/eustockmarkets.json
expect 'rnngan train --set train.st' train.steps=
expect 'rnngan train --set data.scaling=st' standard
expect 'rnngan train -s objective=wgan' wgan wgan_gp
expect 'rnngan train --config x.json --set train.batch=8 --set data.path=data/eu' data/eustockmarkets.csv
expect 'rnngan train --device c' cpu cuda
expect 'rnngan evaluate --metrics fast,mmd' fast,mmd2 fast,mmd2_d1
expect 'rnngan evaluate --real data/eu' data/eustockmarkets.csv
expect 'rnngan sample --weights ' averaged raw
expect 'rnngan losses r3' r3gan
expect 'rnngan metrics mmd2_' mmd2_d1
expect 'rnngan data make sine_r' sine_rgan
expect 'rnngan completion ' bash zsh fish
refute 'rnngan sample -n ' data

for shell in zsh fish; do
  command -v $shell >/dev/null || { echo "completion: $shell is not installed: its script is not checked"; continue; }
  $shell -n "$folder/$shell" || complain "$shell does not take its script"
done
if command -v fish >/dev/null; then
  # expect_fish LINE WORD
  expect_fish() {
    local words
    words=$(fish -c "source $folder/fish; complete -C '$1'" 2>&1)
    grep -q "^$2" <<<"$words" || complain "fish does not complete '$1' to $2: ${words:0:100}"
  }
  expect_fish 'rnngan config ' check
  expect_fish 'rnngan train --set train.st' train.steps=
  expect_fish 'rnngan train --config eus' eustockmarkets
  expect_fish 'rnngan evaluate --metrics fast,mmd2_' fast,mmd2_d1
fi

rnngan manual "$folder/man" || complain "no manual pages"
for verb in "" -train -config-show -data-make; do
  [ -s "$folder/man/rnngan$verb.1" ] || complain "no page rnngan$verb"
done
grep -q 'train.steps' "$folder/man/rnngan-train.1" || complain "the page of train names no config keys"
if command -v groff >/dev/null; then
  for page in "$folder"/man/*.1; do
    warnings=$(groff -man -Tutf8 -ww -z "$page" 2>&1 | grep -v "can't break line\|cannot break line\|cannot adjust line") && complain "$page: $warnings"
  done
fi
[ $failed = 0 ] && echo "completion: ok"
exit $failed
