#!/bin/sh
# build-facts.sh PROGRAM FLAGS: records next to a program the commit and flags of its build. Size and time tie the file
# to this build, so that a program built in another way does not use the facts of an earlier build.
set -eu
commit=unknown
if head=$(git rev-parse HEAD 2> /dev/null); then
  commit=$head
  # Where packages come from a mirror with other commits for the same versions, SwiftPM rewrites Package.resolved.
  [ -z "$(git status --porcelain --untracked-files=no -- . ':!Package.resolved' 2> /dev/null)" ] || commit="$head, with changes"
fi
printf 'size=%s\ntime=%s\ncommit=%s\nflags=%s\n' "$(stat -c %s "$1")" "$(stat -c %Y "$1")" "$commit" "$2" > "$1-build.txt"
