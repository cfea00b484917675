// Included by kernels.c for each size of block: a layer's product in training, ROWS x PANELS sums at a
// time, of matrices in panels.

// One block of `layer`: the product, then the operations of the outcome.
INLINE void BLOCKED(layer_block)(int rows, int panels, ptrdiff_t input_panels, ptrdiff_t r,
                               ptrdiff_t p, const idql_matrix *x, const idql_matrix *w,
                               const idql_outcome *o) {
  lanes sums[ROWS * PANELS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * panels; i++) sums[i] = 0;
  NAMED(accumulate)(rows, panels, input_panels, idql_panel_width,
                    x->values + r * idql_panel_width, idql_panel_width, 1, x->stride,
                    w->values + p * w->stride, w->stride,
                    w->values + (p + panels) * w->stride +
                        r / ROWS * 2 * input_panels * idql_panel_width,
                    sums);
#pragma clang loop unroll(disable)
  for (int i = 0; i < rows * panels; i++) NAMED(conclude)(sums[i], r + i / panels, p + i % panels, o);
}

INLINE void BLOCKED(layer_column)(int panels, ptrdiff_t rows, ptrdiff_t input_panels, ptrdiff_t p,
                                const idql_matrix *x, const idql_matrix *w,
                                const idql_outcome *o) {
  ptrdiff_t r = 0;
  while (r < rows) {
    ptrdiff_t rest = rows - r;
    // four and four rather than six and two, which would have too few sums to hide the latency
    if (rest >= ROWS && !(ROWS == 6 && rest == 8)) {
      BLOCKED(layer_block)(ROWS, panels, input_panels, r, p, x, w, o);
      r += ROWS;
    } else if (ROWS > 4 && rest >= 4) {
      BLOCKED(layer_block)(4, panels, input_panels, r, p, x, w, o);
      r += 4;
    } else {
      BLOCKED(layer_block)(1, panels, input_panels, r, p, x, w, o);
      r += 1;
    }
  }
}

TARGET static void BLOCKED(layer)(ptrdiff_t rows, ptrdiff_t input_panels, ptrdiff_t output_panels,
                                const idql_matrix *x, const idql_matrix *w,
                                const idql_outcome *outcome) {
  ptrdiff_t p = 0;
  for (; p + PANELS <= output_panels; p += PANELS) {
    BLOCKED(layer_column)(PANELS, rows, input_panels, p, x, w, outcome);
  }
  for (; p < output_panels; p++) BLOCKED(layer_column)(1, rows, input_panels, p, x, w, outcome);
}
