import Foundation
import IDQLPhysics

/// The pixels of a texture of the model, which MuJoCo's compiler makes of its description (`mjCTexture`).
package final class TextureImage: Equatable, Sendable {
  package enum Layout: Sendable {
    /// One picture, repeated over a plane.
    case flat
    /// Six square pictures around a cube: right, left, up, down, front, back.
    case cube
  }

  package let layout: Layout
  package let width: Int
  /// Of one picture.
  package let height: Int
  /// (pictures, height, width, 4): red, green, blue, opacity; rows from the top.
  package let bytes: [UInt8]

  package static func == (a: TextureImage, b: TextureImage) -> Bool {
    a === b
      || a.layout == b.layout && a.width == b.width && a.height == b.height && a.isSRGB == b.isSRGB
        && a.bytes == b.bytes
  }

  /// Pixels of an edge, at most; a larger texture has the same pattern in fewer pixels.
  private static let limit = 2048

  /// Whether its numbers are those of sRGB, which OpenGL turns into shares of light when it looks them up. MuJoCo does
  /// that for flat pictures alone, and draws the result as it is.
  let isSRGB: Bool

  /// - Returns: nil for a texture without pixels.
  package init?(_ texture: ModelVisuals.Texture) {
    if let picture = texture.picture {
      layout = texture.kind == "2d" ? .flat : .cube
      (width, height, isSRGB) = (picture.width, picture.height, picture.isSRGB)
      bytes = [UInt8](unsafeUninitializedCapacity: picture.bytes.count / 3 * 4) { target, count in
        count = target.count
        for pixel in 0..<count / 4 {
          for channel in 0..<3 {
            target[4 * pixel + channel] = picture.bytes[3 * pixel + channel]
          }
          target[4 * pixel + 3] = 255
        }
      }
      return
    }
    isSRGB = false
    guard ["gradient", "checker", "flat"].contains(texture.pattern), texture.width > 0 else {
      return nil
    }
    let layout = texture.kind == "2d" ? Layout.flat : .cube
    let width = min(texture.width, Self.limit)
    let height = layout == .cube ? width : min(texture.height, Self.limit)
    guard height > 0 else { return nil }
    (self.layout, self.width, self.height) = (layout, width, height)
    let pictures = layout == .cube ? 6 : 1
    var canvas = Canvas(width: width, height: height, pictures: pictures)
    for picture in 0..<pictures {
      canvas.fill(picture) { x, y in
        layout == .flat
          ? Self.color(texture, x, y) : Self.color(texture, x, y, side: picture)
      }
      canvas.mark(picture, texture)
    }
    if texture.mark == "random" { canvas.scatter(texture) }
    bytes = canvas.bytes
  }

  /// Mean colour, 0…1.
  package var mean: SIMD3<Float> {
    var sum = SIMD3<Double>.zero
    for pixel in 0..<bytes.count / 4 {
      sum += SIMD3(
        Double(bytes[4 * pixel]), Double(bytes[4 * pixel + 1]), Double(bytes[4 * pixel + 2]))
    }
    let mean = sum / (255 * Double(max(1, bytes.count / 4)))
    return SIMD3(Float(mean.x), Float(mean.y), Float(mean.z))
  }

  // MARK: Patterns; x is to the right and y up, both from -1 to 1

  private static func color(
    _ texture: ModelVisuals.Texture, _ x: Double, _ y: Double
  ) -> SIMD3<Float> {
    switch texture.pattern {
    case "gradient":
      mix(texture.secondColor, texture.firstColor, 2 * (x * x + y * y).squareRoot() - 1)
    case "checker": (x < 0) == (y > 0) ? texture.firstColor : texture.secondColor
    default: texture.firstColor
    }
  }

  private static func color(
    _ texture: ModelVisuals.Texture, _ x: Double, _ y: Double, side: Int
  ) -> SIMD3<Float> {
    switch texture.pattern {
    case "gradient":
      let length = (1 + x * x + y * y).squareRoot()
      let elevation =
        side == 2 || side == 3
        ? (side == 2 ? 1 : -1) * (1 - acos(1 / length) / (0.5 * .pi))
        : asin(y / length) / (0.5 * .pi)
      return mix(texture.firstColor, texture.secondColor, elevation)
    case "checker":
      return ((x < 0) == (y > 0)) == (side < 4) ? texture.firstColor : texture.secondColor
    default: return side == 3 ? texture.secondColor : texture.firstColor
    }
  }

  /// The first colour at 1, the second at -1, by MuJoCo's sigmoid in between.
  static func mix(
    _ first: SIMD3<Float>, _ second: SIMD3<Float>, _ position: Double
  ) -> SIMD3<Float> {
    let sigmoid = position / (1 + position * position).squareRoot() * 2.0.squareRoot()
    let share = Float(min(max(0.5 * (1 + sigmoid), 0), 1))
    return share * first + (1 - share) * second
  }
}

