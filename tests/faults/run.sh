#!/usr/bin/env bash
# Lets each file operation of small runs fail, fall short or be the last one (shim.c), in turn. Afterwards there must be nothing, or
# something that goes on to the same bits, and no temporary file.
# Usage: run.sh PROGRAM SHIM [EVERY [SCENARIO...]]; EVERY: only every so manieth operation, with one of the four faults each.
set -euo pipefail
program=$(realpath "$1") shim=$(realpath "$2") every=${3:-1}
shift $(($# < 3 ? $# : 3))
[ $# -gt 0 ] || set -- train older sample report compare
export OMP_NUM_THREADS=1 ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0 cases=0

rnngan() { "$program" "$@" --quiet; }

# What must be the same, whatever happened: results, without what a clock or a random name decides.
results() {
  find . -type f \( -name '*.safetensors' -o -name '*.csv' -o -name '*.npy' -o -name '*.npy.json' -o -name leaderboard.csv \) \
    -not -path './*/abandoned-*' -not -name 0.safetensors | sort | while read -r file; do  # which rotation may have missed
    case $file in
      */leaderboard.csv) echo "$file $(cut -d, -f1-3 "$file" | sha256sum)" ;;
      *) echo "$file $(sha256sum <"$file")" ;;
    esac
  done
  find . -name metrics.jsonl -not -path './*/abandoned-*' | sort | while read -r file; do
    echo "$file $(sed 's/"steps_per_second":[^,}]*//' "$file" | sha256sum)"
  done
  find . -name report.html -not -path './*/abandoned-*' | sort
}

# Each scenario: what is there before (NAME_before), what is disturbed (NAME), and what a user would do next (NAME_after).
train_before() { :; }
train() { rnngan train --config tiny.json --out run; }
train_after() { go_on || [ $? = 3 ]; }  # 3: complete
go_on() { if [ -e run ]; then rnngan train --resume run; else train; fi; }

older_before() { cp -r "$work/train/run" run; }
older() { rnngan train --resume run/checkpoints/2.safetensors; }
older_after() {
  go_on || [ $? = 3 ] || return
  local kept=(run/abandoned-*/checkpoints/4.safetensors)
  [ -e run/checkpoints/4.safetensors ]
  [ ! -e "${kept[0]}" ] || cmp -s "${kept[0]}" run/checkpoints/4.safetensors
}

sample_before() { cp -r "$work/train/run" run; echo old >samples.csv; }
sample() { rnngan sample --checkpoint run -n 5 --out samples.csv && rnngan sample --checkpoint run -n 5 --out samples.npy; }
sample_after() {
  [ "$(cat samples.csv)" = old ] || cmp -s samples.csv "$work/sample/samples.csv" || return 1
  [ ! -e samples.npy ] || cmp -s samples.npy "$work/sample/samples.npy" || return 1
  sample
}

report_before() { cp -r "$work/train/run" run; rm run/report.html; }
report() { rnngan report run; }
report_after() { [ ! -e run/report.html ] || tail -c 20 run/report.html | grep -q '</html>' && report; }

compare_before() { :; }
compare() { rnngan compare --config small.json --out both --jobs 1; }
compare_after() {
  # A process that a killed comparison left ends by itself; the next one waits for it.
  if [ -e both ]; then rnngan compare --resume both; else compare; fi
}

prepare() { # SCENARIO FOLDER
  rm -rf "$2"
  mkdir "$2"
  cp "$work"/*.csv "$work"/*.json "$2"
  (cd "$2" && "$1_before")
}

disturbed() { # SCENARIO FAULT K FOLDER
  head -c 8 /dev/zero >"$work/count"
  (cd "$4" && export FAULT_ROOT=$4 FAULT_COUNTER=$work/count FAULT_KIND=$2 FAULT_AT=$3 LD_PRELOAD=$shim && "$1") >"$work/output" 2>&1
}

one() { # SCENARIO FAULT K
  local code=0 case="$1: $2 at operation $3 ($(sed -n "${3}s/^[0-9]* //p" "$work/log"))" problem=
  cases=$((cases + 1))
  prepare "$1" "$work/case"
  disturbed "$1" "$2" "$3" "$work/case" || code=$?
  case $2:$code in
    kill:137 | *:0 | enospc:6 | eio:6) ;;
    kill:*) [ "$1" = compare ] && [ $code = 6 ] || problem="exit code $code" ;;  # a run of it was killed
    *) problem="exit code $code" ;;
  esac
  if [ -z "$problem" ]; then
    (cd "$work/case" && "$1_after") >"$work/next" 2>&1 || problem="cannot go on ($?)"
  fi
  if [ -z "$problem" ] && ! diff <(cd "$work/case" && results) <(cd "$work/$1" && results) >"$work/next" 2>&1; then
    problem="other results"
  fi
  if [ -z "$problem" ] && find "$work/case" -name '.*.part' | grep . >"$work/next"; then problem="a temporary file stays"; fi
  [ -n "$problem" ] || return 0
  failures=$((failures + 1))
  echo "FAILED $case: $problem"
  sed 's/^/    /' "$work/output" "$work/next" | tail -12
}

awk 'BEGIN {
  print "sequence_id,step,x,y"
  for (s = 0; s < 120; ++s) for (t = 0; t < 6; ++t) printf "%d,%d,%.3f,%.3f\n", s, t, sin(s + t), cos(s + 0.5 * t)
}' >"$work/sine.csv"
cat >"$work/tiny.json" <<'JSON'
{"data": {"path": "sine.csv"}, "objective": "bce",
 "model": {"generator": {"hidden": 4, "noise_step": 2, "noise_global": 2}, "discriminator": {"hidden": 4, "head": 4}},
 "train": {"steps": 4, "batch": 4, "threads": 1, "schedule": {"kind": "constant"}, "log": {"every": 1},
           "checkpoint": {"every": 2, "keep": 2}, "sample": {"every": 2, "count": 2}},
 "evaluate": {"every": 2, "metrics": ["acf"], "select_by": ["acf"]}}
JSON
cat >"$work/small.json" <<'JSON'
{"base": "tiny.json", "set": {"train": {"steps": 2}, "evaluate": {"every": 0}}, "variants": {"bce": "bce", "hinge": "hinge"},
 "seeds": 1, "metrics": ["acf"], "rank_by": ["acf"]}
JSON

for scenario in "$@"; do
  [ "$scenario" = train ] || [ -e "$work/train" ] || { prepare train "$work/train" && (cd "$work/train" && train); }
  prepare "$scenario" "$work/$scenario"
  rm -f "$work/log"
  FAULT_LOG=$work/log disturbed "$scenario" none 0 "$work/$scenario" || { cat "$work/output"; exit 1; }
  count=$(wc -l <"$work/log")
  echo "$scenario: $count operations"
  faults=(kill enospc short eio)
  for ((k = 1; k <= count; ++k)); do
    if [ "$every" = 1 ]; then
      for fault in kill enospc eio; do one "$scenario" "$fault" "$k"; done
      ! sed -n "${k}p" "$work/log" | grep -q write || one "$scenario" short "$k"
    elif [ $((k % every)) = 0 ]; then
      one "$scenario" "${faults[$((k / every % 4))]}" "$k"
    fi
  done
done
echo "$cases faults, $failures failures"
[ "$failures" = 0 ]
