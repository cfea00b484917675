// Included by kernels.c, with VARIANT, TARGET, ROWS and PANELS defined: products of numbers rounded to
// bfloat16, by vdpbf16ps. As plain C, for each pair of inputs k in order, s being a sum of 16:
//   s = s + x[2k + 1] * w[2k + 1];  s = s + x[2k] * w[2k];    each rounded once, denormals as zeros

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
                                idql_result_kind kind, void *y) {
  BLOCKED(dense)(rows, pairs, outputs, x, pairs, panels, bias, activation,
                 kind == idql_accumulates, y, outputs);
  // in place: what is written has been read
  if (kind == idql_rounds) NAMED(round_rows)(rows, outputs, y, y);
}

INLINE void NAMED(prepare)(int rows) { (void)rows; }

INLINE void NAMED(rest)(void) {}

INLINE void NAMED(some_rows)(int rows, int panels, ptrdiff_t blocks, const uint32_t *x,
                             ptrdiff_t x_row, ptrdiff_t x_block, const uint32_t *w,
                             ptrdiff_t panel, lanes (*sums)[16]) {
  lanes sum[ROWS * PANELS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * panels; i++) sum[i] = 0;
  for (ptrdiff_t k = 0; k < blocks; k++) {
#pragma clang loop unroll_count(8)
    for (int pair = 0; pair < 16; pair++) {
      ONE_INPUT_AT_A_TIME(x, w);
      NAMED(pair_lanes) b[PANELS];
#pragma clang loop unroll(full)
      for (int p = 0; p < panels; p++) memcpy(&b[p], w + p * panel, sizeof b[p]);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        NAMED(pair_lanes) a = x[r * x_row];
#pragma clang loop unroll(full)
        for (int p = 0; p < panels; p++) {
          sum[r * panels + p] = NAMED(multiply_add)(a, b[p], sum[r * panels + p]);
        }
      }
      x++;
      w += idql_panel_width;
    }
    x += x_block - 16;
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * panels; i++) sums[i % panels][i / panels] = sum[i];
}

#define PRODUCT(rows, panels, blocks, x, x_row, x_block, w, panel, sums, meanwhile)                \
  do {                                                                                             \
    NAMED(product)(rows, panels, blocks, x, x_row, x_block, w, panel, sums);                       \
    for (ptrdiff_t block_ = 0; block_ < (blocks); block_++) meanwhile;                             \
  } while (0)

INLINE void NAMED(product)(int rows, int panels, ptrdiff_t blocks, const uint32_t *x,
                           ptrdiff_t x_row, ptrdiff_t x_block, const uint32_t *w, ptrdiff_t panel,
                           NAMED(sums) *sums) {
#define SOME(count, columns)                                                                       \
  NAMED(some_rows)(count, columns, blocks, x + r * x_row, x_row, x_block, w, panel, at)
  for (int r = 0; r < rows;) {
    lanes(*at)[16] = (lanes(*)[16])&sums->of[r / 16][0][r % 16];
    if (rows - r >= ROWS && panels == 2) {
      SOME(ROWS, 2);
      r += ROWS;
    } else if (panels == 2) {
      SOME(1, 2);
      r += 1;
    } else {
      SOME(1, 1);
      r += 1;
    }
  }
#undef SOME
}
