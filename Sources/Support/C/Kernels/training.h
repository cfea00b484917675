// Included by variant.h: the kernels of training beyond the forward pass. All matrices are in
// panels (idql_matrix), so that a layer's output can be either factor of the next product without
// repacking.

// Adam's step for 16 neighbouring parameters (Kingma and Ba 2015, alg. 1), with decoupled weight
// decay (Loshchilov and Hutter 2019), then the moving average of the parameters.
INLINE lanes NAMED(step)(lanes gradient, ptrdiff_t at, const idql_parameters *q,
                         const idql_optimizer *o) {
  if (q->gradient) NAMED(store)(q->gradient + at, gradient);
  lanes m = o->first_decay * NAMED(load)(q->first_moment + at) + o->first_share * gradient;
  lanes v = o->second_decay * NAMED(load)(q->second_moment + at) +
            o->second_share * (gradient * gradient);
  NAMED(store)(q->first_moment + at, m);
  NAMED(store)(q->second_moment + at, v);
  lanes size = v * o->second_correction;
  lanes root = __builtin_elementwise_sqrt(size);
  lanes w = NAMED(load)(q->values + at);
  lanes direction = m * o->first_correction / (root + o->epsilon) + o->weight_decay * w;
  w = w - o->rate * direction;
  NAMED(store)(q->values + at, w);
  if (q->target) {
    lanes target = NAMED(load)(q->target + at);
    NAMED(store)(q->target + at, w * o->target_rate + target * o->target_rest);
  }
  return w;
}

