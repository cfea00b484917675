import Foundation

extension Picture {
  /// Perceived difference of two pictures: the root mean square over all pixels of their difference
  /// in CIELAB (ISO/CIE 11664-4; 1 is about the just noticeable difference), after a blur of about
  /// a pixel, which models a viewing distance at which pixels are not resolved (Zhang and Wandell
  /// 1996). Infinite for pictures of different sizes.
  ///
  /// Edges moved by a fraction of a pixel count little, a missing limb counts much.
  package func perceptualDistance(to other: Picture) -> Double {
    guard width == other.width && height == other.height else { return .infinity }
    let (mine, others) = (blurredLab, other.blurredLab)
    var sum = 0.0
    for (a, b) in zip(mine, others) {
      let difference = a - b
      sum += (difference * difference).sum()
    }
    return (sum / Double(max(mine.count, 1))).squareRoot()
  }

  private var blurredLab: [SIMD3<Double>] {
    var light = [SIMD3<Double>](repeating: .zero, count: width * height)
    for i in light.indices {
      light[i] = SIMD3(
        Self.linear[Int(bytes[3 * i])], Self.linear[Int(bytes[3 * i + 1])],
        Self.linear[Int(bytes[3 * i + 2])])
    }
    let across = Self.blurred(light, length: width, step: 1, lines: height, lineStep: width)
    let both = Self.blurred(across, length: height, step: width, lines: width, lineStep: 1)
    return both.map(Self.lab)
  }

  /// Blurs along lines with the binomial weights 1 4 6 4 1, repeating the pixels at the ends.
  private static func blurred(
    _ values: [SIMD3<Double>], length: Int, step: Int, lines: Int, lineStep: Int
  ) -> [SIMD3<Double>] {
    var result = values
    for line in 0..<lines {
      func at(_ index: Int) -> SIMD3<Double> {
        values[line * lineStep + min(max(index, 0), length - 1) * step]
      }
      for i in 0..<length {
        let near = 4 * (at(i - 1) + at(i + 1))
        result[line * lineStep + i * step] = (at(i - 2) + at(i + 2) + near + 6 * at(i)) / 16
      }
    }
    return result
  }

  /// Linear intensity of a byte of sRGB (IEC 61966-2-1).
  private static let linear: [Double] = (0..<256).map {
    let value = Double($0) / 255
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }

  /// L*, a*, b* of linear sRGB, with its white point.
  private static func lab(_ color: SIMD3<Double>) -> SIMD3<Double> {
    func root(_ ratio: Double) -> Double {
      ratio > 216.0 / 24389 ? cbrt(ratio) : (24389.0 / 27 * ratio + 16) / 116
    }
    let x = 0.4124564 * color.x + 0.3575761 * color.y + 0.1804375 * color.z
    let y = 0.2126729 * color.x + 0.7151522 * color.y + 0.0721750 * color.z
    let z = 0.0193339 * color.x + 0.1191920 * color.y + 0.9503041 * color.z
    let (fx, fy, fz) = (root(x / 0.9504700), root(y), root(z / 1.0888300))
    return SIMD3(116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz))
  }
}
