#!/usr/bin/env bash
# How much the sequences of one class differ, synthetic over real: of the mean of each column over the
# steps of a sequence, the standard deviation over the sequences of a label. Prints the median over
# columns and labels, and what a tenth of them is below and above.
# Both files are in the layout of samples: sequence_id, step, the label, columns of numbers.
set -euo pipefail

if [ $# -ne 2 ]; then
  echo "usage: $0 REAL.csv SYNTHETIC.csv" >&2
  exit 2
fi

# label, column and standard deviation, a line each
spread() {
  awk -F, '
    function finish(   f, mean) {
      if (!steps) return
      for (f = 4; f <= width; ++f) {
        mean = sum[f] / steps
        ++n[label, f]; first[label, f] += mean; second[label, f] += mean * mean
        sum[f] = 0
      }
      steps = 0
    }
    FNR == 1 { width = NF; next }
    $1 != id { finish(); id = $1; label = $3 }
    { ++steps; for (f = 4; f <= NF; ++f) sum[f] += $f }
    END {
      finish()
      for (k in n) {
        split(k, key, SUBSEP)
        printf "%s,%s %.9g\n", key[1], key[2], sqrt(second[k] / n[k] - (first[k] / n[k]) ^ 2)
      }
    }' "$1" | sort
}

join <(spread "$1") <(spread "$2") | awk '$2 > 0 { print $3 / $2 }' | sort -g | awk '
  { ratio[NR] = $1 }
  END {
    printf "median %.2f, a tenth below %.2f, a tenth above %.2f, of %d\n", ratio[int((NR + 1) / 2)],
           ratio[int(NR / 10) + 1], ratio[NR - int(NR / 10)], NR
  }'
