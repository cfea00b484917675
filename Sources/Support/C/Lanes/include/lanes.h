// Several doubles side by side, LANES of them. In C because Swift 6.3 turns the standard library's
// vector operators into single ones; these become one instruction each where the target has vectors
// that wide.

typedef double lanes_real __attribute__((ext_vector_type(LANES)));
typedef long lanes_mask __attribute__((ext_vector_type(LANES)));  // 0 or -1

#define LANES_INLINE static inline __attribute__((always_inline))

LANES_INLINE lanes_real lanes_fill(double x) { return (lanes_real)(x); }
LANES_INLINE lanes_real lanes_add(lanes_real a, lanes_real b) { return a + b; }
LANES_INLINE lanes_real lanes_subtract(lanes_real a, lanes_real b) { return a - b; }
LANES_INLINE lanes_real lanes_multiply(lanes_real a, lanes_real b) { return a * b; }
LANES_INLINE lanes_real lanes_divide(lanes_real a, lanes_real b) { return a / b; }
LANES_INLINE lanes_real lanes_negate(lanes_real a) { return -a; }
LANES_INLINE lanes_real lanes_magnitude(lanes_real a) { return __builtin_elementwise_abs(a); }
LANES_INLINE lanes_real lanes_root(lanes_real a) { return __builtin_elementwise_sqrt(a); }

LANES_INLINE lanes_mask lanes_less(lanes_real a, lanes_real b) { return a < b; }
LANES_INLINE lanes_mask lanes_at_most(lanes_real a, lanes_real b) { return a <= b; }
LANES_INLINE lanes_mask lanes_equal(lanes_real a, lanes_real b) { return a == b; }
LANES_INLINE lanes_mask lanes_bits_at(lanes_real a, long bit) {
  return ((lanes_mask)a & bit) != 0;
}

LANES_INLINE lanes_mask lanes_fill_mask(long x) { return (lanes_mask)(x); }
LANES_INLINE lanes_mask lanes_and(lanes_mask a, lanes_mask b) { return a & b; }
LANES_INLINE lanes_mask lanes_or(lanes_mask a, lanes_mask b) { return a | b; }
LANES_INLINE lanes_mask lanes_differ(lanes_mask a, lanes_mask b) { return a ^ b; }
LANES_INLINE lanes_mask lanes_not(lanes_mask a) { return ~a; }
LANES_INLINE int lanes_some(lanes_mask a) { return __builtin_reduce_or(a) != 0; }
LANES_INLINE int lanes_every(lanes_mask a) { return __builtin_reduce_and(a) != 0; }

LANES_INLINE lanes_real lanes_select(lanes_mask m, lanes_real a, lanes_real b) {
  return (lanes_real)(((lanes_mask)a & m) | ((lanes_mask)b & ~m));
}

