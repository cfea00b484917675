// The three inner loops of a neural network's forward pass, for the instruction set found at run
// time.
//
// Each output element is computed by the same operations in the same order whatever the number of
// rows and wherever its row stands: a row's result does not depend on its batch, to the bit.
// Between instruction sets results differ by rounding (with and without fused multiply-add).

#ifndef KERNELS_H
#define KERNELS_H

#include <stddef.h>

#pragma clang assume_nonnull begin

// Columns of a weight matrix that lie together in memory.
enum { kernel_panel_width = 16 };

typedef enum {
  kernel_identity,
  kernel_relu,
  kernel_swish,
  kernel_mish,
  kernel_tanh,
} kernel_activation;

typedef struct {
  const char *name;

  // y = activation(x W + b), or y = activation(y + x W + b) if `accumulates`.
  //   x        rows x inputs, `x_stride` floats from row to row
  //   panels   W as ceil(outputs / 16) panels, each inputs x 16 row-major, padded with zeros
  //   bias     ceil(outputs / 16) * 16 floats, padded with zeros
  //   y        rows x outputs, `y_stride` floats from row to row; must not overlap x
  void (*dense)(ptrdiff_t rows, ptrdiff_t inputs, ptrdiff_t outputs, const float *x,
                ptrdiff_t x_stride, const float *panels, const float *bias,
                kernel_activation activation, _Bool accumulates, float *y, ptrdiff_t y_stride);

  // values = activation(values), `count` of them.
  void (*activate)(ptrdiff_t count, kernel_activation activation, float *values);

  // y = (x - E[x]) / sqrt(max(E[x^2] - E[x]^2, 0) + epsilon) * scale + bias, for each row.
  void (*layer_norm)(ptrdiff_t rows, ptrdiff_t width, const float *x, const float *scale,
                     const float *bias, float epsilon, float *y);
} kernel_set;

// The sets this processor can run, fastest first; null beyond the last.
const kernel_set *_Nullable kernel_set_at(int index);

#pragma clang assume_nonnull end

#endif
