#define IDQL_LANES 2
#include "idql_lanes.h"
#undef IDQL_LANES
