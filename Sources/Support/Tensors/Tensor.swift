/// A dense array read from a file: `values` in row-major order under `shape`.
public struct Tensor<Element: Sendable>: Sendable {
  /// Length of each axis, outermost first; empty for a scalar.
  public var shape: [Int]
  /// Length: product of `shape`.
  public var values: [Element]

  /// - Precondition: `values` has as many elements as `shape` says.
  package init(shape: [Int], values: [Element]) {
    precondition(shape.reduce(1, *) == values.count, "shape does not match the number of values")
    self.shape = shape
    self.values = values
  }
}

extension Tensor: Equatable where Element: Equatable {}

/// What a tensor file stores per element, by its safetensors name.
package enum ElementType: String, CaseIterable, Sendable {
  case bool = "BOOL"
  case uint8 = "U8"
  case int8 = "I8"
  case int16 = "I16"
  case uint16 = "U16"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int32 = "I32"
  case uint32 = "U32"
  case float32 = "F32"
  case float64 = "F64"
  case int64 = "I64"
  case uint64 = "U64"

  /// Bytes per element.
  package var size: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Whether the elements are floating point numbers.
  package var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }
}

/// Widens an IEEE 754 half (binary16) given by its bits; exact.
///
/// Written out because `Float16` does not exist on every platform.
func widenHalf(_ bits: UInt16) -> Float {
  let sign = UInt32(bits >> 15) << 31
  let exponent = UInt32(bits >> 10) & 0x1F
  let fraction = UInt32(bits) & 0x3FF
  switch exponent {
  case 0:  // zero and subnormals: fraction · 2⁻²⁴
    let magnitude = Float(fraction) * 0x1p-24
    return sign == 0 ? magnitude : -magnitude
  case 0x1F:  // infinity and NaN keep their payload
    return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
  default:  // rebias from 15 to 127
    return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
  }
}

/// The bits of the IEEE 754 half that is nearest, of two the even one; an infinity beyond 65504.
func narrowHalf(_ value: Float) -> UInt16 {
  let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
  let magnitude = value.magnitude
  if magnitude.isNaN { return sign | 0x7E00 }
  // halfway from the largest half to what would be the next
  if magnitude >= 65520 { return sign | 0x7C00 }
  // adding this constant leaves no bits below 2⁻²⁴: subnormals
  if magnitude < 0x1p-14 { return sign | UInt16(truncatingIfNeeded: (magnitude + 0.5).bitPattern) }
  let bits = magnitude.bitPattern
  let rounded = bits + 0xFFF + (bits >> 13 & 1)
  return sign | UInt16(truncatingIfNeeded: (rounded >> 13) - (112 << 10))
}

/// Widens a bfloat16 given by its bits; exact.
func widenBrainFloat(_ bits: UInt16) -> Float {
  Float(bitPattern: UInt32(bits) << 16)
}
