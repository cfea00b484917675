// Included once per variant that multiplies bfloat16: AVX-512's roundings, to nearest, ties to even, denormals
// to zeros.

// Numbers of two vectors in pairs, lane by lane.
INLINE NAMED(pair_lanes) NAMED(pair)(lanes first, lanes second) {
  __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)first));
  __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)second));
  return (NAMED(pair_lanes))_mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

// The 32 numbers of two vectors in pairs of neighbours.
INLINE NAMED(pair_lanes) NAMED(neighbours)(lanes first, lanes second) {
  return (NAMED(pair_lanes))_mm512_cvtne2ps_pbh((__m512)second, (__m512)first);
}

// 1 / x, relative error below 2^-14.
INLINE lanes NAMED(reciprocal)(lanes x) { return (lanes)_mm512_rcp14_ps((__m512)x); }

// Sixteen numbers rounded, as eight pairs of neighbours.
INLINE void NAMED(store_rounded)(void *pairs, lanes v) {
  __m256bh rounded = _mm512_cvtneps_pbh((__m512)v);
  memcpy(pairs, &rounded, sizeof rounded);
}

TARGET static void NAMED(round_rows)(ptrdiff_t rows, ptrdiff_t inputs, const float *x, void *pairs) {
  ptrdiff_t padded = (inputs + idql_pair_block - 1) / idql_pair_block * idql_pair_block;
  uint16_t *out = pairs;
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float *in = x + r * inputs;
    for (ptrdiff_t k = 0; k < padded; k += idql_panel_width) {
      ptrdiff_t count = inputs - k;
      lanes v = count >= idql_panel_width ? NAMED(load)(in + k)
                                          : NAMED(load_part)(in + k, count > 0 ? count : 0);
      NAMED(store_rounded)(out + k, v);
    }
    out += padded;
  }
}
