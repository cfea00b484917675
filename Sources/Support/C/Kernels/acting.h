// Included by kernels.c after a variant's PRODUCT: a layer that acts, of numbers that are rounded.

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

// Sums of which something has still to be made, from row `done` on.
typedef struct {
  NAMED(sums) sums;
  int done, rows, panels;
  ptrdiff_t outputs, y_stride;
  const float *bias;
  char *y;
} NAMED(unfinished);

// Makes of the next rows of sums, `count` at most, what `kind` says.
INLINE void NAMED(finish_rows)(NAMED(unfinished) *u, int count, idql_activation activation,
                               idql_result_kind kind) {
  int end = u->rows - u->done > count ? u->done + count : u->rows;
  for (int r = u->done; r < end; r++) {
    lanes first = u->sums.of[r / 16][0][r % 16], second = u->sums.of[r / 16][1][r % 16];
    if (kind == idql_rounds) {  // there are two panels, as the number of outputs is a multiple of 32
      first += NAMED(load)(u->bias);
      second += NAMED(load)(u->bias + idql_panel_width);
      if (activation == idql_swish) {
        first = NAMED(coarse_swish)(first);
        second = NAMED(coarse_swish)(second);
      } else {
        first = NAMED(activated)(first, activation);
        second = NAMED(activated)(second, activation);
      }
      NAMED(pair_lanes) rounded = NAMED(neighbours)(first, second);
      memcpy((uint16_t *)u->y + r * u->y_stride, &rounded, sizeof rounded);
    } else {
      float *y = (float *)u->y + r * u->y_stride;
      _Bool accumulates = kind == idql_accumulates;
      NAMED(finish)(first, u->outputs, u->bias, activation, accumulates, y);
      if (u->panels == 2) {
        NAMED(finish)(second, u->outputs - idql_panel_width, u->bias + idql_panel_width, activation,
                      accumulates, y + idql_panel_width);
      }
    }
  }
  u->done = end;
}

// The rows of a block of sums are finished while the next block is multiplied.
INLINE void NAMED(multiply_and_finish)(ptrdiff_t rows, ptrdiff_t pairs, ptrdiff_t outputs,
                                       const uint32_t *x, const uint32_t *w, const float *bias,
                                       idql_activation activation, idql_result_kind kind, void *y) {
  size_t size = kind == idql_rounds ? sizeof(uint16_t) : sizeof(float);
  ptrdiff_t blocks = pairs / 16;
  int share = (int)((31 + blocks) / blocks);
  NAMED(unfinished) two[2], *here = &two[0], *before = &two[1];
  before->done = before->rows = 0;
  for (ptrdiff_t r = 0; r < rows; r += 32) {
    int count = rows - r < 32 ? (int)(rows - r) : 32;
    if (r == 0 || count < 32) NAMED(prepare)(count);
    for (ptrdiff_t j = 0; j < outputs; j += 2 * idql_panel_width) {
      here->done = 0;
      here->rows = count;
      here->panels = outputs - j > idql_panel_width ? 2 : 1;
      here->outputs = outputs - j;
      here->y_stride = outputs;
      here->bias = bias + j;
      here->y = (char *)y + (size_t)(r * outputs + j) * size;
      PRODUCT(count, here->panels, blocks, x + r * pairs, pairs, 16, w + j * pairs,
              pairs * idql_panel_width, &here->sums,
              NAMED(finish_rows)(before, share, activation, kind));
      NAMED(unfinished) *last = here;
      here = before;
      before = last;
    }
  }
  NAMED(finish_rows)(before, 32, activation, kind);
  NAMED(rest)();
}

TARGET static void NAMED(pairs)(ptrdiff_t rows, ptrdiff_t pairs, ptrdiff_t outputs, const void *x,
                                const void *panels, const float *bias, idql_activation activation,
                                idql_result_kind kind, void *y) {
  // for each of the frequent cases loops without a branch in them
  if (activation == idql_swish && kind == idql_rounds) {
    NAMED(multiply_and_finish)(rows, pairs, outputs, x, panels, bias, idql_swish, idql_rounds, y);
  } else if (activation == idql_identity && kind == idql_accumulates) {
    NAMED(multiply_and_finish)(rows, pairs, outputs, x, panels, bias, idql_identity,
                               idql_accumulates, y);
  } else {
    NAMED(multiply_and_finish)(rows, pairs, outputs, x, panels, bias, activation, kind, y);
  }
}
