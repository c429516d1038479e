#!/bin/sh
# Builds a release: one folder and archive that run on any x86-64 Linux with at least this machine's glibc.
#
#   bin/sambench             starts the widest of the three programs that the CPU supports
#   bin/sambench-x86-64-v3   AVX2 and FMA
#   bin/sambench-x86-64-v4   AVX-512
#   lib/                     OpenBLAS, HDF5 and their dependencies except glibc
#   suites/ README.md LICENSE CITATION.cff
#
# Usage: tools/dist.sh VERSION FOLDER
set -eu
cd "$(dirname "$0")/.."
version="$1"
folder="$2"
name="sambench-$version-linux-$(uname -m)"
release="$folder/$name"
rm -rf "$release"
mkdir -p "$release/bin" "$release/lib"

levels=""
if [ "$(uname -m)" = x86_64 ]; then levels="x86-64-v3 x86-64-v4"; fi
for level in "" $levels; do
  swift build -c release --product sambench --static-swift-stdlib --scratch-path "$folder/build${level:+-$level}" \
    -Xlinker -rpath='$ORIGIN/../lib' ${level:+-Xcc -march=$level}
  cp "$folder/build${level:+-$level}/release/sambench" "$release/bin/sambench${level:+-$level}"
done
strip "$release"/bin/*

# glibc is the system's: its libraries must match each other and the kernel.
ldd "$release/bin/sambench" | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' |
  grep -vE '/(libc|libm|libdl|librt|libpthread|libresolv|libutil|ld-linux[^/]*)\.so' |
  while read -r library; do cp -L "$library" "$release/lib/"; done

cp -R suites README.md LICENSE CITATION.cff "$release/"
tar -C "$folder" -czf "$folder/$name.tar.gz" "$name"
echo "$folder/$name.tar.gz"
