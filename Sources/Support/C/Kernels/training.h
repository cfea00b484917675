// Included by variant.h: the kernels of training beyond the forward pass. All matrices are in
// panels (idql_matrix), so that a layer's output can be either factor of the next product without
// repacking.

#include "optimizer.h"
#include "outcome.h"

// `rows` x `panels` blocks of a sum over `segments` x `length` products, on top of `sums`. Factor
// x(r, k) is at x + r row_step + k k_step, k counting within a segment. As in `multiply`, every
// element is one chain of multiply-adds. For each segment two lines at `ahead`, if not null, are
// prefetched.
INLINE void NAMED(accumulate)(int rows, int panels, ptrdiff_t segments, ptrdiff_t length,
                              const float *x, ptrdiff_t row_step, ptrdiff_t k_step,
                              ptrdiff_t segment_step, const float *w, ptrdiff_t w_stride,
                              const float *ahead, lanes *sums) {
  lanes sum[most_sums];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * panels; i++) sum[i] = sums[i];
  for (ptrdiff_t s = 0; s < segments; s++) {
    const float *a = x + s * segment_step;
    if (ahead) {
      __builtin_prefetch(ahead + 2 * s * idql_panel_width, 0, 2);
      __builtin_prefetch(ahead + (2 * s + 1) * idql_panel_width, 0, 2);
    }
#pragma clang loop unroll_count(8)
    for (ptrdiff_t k = 0; k < length; k++) {
      ONE_INPUT_AT_A_TIME(a, w);
      lanes b[most_sums];
#pragma clang loop unroll(full)
      for (int p = 0; p < panels; p++) b[p] = NAMED(load)(w + p * w_stride);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        lanes factor = a[r * row_step];
#pragma clang loop unroll(full)
        for (int p = 0; p < panels; p++) sum[r * panels + p] = factor * b[p] + sum[r * panels + p];
      }
      a += k_step;
      w += idql_panel_width;
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * panels; i++) sums[i] = sum[i];
}

TARGET static void NAMED(single_output)(ptrdiff_t rows, ptrdiff_t input_panels,
                                        const idql_matrix *x, const idql_matrix *w, float bias,
                                        const idql_matrix *y) {
  float *out = y->values;
  for (ptrdiff_t r = 0; r < rows; r++) NAMED(store)(out + r * idql_panel_width, (lanes)0.0f);
  for (ptrdiff_t p = 0; p < input_panels; p++) {
    const float *column = w->values + p * idql_panel_width * idql_panel_width;
    lanes weights;
    for (int i = 0; i < idql_panel_width; i++) weights[i] = column[i * idql_panel_width];
    const float *in = x->values + p * x->stride;
    for (ptrdiff_t r = 0; r < rows; r++) {
      lanes v = NAMED(load)(in + r * idql_panel_width);
      lanes sums = NAMED(load)(out + r * idql_panel_width);
      NAMED(store)(out + r * idql_panel_width, v * weights + sums);
    }
  }
  for (ptrdiff_t r = 0; r < rows; r++) {
    lanes result = 0;
    result[0] = NAMED(total)(NAMED(load)(out + r * idql_panel_width)) + bias;
    NAMED(store)(out + r * idql_panel_width, result);
  }
}

// The gradient of the weights from 16 inputs to `panels` x 16 outputs, and their optimizer steps.
INLINE void NAMED(weight_block)(int panels, ptrdiff_t rows, const float *x, const float *dy,
                                ptrdiff_t dy_stride, ptrdiff_t panel,
                                const idql_parameters *parameters,
                                const idql_optimizer *optimizer) {
  lanes sums[16 * WEIGHT_PANELS];
  for (int i = 0; i < 16 * panels; i++) sums[i] = 0;
  // in runs of rows whose two factors stay in the first-level cache
  enum { run = 128 };
  for (ptrdiff_t first = 0; first < rows; first += run) {
    ptrdiff_t count = rows - first < run ? rows - first : run;
    const float *a = x + first * idql_panel_width;
    const float *b = dy + first * idql_panel_width;
    int i = 0;
#define RUN(n)                                                                                     \
  NAMED(accumulate)(n, panels, 1, count, a + i, 1, idql_panel_width, 0, b, dy_stride, NULL,       \
                    sums + i * panels)
    for (; i + WEIGHT_ROWS <= 16; i += WEIGHT_ROWS) RUN(WEIGHT_ROWS);
    if (i < 16) RUN(16 % WEIGHT_ROWS);
#undef RUN
  }
  for (int j = 0; j < panels; j++) {
    lanes values[16];
    for (int i = 0; i < 16; i++) values[i] = sums[i * panels + j];
    NAMED(take_steps)(values, panel + j, parameters, optimizer);
  }
}

// All inputs to `panels` x 16 outputs, so that dy is read from memory once.
INLINE void NAMED(weight_column)(int panels, ptrdiff_t rows, ptrdiff_t input_panels,
                                 const idql_matrix *x, const idql_matrix *dy, ptrdiff_t panel,
                                 const idql_parameters *parameters,
                                 const idql_optimizer *optimizer) {
  // copies that no store can change, so that their members stay in registers
  idql_parameters q = *parameters;
  idql_optimizer o = *optimizer;
  for (ptrdiff_t i = 0; i < input_panels; i++) {
    NAMED(weight_block)(panels, rows, x->values + i * x->stride, dy->values + panel * dy->stride,
                        dy->stride, panel, &q, &o);
    NAMED(next_inputs)(&q);
  }
}

