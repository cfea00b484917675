import IDQLSpelling

/// Why there is no picture or no film.
public struct RenderError: Error, Equatable, CustomStringConvertible {
  package let problem: Problem

  init(_ problem: Problem) { self.problem = problem }

  package enum Problem: Equatable, Sendable {
    /// The sources of OpenGL contexts that were tried, each with its reason.
    case noOpenGL(tried: [String])
    case oldOpenGL(found: String)
    case missingFunction(String)
    /// OpenGL refused something, with the driver's message.
    case driver(what: String, reason: String)
    case size(width: Int, height: Int, limit: Int)
    case unknownSource(String)
    case notPNG(String, reason: String)
    case noFFmpeg(forFile: String)
    case ffmpegFailed(forFile: String, reason: String)
    case oddSize(width: Int, height: Int)
    /// Pictures per second that a format does not have.
    case filmRate(Double, limit: Double)
    /// A path of a film that ends in none of the formats supported.
    case filmFormat(String)
    /// A pattern of file names with no number in it, or with more than one.
    case framePattern(String)
    case noCamera(String, known: [String])
    /// Panels of a policy that there is not.
    case noPanels([String], why: String)
    /// Panels that are too large for a picture, with a size of that shape that has room.
    case noRoom([String], width: Int, height: Int, least: [Int]?)
  }

  /// One line: what was found, and what would be accepted.
  public var description: String {
    switch problem {
    case .noOpenGL(let tried):
      "no OpenGL to draw with (\(tried.joined(separator: "; "))). On Debian, "
        + "'apt-get install libegl1 libgl1-mesa-dri' installs one that needs no display."
    case .oldOpenGL(let found): "OpenGL 3.3 is needed to draw, this one is \(found)."
    case .missingFunction(let name): "this OpenGL has no function '\(name)'; 3.3 is needed."
    case .driver(let what, let reason): "OpenGL refused \(what): \(reason)"
    case .size(let width, let height, let limit):
      "a picture has 1 to \(limit) pixels each way, not \(width) x \(height)."
    case .unknownSource(let name):
      "IDQL_OPENGL is '\(name)'; it is egl or osmesa, or not set for the first that works."
    case .notPNG(let name, let reason): "\(name): not a PNG picture: \(reason)."
    case .noFFmpeg(let file):
      "\(file) is made by ffmpeg, which is not on the PATH: 'apt-get install ffmpeg' installs it, "
        + "and --frames out/%04d.png does without."
    case .ffmpegFailed(let file, let reason):
      "ffmpeg could not make \(file): \(reason). --frames out/%04d.png does without it."
    case .oddSize(let width, let height):
      "a video has an even number of pixels each way, not \(width) x \(height)."
    case .filmRate(let rate, let limit):
      "a GIF has at most \(limit.text(decimals: 0)) pictures a second, not \(rate.shortText): players show faster "
        + "ones for a tenth of a second each."
    case .filmFormat(let path):
      "\(path): a film ends in .mp4, .webm or .gif; out/%04d.png makes a PNG file of each picture."
    case .framePattern(let pattern):
      "'\(pattern)' does not number its files: it needs one %d, or %04d for four digits."
    case .noCamera(let name, let known):
      "no camera is named '\(name)': there are \(known.joined(separator: ", "))."
    case .noPanels(let names, let why):
      "no \(names.joined(separator: ", ")) to show: \(why)."
    case .noRoom(let names, let width, let height, let least):
      "a picture of \(width) x \(height) has no room for \(names.joined(separator: ", "))"
        + (least.map { "; one of \($0[0]) x \($0[1]) has." } ?? ".")
    }
  }
}
