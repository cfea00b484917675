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
                    NULL, sums);
#pragma clang loop unroll(disable)
  for (int i = 0; i < rows * panels; i++) {
    ptrdiff_t panel = p + i % panels;
    ptrdiff_t place = (r + i / panels) * idql_panel_width;
    lanes sum = sums[i];
    if (o->bias) sum += NAMED(load)(o->bias + panel * idql_panel_width);
    if (o->addend.values) sum += NAMED(load)(o->addend.values + panel * o->addend.stride + place);
    if (o->slope.values) {
      lanes slope;
      sum = NAMED(activated_with_slope)(sum, o->activation, &slope);
      NAMED(store)(o->slope.values + panel * o->slope.stride + place, slope);
    } else {
      sum = NAMED(activated)(sum, o->activation);
    }
    if (o->factor.values) sum *= NAMED(load)(o->factor.values + panel * o->factor.stride + place);
    NAMED(store)(o->y.values + panel * o->y.stride + place, sum);
  }
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
