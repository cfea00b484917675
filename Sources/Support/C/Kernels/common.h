// What every variant of the kernels needs before it: types, and names that tell variants apart.

#ifndef COMMON_H
#define COMMON_H

#include "idql_kernels.h"

#include <stdint.h>
#include <string.h>

// Vectors wider than the target's registers have no stable calling convention; every function here
// that takes or returns one is inlined.
#pragma clang diagnostic ignored "-Wpsabi"

// 16 floats: one register with AVX-512, two with AVX2, four with SSE2 or NEON.
typedef float lanes __attribute__((ext_vector_type(16)));
typedef int int_lanes __attribute__((ext_vector_type(16)));

// In an unrolled loop over inputs, where blocks have many rows: what the factors at `x` and `w` are is only
// known from here on. The compiler would otherwise load those of later inputs early, run out of registers,
// and store them.
#define ONE_INPUT_AT_A_TIME(x, w)                                                                  \
  if (HAS_LARGE_BLOCKS) __asm__("" : "+r"(x), "+r"(w))

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAMED(name) JOIN(name, VARIANT)
#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)
#define INLINE TARGET static inline __attribute__((always_inline))

// The most sums that a block has.
enum { most_sums = 24 };

// Names of what depends on the size of a block, ROWS x PANELS sums of 16 floats.
#define JOIN_SIZE_(a, b, rows, panels) a##_##b##_##rows##x##panels
#define JOIN_SIZE(a, b, rows, panels) JOIN_SIZE_(a, b, rows, panels)
#define BLOCKED(name) JOIN_SIZE(name, VARIANT, ROWS, PANELS)

#endif
