// Included once per variant that multiplies bfloat16, the upper half of a float: what its parts share.

#include "lanes.h"

// Pairs of numbers, the first in the lower half of 32 bits.
typedef uint32_t NAMED(pair_lanes) __attribute__((ext_vector_type(16)));

// Sums of up to 32 rows and two panels, in memory: half of the rows, panel, row. Where they come from:
//   prepare(rows)   before products of another number of rows
//   PRODUCT(rows, panels, blocks, x, x_row, x_block, w, panel, sums, meanwhile)
//                   of the pairs of as many blocks of 32 inputs: those of a row are 16 numbers, the next
//                   row's x_row, the next block's x_block later; the weights' panels are `panel` apart;
//                   the statement `meanwhile` is done once for each block
//   rest()          after the last
typedef struct {
  lanes of[2][2][16];
} NAMED(sums);
