#!/bin/sh
# tagged-example.sh [VERSION]: builds the example package against a tagged version of this one through a git URL, as an
# external package would, and checks that it lists its method. Uses committed files only.
set -eu
cd "$(dirname "$0")/.."
version="${1:-$(sed -n 's/.*static let version = "\(.*\)"/\1/p' Sources/Bench/Running/Provenance.swift)}"

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
git clone -q . "$scratch/SAMBench"
git -C "$scratch/SAMBench" tag -f "$version" > /dev/null
git -C "$scratch/SAMBench" archive "$version" Examples/BringYourOwnMethod | tar -x -C "$scratch"

cd "$scratch/Examples/BringYourOwnMethod"
sed -i "s|\.package(name: \"SAMBench\", path: \"../..\")|.package(url: \"file://$scratch/SAMBench\", exact: \"$version\")|" \
  Package.swift
grep -q "exact: \"$version\"" Package.swift
swift build --product bench
.build/debug/bench list methods | grep "^ae-looksam"
echo "The example builds against SAMBench $version through its git URL."
