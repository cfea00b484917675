// Included by kernels.c once per instruction set, with VARIANT, TARGET, FUSED, PEAK_SUMS, WEIGHT_ROWS
// and WEIGHT_PANELS defined.

#include "lanes.h"

TARGET static void NAMED(activate)(ptrdiff_t count, idql_activation activation, float *values) {
  ptrdiff_t i = 0;
  for (; i + idql_panel_width <= count; i += idql_panel_width) {
    NAMED(store)(values + i, NAMED(activated)(NAMED(load)(values + i), activation));
  }
  lanes rest = NAMED(load_part)(values + i, count - i);
  NAMED(store_part)(values + i, NAMED(activated)(rest, activation), count - i);
}

INLINE float NAMED(total)(lanes v) {
  float sum = 0;
#pragma clang loop unroll(full)
  for (int i = 0; i < idql_panel_width; i++) sum += v[i];
  return sum;
}

TARGET static void NAMED(layer_norm)(ptrdiff_t rows, ptrdiff_t width, const float *x,
                                     const float *scale, const float *bias, float epsilon,
                                     float *y) {
  ptrdiff_t whole = width - width % idql_panel_width;
  ptrdiff_t part = width - whole;
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float *in = x + r * width;
    float *out = y + r * width;
    lanes rest = NAMED(load_part)(in + whole, part);
    lanes sum = rest;
    lanes square = rest * rest;
    for (ptrdiff_t i = 0; i < whole; i += idql_panel_width) {
      lanes v = NAMED(load)(in + i);
      sum += v;
      square = v * v + square;
    }
    float mean = NAMED(total)(sum) / (float)width;
    float variance = NAMED(total)(square) / (float)width - mean * mean;
    float factor = 1.0f / __builtin_sqrtf((variance > 0 ? variance : 0) + epsilon);
    for (ptrdiff_t i = 0; i < whole; i += idql_panel_width) {
      lanes v = (NAMED(load)(in + i) - mean) * (NAMED(load)(scale + i) * factor);
      NAMED(store)(out + i, v + NAMED(load)(bias + i));
    }
    lanes v = (rest - mean) * (NAMED(load_part)(scale + whole, part) * factor);
    NAMED(store_part)(out + whole, v + NAMED(load_part)(bias + whole, part), part);
  }
}

// Peak rate in registers: independent multiply-adds on enough sums to hide their latency.
TARGET static float NAMED(multiply_adds)(ptrdiff_t count, float factor) {
  lanes sums[PEAK_SUMS];
#pragma clang loop unroll(full)
  for (int i = 0; i < PEAK_SUMS; i++) sums[i] = (float)i;
  lanes a = factor;
  for (ptrdiff_t k = 0; k < count; k++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < PEAK_SUMS; i++) sums[i] = a * sums[i] + a;
  }
  lanes sum = 0;
#pragma clang loop unroll(full)
  for (int i = 0; i < PEAK_SUMS; i++) sum += sums[i];
  return NAMED(total)(sum);
}

#include "training.h"
