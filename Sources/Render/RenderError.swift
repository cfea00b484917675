/// Why there is no picture. Each description is one line.
public enum RenderError: Error, Equatable, CustomStringConvertible {
  /// What was tried, each with its reason.
  case noOpenGL(tried: [String])
  case oldOpenGL(found: String)
  case missingFunction(String)
  /// The driver refused a shader, or a framebuffer, with its own words.
  case driver(what: String, reason: String)
  case size(width: Int, height: Int, limit: Int)
  case unknownSource(String)
  case notPNG(String, reason: String)

  public var description: String {
    switch self {
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
    }
  }
}
