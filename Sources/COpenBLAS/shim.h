#ifndef SAMBENCH_COPENBLAS_SHIM_H
#define SAMBENCH_COPENBLAS_SHIM_H
#include <cblas.h>
#endif
