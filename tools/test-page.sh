#!/bin/sh
# test-page.sh REPORT.html: opens a report in headless Chromium. Fails unless the PDF print contains every row of every
# table, ids are unique, links have targets, and there are no script errors at desktop and phone size.
set -eu
page="$(realpath "$1")"
browser="$(command -v chromium || command -v chromium-browser || command -v google-chrome)" || {
  echo "Chromium is missing: apt-get install chromium poppler-utils" >&2; exit 1; }
command -v pdftotext > /dev/null || { echo "pdftotext is missing: apt-get install poppler-utils" >&2; exit 1; }
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
chromium() { "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$scratch/profile" "$@" 2> "$scratch/log"; }

doubled="$(grep -o ' id="[^"]*"' "$page" | sort | uniq -d)"
[ -z "$doubled" ] || { echo "duplicate ids:$doubled" >&2; exit 1; }
grep -o ' id="[^"]*"' "$page" | sed 's/.*"\(.*\)"/\1/' | sort > "$scratch/names"
grep -o 'href="#[^"]*"' "$page" | sed 's/.*#\(.*\)"/\1/' | sort -u > "$scratch/links"
lost="$(comm -13 "$scratch/names" "$scratch/links")"
[ -z "$lost" ] || { echo "links without a target: $lost" >&2; exit 1; }

# Links to files of the report's folder; addresses on the web are not fetched.
grep -o 'href="[^#"]*"' "$page" | sed 's/href="\(.*\)"/\1/' | grep -v '^https:' | sort -u | while read -r file; do
  [ -e "$(dirname "$page")/$file" ] || { echo "link to a missing file: $file" >&2; exit 1; }
done

# Every outcome on the page must be in the print at least as often.
chromium --no-pdf-header-footer --print-to-pdf="$scratch/page.pdf" "file://$page"
pdftotext -raw "$scratch/page.pdf" - | tr -d ' \n' > "$scratch/print"
for word in reproduced inconclusive "by definition" "not comparable" differs consistent quoted; do
  plain="$(echo "$word" | tr -d ' ')"
  shown="$(sed 's/<[^>]*>//g' "$page" | tr -d ' \n' | grep -o "$plain" | wc -l)"
  printed="$(grep -o "$plain" "$scratch/print" | wc -l)"
  # The page's styles and script contain none of these words.
  [ "$printed" -ge "$shown" ] || { echo "'$word': $shown times on the page, but $printed times in print" >&2; exit 1; }
done
for size in 1280,900 390,844; do
  chromium --window-size="$size" --enable-logging=stderr --screenshot="$scratch/$size.png" "file://$page"
  ! grep -q "CONSOLE.*\(Error\|error\)" "$scratch/log" || { grep CONSOLE "$scratch/log" >&2; exit 1; }
done
echo "$1: $(wc -l < "$scratch/names") ids, $(wc -l < "$scratch/links") links, print complete, no errors"
