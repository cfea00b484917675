#include "idql_sha256.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

bool idql_sha256_is_supported(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  return (b >> 29 & 1) != 0 && __builtin_cpu_supports("sse4.1");
}

// The instructions keep the eight words in two registers, a b e f and c d g h from the highest down, and do two
// rounds each (Intel, "Intel SHA Extensions", 2013).
__attribute__((target("sha,sse4.1"))) void idql_sha256_absorb(
    uint32_t *hash, const uint8_t *blocks, size_t count, const uint32_t *constants) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)hash), 0xb1);
  __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(hash + 4)), 0x1b);
  __m128i abef = _mm_alignr_epi8(badc, hgfe, 8);
  __m128i cdgh = _mm_blend_epi16(hgfe, badc, 0xf0);
  for (; count > 0; count--, blocks += 64) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i words[4];  // the last sixteen of the schedule
    for (int round = 0; round < 64; round += 4) {
      const int i = round / 4;
      __m128i *w = &words[i % 4];
      if (i < 4) {
        *w = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(blocks + 4 * round)), big_endian);
      } else {
        const __m128i next = words[(i + 1) % 4], late = words[(i + 2) % 4], last = words[(i + 3) % 4];
        const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(*w, next), _mm_alignr_epi8(last, late, 4));
        *w = _mm_sha256msg2_epu32(sum, last);
      }
      const __m128i sum = _mm_add_epi32(*w, _mm_loadu_si128((const __m128i *)(constants + round)));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  _mm_storeu_si128((__m128i *)hash, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128((__m128i *)(hash + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#else

bool idql_sha256_is_supported(void) { return false; }

void idql_sha256_absorb(uint32_t *hash, const uint8_t *blocks, size_t count, const uint32_t *constants) {
  (void)hash, (void)blocks, (void)count, (void)constants;
  __builtin_trap();
}

#endif
