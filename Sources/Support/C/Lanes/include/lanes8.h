#define LANES 8
#include "lanes.h"
#undef LANES
