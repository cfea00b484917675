import IDQLPhysics

#if LANES_2
  internal import CIDQLLanes2
  @usableFromInline typealias RealLanes = SIMD2<Double>
  @usableFromInline typealias MaskLanes = SIMD2<Int>
#elseif LANES_4
  internal import CIDQLLanes4
  @usableFromInline typealias RealLanes = SIMD4<Double>
  @usableFromInline typealias MaskLanes = SIMD4<Int>
#else
  internal import CIDQLLanes8
  @usableFromInline typealias RealLanes = SIMD8<Double>
  @usableFromInline typealias MaskLanes = SIMD8<Int>
#endif

/// One number for each of `laneCount` simulations.
@frozen public struct Real: Equatable, Sendable {
  @usableFromInline var lanes: RealLanes

  @usableFromInline @inline(__always) init(lanes: RealLanes) { self.lanes = lanes }
  /// The same number in all lanes.
  @inline(__always) public init(_ value: Double) { lanes = idql_fill(value) }

  @usableFromInline subscript(lane: Int) -> Double {
    get { lanes[lane] }
    set { lanes[lane] = newValue }
  }

  @usableFromInline static var zero: Real { Real(0.0) }
  @usableFromInline static var infinity: Real { Real(Double.infinity) }
  @usableFromInline @inline(__always) var isFinite: Mask { abs(self) < Double.infinity }
  @usableFromInline @inline(__always) func squareRoot() -> Real { Real(lanes: idql_root(lanes)) }

  @usableFromInline @inline(__always) static prefix func - (a: Real) -> Real {
    Real(lanes: idql_negate(a.lanes))
  }
  @usableFromInline @inline(__always) static func + (a: Real, b: Real) -> Real {
    Real(lanes: idql_add(a.lanes, b.lanes))
  }
  @usableFromInline @inline(__always) static func - (a: Real, b: Real) -> Real {
    Real(lanes: idql_subtract(a.lanes, b.lanes))
  }
  @usableFromInline @inline(__always) static func * (a: Real, b: Real) -> Real {
    Real(lanes: idql_multiply(a.lanes, b.lanes))
  }
  @usableFromInline @inline(__always) static func / (a: Real, b: Real) -> Real {
    Real(lanes: idql_divide(a.lanes, b.lanes))
  }
  @usableFromInline @inline(__always) static func += (a: inout Real, b: Real) { a = a + b }
  @usableFromInline @inline(__always) static func -= (a: inout Real, b: Real) { a = a - b }
  @usableFromInline @inline(__always) static func *= (a: inout Real, b: Real) { a = a * b }

  // with a number that is the same in all lanes
  @usableFromInline @inline(__always) static func + (a: Real, b: Double) -> Real { a + Real(b) }
  @usableFromInline @inline(__always) static func + (a: Double, b: Real) -> Real { Real(a) + b }
  @usableFromInline @inline(__always) static func - (a: Real, b: Double) -> Real { a - Real(b) }
  @usableFromInline @inline(__always) static func - (a: Double, b: Real) -> Real { Real(a) - b }
  @usableFromInline @inline(__always) static func * (a: Real, b: Double) -> Real { a * Real(b) }
  @usableFromInline @inline(__always) static func * (a: Double, b: Real) -> Real { Real(a) * b }
  @usableFromInline @inline(__always) static func / (a: Real, b: Double) -> Real { a / Real(b) }
  @usableFromInline @inline(__always) static func / (a: Double, b: Real) -> Real { Real(a) / b }
  @usableFromInline @inline(__always) static func += (a: inout Real, b: Double) { a = a + b }
  @usableFromInline @inline(__always) static func -= (a: inout Real, b: Double) { a = a - b }
  @usableFromInline @inline(__always) static func *= (a: inout Real, b: Double) { a = a * b }

  @usableFromInline @inline(__always) static func < (a: Real, b: Real) -> Mask {
    Mask(lanes: idql_less(a.lanes, b.lanes))
  }
  @usableFromInline @inline(__always) static func <= (a: Real, b: Real) -> Mask {
    Mask(lanes: idql_at_most(a.lanes, b.lanes))
  }
  @usableFromInline @inline(__always) static func > (a: Real, b: Real) -> Mask { b < a }
  @usableFromInline @inline(__always) static func >= (a: Real, b: Real) -> Mask { b <= a }
  @usableFromInline @inline(__always) static func < (a: Real, b: Double) -> Mask { a < Real(b) }
  @usableFromInline @inline(__always) static func <= (a: Real, b: Double) -> Mask { a <= Real(b) }
  @usableFromInline @inline(__always) static func > (a: Real, b: Double) -> Mask { a > Real(b) }
  @usableFromInline @inline(__always) static func >= (a: Real, b: Double) -> Mask { a >= Real(b) }
  @usableFromInline @inline(__always) static func == (a: Real, b: Real) -> Mask {
    Mask(lanes: idql_equal(a.lanes, b.lanes))
  }
  @usableFromInline @inline(__always) static func == (a: Real, b: Double) -> Mask { a == Real(b) }
  @usableFromInline @inline(__always) static func != (a: Real, b: Real) -> Mask { !(a == b) }
  /// Whether all lanes are equal.
  public static func == (a: Real, b: Real) -> Bool { everyLane(a == b) }
}

