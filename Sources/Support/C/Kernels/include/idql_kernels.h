// The inner loops of neural networks, for the instruction set found at run time: for a forward pass
// alone, for training, and the products of both in bfloat16.
//
// Each output element is computed by the same operations in the same order whatever the number of
// rows and the index of its row: a row's result does not depend on its batch, to the bit.
// Between instruction sets with and without fused multiply-add results differ by rounding.

#ifndef IDQL_KERNELS_H
#define IDQL_KERNELS_H

#include <stddef.h>

#pragma clang assume_nonnull begin

// Number of columns in a panel of a matrix.
enum { idql_panel_width = 16 };

typedef enum {
  idql_identity,
  idql_relu,
  idql_swish,
  idql_mish,
  idql_tanh,
} idql_activation;

// A matrix in panels of 16 columns, each rows x 16 row-major: element (r, c) is
// values[c / 16 * stride + r * 16 + c % 16]. Columns of padding hold zeros.
typedef struct {
  float *_Nullable values;
  ptrdiff_t stride;
} idql_matrix;

// The operations on the sums of `layer`: y = activation(sum + bias + addend) * factor.
typedef struct {
  const float *_Nullable bias;  // none if null
  idql_matrix addend;           // none if its values are null, as the following; may be y
  idql_matrix factor;           // may be y
  idql_activation activation;
  idql_matrix slope;  // out: the activation's derivative
  idql_matrix y;      // out
} idql_outcome;

// Parameters and their optimizer state. Weights: inputs x outputs in panels, both
// padded to multiples of 16; pointers to the first of the inputs. Vectors: a pointer to 16 of them.
typedef struct {
  float *values;
  float *first_moment;
  float *second_moment;
  float *_Nullable target;      // moving average
  float *_Nullable transposed;  // of weights, out: outputs x inputs in panels
  float *_Nullable gradient;    // out
  ptrdiff_t stride;             // from panel to panel, of all but `transposed`
  ptrdiff_t transposed_stride;
} idql_parameters;

// One step of Adam with decoupled weight decay, and of the moving average.
typedef struct {
  float rate;
  float weight_decay;
  float first_decay;
  float first_share;       // 1 - first_decay, rounded by itself, as the following
  float first_correction;  // 1 / (1 - first_decay^t)
  float second_decay;
  float second_share;
  float second_correction;
  float epsilon;
  float target_rate;
  float target_rest;  // 1 - target_rate
} idql_optimizer;

typedef struct {
  const unsigned char *_Nullable mask;  // rows x width; 0 drops an element, 1 keeps it. None if null
  float scale;                          // of what is kept
} idql_dropout;

// Products in blocks of a number of rows and panels whose sums stay in registers. Which size is
// fastest depends on the processor and its caches; the bits do not depend on it.
typedef struct {
  const char *name;  // rows x panels, "4x2"

  // y = activation(x W + b), or y = activation(y + x W + b) if `accumulates`.
  //   x        rows x inputs, `x_stride` floats from row to row
  //   panels   W as ceil(outputs / 16) panels, each inputs x 16 row-major, padded with zeros
  //   bias     ceil(outputs / 16) * 16 floats, padded with zeros
  //   y        rows x outputs, `y_stride` floats from row to row; must not overlap x
  void (*dense)(ptrdiff_t rows, ptrdiff_t inputs, ptrdiff_t outputs, const float *x,
                ptrdiff_t x_stride, const float *panels, const float *bias,
                idql_activation activation, _Bool accumulates, float *y, ptrdiff_t y_stride);

  // The product of x, rows x inputs, and w, inputs x outputs, the inputs padded to panels. x may
  // begin at any row of a matrix. Forward with w as it is, backward with w transposed.
  void (*layer)(ptrdiff_t rows, ptrdiff_t input_panels, ptrdiff_t output_panels,
                const idql_matrix *x, const idql_matrix *w, const idql_outcome *outcome);
} idql_blocks;

