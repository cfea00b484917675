// Vectors of IDQL_LANES doubles. In C because Swift 6.3 compiles the standard library's vector
// operators to scalar instructions; each of these becomes one instruction if the target has vectors
// of that width.

typedef double idql_real __attribute__((ext_vector_type(IDQL_LANES)));
typedef long idql_mask __attribute__((ext_vector_type(IDQL_LANES)));  // 0 or -1

#define IDQL_INLINE static inline __attribute__((always_inline))

IDQL_INLINE idql_real idql_fill(double x) { return (idql_real)(x); }
IDQL_INLINE idql_real idql_add(idql_real a, idql_real b) { return a + b; }
IDQL_INLINE idql_real idql_subtract(idql_real a, idql_real b) { return a - b; }
IDQL_INLINE idql_real idql_multiply(idql_real a, idql_real b) { return a * b; }
IDQL_INLINE idql_real idql_divide(idql_real a, idql_real b) { return a / b; }
IDQL_INLINE idql_real idql_negate(idql_real a) { return -a; }
IDQL_INLINE idql_real idql_magnitude(idql_real a) { return __builtin_elementwise_abs(a); }
IDQL_INLINE idql_real idql_root(idql_real a) { return __builtin_elementwise_sqrt(a); }

IDQL_INLINE idql_mask idql_less(idql_real a, idql_real b) { return a < b; }
IDQL_INLINE idql_mask idql_at_most(idql_real a, idql_real b) { return a <= b; }
IDQL_INLINE idql_mask idql_equal(idql_real a, idql_real b) { return a == b; }
IDQL_INLINE idql_mask idql_bits_at(idql_real a, long bit) {
  return ((idql_mask)a & bit) != 0;
}

IDQL_INLINE idql_mask idql_fill_mask(long x) { return (idql_mask)(x); }
IDQL_INLINE idql_mask idql_and(idql_mask a, idql_mask b) { return a & b; }
IDQL_INLINE idql_mask idql_or(idql_mask a, idql_mask b) { return a | b; }
IDQL_INLINE idql_mask idql_differ(idql_mask a, idql_mask b) { return a ^ b; }
IDQL_INLINE idql_mask idql_not(idql_mask a) { return ~a; }
IDQL_INLINE int idql_some(idql_mask a) { return __builtin_reduce_or(a) != 0; }
IDQL_INLINE int idql_every(idql_mask a) { return __builtin_reduce_and(a) != 0; }

IDQL_INLINE idql_real idql_select(idql_mask m, idql_real a, idql_real b) {
  return (idql_real)(((idql_mask)a & m) | ((idql_mask)b & ~m));
}

