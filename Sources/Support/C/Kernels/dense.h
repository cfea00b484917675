// Included by kernels.c for each kind of factors: ELEMENT, 16 of them in ELEMENT_LANES, and
// MULTIPLY_ADD(a, b, sum). An element is four bytes: a float, or two smaller numbers of consecutive
// inputs, which count as one input.

// `rows` x `panels` blocks of y = x W; the counts are constants wherever this is inlined. Rounding
// of a sum does not depend on them: it is one chain of multiply-adds over the inputs. Meanwhile
// `pace` elements per input are prefetched into the second-level cache from `ahead` on: every line
// if `pace` is at most two, else the first of every eight.
INLINE void BLOCKED(multiply)(int rows, int panels, ptrdiff_t inputs, const ELEMENT *x,
                            ptrdiff_t x_stride, const ELEMENT *w, const ELEMENT *ahead,
                            ptrdiff_t pace, lanes *sums) {
  lanes sum[ROWS * PANELS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * panels; i++) sum[i] = 0;
#pragma clang loop unroll_count(8)
  for (ptrdiff_t k = 0; k < inputs; k++) {
    if (k % 8 == 0) __builtin_prefetch(ahead + k * pace, 0, 2);
    ONE_INPUT_AT_A_TIME(x, w);
    ELEMENT_LANES b[PANELS];
#pragma clang loop unroll(full)
    for (int p = 0; p < panels; p++) {
      memcpy(&b[p], w + p * inputs * idql_panel_width, sizeof b[p]);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      ELEMENT_LANES a = x[r * x_stride];
#pragma clang loop unroll(full)
      for (int p = 0; p < panels; p++) {
        sum[r * panels + p] = MULTIPLY_ADD(a, b[p], sum[r * panels + p]);
      }
    }
    x++;
    w += idql_panel_width;
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * panels; i++) sums[i] = sum[i];
}

// One block: multiply, then finish the sums.
INLINE void BLOCKED(block)(int rows, int panels, ptrdiff_t inputs, ptrdiff_t outputs,
                         const ELEMENT *x, ptrdiff_t x_stride, const ELEMENT *w,
                         const ELEMENT *ahead, ptrdiff_t pace, const float *bias,
                         idql_activation activation, _Bool accumulates, float *y,
                         ptrdiff_t y_stride) {
  lanes sums[ROWS * PANELS];
  BLOCKED(multiply)(rows, panels, inputs, x, x_stride, w, ahead, pace, sums);
#pragma clang loop unroll(disable)
  for (int i = 0; i < rows * panels; i++) {
    ptrdiff_t start = i % panels * idql_panel_width;
    NAMED(finish)(sums[i], outputs - start, bias + start, activation, accumulates,
                  y + i / panels * y_stride + start);
  }
}

// All rows of one or more consecutive panels.
INLINE void BLOCKED(column)(int panels, ptrdiff_t rows, ptrdiff_t inputs, ptrdiff_t outputs,
                          const ELEMENT *x, ptrdiff_t x_stride, const ELEMENT *w,
                          const float *bias, idql_activation activation, _Bool accumulates, float *y,
                          ptrdiff_t y_stride) {
  // the prefetch of the next panels is spread over all whole blocks; beyond the last weights it has
  // no effect
  ptrdiff_t blocks = rows / ROWS;
  ptrdiff_t pace = blocks ? (panels * idql_panel_width + blocks - 1) / blocks : 0;
  const ELEMENT *ahead = w + panels * inputs * idql_panel_width;
  ptrdiff_t r = 0;
#define BLOCK(count)                                                                               \
  BLOCKED(block)(count, panels, inputs, outputs, x + r * x_stride, x_stride, w, ahead, pace, bias,   \
               activation, accumulates, y + r * y_stride, y_stride)
  for (; r + ROWS <= rows; r += ROWS) {
    BLOCK(ROWS);
    ahead += inputs * pace;
  }
  pace = 0;
  if (ROWS > 4 && r + 4 <= rows) {
    BLOCK(4);
    r += 4;
  }
  if (ROWS > 2 && r + 2 <= rows) {
    BLOCK(2);
    r += 2;
  }
  for (; r < rows; r++) BLOCK(1);
#undef BLOCK
}

TARGET static void BLOCKED(dense)(ptrdiff_t rows, ptrdiff_t inputs, ptrdiff_t outputs, const ELEMENT *x,
                                ptrdiff_t x_stride, const ELEMENT *panels, const float *bias,
                                idql_activation activation, _Bool accumulates, float *y,
                                ptrdiff_t y_stride) {
  ptrdiff_t step = PANELS * idql_panel_width;
  ptrdiff_t j = 0;
#define COLUMN(count)                                                                              \
  BLOCKED(column)(count, rows, inputs, outputs - j, x, x_stride, panels + j * inputs, bias + j,    \
                  activation, accumulates, y + j, y_stride)
  for (; outputs - j > step - idql_panel_width; j += step) COLUMN(PANELS);
  for (; j < outputs; j += idql_panel_width) COLUMN(1);
#undef COLUMN
}
