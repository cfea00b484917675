import Foundation
import TestSupport
import Testing

@testable import IDQLRender

@Suite struct PictureTests {
  /// Every byte once, and no rows that look alike.
  static let sample: Picture = {
    var picture = Picture(width: 37, height: 23)
    for i in picture.bytes.indices { picture.bytes[i] = UInt8(truncatingIfNeeded: i * 7 + i / 111) }
    return picture
  }()

  @Test(arguments: [false, true]) func pngKeepsEveryByte(_ isFast: Bool) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/p.png"
      try Self.sample.writePNG(to: path, isFast: isFast)
      #expect(try Picture(contentsOf: path) == Self.sample)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["p.png"])
    }
    let data = Self.sample.pngData(isFast: isFast)
    #expect(data.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    let one = Picture(width: 1, height: 1, color: SIMD3(1, 2, 3))
    #expect(try Picture(png: one.pngData(), named: "one") == one)
  }

  /// Made with Python's zlib: three RGBA pixels, the last two fully transparent; and a palette of two
  /// colours, the second fully transparent.
  @Test(
    arguments: [
      (
        "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAYAAAAb4BS0AAAAE0lEQVR42mPgEpH7zwAEJ1KMGAAQ"
          + "NAKa1FrR3wAAAABJRU5ErkJggg==",
        [10, 20, 30, 255, 255, 255, 255, 255, 255]
      ),
      (
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAMAAADD/I+4AAAABlBMVEUBAgMEBQaVU29IAAAAAnRS"
          + "TlP/AOW3MEoAAAALSURBVHjaY2BgBAAABAACLN5IrQAAAABJRU5ErkJggg==",
        [1, 2, 3, 255, 255, 255]
      ),
    ] as [(String, [UInt8])])
  func whatIsTransparentIsWhite(_ base64: String, _ bytes: [UInt8]) throws {
    let data = try #require(Data(base64Encoded: base64))
    let picture = try Picture(png: Array(data), named: "x.png")
    #expect(picture.bytes == bytes && picture.height == 1)
  }

  @Test func refusesWhatIsNoPicture() {
    expectMessage("x.png: not a PNG picture: Not a PNG file.") {
      _ = try Picture(png: Array("nonsense, and more of it".utf8), named: "x.png")
    }
    expectMessage("x.png: not a PNG picture: read beyond end of data.") {
      _ = try Picture(png: Array(Self.sample.pngData().prefix(60)), named: "x.png")
    }
    expectMessage(
      "/no/where.png: cannot read the file: no such file, or no permission to read it."
    ) { _ = try Picture(contentsOf: "/no/where.png") }
  }

  @Test func picturesFromOpenGLAreTurnedOver() {
    let picture = Picture(
      width: 1, height: 2, bottomUpRGBA: [1, 2, 3, 255, 4, 5, 6, 255])
    #expect(picture.bytes == [4, 5, 6, 1, 2, 3])
    #expect(picture[0, 1] == SIMD3(1, 2, 3))
  }

  /// What is cut out keeps its colours and loses the background, through a PNG file and in a strip.
  @Test func whatIsCutOutIsTransparent() throws {
    // half covered: OpenGL's colours are multiplied with the opacity
    let picture = Picture(
      width: 1, height: 3, bottomUpRGBA: [0, 0, 0, 0, 50, 100, 20, 128, 1, 2, 3, 255],
      isCutOut: true)
    #expect(picture.opacity == [255, 128, 0])
    #expect(picture[0, 0] == SIMD3(1, 2, 3) && picture[0, 1] == SIMD3(100, 199, 40))
    let read = try Picture(png: picture.pngData(), named: "x.png")
    #expect(read[0, 0] == SIMD3(1, 2, 3) && read[0, 2] == SIMD3(255, 255, 255))
    let strip = Picture(rows: [[picture, picture]], gap: 1)
    #expect(strip.opacity == [255, 0, 255, 128, 0, 128, 0, 0, 0])
  }

  /// Letters are white on a darker ground in their corner, and nothing else changes.
  @Test(arguments: [
    (Caption.Corner.topLeft, true, true), (.topRight, false, true), (.bottomLeft, true, false),
    (.bottomRight, false, false),
  ])
  func captionsAreWritten(_ corner: Caption.Corner, _ isLeft: Bool, _ isTop: Bool) {
    let ground = SIMD3<UInt8>(100, 150, 200)
    let plain = Picture(width: 320, height: 180, color: ground)
    var written = plain
    written.write(Caption(["Hopper-v4 · a", "0.50 s"], at: corner))
    var (white, dark, kept) = (0, 0, 0)
    for y in 0..<180 {
      for x in 0..<320 {
        let pixel = written[x, y]
        if pixel == ground { kept += 1 }
        if pixel == SIMD3(40, 60, 80) { dark += 1 }
        // thin strokes fill no pixel
        if pixel.x > 160, pixel.y > 170 { white += 1 }
        if (x < 160) != isLeft || (y < 90) != isTop { #expect(pixel == ground) }
      }
    }
    #expect(white > 50 && dark > 500 && kept > 50_000)
    // twice the same, and another text is another picture
    var other = plain
    other.write(Caption(["Hopper-v4 · a", "0.51 s"], at: corner))
    #expect(other != written)
  }

  /// What has no place on a picture is cut off or left out.
  @Test func longCaptionsAreCut() {
    var small = Picture(width: 96, height: 40)
    small.write(Caption([String(repeating: "w", count: 300)]))
    #expect(small != Picture(width: 96, height: 40))
    for (width, height) in [(8, 8), (4, 100), (1, 1), (100, 8), (20, 100)] {
      var tiny = Picture(width: width, height: height)
      for corner in [Caption.Corner.topLeft, .topRight, .bottomLeft, .bottomRight] {
        tiny.write(Caption(["text"], at: corner))
      }
      #expect(tiny == Picture(width: width, height: height))
    }
  }

  @Test func stripsStandSideBySide() {
    let (red, blue) = (SIMD3<UInt8>(255, 0, 0), SIMD3<UInt8>(0, 0, 255))
    let (a, b) = (
      Picture(width: 2, height: 1, color: red), Picture(width: 2, height: 1, color: blue)
    )
    let strip = Picture(rows: [[a, b], [b]], gap: 1)
    #expect(strip.width == 5 && strip.height == 3)
    #expect(strip[1, 0] == red && strip[3, 0] == blue && strip[0, 2] == blue)
    #expect(strip[2, 0] == SIMD3(255, 255, 255) && strip[4, 2] == SIMD3(255, 255, 255))
  }

  // MARK: Perceptual distance

  /// Of plain pictures it is CIE76's difference of their colours: lightness alone for greys.
  @Test func distanceOfPlainPicturesIsThatOfTheirColors() {
    func plain(_ r: UInt8, _ g: UInt8, _ b: UInt8) -> Picture {
      Picture(width: 20, height: 10, color: SIMD3(r, g, b))
    }
    #expect(plain(9, 99, 199).perceptualDistance(to: plain(9, 99, 199)) == 0)
    // white has L* = 100 and black 0; red is (53.24, 80.09, 67.20) and green (87.73, -86.18, 83.18)
    let greys = plain(0, 0, 0).perceptualDistance(to: plain(255, 255, 255))
    #expect(abs(greys - 100) < 1e-3)
    let hues = plain(255, 0, 0).perceptualDistance(to: plain(0, 255, 0))
    let expected =
      (pow(87.73 - 53.24, 2) + pow(-86.18 - 80.09, 2) + pow(83.18 - 67.20, 2)).squareRoot()
    // the published values have two decimals
    #expect(abs(hues - expected) < 0.05)
    #expect(plain(0, 0, 0).perceptualDistance(to: Picture(width: 10, height: 20)) == .infinity)
  }

  /// The light of a white pixel on black is weighted by 1 4 6 4 1 along both axes; L* of grey light Y
  /// is 116 ∛Y - 16, or linear near black.
  @Test(arguments: [(9, 9), (4, 9), (9, 4)]) func lightIsBlurredAlongBothAxes(_ x: Int, _ y: Int) {
    let dark = Picture(width: 19, height: 19, color: SIMD3(0, 0, 0))
    var lit = dark
    lit[x, y] = SIMD3(255, 255, 255)
    let weights = [1.0, 4, 6, 4, 1].map { $0 / 16 }
    var sum = 0.0
    for light in weights.flatMap({ a in weights.map { a * $0 } }) {
      let lightness =
        light > 216.0 / 24389 ? 116 * cbrt(light) - 16 : 24389.0 / 27 * light
      sum += lightness * lightness
    }
    // the white point is that of the matrix to five digits
    expectClose(
      [lit.perceptualDistance(to: dark)], [(sum / (19 * 19)).squareRoot()], within: 0,
      relative: 1e-4)
  }

  /// A disc that moves: by half a pixel it is nearly the same, then farther with every pixel.
  @Test func distanceGrowsWithAShift() {
    func disc(at center: Double) -> Picture {
      var picture = Picture(width: 80, height: 60)
      for y in 0..<60 {
        for x in 0..<80 {
          let (dx, dy) = (Double(x) + 0.5 - center, Double(y) - 29.5)
          // an antialiased edge
          let share = min(max(15.5 - (dx * dx + dy * dy).squareRoot(), 0), 1)
          let value = UInt8((255 * (1 - share)).rounded())
          picture[x, y] = SIMD3(value, value, value)
        }
      }
      return picture
    }
    let still = disc(at: 40)
    let distances = [0, 0.5, 1, 2, 4, 8].map { still.perceptualDistance(to: disc(at: 40 + $0)) }
    #expect(distances[0] == 0)
    for (near, far) in zip(distances, distances.dropFirst()) { #expect(near < far) }
    let gone = still.perceptualDistance(to: Picture(width: 80, height: 60))
    #expect(distances[1] < 0.1 * gone && distances[3] < 0.5 * gone)
    #expect(
      still.perceptualDistance(to: disc(at: 42)) == disc(at: 42).perceptualDistance(to: still))
  }

  // MARK: Outputs

  @Test func framesAreNumbered() throws {
    try withTemporaryFolder { folder in
      var files = try FrameFiles(pattern: "\(folder)/f%03d.png")
      for _ in 0..<3 { try files.add(Self.sample) }
      files.finish()
      let found = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(found == ["f000.png", "f001.png", "f002.png"])
      #expect(try Picture(contentsOf: "\(folder)/f002.png") == Self.sample)
      #expect(try FrameFiles(pattern: "\(folder)/%d.png").path(12) == "\(folder)/12.png")
      #expect(try FrameFiles(pattern: "\(folder)/%02d").path(123) == "\(folder)/123")
    }
    for pattern in ["a.png", "a%d%d.png", "a%.png", "a%4d.png", "a%s.png", "a%012d.png"] {
      expectMessage(
        "'\(pattern)' does not number its files: it needs one %d, or %04d for four digits."
      ) { _ = try FrameFiles(pattern: pattern) }
    }
    expectMessage("/dev/null/0.png: cannot create the file: Not a directory.") {
      _ = try FrameFiles(pattern: "/dev/null/%d.png")
    }
  }

  @Test func momentsFollowTheSettings() {
    var timing = FilmTiming()
    timing.framesPerSecond = 10
    #expect(timing.moments(duration: 0.25) == [0, 0.1, 0.2])
    #expect(timing.moments(duration: 0.3).count == 4)
    timing.speed = 2
    #expect(timing.moments(duration: 0.5) == [0, 0.2, 0.4])
    (timing.from, timing.until) = (0.2, 0.45)
    #expect(timing.moments(duration: 9) == [0.2, 0.4])
    #expect(timing.moments(duration: 0.1) == [])
    #expect(timing.panels(3, duration: 9) == [0.2, 0.325, 0.45])
    #expect(timing.panels(1, duration: 9) == [0.2])
    #expect(timing.panels(2, duration: 0.1) == [0.2, 0.2])
    // a mistyped rate, or a model that breaks the clock, is no reason to run out of memory
    (timing.from, timing.until, timing.speed) = (0, .infinity, 1e-300)
    #expect(timing.moments(duration: 1e300).count == 10_000_001)
    #expect(timing.moments(duration: .nan).count <= 1)
  }
}
