#!/bin/sh
# build-facts.sh PROGRAM FLAGS: writes beside a program which commit and flags it was built from. Size and time tie the file
# to this build: a program that was built in another way does not take the facts of an earlier one for its own.
set -eu
commit=unknown
if head=$(git rev-parse HEAD 2> /dev/null); then
  commit=$head
  [ -z "$(git status --porcelain --untracked-files=no 2> /dev/null)" ] || commit="$head, with changes"
fi
printf 'size=%s\ntime=%s\ncommit=%s\nflags=%s\n' "$(stat -c %s "$1")" "$(stat -c %Y "$1")" "$commit" "$2" > "$1-build.txt"
