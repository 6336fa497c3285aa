#!/usr/bin/env bash
# Fetches the benchmark files of the literature into data/ and checks that they are the files that published figures are about. They are not
# ours to pass on: each has its owner and its licence, below.
# Usage: fetch_data.sh [stock] [energy] [etth1]   (stock if none is named; all: all three)
set -euo pipefail
cd "$(dirname "$0")/.."

# describe NAME sets url, hash (sha256:... of the file, or git:... its object in the repository that it comes from), rows below the header,
# columns, config, licence.
describe() {
  case $1 in
    stock) # daily prices of Google, 2004 to 2019, as shipped with the code of Yoon et al. 2019, "Time-series Generative Adversarial Networks"
      url=https://raw.githubusercontent.com/jsyoon0823/TimeGAN/8f6181cb9b9d2fa0c930cd902411d9ac8a308e07/data/stock_data.csv
      hash=sha256:134b8a00eb4eefa3242dd7ae85144082da80dedf75a1a656d5d08f97cd95277a
      rows=3685 columns=6 config=stock
      licence="prices from Yahoo Finance; under which terms is not said" ;;
    energy) # a house, every 10 minutes from January to May 2016: Candanedo, Feldheim, Deramaix 2017, UCI Machine Learning Repository 374, as shipped
      # with the code of TimeGAN, without the dates
      url=https://raw.githubusercontent.com/jsyoon0823/TimeGAN/8f6181cb9b9d2fa0c930cd902411d9ac8a308e07/data/energy_data.csv
      hash=git:d2d29d1053b6a0f5ee44316e2aa3ab8e8ff6e7a0
      rows=19735 columns=28 config=benchmark/energy
      licence="CC BY 4.0, Appliances Energy Prediction, https://archive.ics.uci.edu/dataset/374" ;;
    etth1) # an electricity transformer, hourly, July 2016 to June 2018: Zhou et al. 2021, "Informer"
      url=https://raw.githubusercontent.com/zhouhaoyi/ETDataset/1d16c8f4f943005d613b5bc962e9eeb06058cf07/ETT-small/ETTh1.csv
      hash=sha256:f18de3ad269cef59bb07b5438d79bb3042d3be49bdeecf01c1cd6d29695ee066
      rows=17420 columns=8 config=benchmark/etth1
      licence="CC BY-ND 4.0, https://github.com/zhouhaoyi/ETDataset" ;;
    *) echo "fetch_data: there is no $1; there are stock, energy, etth1 and all" >&2; exit 2 ;;
  esac
}

hash_of() {
  case $hash in
    sha256:*) echo "sha256:$(sha256sum < "$1" | cut -d ' ' -f 1)" ;;
    git:*) echo "git:$({ printf 'blob %s\0' "$(($(wc -c < "$1")))"; cat "$1"; } | sha1sum | cut -d ' ' -f 1)" ;;
  esac
}

# "ROWS x COLUMNS" of a file of numbers with a header
shape_of() { awk -F , 'NR == 1 { columns = NF } NF > 0 { rows++ } END { print rows - 1 " x " columns }' "$1"; }

is_it() { [ "$(hash_of "$1")" = "$hash" ]; }

fetch() {
  describe "$1"
  local file=data/$1.csv
  if [ -e "$file" ]; then
    is_it "$file" || {
      echo "fetch_data: $file is there and is another file than expected ($(shape_of "$file"), not $rows x $columns with $hash); move it away" >&2
      exit 1
    }
    echo "$file is there"
    return
  fi
  part=$file.part
  curl --fail --location --silent --show-error --output "$part" "$url" || { echo "fetch_data: could not fetch $url" >&2; exit 1; }
  is_it "$part" || {
    echo "fetch_data: what came from $url is not the expected file: $(shape_of "$part"), not $rows x $columns with $hash" >&2
    exit 1
  }
  mv "$part" "$file"
  echo "$file fetched ($licence); rnngan train --config configs/$config.json"
}

names=("${@:-stock}")
[ "${names[*]}" = all ] && names=(stock energy etth1)
for name in "${names[@]}"; do describe "$name"; done
part=
trap '[ -z "$part" ] || rm -f "$part"' EXIT
for name in "${names[@]}"; do fetch "$name"; done
