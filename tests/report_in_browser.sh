#!/usr/bin/env bash
# report_in_browser.sh PROGRAM: a browser shows a report of the program without complaint, and its drawings are there.
# Passed over (exit 77) where no Chromium is installed.
set -euo pipefail
program=$1
browser=""
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then browser=$name && break; fi
done
[ -n "$browser" ] || { echo "report_in_browser: passed over, no chromium is installed"; exit 77; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$program" data make ar1 -n 60 --length 12 --out real.csv
"$program" data make ar1 -n 60 --length 12 --seed 2 --out synthetic.csv
"$program" evaluate --real real.csv --synthetic synthetic.csv -m fast --report report.html -q >/dev/null

show() {
  "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$folder/profile" \
    --enable-logging=stderr --v=0 --virtual-time-budget=2000 "$@" "file://$folder/report.html"
}
fail() { echo "report_in_browser: $1" >&2; exit 1; }

show --dump-dom >dom.html 2>log.txt || fail "the browser failed: $(tail -n 3 log.txt)"
if grep CONSOLE log.txt; then fail "the console has complaints"; fi
drawings=$(grep -o '<svg[^>]*role="img"' dom.html | wc -l)
[ "$drawings" -ge 20 ] || fail "only $drawings drawings are there"
for part in s-scores s-sequences s-distributions s-autocorrelation s-maps-of-both-sets; do
  grep -q "id=\"$part\"" dom.html || fail "no section $part"
done
show --print-to-pdf="$folder/report.pdf" >/dev/null 2>&1 || fail "it cannot be printed"
[ "$(head -c 5 report.pdf)" = "%PDF-" ] || fail "the print is no PDF"
echo "report_in_browser: ok, $drawings drawings"
