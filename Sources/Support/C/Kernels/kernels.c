#include "common.h"

#if defined(__x86_64__)
  #include <immintrin.h>
  #if defined(__linux__)
    #include <sys/syscall.h>
    #include <unistd.h>
  #endif
#endif

// An entry of the table of blocks.
#define SIZE(rows, panels)                                                                        \
  {.name = #rows "x" #panels,                                                                      \
   .dense = JOIN_SIZE(dense, VARIANT, rows, panels),                                               \
   .layer = JOIN_SIZE(layer, VARIANT, rows, panels)}

#define BFLOAT16_SET                                                                               \
  {.name = TEXT(VARIANT), .round_rows = NAMED(round_rows), .multiply = NAMED(pairs),               \
   .layer = NAMED(layer), .weight_step = NAMED(weight_step)}

// One copy of the kernels per instruction set. Every size of block has enough independent sums to hide
// the latency of a multiply-add; they differ in what they ask of the caches, and each has been the
// fastest on some processor. With 16 registers of 8 floats there is room for one alone.
#if defined(__x86_64__)
  #define FUSED 1
  #define HAS_LARGE_BLOCKS 1
  #define VARIANT avx512
  #define TARGET __attribute__((target("avx512f,avx2,fma")))
  #define PEAK_SUMS 8
  #define WEIGHT_ROWS 8
  #define WEIGHT_PANELS 2
  #include "variant.h"
  #define ROWS 4
  #define PANELS 2
  #include "blocks.h"
  #define ROWS 8
  #define PANELS 2
  #include "blocks.h"
  #define ROWS 12
  #define PANELS 2
  #include "blocks.h"
static const idql_blocks NAMED(blocks)[] = {SIZE(4, 2), SIZE(8, 2), SIZE(12, 2)};
  #include "set.h"
  #undef VARIANT
  #undef TARGET

  #undef PEAK_SUMS
  #undef WEIGHT_ROWS
  #undef WEIGHT_PANELS

  #define VARIANT avx512bf16
  #define TARGET __attribute__((target("avx512bf16,avx512f,avx2,fma")))
  #define ROWS 4
  #define PANELS 2
  #include "rounded.h"
  #include "rounding.h"
  #include "bfloat16.h"
  #include "mixed.h"
  #undef PRODUCT
  #undef ROWS
  #undef PANELS
static const idql_bfloat16_kernels NAMED(set) = BFLOAT16_SET;
  #undef VARIANT
  #undef TARGET

  #define VARIANT amx
  #define TARGET __attribute__((target("amx-bf16,amx-tile,avx512bf16,avx512f,avx2,fma")))
  #include "rounded.h"
  #include "rounding.h"
  #include "tiles.h"
  #include "acting.h"
  #include "mixed.h"
  #undef PRODUCT
static const idql_bfloat16_kernels NAMED(set) = BFLOAT16_SET;
  #undef VARIANT
  #undef TARGET

  #undef HAS_LARGE_BLOCKS
  #define HAS_LARGE_BLOCKS 0
  #define VARIANT avx2
  #define TARGET __attribute__((target("avx2,fma")))
  #define PEAK_SUMS 6
  #define WEIGHT_ROWS 6
  #define WEIGHT_PANELS 1
  #include "variant.h"
  #define ROWS 6
  #define PANELS 1
  #include "blocks.h"
static const idql_blocks NAMED(blocks)[] = {SIZE(6, 1)};
  #include "set.h"
  #undef VARIANT
  #undef TARGET
  #undef PEAK_SUMS
  #undef WEIGHT_ROWS
  #undef WEIGHT_PANELS
  #undef FUSED
#endif

#if defined(__FMA__) || defined(__aarch64__)
  #define FUSED 1
#else
  #define FUSED 0
#endif
#undef HAS_LARGE_BLOCKS
#define HAS_LARGE_BLOCKS 0
#define VARIANT baseline
#define TARGET
#define PEAK_SUMS 2
#define WEIGHT_ROWS 2
#define WEIGHT_PANELS 1
#include "variant.h"
#define ROWS 2
#define PANELS 1
#include "blocks.h"
static const idql_blocks NAMED(blocks)[] = {SIZE(2, 1)};
#include "set.h"

const idql_kernels *idql_kernels_at(int index) {
  const idql_kernels *sets[3];
  int count = 0;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) sets[count++] = &set_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) sets[count++] = &set_avx2;
#endif
  sets[count++] = &set_baseline;
  return index < count ? sets[index] : NULL;
}

#if defined(__x86_64__)
// Whether the processor has tiles and the kernel lets this process use them, which it has to be asked.
static _Bool has_tiles(void) {
  #if defined(__linux__)
  enum { request_permission = 0x1023, tile_data = 18 };
  return __builtin_cpu_supports("amx-bf16") && __builtin_cpu_supports("avx512bf16") &&
         syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
  #else
  return 0;
  #endif
}
#endif

const idql_bfloat16_kernels *idql_bfloat16_kernels_at(int index) {
  const idql_bfloat16_kernels *sets[2];
  int count = 0;
#if defined(__x86_64__)
  if (has_tiles()) sets[count++] = &set_amx;
  if (__builtin_cpu_supports("avx512bf16")) sets[count++] = &set_avx512bf16;
#endif
  return index < count ? sets[index] : NULL;
}
