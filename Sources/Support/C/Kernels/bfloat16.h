// Included by kernels.c, with VARIANT, TARGET, ROWS and PANELS defined: products of numbers rounded
// to bfloat16, which are the upper halves of floats.

#include "lanes.h"

typedef uint32_t pair_lanes __attribute__((ext_vector_type(16)));

// sum + a0 b0 + a1 b1 in single precision, a0 and b0 in the lower halves.
INLINE lanes NAMED(multiply_add)(pair_lanes a, pair_lanes b, lanes sum) {
  return (lanes)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
}

#define ELEMENT uint32_t
#define ELEMENT_LANES pair_lanes
#define MULTIPLY_ADD(a, b, sum) NAMED(multiply_add)(a, b, sum)
#include "dense.h"
#undef ELEMENT
#undef ELEMENT_LANES
#undef MULTIPLY_ADD

// Sixteen numbers rounded to nearest, ties to even.
INLINE void NAMED(round)(lanes v, uint32_t *pairs) {
  __m256bh rounded = _mm512_cvtneps_pbh((__m512)v);
  memcpy(pairs, &rounded, sizeof rounded);
}

TARGET static void NAMED(dense_rounded)(ptrdiff_t rows, ptrdiff_t inputs, ptrdiff_t outputs,
                                        const float *x, const void *panels, const float *bias,
                                        idql_activation activation, _Bool accumulates, float *y,
                                        void *scratch) {
  ptrdiff_t pairs = (inputs + idql_panel_width - 1) / idql_panel_width * idql_panel_width / 2;
  ptrdiff_t whole = inputs - inputs % idql_panel_width;
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float *in = x + r * inputs;
    uint32_t *out = (uint32_t *)scratch + r * pairs;
    for (ptrdiff_t k = 0; k < whole; k += idql_panel_width) {
      NAMED(round)(NAMED(load)(in + k), out + k / 2);
    }
    if (whole < inputs) NAMED(round)(NAMED(load_part)(in + whole, inputs - whole), out + whole / 2);
  }
  NAMED(dense)(rows, pairs, outputs, scratch, pairs, panels, bias, activation, accumulates, y,
               outputs);
}
