// Included by kernels.c after a variant's NAMED(product): a layer that acts, of numbers that are rounded.

// Swish with a relative error below 2^-12.5, for results of which 8 bits are kept: as in `swish`, with a polynomial
// of degree 3, 7.5e-5 from 2^r, and a multiplication by a reciprocal.
INLINE lanes NAMED(coarse_swish)(lanes x) {
  x = x < -87.0f ? (lanes)-87.0f : x;
  lanes t = x > 87.0f ? (lanes)87.0f : x;
  lanes shifted = t * -1.44269504f + 0x1.8p23f;
  lanes r = t * -1.44269504f - (shifted - 0x1.8p23f);
  lanes p = r * 5.5171667e-2f + 2.4261114e-1f;
  p = p * r + 6.9326099e-1f;
  p = p * r + 9.9992807e-1f;
  int_lanes k, bits;
  memcpy(&k, &shifted, sizeof k);
  memcpy(&bits, &p, sizeof bits);
  bits += k << 23;
  memcpy(&p, &bits, sizeof p);
  return x * NAMED(reciprocal)(p + 1.0f);
}

INLINE void NAMED(finish_sums)(int rows, int panels, ptrdiff_t outputs, const NAMED(sums) *sums,
                               const float *bias, idql_activation activation,
                               idql_result_kind kind, void *y, ptrdiff_t y_stride) {
  for (int p = 0; p < panels; p++) {
    ptrdiff_t start = p * idql_panel_width;
    for (int r = 0; r < rows; r++) {
      lanes sum = sums->of[r / 16][p][r % 16];
      if (kind == idql_rounds) {
        sum += NAMED(load)(bias + start);
        sum = activation == idql_swish ? NAMED(coarse_swish)(sum) : NAMED(activated)(sum, activation);
        NAMED(store_rounded)((uint16_t *)y + r * y_stride + start, sum);
      } else {
        NAMED(finish)(sum, outputs - start, bias + start, activation, kind == idql_accumulates,
                      (float *)y + r * y_stride + start);
      }
    }
  }
}

TARGET static void NAMED(pairs)(ptrdiff_t rows, ptrdiff_t pairs, ptrdiff_t outputs, const void *x,
                                const void *panels, const float *bias, idql_activation activation,
                                idql_result_kind kind, void *y) {
  const uint32_t *w = panels;
  size_t size = kind == idql_rounds ? sizeof(uint16_t) : sizeof(float);
  for (ptrdiff_t r = 0; r < rows; r += 32) {
    int count = rows - r < 32 ? (int)(rows - r) : 32;
    if (r == 0 || count < 32) NAMED(prepare)(count);
    for (ptrdiff_t j = 0; j < outputs; j += 2 * idql_panel_width) {
      int both = outputs - j > idql_panel_width ? 2 : 1;
      NAMED(sums) sums;
      NAMED(product)(count, both, pairs / 16, (const uint32_t *)x + r * pairs, pairs, 16,
                     w + j * pairs, pairs * idql_panel_width, &sums);
      void *place = (char *)y + (size_t)(r * outputs + j) * size;
      // for each of the frequent cases a loop without a branch in it
#define FINISH(function, result)                                                                   \
  NAMED(finish_sums)(count, both, outputs - j, &sums, bias + j, function, result, place, outputs)
      if (activation == idql_swish && kind == idql_rounds) {
        FINISH(idql_swish, idql_rounds);
      } else if (activation == idql_identity && kind == idql_accumulates) {
        FINISH(idql_identity, idql_accumulates);
      } else {
        FINISH(activation, kind);
      }
#undef FINISH
    }
  }
  NAMED(rest)();
}
