#!/usr/bin/env bash
# scripts/fetch_data.sh without a network: it keeps nothing but the file that it knows, and touches none that is there.
# Usage: tests/fetch_data.sh
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/scripts" "$folder/data" "$folder/bin"
cp "$root/scripts/fetch_data.sh" "$folder/scripts/"
fail() { echo "fetch_data.sh: $1" >&2; exit 1; }

# A curl that writes $CONTENT, or fails without it.
cat > "$folder/bin/curl" <<'END'
#!/usr/bin/env bash
while [ $# -gt 1 ]; do [ "$1" = --output ] && output=$2; shift; done
printf '%s' "$1" > "$URL"
[ -n "${CONTENT-}" ] || exit 22
printf '%s' "$CONTENT" > "$output"
END
chmod +x "$folder/bin/curl"
export URL=$folder/url
run() { PATH=$folder/bin:$PATH "$folder/scripts/fetch_data.sh" "$@" 2> "$folder/err"; }
names_in() { (cd "$folder/data" && echo *); }
says() { grep -q -- "$1" "$folder/err" || fail "does not say '$1' but: $(cat "$folder/err")"; }

run etth2 && fail "knows etth2"
says "there is no etth2"
run && fail "goes on without a network"
says "could not fetch https"
for name in stock energy etth1; do
  CONTENT=$'a,b\n1,2\n' run "$name" && fail "takes any file as $name"
  says "not the expected file: 1 x 2, not "
  [ "$(names_in)" = "*" ] || fail "leaves $(names_in)"
  grep -q '^https://.*\.csv$' "$URL" || fail "asks for $(cat "$URL")"
done
echo mine > "$folder/data/energy.csv"
run energy && fail "takes another file for energy.csv"
says "move it away"
[ "$(cat "$folder/data/energy.csv")" = mine ] || fail "changes a file that is there"

# The file that it knows, by either kind of hash.
text=$'a,b\n1,2\n'
known() { sed -E "s/hash=(sha256|git):[0-9a-f]+/hash=$1/" "$root/scripts/fetch_data.sh" > "$folder/scripts/fetch_data.sh"; }
for hash in "sha256:$(printf '%s' "$text" | sha256sum | cut -d ' ' -f 1)" \
  "git:$(printf 'blob %s\0%s' "${#text}" "" | cat - <(printf '%s' "$text") | sha1sum | cut -d ' ' -f 1)"; do
  known "$hash"
  rm -f "$folder/data"/*
  CONTENT=$text run all > "$folder/out" || fail "refuses the right file: $(cat "$folder/err")"
  [ "$(names_in)" = "energy.csv etth1.csv stock.csv" ] || fail "fetches $(names_in)"
  grep -q "CC BY 4.0" "$folder/out" || fail "does not name licences"
  run stock > "$folder/out" || fail "fetches again what is there"
  grep -q "is there" "$folder/out" || fail "does not say that it is there"
done
echo "fetch_data.sh: ok"
