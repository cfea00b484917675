// Included once per variant that learns: Adam's steps, 16 numbers at a time.

// A moment too small for a normal number is zero: the gradient of a unit that never fires is zero, a
// moment that only decays would stay denormal for good, and arithmetic with such numbers is some ten
// times slower.
INLINE lanes NAMED(flushed)(lanes moment) {
  return __builtin_elementwise_abs(moment) < 0x1p-126f ? (lanes)0.0f : moment;
}

// Adam's step for 16 neighbouring parameters (Kingma and Ba 2015, alg. 1), with decoupled weight
// decay (Loshchilov and Hutter 2019), then the moving average of the parameters.
INLINE lanes NAMED(step)(lanes gradient, ptrdiff_t at, const idql_parameters *q,
                         const idql_optimizer *o) {
  lanes m = o->first_decay * NAMED(load)(q->first_moment + at) + o->first_share * gradient;
  lanes v = o->second_decay * NAMED(load)(q->second_moment + at) +
            o->second_share * (gradient * gradient);
  lanes root = __builtin_elementwise_sqrt(v * o->second_correction);
  lanes w = NAMED(load)(q->values + at);
  lanes direction = m * o->first_correction / (root + o->epsilon) + o->weight_decay * w;
  w = w - o->rate * direction;
  if (q->target) {
    lanes target = NAMED(load)(q->target + at);
    NAMED(store)(q->target + at, w * o->target_rate + target * o->target_rest);
  }
  if (q->gradient) NAMED(store)(q->gradient + at, gradient);
  NAMED(store)(q->first_moment + at, NAMED(flushed)(m));
  NAMED(store)(q->second_moment + at, NAMED(flushed)(v));
  NAMED(store)(q->values + at, w);
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

// The optimizer steps of the weights from 16 inputs to 16 outputs with these gradients, which they
// replace by the new weights.
INLINE void NAMED(take_steps)(lanes *values, ptrdiff_t panel, const idql_parameters *q,
                              const idql_optimizer *o) {
#pragma clang loop unroll(disable)
  for (int i = 0; i < 16; i++) {
    values[i] = NAMED(step)(values[i], panel * q->stride + i * idql_panel_width, q, o);
  }
  if (!q->transposed) return;
  NAMED(transpose)(values);
  float *out = q->transposed + panel * 16 * idql_panel_width;
  for (int r = 0; r < 16; r++) NAMED(store)(out + r * idql_panel_width, values[r]);
}

// On to the weights of the next 16 inputs.
INLINE void NAMED(next_inputs)(idql_parameters *q) {
  enum { count = 16 * idql_panel_width };
  q->values += count;
  q->first_moment += count;
  q->second_moment += count;
  if (q->target) q->target += count;
  if (q->transposed) q->transposed += q->transposed_stride;
  if (q->gradient) q->gradient += count;
}
