// Included once per variant that learns: what a layer makes of its sums.

// The activation and, in `slope`, its derivative.
INLINE lanes NAMED(activated_with_slope)(lanes x, idql_activation activation, lanes *slope) {
  switch (activation) {
    case idql_relu: {
      *slope = x > 0.0f ? (lanes)1.0f : (lanes)0.0f;
      return x < 0.0f ? (lanes)0.0f : x;
    }
    case idql_swish: {
      lanes clamped = x < -87.0f ? (lanes)-87.0f : x;
      lanes sigmoid = 1.0f / (NAMED(exponential)(-clamped) + 1.0f);
      lanes y = clamped * sigmoid;
      *slope = y * (1.0f - sigmoid) + sigmoid;
      return y;
    }
    case idql_mish: {
      // with h = tanh(softplus x) = n / (n + 2): slope h + x sigmoid(x) (1 - h^2), in terms of e^x
      lanes clamped = x < -87.0f ? (lanes)-87.0f : x;
      lanes e = NAMED(exponential)(clamped > 20.0f ? (lanes)20.0f : clamped);
      lanes n = e * (e + 2.0f);
      lanes inverse = 1.0f / (n + 2.0f);
      lanes h = n * inverse;
      lanes rest = 4.0f * e * (e + 1.0f) * inverse * inverse;
      *slope = clamped * rest + h;
      return clamped * h;
    }
    default: {
      *slope = 1.0f;
      return NAMED(activated)(x, activation);
    }
  }
}

// The operations of the outcome on 16 sums of a row.
INLINE void NAMED(conclude)(lanes sum, ptrdiff_t row, ptrdiff_t panel, const idql_outcome *o) {
  ptrdiff_t place = row * idql_panel_width;
  if (o->bias) sum += NAMED(load)(o->bias + panel * idql_panel_width);
  if (o->addend.values) sum += NAMED(load)(o->addend.values + panel * o->addend.stride + place);
  if (o->slope.values) {
    lanes slope;
    sum = NAMED(activated_with_slope)(sum, o->activation, &slope);
    NAMED(store)(o->slope.values + panel * o->slope.stride + place, slope);
  } else {
    sum = NAMED(activated)(sum, o->activation);
  }
  if (o->factor.values) sum *= NAMED(load)(o->factor.values + panel * o->factor.stride + place);
  NAMED(store)(o->y.values + panel * o->y.stride + place, sum);
}
