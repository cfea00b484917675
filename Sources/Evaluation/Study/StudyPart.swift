import Foundation
import IDQLAgent
import IDQLSpelling
import IDQLTensors

/// Finished episodes of one cell, from one machine.
package struct StudyPart: Codable, Equatable, Sendable {
  /// Id of the plan.
  package var plan: String
  /// Index of the cell.
  package var cell: Int
  /// Where and how the episodes were played.
  package var origin: Origin
  /// Steps of the episodes.
  package var environmentSteps: Int
  /// Wall time since the worker's part before, in seconds.
  package var seconds: Double
  /// The episodes, by index.
  package var episodes: [Episode]

  enum CodingKeys: String, CodingKey {
    case plan, cell, origin, seconds, episodes
    case environmentSteps = "environment_steps"
  }

  /// What a machine was when it played.
  package struct Origin: Codable, Equatable, Sendable {
    /// SHA-256 of the running program.
    package var programSHA256: String?
    /// How the networks' products were rounded.
    package var arithmetic: Arithmetic
    /// Name of the physics profile in which the environment really ran.
    package var physics: String
    /// Name of the machine, Slurm's where there is one.
    package var node: String
    /// Model name of its processor.
    package var processor: String

    enum CodingKeys: String, CodingKey {
      case arithmetic, physics, node, processor
      case programSHA256 = "program_sha256"
    }

    /// This machine's.
    package static func here(physics: String, precision: Precision?) -> Origin {
      Origin(
        programSHA256: ProgramIdentity.executableSHA256, arithmetic: .current(for: precision),
        physics: physics,
        node: ProcessInfo.processInfo.environment["SLURMD_NODENAME"] ?? hostName(),
        processor: Provenance.Machine.current.processor)
    }

    private static func hostName() -> String {
      var name = [CChar](repeating: 0, count: 256)
      guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
      return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }

  /// Writes it whole, under a name that says what it holds and ends with a digest of its bytes.
  ///
  /// - Throws: `FileError`.
  func write(into folder: String) throws {
    guard let first = episodes.first?.index else { return }
    let text = try jsonDocument(.part, indented: false)
    let digest = Array(text.utf8).withUnsafeBytes { SHA256.hexDigest(of: $0) }
    try writeFileAtomically(
      text, to: "\(folder)/\(cell)-\(first)-\(episodes.count)-\(digest.prefix(16)).json")
  }
}

extension StudyPart {
  /// - Parameter path: of a file that ``write(into:)`` made.
  /// - Throws: `FileError`, `StudyError.refusedPart`.
  init(contentsOf path: String) throws {
    let file = try ByteStorage(contentsOf: path)
    self = try withExtendedLifetime(file) {
      let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
      let digest = SHA256.hexDigest(of: file.bytes)
      guard name.hasSuffix("-\(digest.prefix(16))") else {
        throw StudyError.refusedPart(
          path, "its bytes are not those that were written: SHA-256 \(digest.prefix(16))…")
      }
      guard let part = try? JSONDecoder().decode(StudyPart.self, from: Data(file.bytes)) else {
        throw StudyError.refusedPart(path, "not a part of a study")
      }
      return part
    }
  }

  /// - Parameter path: for messages.
  /// - Throws: `StudyError.refusedPart` unless it belongs to the plan.
  func requireBelongs(to plan: StudyPlan, id: String, path: String) throws {
    func refuse(_ reason: String) -> StudyError {
      .refusedPart("\(path) (from node \(origin.node))", reason)
    }
    guard self.plan == id else {
      throw refuse("a part of the plan \(self.plan.prefix(12))…, not of \(id.prefix(12))…")
    }
    guard origin.programSHA256 == plan.programSHA256 else {
      throw refuse(
        "played by a foreign program, SHA-256 \(text(origin.programSHA256)); the plan's is "
          + text(plan.programSHA256))
    }
    guard plan.cells.indices.contains(cell) else {
      throw refuse("of cell \(cell), but the plan has \(plan.cells.count)")
    }
    let wanted = plan.cells[cell]
    let physics = plan.environments[wanted.environment].physics
    guard origin.physics == physics else {
      throw refuse("played with physics \(origin.physics); the plan says \(physics)")
    }
    for episode in episodes {
      guard (0..<wanted.episodes).contains(episode.index),
        episode.seed == wanted.seed + UInt64(episode.index)
      else {
        throw refuse(
          "holds episode \(episode.index) with seed \(episode.seed), which cell \(cell) does not have"
        )
      }
    }
  }

  private func text(_ digest: String?) -> String { digest.map { "\($0.prefix(12))…" } ?? "unknown" }
}
