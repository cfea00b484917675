import Foundation
import IDQLTensors
import Synchronization

/// Version of this package, which every result names.
public let packageVersion = "0.2.0"

/// What results record of the program that made them.
public struct ProgramIdentity: Codable, Equatable, Sendable {
  /// Version of this package.
  public var version = packageVersion
  /// Commit of the sources, with `-dirty` if they were changed; `unknown` unless the program sets
  /// it.
  public var sourceRevision: String

  enum CodingKeys: String, CodingKey {
    case version
    case sourceRevision = "git_revision"
  }

  /// - Parameter sourceRevision: commit of the program's sources.
  public init(sourceRevision: String) { self.sourceRevision = sourceRevision }

  /// That of this process; a program sets it once, before its first result.
  public static var current: ProgramIdentity {
    get { stored.withLock { $0 } }
    set { stored.withLock { $0 = newValue } }
  }

  /// Where this code is in a library of a program in another language: its path, which a digest names in place of that
  /// program's. To be set before the first result.
  package static let library = Mutex<String?>(nil)

  private static let stored = Mutex(ProgramIdentity(sourceRevision: "unknown"))

  /// SHA-256 of the file that this process runs, in lower-case hexadecimal digits; nil if it cannot be read.
  ///
  /// It also tells apart programs with the same sources: other compilers, other options, other environments that
  /// a program of one's own registers.
  package static let executableSHA256: String? = {
    // the running file, even if another one has taken its name since
    let path =
      library.withLock(\.self)
      ?? (FileManager.default.fileExists(atPath: "/proc/self/exe")
        ? "/proc/self/exe" : runningProgram)
    return path.flatMap { try? SHA256.hexDigest(ofFile: $0) }
  }()
}
