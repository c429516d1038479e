#!/bin/sh
# Prints this CPU's x86-64 level for the compiler's -march (x86-64-v4 or x86-64-v3), or nothing below v3.
set -eu
[ "$(uname -m)" = x86_64 ] || exit 0
flags=" $(grep -m 1 '^flags' /proc/cpuinfo 2> /dev/null | cut -d: -f2) "
has() {
  for flag in "$@"; do
    case "$flags" in *" $flag "*) ;; *) return 1 ;; esac
  done
}
has avx2 fma bmi1 bmi2 f16c movbe || exit 0
if has avx512f avx512bw avx512cd avx512dq avx512vl; then echo x86-64-v4; else echo x86-64-v3; fi
