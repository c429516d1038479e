#!/bin/sh
# Selects the versions of tools/packages.txt in Package.resolved. With --update, selects the newest versions that
# Package.swift allows and writes them to tools/packages.txt.
set -eu
cd "$(dirname "$0")/.."
list=tools/packages.txt

# "name version" of each resolved package.
resolved() { sed -n 's/.*"identity" : "\(.*\)",/\1/p; s/.*"version" : "\(.*\)"/\1/p' Package.resolved | paste -d ' ' - -; }

if [ "${1:-}" = --update ]; then
  swift package update
  { grep '^#' $list; resolved; } > $list.tmp
  mv $list.tmp $list
else
  swift package resolve > /dev/null 2>&1 || swift package resolve
  grep -v '^#' $list | while read -r name version; do
    resolved | grep -qxF "$name $version" || swift package resolve "$name" --version "$version" > /dev/null 2>&1 || true
  done
  grep -v '^#' $list | while read -r name version; do
    resolved | grep -qxF "$name $version" || echo "warning: $name $version, the version in $list, is not available here;" \
      "$(resolved | sed -n "s/^$name //p") is used" >&2
  done
fi
touch Package.resolved
