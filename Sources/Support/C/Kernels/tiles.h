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
// below; 4 and 5 hold the inputs of these rows, 6 and 7 the weights of the two panels. To be called before
// products of another number of rows.
INLINE void NAMED(prepare)(int rows) {
  int upper = rows < 16 ? rows : 16, lower = rows - upper;
  NAMED(shapes) shapes = {.palette = 1};
  int counts[] = {upper, upper, lower, lower, upper, lower, 16, 16};
  for (int i = 0; i < 8; i++) {
    shapes.rows[i] = (uint8_t)counts[i];
    shapes.row_bytes[i] = counts[i] ? 64 : 0;
  }
  _tile_loadconfig(&shapes);
}

INLINE void NAMED(rest)(void) { _tile_release(); }

// The products, and after each block of inputs the statement `meanwhile`: the processor computes it while the
// tiles, which are a unit of their own, multiply.
#define PRODUCT(rows, panels, blocks, x, x_row, x_block, w, panel, sums, meanwhile)                \
  do {                                                                                             \
    const uint32_t *inputs_ = (x), *weights_ = (w);                                                \
    size_t row_ = (size_t)(x_row) * sizeof *inputs_;                                               \
    _Bool two_ = (panels) == 2, lower_ = (rows) > 16;                                              \
    _tile_zero(0);                                                                                 \
    if (two_) _tile_zero(1);                                                                       \
    if (lower_) _tile_zero(2);                                                                     \
    if (lower_ && two_) _tile_zero(3);                                                             \
    for (ptrdiff_t block_ = 0; block_ < (blocks); block_++) {                                      \
      _tile_loadd(4, inputs_, row_);                                                               \
      _tile_loadd(6, weights_, 64);                                                                \
      _tile_dpbf16ps(0, 4, 6);                                                                     \
      if (two_) {                                                                                  \
        _tile_loadd(7, weights_ + (panel), 64);                                                    \
        _tile_dpbf16ps(1, 4, 7);                                                                   \
      }                                                                                            \
      if (lower_) {                                                                                \
        _tile_loadd(5, inputs_ + 16 * (x_row), row_);                                              \
        _tile_dpbf16ps(2, 5, 6);                                                                   \
        if (two_) _tile_dpbf16ps(3, 5, 7);                                                         \
      }                                                                                            \
      meanwhile;                                                                                   \
      inputs_ += (x_block);                                                                        \
      weights_ += 16 * idql_panel_width;                                                           \
    }                                                                                              \
    _tile_stored(0, (sums)->of[0][0], 64);                                                         \
    if (two_) _tile_stored(1, (sums)->of[0][1], 64);                                               \
    if (lower_) _tile_stored(2, (sums)->of[1][0], 64);                                             \
    if (lower_ && two_) _tile_stored(3, (sums)->of[1][1], 64);                                     \
  } while (0)
