// Included by kernels.c for each size of block, with ROWS x PANELS sums of 16 floats in registers.
// Whatever the size, every sum is one chain of multiply-adds: the bits do not depend on it.

#define ELEMENT float
#define ELEMENT_LANES lanes
#define MULTIPLY_ADD(a, b, sum) ((a) * (b) + (sum))
#include "dense.h"
#undef ELEMENT
#undef ELEMENT_LANES
#undef MULTIPLY_ADD
#include "layer.h"
#undef ROWS
#undef PANELS
