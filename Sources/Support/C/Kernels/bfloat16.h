// Included by kernels.c, with VARIANT, TARGET, ROWS and PANELS defined: products of numbers rounded to
// bfloat16, by vdpbf16ps. As plain C, for each pair of inputs k in order, s being a sum of 16:
//   s = s + x[2k + 1] * w[2k + 1];  s = s + x[2k] * w[2k];    each rounded once, denormals as zeros

#include "rounded.h"

typedef uint32_t NAMED(pair_lanes) __attribute__((ext_vector_type(16)));

INLINE lanes NAMED(multiply_add)(NAMED(pair_lanes) a, NAMED(pair_lanes) b, lanes sum) {
  return (lanes)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
}

#define ELEMENT uint32_t
#define ELEMENT_LANES NAMED(pair_lanes)
#define MULTIPLY_ADD(a, b, sum) NAMED(multiply_add)(a, b, sum)
#include "dense.h"
#undef ELEMENT
#undef ELEMENT_LANES
#undef MULTIPLY_ADD

TARGET static void NAMED(pairs)(ptrdiff_t rows, ptrdiff_t pairs, ptrdiff_t outputs, const void *x,
                                const void *panels, const float *bias, idql_activation activation,
                                _Bool accumulates, float *y) {
  BLOCKED(dense)(rows, pairs, outputs, x, pairs, panels, bias, activation, accumulates, y, outputs);
}
