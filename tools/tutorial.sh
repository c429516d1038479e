#!/bin/sh
# tutorial.sh [--here]: runs the commands of the tutorial verbatim and shows the resulting table. By default it uses a
# fresh clone of the committed files, which is removed afterwards. With --here it uses this clone and its build, and
# restores its files.
set -eu
cd "$(dirname "$0")/.."
scratch="$(mktemp -d)"
put_back=:
trap 'eval "$put_back"; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
awk '/^```sh$/ {on = 1; next} /^```$/ {on = 0} on' Sources/App/SAMBench/SAMBench.docc/WriteAMethod.md > "$scratch/commands"

if [ "${1:-}" = --here ]; then
  # The tutorial writes a method, a line in the catalog, and a table of traces. Its results remain; git ignores them.
  method=Sources/Methods/MeanSAM.swift
  catalogue=Sources/Methods/MethodCatalogue.swift
  [ ! -e "$method" ] || {
    echo "$method already exists. Remove it and its line in $catalogue, or run without --here." >&2; exit 1; }
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
