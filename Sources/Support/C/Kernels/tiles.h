// Included by kernels.c, with VARIANT and TARGET defined: products of numbers rounded to bfloat16, in
// tiles of 16 x 16 sums (AMX). As plain C, for each 16 pairs of inputs k = 0 ... 15, s being a sum:
//   even = even + x[2k] * w[2k];  odd = odd + x[2k + 1] * w[2k + 1];    from zero, each rounded once
//   s = s + (even + odd);                                              denormals as zeros

// The shapes of the eight tiles, as the processor reads them.
typedef struct {
  uint8_t palette;
  uint8_t start_row;
  uint8_t reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} NAMED(shapes);

// Tiles 0 and 1 are the sums of up to 16 rows and the columns of two panels, 2 and 3 those of the rows
// below; 4 and 5 hold the inputs of these rows, 6 and 7 the weights of the two panels.
INLINE void NAMED(shape)(int upper, int lower) {
  NAMED(shapes) shapes = {.palette = 1};
  int rows[] = {upper, upper, lower, lower, upper, lower, 16, 16};
  for (int i = 0; i < 8; i++) {
    shapes.rows[i] = (uint8_t)rows[i];
    shapes.row_bytes[i] = rows[i] ? 64 : 0;
  }
  _tile_loadconfig(&shapes);
}

INLINE void NAMED(tiles)(int upper, int lower, int panels, ptrdiff_t pairs, ptrdiff_t outputs,
                         const uint32_t *x, const uint32_t *w, const float *bias,
                         idql_activation activation, _Bool accumulates, float *y,
                         ptrdiff_t y_stride) {
  size_t row = (size_t)pairs * sizeof *x;
  _tile_zero(0);
  if (panels == 2) _tile_zero(1);
  if (lower) _tile_zero(2);
  if (lower && panels == 2) _tile_zero(3);
  for (ptrdiff_t k = 0; k < pairs; k += 16) {
    _tile_loadd(4, x + k, row);
    _tile_loadd(6, w + k * idql_panel_width, 64);
    _tile_dpbf16ps(0, 4, 6);
    if (panels == 2) {
      _tile_loadd(7, w + (pairs + k) * idql_panel_width, 64);
      _tile_dpbf16ps(1, 4, 7);
    }
    if (lower) {
      _tile_loadd(5, x + 16 * pairs + k, row);
      _tile_dpbf16ps(2, 5, 6);
      if (panels == 2) _tile_dpbf16ps(3, 5, 7);
    }
  }
  float sums[4][16][idql_panel_width] __attribute__((aligned(64)));
  _tile_stored(0, sums[0], 64);
  if (panels == 2) _tile_stored(1, sums[1], 64);
  if (lower) _tile_stored(2, sums[2], 64);
  if (lower && panels == 2) _tile_stored(3, sums[3], 64);
  for (int r = 0; r < upper + lower; r++) {
    for (int p = 0; p < panels; p++) {
      ptrdiff_t start = p * idql_panel_width;
      NAMED(finish)(NAMED(load)(sums[r / 16 * 2 + p][r % 16]), outputs - start, bias + start, activation,
                    accumulates, y + r * y_stride + start);
    }
  }
}

// All columns of up to 32 rows.
INLINE void NAMED(tile_rows)(int upper, int lower, ptrdiff_t pairs, ptrdiff_t outputs,
                             const uint32_t *x, const uint32_t *panels, const float *bias,
                             idql_activation activation, _Bool accumulates, float *y) {
  ptrdiff_t j = 0;
  for (; outputs - j > idql_panel_width; j += 2 * idql_panel_width) {
    NAMED(tiles)(upper, lower, 2, pairs, outputs - j, x, panels + j * pairs, bias + j, activation,
                 accumulates, y + j, outputs);
  }
  if (j < outputs) {
    NAMED(tiles)(upper, lower, 1, pairs, outputs - j, x, panels + j * pairs, bias + j, activation,
                 accumulates, y + j, outputs);
  }
}

TARGET static void NAMED(pairs)(ptrdiff_t rows, ptrdiff_t pairs, ptrdiff_t outputs, const void *x,
                                const void *panels, const float *bias, idql_activation activation,
                                _Bool accumulates, float *y) {
  const uint32_t *in = x;
  for (ptrdiff_t r = 0; r < rows; r += 32) {
    int rest = rows - r < 32 ? (int)(rows - r) : 32;
    int upper = rest < 16 ? rest : 16;
    if (r == 0 || rest < 32) NAMED(shape)(upper, rest - upper);
    NAMED(tile_rows)(upper, rest - upper, pairs, outputs, in + r * pairs, panels, bias, activation,
                     accumulates, y + r * outputs);
  }
  _tile_release();
}
