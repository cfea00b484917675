// The kernels of tiles (AMX) with every tile instruction in plain C, for processors without tiles.

#ifndef TILE_EMULATION_H
#define TILE_EMULATION_H

#include "idql_kernels.h"

#pragma clang assume_nonnull begin

// As `multiply` of `idql_bfloat16_kernels`. A tile that is used with other shapes than it was given
// ends the process, as the processor's fault would.
void tile_emulation_multiply(ptrdiff_t rows, ptrdiff_t pairs, ptrdiff_t outputs, const void *x,
                             const void *panels, const float *bias, idql_activation activation,
                             _Bool accumulates, float *y);

#pragma clang assume_nonnull end

#endif
