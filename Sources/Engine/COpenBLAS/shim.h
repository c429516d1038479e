#ifndef SAMBENCH_COPENBLAS_SHIM_H
#define SAMBENCH_COPENBLAS_SHIM_H
#include <cblas.h>

/* Internal buffers of OpenBLAS, one for each concurrent product: 128 MB of address space on x86-64, kept for the next
   product. If the system refuses one, OpenBLAS retries forever. These functions are not in its headers, and a build may
   hide them. */
extern void *blas_memory_alloc(int) __attribute__((weak));
extern void blas_memory_free(void *) __attribute__((weak));
static inline void *take_openblas_buffer(void) { return blas_memory_alloc ? blas_memory_alloc(0) : 0; }
static inline void give_openblas_buffer(void *buffer) { if (buffer && blas_memory_free) blas_memory_free(buffer); }

/* 1 if the build may use the CPU's fused multiply-add; otherwise the compiler would call a slow library function. */
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define HAS_FUSED_MULTIPLY_ADD 1
#else
#define HAS_FUSED_MULTIPLY_ADD 0
#endif

/* The vector instructions that the build may use, numbered as in InstructionSet. */
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512CD__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
#define INSTRUCTION_SET_OF_BUILD 3
#elif defined(__AVX2__) && defined(__FMA__)
#define INSTRUCTION_SET_OF_BUILD 2
#elif defined(__AVX__)
#define INSTRUCTION_SET_OF_BUILD 1
#else
#define INSTRUCTION_SET_OF_BUILD 0
#endif

/* 1 if the build may use the 32 registers of 512 bits of AVX-512. */
#if defined(__AVX512F__)
#define HAS_512_BIT_REGISTERS 1
#else
#define HAS_512_BIT_REGISTERS 0
#endif
#endif
