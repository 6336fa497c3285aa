#!/usr/bin/env bash
# Fetches data that are not ours to pass on and checks that they are the file that published figures are about.
# Usage: fetch_data.sh [FILE]   (default data/stock.csv: daily prices of Google, 2004 to 2019, as shipped with the code of
# Yoon et al. 2019, "Time-series Generative Adversarial Networks")
set -euo pipefail
cd "$(dirname "$0")/.."
file=${1:-data/stock.csv}
url=https://raw.githubusercontent.com/jsyoon0823/TimeGAN/master/data/stock_data.csv
hash=134b8a00eb4eefa3242dd7ae85144082da80dedf75a1a656d5d08f97cd95277a
check() { echo "$hash  $1" | sha256sum --check --status; }
if [ -e "$file" ]; then
  check "$file" || { echo "fetch_data: $file is there and is another file than expected; move it away" >&2; exit 1; }
  echo "$file is there"
  exit
fi
trap 'rm -f "$file.part"' EXIT
curl --fail --location --silent --show-error --output "$file.part" "$url" ||
  { echo "fetch_data: could not fetch $url" >&2; exit 1; }
check "$file.part" ||
  { echo "fetch_data: what came from $url is not the expected file (SHA-256 $hash)" >&2; exit 1; }
mv "$file.part" "$file"
echo "$file fetched; rnngan train --config configs/stock.json"
