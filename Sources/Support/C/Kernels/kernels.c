#include "idql_kernels.h"

#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
  #include <immintrin.h>
#endif

// Vectors wider than the target's registers have no stable calling convention; every function here
// that takes or returns one is inlined.
#pragma clang diagnostic ignored "-Wpsabi"

// 16 floats: one register with AVX-512, two with AVX2, four with SSE2 or NEON.
typedef float lanes __attribute__((ext_vector_type(16)));
typedef int int_lanes __attribute__((ext_vector_type(16)));

// The parameters of an optimizer step are prefetched this number of steps ahead: some 2000
// multiply-adds.
enum { steps_ahead = 8 };

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAMED(name) JOIN(name, VARIANT)
#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)
#define INLINE TARGET static inline __attribute__((always_inline))

// One copy of the kernels per instruction set. ROWS x PANELS accumulators of 16 floats: enough
// independent sums to hide the latency of a multiply-add. WEIGHT_ROWS x PANELS of them where
// gradients of weights are summed, which reads both factors from the first-level cache.
#if defined(__x86_64__)
  #define FUSED 1
  #define VARIANT avx512
  #define TARGET __attribute__((target("avx512f,avx2,fma")))
  #define ROWS 4
  #define WEIGHT_ROWS 8
  #define PANELS 2
  #include "variant.h"
  #undef VARIANT
  #undef TARGET

  #define VARIANT bfloat16
  #define TARGET __attribute__((target("avx512bf16,avx512f,avx2,fma")))
  #include "bfloat16.h"
  #undef VARIANT
  #undef TARGET
  #undef ROWS
  #undef WEIGHT_ROWS
  #undef PANELS

  #define VARIANT avx2
  #define TARGET __attribute__((target("avx2,fma")))
  #define ROWS 6
  #define WEIGHT_ROWS 6
  #define PANELS 1
  #include "variant.h"
  #undef VARIANT
  #undef TARGET
  #undef ROWS
  #undef WEIGHT_ROWS
  #undef PANELS
  #undef FUSED
#endif

#if defined(__FMA__) || defined(__aarch64__)
  #define FUSED 1
#else
  #define FUSED 0
#endif
#define VARIANT baseline
#define TARGET
#define ROWS 2
#define WEIGHT_ROWS 2
#define PANELS 1
#include "variant.h"

const idql_kernels *idql_kernels_at(int index) {
  const idql_kernels *sets[3];
  int count = 0;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) sets[count++] = &set_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) sets[count++] = &set_avx2;
#endif
  sets[count++] = &set_baseline;
  return index < count ? sets[index] : NULL;
}

idql_dense_bfloat16 idql_bfloat16_kernel(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bf16")) return dense_rounded_bfloat16;
#endif
  return NULL;
}
