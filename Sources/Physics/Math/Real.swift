#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The number type of the kernels. The same source is compiled again with a `Real` that holds
/// several simulations in the lanes of a vector register (`WideReal.swift`); there a condition is a
/// `Mask`, and a branch tests whether it holds in `someLane` or in `everyLane`.
@usableFromInline package typealias Real = Double
@usableFromInline package typealias Mask = Bool

@inlinable @inline(__always)
func select(_ condition: Mask, _ a: Real, _ b: Real) -> Real { condition ? a : b }
@inlinable @inline(__always)
func someLane(_ condition: Mask) -> Bool { condition }
@inlinable @inline(__always)
func everyLane(_ condition: Mask) -> Bool { condition }

/// As the standard library's `max`.
@inlinable @inline(__always)
func larger(_ a: Real, _ b: Real) -> Real { select(b >= a, b, a) }

extension Mask {
  static let always = true
  static let never = false
}

/// One of the two lowest bits of the representation.
@inlinable @inline(__always)
func hasBit(_ bit: UInt64, of value: Real) -> Mask { value.bitPattern & bit != 0 }

@inlinable
func sineAndCosineOfAny(_ angle: Real) -> (sine: Real, cosine: Real) { (sin(angle), cos(angle)) }

/// `base` to the power `exponent`.
package func raise(_ base: Real, _ exponent: Double) -> Real { pow(base, exponent) }

package func exponential(_ exponent: Double) -> Double { exp(exponent) }

/// Angle of the point (x, y), in (-π, π].
package func angle(ofSine y: Real, cosine x: Real) -> Real { atan2(y, x) }

extension Vector3 {
  /// The type of a component.
  public typealias Scalar = Double
}
extension Quaternion {
  /// The type of a component.
  public typealias Scalar = Double
}

typealias ConstantVector3 = Vector3

extension Vector3 {
  /// A vector that is the same in all lanes.
  @inline(__always) init(_ v: Vector3) { self = v }
}
