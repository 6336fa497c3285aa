#!/usr/bin/env bash
# The layer rule: a folder of src/ may include only folders above it in this list; data, nn and objective do not include each other;
# evaluation knows data alone of them;
# core and config know no torch; CLI11 is included in cli/parse*.cpp; no header includes torch/torch.h.
set -euo pipefail
cd "$(dirname "$0")/../src"
layers=(core config tensor columns data nn objective evaluation training comparison report app cli)
failed=0
complain() { echo "layers: $1" >&2; failed=1; }

for i in "${!layers[@]}"; do
  layer=${layers[$i]}
  allowed="${layers[*]:0:$((i + 1))}"
  case $layer in
    nn) allowed=${allowed/data/} ;;
    objective) allowed=${allowed/data/}; allowed=${allowed/nn/} ;;
    evaluation) allowed="core config tensor columns data evaluation" ;;
  esac
  while IFS=: read -r file line include; do
    folder=$(sed 's/.*"\([a-z]*\)\/.*/\1/' <<<"$include")
    grep -qw "$folder" <<<"$allowed" || complain "$file:$line: $layer may not include $folder"
  done < <(grep -rnE '^#include "[a-z]+/' "$layer" || true)
done
while read -r file; do complain "$file: core and config know no torch"; done < <(grep -rlE '#include <(torch|ATen|c10)/' core config || true)
while read -r file; do [[ $file = cli/parse*.cpp ]] || complain "$file: CLI11 belongs to cli/parse*.cpp"; done < <(grep -rl '#include <CLI/' . | sed 's|^\./||' || true)
while read -r file; do complain "$file: torch/torch.h in a header"; done < <(grep -rl --include='*.h' '#include <torch/torch.h>' . || true)
[ $failed = 0 ] && echo "layers: ok"
exit $failed