/// One truth value for each lane.
@frozen public struct Mask: Sendable {
  @usableFromInline var lanes: MaskLanes

  @usableFromInline @inline(__always) init(lanes: MaskLanes) { self.lanes = lanes }

  @usableFromInline static var always: Mask { Mask(lanes: idql_fill_mask(-1)) }
  @usableFromInline static var never: Mask { Mask(lanes: idql_fill_mask(0)) }

  @usableFromInline subscript(lane: Int) -> Bool {
    get { lanes[lane] != 0 }
    set { lanes[lane] = newValue ? -1 : 0 }
  }

  @usableFromInline @inline(__always) static prefix func ! (a: Mask) -> Mask {
    Mask(lanes: idql_not(a.lanes))
  }
  @usableFromInline @inline(__always) static func && (a: Mask, b: Mask) -> Mask {
    Mask(lanes: idql_and(a.lanes, b.lanes))
  }
  @usableFromInline @inline(__always) static func || (a: Mask, b: Mask) -> Mask {
    Mask(lanes: idql_or(a.lanes, b.lanes))
  }
  @usableFromInline @inline(__always) static func != (a: Mask, b: Mask) -> Mask {
    Mask(lanes: idql_differ(a.lanes, b.lanes))
  }
}

@usableFromInline @inline(__always)
func select(_ condition: Mask, _ a: Real, _ b: Real) -> Real {
  Real(lanes: idql_select(condition.lanes, a.lanes, b.lanes))
}
@usableFromInline @inline(__always)
func select(_ condition: Mask, _ a: Real, _ b: Double) -> Real { select(condition, a, Real(b)) }
@usableFromInline @inline(__always)
func select(_ condition: Mask, _ a: Double, _ b: Real) -> Real { select(condition, Real(a), b) }
@usableFromInline @inline(__always)
func someLane(_ condition: Mask) -> Bool { idql_some(condition.lanes) != 0 }
@usableFromInline @inline(__always)
func everyLane(_ condition: Mask) -> Bool { idql_every(condition.lanes) != 0 }
@usableFromInline @inline(__always)
func abs(_ a: Real) -> Real { Real(lanes: idql_magnitude(a.lanes)) }
@usableFromInline @inline(__always)
func larger(_ a: Real, _ b: Real) -> Real { select(b >= a, b, a) }
@usableFromInline @inline(__always)
func hasBit(_ bit: UInt64, of value: Real) -> Mask {
  Mask(lanes: idql_bits_at(value.lanes, Int(bit)))
}

@usableFromInline @inline(__always)
func larger(_ a: Double, _ b: Real) -> Real { larger(Real(a), b) }

/// For the functions that have no vector form: lane by lane, by those of the scalar kernels.
@usableFromInline
func eachLane(_ a: Real, _ function: (Double) -> Double) -> Real {
  var result = a
  for lane in 0..<laneCount { result[lane] = function(a[lane]) }
  return result
}

@usableFromInline
func sineAndCosineOfAny(_ angle: Real) -> (sine: Real, cosine: Real) {
  (
    eachLane(angle) { IDQLPhysics.sineAndCosine($0).sine },
    eachLane(angle) { IDQLPhysics.sineAndCosine($0).cosine }
  )
}

func raise(_ base: Real, _ exponent: Double) -> Real {
  eachLane(base) { IDQLPhysics.raise($0, exponent) }
}

func angle(ofSine y: Real, cosine x: Real) -> Real {
  var result = y
  for lane in 0..<laneCount { result[lane] = IDQLPhysics.angle(ofSine: y[lane], cosine: x[lane]) }
  return result
}

let laneCount = RealLanes.scalarCount

extension Vector3 {
  /// The type of a component.
  public typealias Scalar = Real
}
extension Quaternion {
  /// The type of a component.
  public typealias Scalar = Real
}
