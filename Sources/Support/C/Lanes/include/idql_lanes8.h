#define IDQL_LANES 8
#include "idql_lanes.h"
#undef IDQL_LANES