typedef struct {
  const char *name;
  // Whether a multiplication and the addition after it are one operation, rounded once. Sets that
  // agree in this give the same bits.
  _Bool is_fused;

  // Ways to take products, which differ in speed alone.
  const idql_blocks *blocks;
  ptrdiff_t block_count;

  // values = activation(values), `count` of them.
  void (*activate)(ptrdiff_t count, idql_activation activation, float *values);

  // y = (x - E[x]) / sqrt(max(E[x^2] - E[x]^2, 0) + epsilon) * scale + bias, for each row.
  void (*layer_norm)(ptrdiff_t rows, ptrdiff_t width, const float *x, const float *scale,
                     const float *bias, float epsilon, float *y);

  // A benchmark of the processor: `count` rounds of `multiply_add_operations` independent
  // multiplications and additions in registers. |factor| below 1 keeps them finite.
  float (*multiply_adds)(ptrdiff_t count, float factor);
  ptrdiff_t multiply_add_operations;

  // `layer` with one output and neither activation nor addend, as 16 sums that are added at the
  // end: a tenth of the multiply-adds, and a quarter of the rounding of one chain, which matters
  // where the difference of two large outputs is wanted.
  void (*single_output)(ptrdiff_t rows, ptrdiff_t input_panels, const idql_matrix *x,
                        const idql_matrix *w, float bias, const idql_matrix *y);

  // The gradient x^T dy of the weights, and the optimizer step.
  //   x   rows x inputs, of which panels may be left out, as of the parameters
  //   dy  rows x outputs
  void (*weight_step)(ptrdiff_t rows, ptrdiff_t input_panels, ptrdiff_t output_panels,
                      const idql_matrix *x, const idql_matrix *dy,
                      const idql_parameters *parameters, const idql_optimizer *optimizer);

  // The gradient of 16 parameters, the sum of dy or of dy * factor over the rows, and the optimizer
  // step. dy and factor: one panel, rows x 16.
  void (*vector_step)(ptrdiff_t rows, const float *dy, const float *_Nullable factor,
                      const idql_parameters *parameters, const idql_optimizer *optimizer);

  // y = normal * scale + bias, normal as in `layer_norm` after dropout. scale and bias are padded
  // with zeros. `deviations`, one for each row: 1 / sqrt(variance + epsilon).
  void (*normalize)(ptrdiff_t rows, ptrdiff_t width, const idql_matrix *x,
                    const idql_dropout *dropout, const float *scale, const float *bias,
                    float epsilon, const idql_matrix *normal, float *deviations,
                    const idql_matrix *y);

  // dx = addend + the gradient of `normalize` with respect to x.
  void (*normalize_back)(ptrdiff_t rows, ptrdiff_t width, const idql_matrix *dy,
                         const idql_matrix *normal, const float *deviations,
                         const idql_dropout *dropout, const float *scale,
                         const idql_matrix *addend, const idql_matrix *dx);
} idql_kernels;

// Inputs are padded to multiples of this number where they are rounded to bfloat16.
enum { idql_pair_block = 32 };

// What becomes of the activated sums of rounded numbers.
typedef enum {
  idql_replaces,     // they are y
  idql_accumulates,  // what was in y has joined them before the activation
  idql_rounds,       // they are y as pairs; the outputs must be a multiple of idql_pair_block
} idql_result_kind;

// Products of numbers rounded to bfloat16, the upper half of a float; sums stay in single precision.
// Two sets give different bits, for they sum in another order.
//
// Two neighbouring inputs are a pair of four bytes, the first in the lower half: a row of pairs is one of
// bfloat16.
typedef struct {
  const char *name;

  // x, rows x inputs, as pairs: rows x ceil(inputs / 32) * 16.
  void (*round_rows)(ptrdiff_t rows, ptrdiff_t inputs, const float *x, void *pairs);

  // `dense` of pairs.
  //   x       rows x pairs, the number of pairs a multiple of 16
  //   panels  W as ceil(outputs / 16) panels, each pairs x 16
  //   y       rows x outputs floats, also where they are rounded; must not overlap x
  void (*multiply)(ptrdiff_t rows, ptrdiff_t pairs, ptrdiff_t outputs, const void *x,
                   const void *panels, const float *bias, idql_activation activation,
                   idql_result_kind kind, void *y);

  // `layer` of `idql_blocks` and `weight_step` of `idql_kernels`, both factors of the products rounded; sums
  // and all else in single precision. scratch: as many bytes as the functions below say, at 64.
  void (*layer)(ptrdiff_t rows, ptrdiff_t input_panels, ptrdiff_t output_panels,
                const idql_matrix *x, const idql_matrix *w, const idql_outcome *outcome,
                void *scratch);
  void (*weight_step)(ptrdiff_t rows, ptrdiff_t input_panels, ptrdiff_t output_panels,
                      const idql_matrix *x, const idql_matrix *dy,
                      const idql_parameters *parameters, const idql_optimizer *optimizer,
                      void *scratch);
} idql_bfloat16_kernels;

// The rows' pairs, and those of two panels of weights.
static inline ptrdiff_t idql_layer_scratch(ptrdiff_t rows, ptrdiff_t input_panels) {
  return (input_panels + 1) / 2 * (64 * rows + 2048);
}

// The inputs' pairs of rows, and those of two panels of dy.
static inline ptrdiff_t idql_weight_step_scratch(ptrdiff_t rows, ptrdiff_t input_panels) {
  return (rows + 31) / 32 * ((input_panels + 1) / 2 * 2048 + 2048);
}

// The sets this processor can run and its kernel lets this process run, fastest first; null beyond the
// last.
const idql_bfloat16_kernels *_Nullable idql_bfloat16_kernels_at(int index);

// The sets this processor can run, fastest first; null beyond the last.
const idql_kernels *_Nullable idql_kernels_at(int index);

#pragma clang assume_nonnull end

#endif
