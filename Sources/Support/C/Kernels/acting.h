// Included by kernels.c after a variant's NAMED(product): a layer that acts, of numbers that are rounded.

INLINE void NAMED(finish_sums)(int rows, int panels, ptrdiff_t outputs, const NAMED(sums) *sums,
                               const float *bias, idql_activation activation, _Bool accumulates,
                               float *y, ptrdiff_t y_stride) {
  for (int p = 0; p < panels; p++) {
    ptrdiff_t start = p * idql_panel_width;
    for (int r = 0; r < rows; r++) {
      NAMED(finish)(sums->of[r / 16][p][r % 16], outputs - start, bias + start, activation,
                    accumulates, y + r * y_stride + start);
    }
  }
}

TARGET static void NAMED(pairs)(ptrdiff_t rows, ptrdiff_t pairs, ptrdiff_t outputs, const void *x,
                                const void *panels, const float *bias, idql_activation activation,
                                _Bool accumulates, float *y) {
  const uint32_t *w = panels;
  for (ptrdiff_t r = 0; r < rows; r += 32) {
    int count = rows - r < 32 ? (int)(rows - r) : 32;
    if (r == 0 || count < 32) NAMED(prepare)(count);
    for (ptrdiff_t j = 0; j < outputs; j += 2 * idql_panel_width) {
      int both = outputs - j > idql_panel_width ? 2 : 1;
      NAMED(sums) sums;
      NAMED(product)(count, both, pairs / 16, (const uint32_t *)x + r * pairs, pairs, 16,
                     w + j * pairs, pairs * idql_panel_width, &sums);
      // for each of the frequent activations a loop without a branch in it
#define FINISH(kind)                                                                               \
  NAMED(finish_sums)(count, both, outputs - j, &sums, bias + j, kind, accumulates,                 \
                     y + r * outputs + j, outputs)
      if (activation == idql_swish) {
        FINISH(idql_swish);
      } else if (activation == idql_identity) {
        FINISH(idql_identity);
      } else {
        FINISH(activation);
      }
#undef FINISH
    }
  }
  NAMED(rest)();
}
