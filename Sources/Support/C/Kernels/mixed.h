// Included by kernels.c once per variant that multiplies bfloat16, after its PRODUCT: the products of
// training, of matrices in panels whose numbers are rounded on the way. All but the products is as in
// training.h, in single precision.

#include "optimizer.h"
#include "outcome.h"

// A block of 32 inputs as 16 pairs for each row: (blocks, rows, 16).
INLINE void NAMED(pair_inputs)(ptrdiff_t rows, ptrdiff_t panels, const idql_matrix *x,
                               uint32_t *pairs) {
  for (ptrdiff_t p = 0; p < panels; p += 2) {
    const float *first = x->values + p * x->stride;
    for (ptrdiff_t r = 0; r < rows * idql_panel_width; r += idql_panel_width) {
      lanes upper = p + 1 < panels ? NAMED(load)(first + x->stride + r) : (lanes)0.0f;
      NAMED(pair_lanes) both = NAMED(neighbours)(NAMED(load)(first + r), upper);
      memcpy(pairs, &both, sizeof both);
      pairs += 16;
    }
  }
}

// The rows of a panel in pairs, zeros up to a multiple of 32: (pairs, 16).
INLINE void NAMED(pair_rows)(ptrdiff_t rows, const float *panel, uint32_t *pairs) {
  for (ptrdiff_t r = 0; r < (rows + 31) / 32 * 32; r += 2) {
    lanes first = r < rows ? NAMED(load)(panel + r * idql_panel_width) : (lanes)0.0f;
    lanes second = r + 1 < rows ? NAMED(load)(panel + (r + 1) * idql_panel_width) : (lanes)0.0f;
    NAMED(pair_lanes) both = NAMED(pair)(first, second);
    memcpy(pairs, &both, sizeof both);
    pairs += 16;
  }
}

TARGET static void NAMED(layer)(ptrdiff_t rows, ptrdiff_t input_panels, ptrdiff_t output_panels,
                                const idql_matrix *x, const idql_matrix *w,
                                const idql_outcome *outcome, void *scratch) {
  ptrdiff_t blocks = (input_panels + 1) / 2;
  uint32_t *inputs = scratch;
  uint32_t *weights = inputs + blocks * rows * 16;
  NAMED(pair_inputs)(rows, input_panels, x, inputs);
  int prepared = 0;
  for (ptrdiff_t p = 0; p < output_panels; p += 2) {
    int panels = output_panels - p < 2 ? 1 : 2;
    for (int i = 0; i < panels; i++) {
      NAMED(pair_rows)(input_panels * idql_panel_width, w->values + (p + i) * w->stride,
                       weights + i * blocks * 256);
    }
    for (ptrdiff_t r = 0; r < rows; r += 32) {
      int count = rows - r < 32 ? (int)(rows - r) : 32;
      if (count != prepared) NAMED(prepare)(prepared = count);
      NAMED(sums) sums;
      PRODUCT(count, panels, blocks, inputs + r * 16, 16, rows * 16, weights, blocks * 256, &sums,
              (void)0);
      for (int i = 0; i < panels; i++) {
        for (int row = 0; row < count; row++) {
          NAMED(conclude)(sums.of[row / 16][i][row % 16], r + row, p + i, outcome);
        }
      }
    }
  }
  NAMED(rest)();
}

TARGET static void NAMED(weight_step)(ptrdiff_t rows, ptrdiff_t input_panels,
                                      ptrdiff_t output_panels, const idql_matrix *x,
                                      const idql_matrix *dy, const idql_parameters *parameters,
                                      const idql_optimizer *optimizer, void *scratch) {
  ptrdiff_t blocks = (rows + 31) / 32;
  uint32_t *inputs = scratch;  // (input panels / 2, blocks, 32 inputs, 16 pairs of rows)
  uint32_t *errors = inputs + (input_panels + 1) / 2 * blocks * 512;
  for (ptrdiff_t i = 0; i < input_panels; i++) {
    NAMED(pair_rows)(rows, x->values + i * x->stride, errors);
    for (ptrdiff_t b = 0; b < blocks; b++) {
      lanes columns[16];
      memcpy(columns, errors + b * 256, sizeof columns);
      NAMED(transpose)(columns);
      memcpy(inputs + (i / 2 * blocks + b) * 512 + i % 2 * 256, columns, sizeof columns);
    }
  }
  int prepared = 0;
  for (ptrdiff_t p = 0; p < output_panels; p += 2) {
    int panels = output_panels - p < 2 ? 1 : 2;
    for (int j = 0; j < panels; j++) {
      NAMED(pair_rows)(rows, dy->values + (p + j) * dy->stride, errors + j * blocks * 256);
    }
    idql_parameters q = *parameters;
    idql_optimizer o = *optimizer;
    for (ptrdiff_t i = 0; i < input_panels; i += 2) {
      int halves = input_panels - i < 2 ? 1 : 2;
      if (16 * halves != prepared) NAMED(prepare)(prepared = 16 * halves);
      NAMED(sums) sums;
      PRODUCT(16 * halves, panels, blocks, inputs + i / 2 * blocks * 512, 16, 512, errors,
              blocks * 256, &sums, (void)0);
      for (int half = 0; half < halves; half++) {
        for (int j = 0; j < panels; j++) NAMED(take_steps)(sums.of[half][j], p + j, &q, &o);
        NAMED(next_inputs)(&q);
      }
    }
  }
  NAMED(rest)();
}
