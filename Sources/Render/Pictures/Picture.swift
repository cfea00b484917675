/// An image of 8-bit sRGB pixels.
public struct Picture: Equatable, Sendable {
  /// Number of columns of pixels.
  public let width: Int
  /// Number of rows of pixels.
  public let height: Int
  /// (height, width, 3): rows from the top, each pixel red, green and blue.
  public var bytes: [UInt8]
  /// (height, width): 0 where nothing is, 255 where all is covered; nil if all is.
  package var opacity: [UInt8]?

  /// - Precondition: `bytes` has the length 3 · width · height.
  package init(width: Int, height: Int, bytes: [UInt8]) {
    precondition(bytes.count == 3 * width * height)
    self.width = width
    self.height = height
    self.bytes = bytes
  }

  /// A picture of one colour.
  package init(width: Int, height: Int, color: SIMD3<UInt8> = SIMD3(repeating: 255)) {
    self.init(
      width: width, height: height,
      bytes: (0..<width * height).flatMap { _ in [color.x, color.y, color.z] })
  }

  /// From pixels as OpenGL returns them: rows from the bottom, colours multiplied with their opacity.
  ///
  /// - Parameter isCutOut: whether to keep the opacity, and else to take all for covered.
  init(width: Int, height: Int, bottomUpRGBA source: [UInt8], isCutOut: Bool = false) {
    let bytes = [UInt8](unsafeUninitializedCapacity: 3 * width * height) { target, count in
      source.withUnsafeBufferPointer { source in
        for row in 0..<height {
          var from = 4 * width * (height - 1 - row)
          var to = 3 * width * row
          for _ in 0..<width {
            target[to] = source[from]
            target[to + 1] = source[from + 1]
            target[to + 2] = source[from + 2]
            from += 4
            to += 3
          }
        }
      }
      count = 3 * width * height
    }
    self.init(width: width, height: height, bytes: bytes)
    if isCutOut { cutOut(source) }
  }

  /// Keeps the opacity, and divides the colours by it.
  private mutating func cutOut(_ source: [UInt8]) {
    var opacity = [UInt8](repeating: 0, count: width * height)
    for row in 0..<height {
      for column in 0..<width {
        let pixel = row * width + column
        let share = Int(source[4 * ((height - 1 - row) * width + column) + 3])
        opacity[pixel] = UInt8(share)
        guard share > 0, share < 255 else { continue }
        for channel in 0..<3 {
          bytes[3 * pixel + channel] = UInt8(
            min(255, (255 * Int(bytes[3 * pixel + channel]) + share / 2) / share))
        }
      }
    }
    self.opacity = opacity
  }

  /// Red, green and blue of a pixel.
  package subscript(x: Int, y: Int) -> SIMD3<UInt8> {
    get {
      let first = 3 * (y * width + x)
      return SIMD3(bytes[first], bytes[first + 1], bytes[first + 2])
    }
    set {
      let first = 3 * (y * width + x)
      (bytes[first], bytes[first + 1], bytes[first + 2]) = (newValue.x, newValue.y, newValue.z)
    }
  }
}
