#!/bin/sh
# symbols.sh FOLDER: writes the symbol graph of the library SAMBench and its re-exported modules from the release build.
set -eu
cd "$(dirname "$0")/.."

set -- "$1" -module-name SAMBench -I .build/release/Modules -target "$(uname -m)-unknown-linux-gnu"
# Module maps of the C modules of this package and its dependencies.
for map in Sources/*/C*/module.modulemap .build/checkouts/*/Sources/C*/include/module.modulemap; do
  set -- "$@" -Xcc "-fmodule-map-file=$map"
done
for include in $(pkg-config --cflags-only-I openblas hdf5); do set -- "$@" -Xcc "$include"; done
folder="$1"
shift
exec swift symbolgraph-extract "$@" -output-dir "$folder" -minimum-access-level public -skip-synthesized-members \
  -experimental-allowed-reexported-modules=Commands,Configuration,Datasets,Methods,Models,Networks,Core
