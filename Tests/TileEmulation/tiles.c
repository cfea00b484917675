#include "tile_emulation.h"

#include "common.h"

#include <stdlib.h>

// What the instructions do, after Intel's Architecture Instruction Set Extensions Reference, chapter 3.
typedef struct {
  int rows, row_bytes;
  uint32_t values[16][16];
} tile;

static _Thread_local tile tiles[8];

static void require(_Bool holds) {
  if (!holds) abort();
}

static void _tile_loadconfig(const void *shapes) {
  const uint8_t *bytes = shapes;
  require(bytes[0] == 1 && bytes[1] == 0);
  for (int i = 2; i < 16; i++) require(bytes[i] == 0);
  for (int i = 0; i < 8; i++) {
    uint16_t row_bytes;
    memcpy(&row_bytes, bytes + 16 + 2 * i, sizeof row_bytes);
    int rows = bytes[48 + i];
    require(rows <= 16 && row_bytes <= 64 && row_bytes % 4 == 0 && !rows == !row_bytes);
    tiles[i] = (tile){.rows = rows, .row_bytes = row_bytes};
  }
  for (int i = 8; i < 16; i++) require(bytes[16 + 2 * i] == 0 && bytes[48 + i] == 0);
}

static void _tile_release(void) { memset(tiles, 0, sizeof tiles); }

static void _tile_zero(int t) {
  require(tiles[t].rows > 0);
  memset(tiles[t].values, 0, sizeof tiles[t].values);
}

static void _tile_loadd(int t, const void *start, size_t stride) {
  require(tiles[t].rows > 0);
  memset(tiles[t].values, 0, sizeof tiles[t].values);
  for (int r = 0; r < tiles[t].rows; r++) {
    memcpy(tiles[t].values[r], (const char *)start + (size_t)r * stride, (size_t)tiles[t].row_bytes);
  }
}

static void _tile_stored(int t, void *start, size_t stride) {
  require(tiles[t].rows > 0);
  for (int r = 0; r < tiles[t].rows; r++) {
    memcpy((char *)start + (size_t)r * stride, tiles[t].values[r], (size_t)tiles[t].row_bytes);
  }
}

// Denormals are zeros.
static float value(uint32_t upper_half) {
  uint32_t bits = upper_half << 16;
  if ((bits & 0x7f800000) == 0) bits &= 0x80000000;
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static void _tile_dpbf16ps(int sum, int a, int b) {
  require(tiles[sum].rows == tiles[a].rows && tiles[sum].row_bytes == tiles[b].row_bytes);
  require(tiles[b].rows == tiles[a].row_bytes / 4 && tiles[b].rows > 0);
  for (int m = 0; m < tiles[a].rows; m++) {
    for (int n = 0; n < tiles[b].row_bytes / 4; n++) {
      float even = 0, odd = 0, old;
      for (int k = 0; k < tiles[b].rows; k++) {
        uint32_t x = tiles[a].values[m][k], w = tiles[b].values[k][n];
        even = __builtin_fmaf(value(x & 0xffff), value(w & 0xffff), even);
        odd = __builtin_fmaf(value(x >> 16), value(w >> 16), odd);
      }
      memcpy(&old, &tiles[sum].values[m][n], sizeof old);
      old += even + odd;
      memcpy(&tiles[sum].values[m][n], &old, sizeof old);
    }
  }
}

#define VARIANT emulated
#define TARGET
#include "rounded.h"

// To nearest, ties to even, denormals to zeros, as vcvtneps2bf16 does.
static uint32_t rounded(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  if ((bits & 0x7f800000) == 0) return (bits & 0x80000000) >> 16;
  return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

INLINE NAMED(pair_lanes) NAMED(pair)(lanes first, lanes second) {
  NAMED(pair_lanes) pairs;
  for (int i = 0; i < 16; i++) pairs[i] = rounded(first[i]) | rounded(second[i]) << 16;
  return pairs;
}

INLINE NAMED(pair_lanes) NAMED(neighbours)(lanes first, lanes second) {
  NAMED(pair_lanes) pairs;
  for (int i = 0; i < 16; i++) {
    lanes of = i < 8 ? first : second;
    pairs[i] = rounded(of[2 * i % 16]) | rounded(of[2 * i % 16 + 1]) << 16;
  }
  return pairs;
}

INLINE lanes NAMED(reciprocal)(lanes x) { return 1 / x; }

#include "tiles.h"
#include "acting.h"
#include "mixed.h"

static void no_rounding(ptrdiff_t rows, ptrdiff_t inputs, const float *x, void *pairs) {
  (void)rows, (void)inputs, (void)x, (void)pairs;
  abort();
}

static const idql_bfloat16_kernels kernels = {.name = "emulated",
                                              .round_rows = no_rounding,
                                              .multiply = pairs_emulated,
                                              .layer = layer_emulated,
                                              .weight_step = weight_step_emulated};

const idql_bfloat16_kernels *tile_emulation(void) { return &kernels; }
