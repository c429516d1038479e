#!/bin/sh
# tutorial.sh [--here]: types the commands of the tutorial, as written, and shows the table they end in. By default in a
# fresh clone of what is committed, which is then removed; with --here in this one, whose build it uses and whose files it
# puts back.
set -eu
cd "$(dirname "$0")/.."
scratch="$(mktemp -d)"
put_back=:
trap 'eval "$put_back"; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
awk '/^```sh$/ {on = 1; next} /^```$/ {on = 0} on' Sources/SAMBench/SAMBench.docc/WriteAMethod.md > "$scratch/commands"

if [ "${1:-}" = --here ]; then
  # What the tutorial writes: a method, a line in the catalogue, a table of traces; its results stay, outside of git.
  method=Sources/Methods/MeanSAM.swift
  catalogue=Sources/Methods/MethodCatalogue.swift
  [ ! -e "$method" ] || { echo "$method is there already: the tutorial has been typed here." >&2; exit 1; }
  cp "$catalogue" "$scratch/catalogue"
  put_back='cp "$scratch/catalogue" "$catalogue"; rm -f "$method" mean-sam.csv'
else
  git clone -q . "$scratch/SAMBench"
  cd "$scratch/SAMBench"
fi
make build
start=$(date +%s)
sh -euxc ". '$scratch/commands'"
grep "mean-sam" results/quick/report/report.md
echo "The tutorial took $(($(date +%s) - start)) seconds after the first build."