// Transposes 16 x 16: of every two rows `distance` apart, swaps the halves off the diagonal.
INLINE void NAMED(transpose)(lanes *t) {
#define PAIRS(distance, first, second)                                                             \
  _Pragma("clang loop unroll(full)") for (int i = 0; i < 16; i++) {                                \
    if (i & distance) continue;                                                                    \
    lanes a = t[i], b = t[i + distance];                                                           \
    t[i] = __builtin_shufflevector(a, b, first);                                                   \
    t[i + distance] = __builtin_shufflevector(a, b, second);                                       \
  }
#define LIST(...) __VA_ARGS__
  PAIRS(8, LIST(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
        LIST(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
  PAIRS(4, LIST(0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),
        LIST(4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))
  PAIRS(2, LIST(0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
        LIST(2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
  PAIRS(1, LIST(0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),
        LIST(1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
#undef LIST
#undef PAIRS
}

// Gradients of the weights of 16 inputs whose optimizer steps are pending. Steps are taken a vector
// at a time between the products of the next gradients, whose multiply-adds hide the latency of
// divisions and of memory.
typedef struct {
  const idql_parameters *parameters;
  const idql_optimizer *optimizer;
  ptrdiff_t panel;  // the first of the outputs
  int next, count;  // vectors of 16 outputs, one for each input, panel after panel
  lanes values[16 * WEIGHT_PANELS];  // gradients, then the new weights
} NAMED(steps);

INLINE ptrdiff_t NAMED(place)(const NAMED(steps) *g, int i) {
  return (g->panel + i / 16) * g->parameters->stride + i % 16 * idql_panel_width;
}

// Prefetches the memory that a step changes.
INLINE void NAMED(prepare_step)(const NAMED(steps) *g, int i) {
  const idql_parameters *q = g->parameters;
  ptrdiff_t at = NAMED(place)(g, i);
  __builtin_prefetch(q->values + at, 1);
  __builtin_prefetch(q->first_moment + at, 1);
  __builtin_prefetch(q->second_moment + at, 1);
  if (q->target) __builtin_prefetch(q->target + at, 1);
  if (q->transposed) __builtin_prefetch(q->transposed + (g->panel * 16 + i) * idql_panel_width, 1);
}

INLINE void NAMED(take_step)(NAMED(steps) *g) {
  if (g->next == g->count) return;
  int i = g->next++;
  if (i + steps_ahead < g->count) NAMED(prepare_step)(g, i + steps_ahead);
  g->values[i] = NAMED(step)(g->values[i], NAMED(place)(g, i), g->parameters, g->optimizer);
  if (g->parameters->transposed && i % 16 == 15) {
    lanes *block = g->values + i - 15;
    NAMED(transpose)(block);
    float *out = g->parameters->transposed + (g->panel * 16 + i - 15) * idql_panel_width;
    for (int r = 0; r < 16; r++) NAMED(store)(out + r * idql_panel_width, block[r]);
  }
}

// `rows` x `panels` blocks of a sum over `segments` x `length` products, on top of `sums`. Factor
// x(r, k) is at x + r row_step + k k_step, k counting within a segment. As in `multiply`, every
// element is one chain of multiply-adds. For each segment two lines at `ahead`, if not null, are
// prefetched, and one of the pending steps, if any, is taken.
INLINE void NAMED(accumulate)(int rows, int panels, ptrdiff_t segments, ptrdiff_t length,
                              const float *x, ptrdiff_t row_step, ptrdiff_t k_step,
                              ptrdiff_t segment_step, const float *w, ptrdiff_t w_stride,
                              const float *ahead, NAMED(steps) *waiting, lanes *sums) {
  lanes sum[most_sums];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * panels; i++) sum[i] = sums[i];
  for (ptrdiff_t s = 0; s < segments; s++) {
    const float *a = x + s * segment_step;
    if (ahead) {
      __builtin_prefetch(ahead + 2 * s * idql_panel_width, 0, 2);
      __builtin_prefetch(ahead + (2 * s + 1) * idql_panel_width, 0, 2);
    }
    if (waiting) NAMED(take_step)(waiting);
    for (ptrdiff_t k = 0; k < length; k++) {
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

// The activation and, in `slope`, its derivative.
INLINE lanes NAMED(activated_with_slope)(lanes x, idql_activation activation, lanes *slope) {
  switch (activation) {
    case idql_relu: {
      *slope = x > 0.0f ? (lanes)1.0f : (lanes)0.0f;
      return x < 0.0f ? (lanes)0.0f : x;
    }
    case idql_swish: {
      lanes clamped = x < -87.0f ? (lanes)-87.0f : x;
      lanes sigmoid = 1.0f / (NAMED(exponential)(-clamped) + 1.0f);
      lanes y = clamped * sigmoid;
      *slope = y * (1.0f - sigmoid) + sigmoid;
      return y;
    }
    case idql_mish: {
      // with h = tanh(softplus x) = n / (n + 2): slope h + x sigmoid(x) (1 - h^2), in terms of e^x
      lanes clamped = x < -87.0f ? (lanes)-87.0f : x;
      lanes e = NAMED(exponential)(clamped > 20.0f ? (lanes)20.0f : clamped);
      lanes n = e * (e + 2.0f);
      lanes inverse = 1.0f / (n + 2.0f);
      lanes h = n * inverse;
      lanes rest = 4.0f * e * (e + 1.0f) * inverse * inverse;
      *slope = clamped * rest + h;
      return clamped * h;
    }
    default: {
      *slope = 1.0f;
      return NAMED(activated)(x, activation);
    }
  }
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

// Adds the products of `count` rows to the gradient of the weights of `inputs` consecutive inputs,
// and takes a pending step after every 32 rows.
INLINE void NAMED(weight_run)(int inputs, int panels, ptrdiff_t count, const float *x,
                              const float *dy, ptrdiff_t dy_stride, NAMED(steps) *waiting,
                              lanes *sums) {
  enum { segment = 32 };
  ptrdiff_t whole = count - count % segment;
  NAMED(accumulate)(inputs, panels, whole / segment, segment, x, 1, idql_panel_width,
                    segment * idql_panel_width, dy, dy_stride, NULL, waiting, sums);
  if (whole == count) return;
  NAMED(accumulate)(inputs, panels, 1, count - whole, x + whole * idql_panel_width, 1,
                    idql_panel_width, 0, dy + whole * idql_panel_width, dy_stride, NULL, NULL,
                    sums);
}

// The gradient of the weights from 16 inputs to `panels` x 16 outputs, while the steps of the
// previous block are taken; its own steps are pending afterwards.
INLINE void NAMED(weight_block)(int panels, ptrdiff_t rows, const float *x,
                                const idql_matrix *dy, ptrdiff_t p, NAMED(steps) *waiting) {
  lanes sums[16 * WEIGHT_PANELS];
  for (int i = 0; i < 16 * panels; i++) sums[i] = 0;
  // in runs of rows whose two factors stay in the first-level cache
  enum { run = 128 };
  for (ptrdiff_t first = 0; first < rows; first += run) {
    ptrdiff_t count = rows - first < run ? rows - first : run;
    const float *a = x + first * idql_panel_width;
    const float *b = dy->values + p * dy->stride + first * idql_panel_width;
    int i = 0;
#define RUN(n)                                                                                     \
  NAMED(weight_run)(n, panels, count, a + i, b, dy->stride, waiting, sums + i * panels)
    for (; i + WEIGHT_ROWS <= 16; i += WEIGHT_ROWS) RUN(WEIGHT_ROWS);
    if (i < 16) RUN(16 % WEIGHT_ROWS);
#undef RUN
  }
  while (waiting->next < waiting->count) NAMED(take_step)(waiting);
  waiting->panel = p;
  waiting->next = 0;
  waiting->count = 16 * panels;
  for (int i = 0; i < 16; i++) {
    for (int j = 0; j < panels; j++) waiting->values[j * 16 + i] = sums[i * panels + j];
  }
  for (int i = 0; i < steps_ahead; i++) NAMED(prepare_step)(waiting, i);
}

TARGET static void NAMED(weight_step)(ptrdiff_t rows, ptrdiff_t output_panels, const float *x,
                                      const idql_matrix *dy, const idql_parameters *parameters,
                                      const idql_optimizer *optimizer) {
  NAMED(steps) waiting = {.parameters = parameters, .optimizer = optimizer};
  ptrdiff_t p = 0;
  for (; p + WEIGHT_PANELS <= output_panels; p += WEIGHT_PANELS) {
    NAMED(weight_block)(WEIGHT_PANELS, rows, x, dy, p, &waiting);
  }
  for (; p < output_panels; p++) NAMED(weight_block)(1, rows, x, dy, p, &waiting);
  while (waiting.next < waiting.count) NAMED(take_step)(&waiting);
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