TARGET static void NAMED(weight_step)(ptrdiff_t rows, ptrdiff_t input_panels,
                                      ptrdiff_t output_panels, const idql_matrix *x,
                                      const idql_matrix *dy, const idql_parameters *parameters,
                                      const idql_optimizer *optimizer) {
  ptrdiff_t p = 0;
  for (; p + WEIGHT_PANELS <= output_panels; p += WEIGHT_PANELS) {
    NAMED(weight_column)(WEIGHT_PANELS, rows, input_panels, x, dy, p, parameters, optimizer);
  }
  for (; p < output_panels; p++) {
    NAMED(weight_column)(1, rows, input_panels, x, dy, p, parameters, optimizer);
  }
}

TARGET static void NAMED(vector_step)(ptrdiff_t rows, const float *dy, const float *factor,
                                      const idql_parameters *parameters,
                                      const idql_optimizer *optimizer) {
  lanes sum = 0;
  for (ptrdiff_t r = 0; r < rows; r++) {
    lanes v = NAMED(load)(dy + r * idql_panel_width);
    if (factor) v *= NAMED(load)(factor + r * idql_panel_width);
    sum += v;
  }
  NAMED(step)(sum, 0, parameters, optimizer);
}

// 1 / (1 - rate) where the byte is not zero, 0 where it is.
INLINE lanes NAMED(kept)(const unsigned char *mask, ptrdiff_t count, float scale) {
  typedef unsigned char byte_lanes __attribute__((ext_vector_type(16)));
  byte_lanes bytes = 0;
  memcpy(&bytes, mask, (size_t)count);
  return __builtin_convertvector(bytes, lanes) * scale;
}

INLINE lanes NAMED(dropped)(const idql_matrix *x, ptrdiff_t r, ptrdiff_t c, ptrdiff_t width,
                            const idql_dropout *dropout) {
  lanes v = NAMED(load)(x->values + c / idql_panel_width * x->stride + r * idql_panel_width);
  if (!dropout->mask) return v;
  ptrdiff_t count = width - c < idql_panel_width ? width - c : idql_panel_width;
  return v * NAMED(kept)(dropout->mask + r * width + c, count, dropout->scale);
}

TARGET static void NAMED(normalize)(ptrdiff_t rows, ptrdiff_t width, const idql_matrix *x,
                                    const idql_dropout *dropout, const float *scale,
                                    const float *bias, float epsilon, const idql_matrix *normal,
                                    float *deviations, const idql_matrix *y) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    lanes sum = 0;
    lanes square = 0;
    for (ptrdiff_t c = 0; c < width; c += idql_panel_width) {
      lanes v = NAMED(dropped)(x, r, c, width, dropout);
      sum += v;
      square = v * v + square;
    }
    float mean = NAMED(total)(sum) / (float)width;
    float variance = NAMED(total)(square) / (float)width - mean * mean;
    float factor = 1.0f / __builtin_sqrtf((variance > 0 ? variance : 0) + epsilon);
    deviations[r] = factor;
    for (ptrdiff_t c = 0; c < width; c += idql_panel_width) {
      ptrdiff_t panel = c / idql_panel_width;
      ptrdiff_t place = r * idql_panel_width;
      lanes v = (NAMED(dropped)(x, r, c, width, dropout) - mean) * factor;
      NAMED(store)(normal->values + panel * normal->stride + place, v);
      // beyond the width scale and bias are zero, and so is the outcome
      v = v * NAMED(load)(scale + c) + NAMED(load)(bias + c);
      NAMED(store)(y->values + panel * y->stride + place, v);
    }
  }
}

TARGET static void NAMED(normalize_back)(ptrdiff_t rows, ptrdiff_t width, const idql_matrix *dy,
                                         const idql_matrix *normal, const float *deviations,
                                         const idql_dropout *dropout, const float *scale,
                                         const idql_matrix *addend, const idql_matrix *dx) {
  int_lanes index = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  for (ptrdiff_t r = 0; r < rows; r++) {
    ptrdiff_t place = r * idql_panel_width;
    lanes sum = 0;
    lanes product = 0;
    for (ptrdiff_t c = 0; c < width; c += idql_panel_width) {
      ptrdiff_t panel = c / idql_panel_width;
      lanes v = NAMED(load)(dy->values + panel * dy->stride + place) * NAMED(load)(scale + c);
      sum += v;
      product = v * NAMED(load)(normal->values + panel * normal->stride + place) + product;
    }
    float mean = NAMED(total)(sum) / (float)width;
    float share = NAMED(total)(product) / (float)width;
    for (ptrdiff_t c = 0; c < width; c += idql_panel_width) {
      ptrdiff_t panel = c / idql_panel_width;
      lanes v = NAMED(load)(dy->values + panel * dy->stride + place) * NAMED(load)(scale + c);
      lanes n = NAMED(load)(normal->values + panel * normal->stride + place);
      v = (v - mean - n * share) * deviations[r];
      ptrdiff_t count = width - c;
      if (dropout->mask) {
        const unsigned char *mask = dropout->mask + r * width + c;
        v *= NAMED(kept)(mask, count < idql_panel_width ? count : idql_panel_width,
                         dropout->scale);
      }
      v += NAMED(load)(addend->values + panel * addend->stride + place);
      // columns of padding must stay zero
      NAMED(store)(dx->values + panel * dx->stride + place, index < (int)count ? v : (lanes)0.0f);
    }
  }
}
