#ifndef SAMBENCH_COPENBLAS_SHIM_H
#define SAMBENCH_COPENBLAS_SHIM_H
#include <cblas.h>

/* 1 where the build may use the CPU's fused multiply-add; elsewhere the compiler would call a slow library function. */
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define HAS_FUSED_MULTIPLY_ADD 1
#else
#define HAS_FUSED_MULTIPLY_ADD 0
#endif
#endif
