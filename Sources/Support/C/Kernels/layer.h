// Included by kernels.c for each size of block: a layer's product in training, ROWS x PANELS sums at a
// time, of matrices in panels.

// One block of `layer`: the product, then the operations of the outcome. Meanwhile a part of the next panels is
// prefetched, from `ahead` on.
INLINE void BLOCKED(layer_block)(int rows, int panels, ptrdiff_t input_panels, ptrdiff_t r,
                               ptrdiff_t p, const idql_matrix *x, const idql_matrix *w,
                               const float *ahead, const idql_outcome *o) {
  lanes sums[ROWS * PANELS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * panels; i++) sums[i] = 0;
  NAMED(accumulate)(rows, panels, input_panels, idql_panel_width,
                    x->values + r * idql_panel_width, idql_panel_width, 1, x->stride,
                    w->values + p * w->stride, w->stride, ahead, sums);
#pragma clang loop unroll(disable)
  for (int i = 0; i < rows * panels; i++) NAMED(conclude)(sums[i], r + i / panels, p + i % panels, o);
}

// Rows `start` ..< `end` of one or more consecutive panels.
INLINE void BLOCKED(layer_column)(int panels, ptrdiff_t start, ptrdiff_t end, ptrdiff_t input_panels, ptrdiff_t p,
                                const idql_matrix *x, const idql_matrix *w,
                                const idql_outcome *o) {
  const float *ahead = w->values + (p + panels) * w->stride;
  ptrdiff_t r = start;
#define BLOCK(count)                                                                               \
  BLOCKED(layer_block)(count, panels, input_panels, r, p, x, w, ahead, o);                           \
  r += count
  while (r < end) {
    ptrdiff_t rest = end - r;
    // four and four rather than six and two, which would have too few sums to hide the latency
    if (rest >= ROWS && !(ROWS == 6 && rest == 8)) {
      BLOCK(ROWS);
      ahead += 2 * input_panels * idql_panel_width;
    } else if (ROWS > 4 && rest >= 4) {
      BLOCK(4);
    } else {
      BLOCK(1);
    }
  }
#undef BLOCK
}

// The columns one after the other read all inputs again and again: where these take more than a megabyte, which
// second-level caches may not hold beside the weights, as many rows at a time as take half of it.
TARGET static void BLOCKED(layer)(ptrdiff_t rows, ptrdiff_t input_panels, ptrdiff_t output_panels,
                                const idql_matrix *x, const idql_matrix *w,
                                const idql_outcome *outcome) {
  enum { numbers_of_a_megabyte = 1 << 18 };
  ptrdiff_t inputs = input_panels * idql_panel_width;
  ptrdiff_t part = numbers_of_a_megabyte / 2 / inputs / ROWS * ROWS;
  if (rows * inputs <= numbers_of_a_megabyte || part == 0) part = rows;
  for (ptrdiff_t start = 0; start < rows; start += part) {
    ptrdiff_t end = rows - start < part ? rows : start + part;
    ptrdiff_t p = 0;
    for (; p + PANELS <= output_panels; p += PANELS) {
      BLOCKED(layer_column)(PANELS, start, end, input_panels, p, x, w, outcome);
    }
    for (; p < output_panels; p++) BLOCKED(layer_column)(1, start, end, input_panels, p, x, w, outcome);
  }
}
