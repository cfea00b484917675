// Included by kernels.c once per instruction set: memory and activations, 16 numbers at a time.

INLINE lanes NAMED(load)(const float *p) {
  lanes v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void NAMED(store)(float *p, lanes v) { memcpy(p, &v, sizeof v); }

// The first `count` lanes; the others are zero.
INLINE lanes NAMED(load_part)(const float *p, ptrdiff_t count) {
  lanes v = 0;
  memcpy(&v, p, (size_t)count * sizeof *p);
  return v;
}

INLINE void NAMED(store_part)(float *p, lanes v, ptrdiff_t count) {
  memcpy(p, &v, (size_t)count * sizeof *p);
}

// e^x for x <= 88, relative error below 2.5e-7 + 1.2e-7 |x|; below -87 the result is that at -87,
// for NaN it is undefined. With x = (k + r) ln 2, |r| <= 1/2: adding 1.5 * 2^23 rounds to the
// integer k and leaves it in the low bits, 2^r is the polynomial of degree 5 with value 1 at 0 that
// has the smallest relative error (9.2e-8), and k is added to its exponent.
INLINE lanes NAMED(exponential)(lanes x) {
  x = x < -87.0f ? (lanes)-87.0f : x;
  lanes shifted = x * 1.44269504f + 0x1.8p23f;
  lanes r = x * 1.44269504f - (shifted - 0x1.8p23f);
  lanes p = r * 1.3264727e-3f + 9.6715126e-3f;
  p = p * r + 5.5507337e-2f;
  p = p * r + 2.4022242e-1f;
  p = p * r + 6.9314698e-1f;
  p = p * r + 1.0f;
  int_lanes k, bits;
  memcpy(&k, &shifted, sizeof k);
  memcpy(&bits, &p, sizeof bits);
  bits += k << 23;
  memcpy(&p, &bits, sizeof p);
  return p;
}

// Below -87 the result, of magnitude below 1e-35, is that at -87, because the exponential is
// clamped there.
INLINE lanes NAMED(swish)(lanes x) {
  x = x < -87.0f ? (lanes)-87.0f : x;
  return x / (NAMED(exponential)(-x) + 1.0f);
}

// x tanh(log(1 + e^x)) = x n / (n + 2) with n = e^x (e^x + 2); from 20 on the quotient is 1. Below
// -87 as for swish.
INLINE lanes NAMED(mish)(lanes x) {
  x = x < -87.0f ? (lanes)-87.0f : x;
  lanes e = NAMED(exponential)(x > 20.0f ? (lanes)20.0f : x);
  lanes n = e * (e + 2.0f);
  return x * (n / (n + 2.0f));
}

// Near zero the polynomial of Cephes' tanhf, because 1 - 2 / (e^2x + 1) cancels there.
INLINE lanes NAMED(tangent)(lanes x) {
  lanes far = 1.0f - 2.0f / (NAMED(exponential)(x > 20.0f ? (lanes)40.0f : x + x) + 1.0f);
  lanes s = x * x;
  lanes p = s * -5.70498872745e-3f + 2.06390887954e-2f;
  p = p * s - 5.37397155531e-2f;
  p = p * s + 1.33314422036e-1f;
  p = p * s - 3.33332819422e-1f;
  p = p * s * x + x;
  return s > 0.390625f ? far : p;
}

INLINE lanes NAMED(activated)(lanes x, idql_activation activation) {
  switch (activation) {
    case idql_identity: return x;
    case idql_relu: return x < 0.0f ? (lanes)0.0f : x;
    case idql_swish: return NAMED(swish)(x);
    case idql_mish: return NAMED(mish)(x);
    case idql_tanh: return NAMED(tangent)(x);
  }
}

// Stores the activated sums of up to 16 outputs of a row, `count` if there are fewer, or adds to what is
// there before it activates.
INLINE void NAMED(finish)(lanes sum, ptrdiff_t count, const float *bias, idql_activation activation,
                          _Bool accumulates, float *y) {
  sum += NAMED(load)(bias);
  if (count >= idql_panel_width) {
    if (accumulates) sum += NAMED(load)(y);
    NAMED(store)(y, NAMED(activated)(sum, activation));
  } else {
    if (accumulates) sum += NAMED(load_part)(y, count);
    NAMED(store_part)(y, NAMED(activated)(sum, activation), count);
  }
}
