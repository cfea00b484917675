// The kernels of tiles (AMX) with every tile instruction in plain C, for processors without tiles.

#ifndef TILE_EMULATION_H
#define TILE_EMULATION_H

#include "idql_kernels.h"

#pragma clang assume_nonnull begin

// All but `round_rows`, which ends the process, as a tile does that is used with other shapes than it was
// given: the processor would fault.
const idql_bfloat16_kernels *tile_emulation(void);

#pragma clang assume_nonnull end

#endif
