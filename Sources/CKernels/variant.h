// Included by kernels.c once per instruction set, with VARIANT, TARGET, ROWS and PANELS defined.

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAMED(name) JOIN(name, VARIANT)
#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)
#define INLINE TARGET static inline __attribute__((always_inline))

INLINE lanes NAMED(load)(const float *p) {
  lanes v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void NAMED(store)(float *p, lanes v) { memcpy(p, &v, sizeof v); }

// The first `count` lanes; the others are zero.
INLINE lanes NAMED(load_part)(const float *p, ptrdiff_t count) {
  lanes v = 0;
  memcpy(&v, p, (size_t)count * sizeof *p);
  return v;
}

INLINE void NAMED(store_part)(float *p, lanes v, ptrdiff_t count) {
  memcpy(p, &v, (size_t)count * sizeof *p);
}

// e^x for x <= 88, relative error below 2.5e-7 + 1.2e-7 |x|; below -87 the result is that at -87, of
// NaN it is anything. With x = (k + r) ln 2, |r| <= 1/2: adding 1.5 * 2^23 rounds to the integer k and
// leaves it in the low bits, 2^r is the polynomial of degree 5 with the smallest relative error
// (9.2e-8) of those that are 1 at 0, and k is added to its exponent.
INLINE lanes NAMED(exponential)(lanes x) {
  x = x < -87.0f ? (lanes)-87.0f : x;
  lanes shifted = x * 1.44269504f + 0x1.8p23f;
  lanes r = x * 1.44269504f - (shifted - 0x1.8p23f);
  lanes p = r * 1.3264727e-3f + 9.6715126e-3f;
  p = p * r + 5.5507337e-2f;
  p = p * r + 2.4022242e-1f;
  p = p * r + 6.9314698e-1f;
  p = p * r + 1.0f;
  int_lanes k, bits;
  memcpy(&k, &shifted, sizeof k);
  memcpy(&bits, &p, sizeof bits);
  bits += k << 23;
  memcpy(&p, &bits, sizeof p);
  return p;
}

// Below -87 the result, smaller than 1e-35, is taken as that at -87: there e^x no longer shrinks.
INLINE lanes NAMED(swish)(lanes x) {
  x = x < -87.0f ? (lanes)-87.0f : x;
  return x / (NAMED(exponential)(-x) + 1.0f);
}

// x tanh(log(1 + e^x)) = x n / (n + 2) with n = e^x (e^x + 2); from 20 on the quotient is 1. Below
// -87 as for swish.
INLINE lanes NAMED(mish)(lanes x) {
  x = x < -87.0f ? (lanes)-87.0f : x;
  lanes e = NAMED(exponential)(x > 20.0f ? (lanes)20.0f : x);
  lanes n = e * (e + 2.0f);
  return x * (n / (n + 2.0f));
}

// Near zero the polynomial of Cephes' tanhf, because 1 - 2 / (e^2x + 1) cancels there.
INLINE lanes NAMED(tangent)(lanes x) {
  lanes far = 1.0f - 2.0f / (NAMED(exponential)(x > 20.0f ? (lanes)40.0f : x + x) + 1.0f);
  lanes s = x * x;
  lanes p = s * -5.70498872745e-3f + 2.06390887954e-2f;
  p = p * s - 5.37397155531e-2f;
  p = p * s + 1.33314422036e-1f;
  p = p * s - 3.33332819422e-1f;
  p = p * s * x + x;
  return s > 0.390625f ? far : p;
}

INLINE lanes NAMED(activated)(lanes x, kernel_activation activation) {
  switch (activation) {
    case kernel_identity: return x;
    case kernel_relu: return x < 0.0f ? (lanes)0.0f : x;
    case kernel_swish: return NAMED(swish)(x);
    case kernel_mish: return NAMED(mish)(x);
    case kernel_tanh: return NAMED(tangent)(x);
  }
}

// `rows` x `panels` blocks of y = x W; the counts are constants wherever this is inlined. Rounding
// of an element does not depend on them: it is one chain of multiply-adds over the inputs.
// Meanwhile `pace` floats for each input are fetched into the second-level cache from `ahead` on: of
// two or less every line, of more the first of every eight.
INLINE void NAMED(multiply)(int rows, int panels, ptrdiff_t inputs, const float *x,
                            ptrdiff_t x_stride, const float *w, const float *ahead, ptrdiff_t pace,
                            lanes *sums) {
  lanes sum[ROWS * PANELS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * panels; i++) sum[i] = 0;
  // by eights, because what else a round takes, addresses and the counter, is a fifth of its instructions
#pragma clang loop unroll_count(8)
  for (ptrdiff_t k = 0; k < inputs; k++) {
    if (k % 8 == 0) __builtin_prefetch(ahead + k * pace, 0, 2);
    lanes b[PANELS];
#pragma clang loop unroll(full)
    for (int p = 0; p < panels; p++) {
      b[p] = NAMED(load)(w + (p * inputs + k) * kernel_panel_width);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      lanes a = x[r * x_stride + k];
#pragma clang loop unroll(full)
      for (int p = 0; p < panels; p++) sum[r * panels + p] = a * b[p] + sum[r * panels + p];
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * panels; i++) sums[i] = sum[i];
}

// One block: multiply, then store the activated sums or add them to what is there.
INLINE void NAMED(block)(int rows, int panels, ptrdiff_t inputs, ptrdiff_t outputs, const float *x,
                         ptrdiff_t x_stride, const float *w, const float *ahead, ptrdiff_t pace,
                         const float *bias, kernel_activation activation, _Bool accumulates,
                         float *y, ptrdiff_t y_stride) {
  lanes sums[ROWS * PANELS];
  NAMED(multiply)(rows, panels, inputs, x, x_stride, w, ahead, pace, sums);
#pragma clang loop unroll(disable)
  for (int i = 0; i < rows * panels; i++) {
    ptrdiff_t start = i % panels * kernel_panel_width;
    ptrdiff_t count = outputs - start;
    float *out = y + i / panels * y_stride + start;
    lanes sum = sums[i] + NAMED(load)(bias + start);
    if (count >= kernel_panel_width) {
      if (accumulates) sum += NAMED(load)(out);
      NAMED(store)(out, NAMED(activated)(sum, activation));
    } else {
      if (accumulates) sum += NAMED(load_part)(out, count);
      NAMED(store_part)(out, NAMED(activated)(sum, activation), count);
    }
  }
}

// All rows of one or more neighbouring panels.
INLINE void NAMED(column)(int panels, ptrdiff_t rows, ptrdiff_t inputs, ptrdiff_t outputs,
                          const float *x, ptrdiff_t x_stride, const float *w, const float *bias,
                          kernel_activation activation, _Bool accumulates, float *y,
                          ptrdiff_t y_stride) {
  // all whole blocks share in fetching the next panels; beyond the end of all weights it does no harm
  ptrdiff_t blocks = rows / ROWS;
  ptrdiff_t pace = blocks ? (panels * kernel_panel_width + blocks - 1) / blocks : 0;
  const float *ahead = w + panels * inputs * kernel_panel_width;
  ptrdiff_t r = 0;
#define BLOCK(count)                                                                               \
  NAMED(block)(count, panels, inputs, outputs, x + r * x_stride, x_stride, w, ahead, pace, bias,   \
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

TARGET static void NAMED(dense)(ptrdiff_t rows, ptrdiff_t inputs, ptrdiff_t outputs, const float *x,
                                ptrdiff_t x_stride, const float *panels, const float *bias,
                                kernel_activation activation, _Bool accumulates, float *y,
                                ptrdiff_t y_stride) {
  ptrdiff_t step = PANELS * kernel_panel_width;
  for (ptrdiff_t j = 0; j < outputs; j += step) {
    const float *w = panels + j * inputs;
    ptrdiff_t rest = outputs - j;
    if (rest > step - kernel_panel_width) {
      NAMED(column)(PANELS, rows, inputs, rest, x, x_stride, w, bias + j, activation, accumulates,
                    y + j, y_stride);
    } else {
      NAMED(column)(1, rows, inputs, rest, x, x_stride, w, bias + j, activation, accumulates,
                    y + j, y_stride);
    }
  }
}

TARGET static void NAMED(activate)(ptrdiff_t count, kernel_activation activation, float *values) {
  ptrdiff_t i = 0;
  for (; i + kernel_panel_width <= count; i += kernel_panel_width) {
    NAMED(store)(values + i, NAMED(activated)(NAMED(load)(values + i), activation));
  }
  lanes rest = NAMED(load_part)(values + i, count - i);
  NAMED(store_part)(values + i, NAMED(activated)(rest, activation), count - i);
}

INLINE float NAMED(total)(lanes v) {
  float sum = 0;
#pragma clang loop unroll(full)
  for (int i = 0; i < kernel_panel_width; i++) sum += v[i];
  return sum;
}

TARGET static void NAMED(layer_norm)(ptrdiff_t rows, ptrdiff_t width, const float *x,
                                     const float *scale, const float *bias, float epsilon,
                                     float *y) {
  ptrdiff_t whole = width - width % kernel_panel_width;
  ptrdiff_t part = width - whole;
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float *in = x + r * width;
    float *out = y + r * width;
    lanes rest = NAMED(load_part)(in + whole, part);
    lanes sum = rest;
    lanes square = rest * rest;
    for (ptrdiff_t i = 0; i < whole; i += kernel_panel_width) {
      lanes v = NAMED(load)(in + i);
      sum += v;
      square = v * v + square;
    }
    float mean = NAMED(total)(sum) / (float)width;
    float variance = NAMED(total)(square) / (float)width - mean * mean;
    float factor = 1.0f / __builtin_sqrtf((variance > 0 ? variance : 0) + epsilon);
    for (ptrdiff_t i = 0; i < whole; i += kernel_panel_width) {
      lanes v = (NAMED(load)(in + i) - mean) * (NAMED(load)(scale + i) * factor);
      NAMED(store)(out + i, v + NAMED(load)(bias + i));
    }
    lanes v = (rest - mean) * (NAMED(load_part)(scale + whole, part) * factor);
    NAMED(store_part)(out + whole, v + NAMED(load_part)(bias + whole, part), part);
  }
}

// What the registers alone allow: independent multiply-adds on as many sums as `multiply` has.
TARGET static float NAMED(multiply_adds)(ptrdiff_t count, float factor) {
  lanes sums[ROWS * PANELS];
#pragma clang loop unroll(full)
  for (int i = 0; i < ROWS * PANELS; i++) sums[i] = (float)i;
  lanes a = factor;
  for (ptrdiff_t k = 0; k < count; k++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < ROWS * PANELS; i++) sums[i] = a * sums[i] + a;
  }
  lanes sum = 0;
#pragma clang loop unroll(full)
  for (int i = 0; i < ROWS * PANELS; i++) sum += sums[i];
  return NAMED(total)(sum);
}

#include "training.h"

static const kernel_set NAMED(set) = {
    .name = TEXT(VARIANT),
    .dense = NAMED(dense),
    .activate = NAMED(activate),
    .layer_norm = NAMED(layer_norm),
    .multiply_adds = NAMED(multiply_adds),
    .multiply_add_operations = 2 * ROWS * PANELS * kernel_panel_width,
    .layer = NAMED(layer),
    .single_output = NAMED(single_output),
    .weight_step = NAMED(weight_step),
    .vector_step = NAMED(vector_step),
    .normalize = NAMED(normalize),
    .normalize_back = NAMED(normalize_back),
};

#undef JOIN_
#undef JOIN
#undef NAMED
#undef TEXT_
#undef TEXT
#undef INLINE
#undef VARIANT
#undef TARGET
#undef ROWS
#undef PANELS
