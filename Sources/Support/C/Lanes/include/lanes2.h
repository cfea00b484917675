#define LANES 2
#include "lanes.h"
#undef LANES
