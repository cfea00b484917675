import IDQLRender

/// A film of what is seen in the window, in real time.
@MainActor
final class WindowFilm {
  static let framesPerSecond = 30.0

  let name: String
  private let film: FFmpegFilm
  /// Of the pictures: even, as MPEG-4 wants it, so that a window of an odd size loses a row of pixels.
  private let width, height: Int
  private let size: (width: Int, height: Int)
  private var start: Double
  private var count = 0

  /// - Parameters:
  ///   - size: of the window, pixels.
  ///   - time: at which it begins, s.
  /// - Throws: `RenderError`, `FileError`.
  init(_ name: String, size: (width: Int, height: Int), at time: Double) throws {
    self.name = name
    self.size = size
    (width, height) = (size.width & ~1, size.height & ~1)
    start = time
    film = try FFmpegFilm(
      path: name, format: .mp4, width: width, height: height,
      framesPerSecond: Self.framesPerSecond)
  }

  func duration(at time: Double) -> Double { max(0, time - start) }

  /// Lets time pass that is no part of the film.
  func skip(_ seconds: Double) { start += seconds }

  /// Whether the window has another size than the film.
  func isUnlike(width: Int, height: Int) -> Bool { size != (width, height) }

  /// Adds the picture that the window shows from now on, as often as time has passed.
  ///
  /// - Throws: `RenderError`, `FileError`; no incomplete file is left behind.
  func add(_ picture: Picture, at time: Double) throws {
    let due = Int((duration(at: time) * Self.framesPerSecond).rounded(.down)) + 1
    guard due > count else { return }
    let part = picture.cropped(toWidth: width, height: height)
    while count < due {
      try film.add(part)
      count += 1
    }
  }

  /// - Throws: `RenderError`, `FileError`; no incomplete file is left behind.
  func finish() throws { try film.finish() }

  func discard() { film.discard() }
}

extension Picture {
  /// Its upper left part.
  fileprivate func cropped(toWidth width: Int, height: Int) -> Picture {
    if (width, height) == (self.width, self.height) { return self }
    var part: [UInt8] = []
    part.reserveCapacity(3 * width * height)
    for row in 0..<height {
      let first = 3 * row * self.width
      part += bytes[first..<first + 3 * width]
    }
    return Picture(width: width, height: height, bytes: part)
  }
}
