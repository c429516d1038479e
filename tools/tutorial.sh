#!/bin/sh
# Types the tutorial's commands, as written, in a fresh clone of what is committed, and shows the table they end in.
# .build of this folder is taken along where it is on the same path only; so the first build may take minutes.
set -eu
cd "$(dirname "$0")/.."
tutorial=Sources/SAMBench/SAMBench.docc/WriteAMethod.md
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
git clone -q . "$scratch/SAMBench"
awk '/^```sh$/ {on = 1; next} /^```$/ {on = 0} on' "$tutorial" > "$scratch/commands"
cd "$scratch/SAMBench"
make build
sh -euxc ". $scratch/commands"
grep -q "mean-sam" results/quick/report/report.md
sed -n '/^| method/,/^$/p' results/quick/report/report.md