/// Pictures that are painted.
private struct Canvas {
  let width, height: Int
  var bytes: [UInt8]

  init(width: Int, height: Int, pictures: Int) {
    (self.width, self.height) = (width, height)
    bytes = [UInt8](repeating: 255, count: 4 * width * height * pictures)
  }

  private mutating func set(_ picture: Int, _ column: Int, _ row: Int, _ color: SIMD3<Float>) {
    let first = 4 * ((picture * height + row) * width + column)
    for channel in 0..<3 {
      bytes[first + channel] = UInt8(min(max(255 * color[channel], 0), 255))
    }
  }

  mutating func fill(_ picture: Int, _ color: (Double, Double) -> SIMD3<Float>) {
    func place(_ index: Int, of count: Int) -> Double {
      count > 1 ? 2 * Double(index) / Double(count - 1) - 1 : 0
    }
    for row in 0..<height {
      for column in 0..<width {
        set(picture, column, row, color(place(column, of: width), -place(row, of: height)))
      }
    }
  }

  mutating func mark(_ picture: Int, _ texture: ModelVisuals.Texture) {
    let (columns, rows) =
      switch texture.mark {
      case "edge": ([0, width - 1], [0, height - 1])
      case "cross": ([width / 2], [height / 2])
      default: ([Int](), [Int]())
      }
    for row in 0..<height { for column in columns { set(picture, column, row, texture.markColor) } }
    for column in 0..<width { for row in rows { set(picture, column, row, texture.markColor) } }
  }

  /// Dots at random over all pictures, by the numbers that MuJoCo draws.
  mutating func scatter(_ texture: ModelVisuals.Texture) {
    var generator = MersenneTwister64(seed: 42)
    let color = texture.markColor
    for pixel in 0..<bytes.count / 4
    where Double(generator.next()) * 0x1p-64 < texture.markShare {
      for channel in 0..<3 {
        bytes[4 * pixel + channel] = UInt8(min(max(255 * color[channel], 0), 255))
      }
    }
  }
}

/// MT19937-64 (Nishimura, *Tables of 64-bit Mersenne Twisters*, 2000).
struct MersenneTwister64 {
  private var words: [UInt64]
  private var index = 312

  init(seed: UInt64) {
    words = [seed]
    for i in 1..<312 {
      let last = words[i - 1]
      words.append(6_364_136_223_846_793_005 &* (last ^ last >> 62) &+ UInt64(i))
    }
  }

  mutating func next() -> UInt64 {
    if index == 312 { twist() }
    var x = words[index]
    index += 1
    x ^= x >> 29 & 0x5555_5555_5555_5555
    x ^= x << 17 & 0x71D6_7FFF_EDA6_0000
    x ^= x << 37 & 0xFFF7_EEE0_0000_0000
    return x ^ x >> 43
  }

  private mutating func twist() {
    for i in 0..<312 {
      let mixed = words[i] & 0xFFFF_FFFF_8000_0000 | words[(i + 1) % 312] & 0x7FFF_FFFF
      words[i] =
        words[(i + 156) % 312] ^ mixed >> 1 ^ (mixed & 1 == 1 ? 0xB502_6F5A_A966_19E9 : 0)
    }
    index = 0
  }
}
