#define LANES 4
#include "lanes.h"
#undef LANES
