#!/bin/sh
# tutorial.sh [FOLDER]: types the commands of the tutorial, as written, and shows the table they end in. By default in a fresh
# clone of what is committed, which is then removed; FOLDER is a clone to use and keep, with its build.
set -eu
cd "$(dirname "$0")/.."
commands="$(mktemp)"
awk '/^```sh$/ {on = 1; next} /^```$/ {on = 0} on' Sources/SAMBench/SAMBench.docc/WriteAMethod.md > "$commands"
if [ $# = 0 ]; then
  scratch="$(mktemp -d)"
  trap 'rm -rf "$scratch" "$commands"' EXIT
  git clone -q . "$scratch/SAMBench"
  set -- "$scratch/SAMBench"
fi
cd "$1"
make build
start=$(date +%s)
sh -euxc ". '$commands'"
grep "mean-sam" results/quick/report/report.md
echo "The tutorial took $(($(date +%s) - start)) seconds after the first build."
