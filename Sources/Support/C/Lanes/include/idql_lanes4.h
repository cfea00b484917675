#define IDQL_LANES 4
#include "idql_lanes.h"
#undef IDQL_LANES
