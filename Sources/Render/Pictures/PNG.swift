import CIDQLPNG
import Foundation
import IDQLTensors

extension Picture {
  /// The picture as a PNG file.
  ///
  /// - Parameter isFast: takes a third of the time; the file is somewhat larger.
  package func pngData(isFast: Bool = false) -> [UInt8] {
    var image = png_image()
    image.version = 1
    image.width = UInt32(width)
    image.height = UInt32(height)
    image.format = opacity == nil ? Self.format : Self.formatWithOpacity
    if isFast { image.flags = 2 }
    defer { png_image_free(&image) }
    let channels = opacity == nil ? 3 : 4
    let pixels = opacity.map(interleaved) ?? bytes

    // always enough: libpng stores uncompressed what does not shrink
    var capacity = 3 * pixels.count / 2 + 65536
    let data = [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
      let isWritten = png_image_write_to_memory(
        &image, target.baseAddress, &capacity, 0, pixels, Int32(channels * width), nil)
      count = isWritten != 0 ? capacity : 0
    }
    precondition(!data.isEmpty, "libpng: out of memory")
    return data
  }

  /// Red, green, blue and opacity of each pixel.
  private func interleaved(with opacity: [UInt8]) -> [UInt8] {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(4 * opacity.count)
    for (pixel, share) in opacity.enumerated() {
      for channel in 0..<3 { pixels.append(bytes[3 * pixel + channel]) }
      pixels.append(share)
    }
    return pixels
  }

  /// Writes a PNG file, which appears under its name complete or not at all.
  ///
  /// - Parameters:
  ///   - path: of the file; one that is there is replaced.
  ///   - isFast: takes a third of the time; the file is somewhat larger.
  /// - Throws: `FileError` with the path and the system's reason.
  public func writePNG(to path: String, isFast: Bool = false) throws {
    let data = pngData(isFast: isFast)
    try writeFileAtomically(to: path) { sink in
      try data.withUnsafeBytes { try sink.write($0) }
    }
  }

  /// Decodes a PNG file of any kind; transparent pixels are blended with white.
  ///
  /// - Parameter name: stands for the file in errors.
  /// - Throws: `RenderError.notPNG`.
  package init(png data: [UInt8], named name: String) throws(RenderError) {
    var image = png_image()
    image.version = 1
    // libpng keeps the address from the first call to the second
    let found: (width: Int, height: Int, bytes: [UInt8])? = data.withUnsafeBytes { data in
      defer { png_image_free(&image) }
      guard png_image_begin_read_from_memory(&image, data.baseAddress, data.count) != 0 else {
        return nil
      }
      image.format = Self.format
      let (width, height) = (Int(image.width), Int(image.height))
      guard width * height <= Self.pixelLimit else { return (width, height, []) }
      var bytes = [UInt8](repeating: 0, count: 3 * width * height)
      var white = png_color(red: 255, green: 255, blue: 255)
      let isRead = png_image_finish_read(&image, &white, &bytes, Int32(3 * width), nil)
      return isRead != 0 ? (width, height, bytes) : nil
    }
    guard let found else {
      let reason = withUnsafeBytes(of: image.message) { message in
        String(decoding: message.prefix { $0 != 0 && $0 != UInt8(ascii: ".") }, as: UTF8.self)
      }
      throw RenderError(.notPNG(name, reason: reason))
    }
    guard !found.bytes.isEmpty else {
      throw RenderError(.notPNG(name, reason: "it has \(found.width) x \(found.height) pixels"))
    }
    self.init(width: found.width, height: found.height, bytes: found.bytes)
  }

  /// - Throws: `FileError`, `RenderError.notPNG`.
  package init(contentsOf path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw FileError(path: path, .read, reason: "no such file, or no permission to read it")
    }
    try self.init(png: Array(data), named: path)
  }

  /// Largest number of pixels of a picture to read.
  private static let pixelLimit = 1 << 28

  /// libpng's PNG_FORMAT_RGB.
  private static let format: UInt32 = 2
  /// libpng's PNG_FORMAT_RGBA.
  private static let formatWithOpacity: UInt32 = 3
}
