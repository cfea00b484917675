import Foundation
import IDQLPhysics
import TestSupport

/// `Golden/documents.json`.
struct RecordedDocuments: Decodable {
  struct Motion: Decodable { let qpos, qvel: [Double] }

  struct Sample: Decodable {
    let name: String
    let document: String
    let arrays: [String: [Double]]
    let pairs: [CompiledModels.Pair]
    /// What the document consists of, by path; if so, `main.xml` is read in place of `document`.
    let files: [String: String]
    let motion: Motion

    func model() throws -> Model {
      if files.isEmpty { return try Model(mjcf: document, named: name, profile: .mujoco4) }
      return try withTemporaryFolder { folder in
        for (path, text) in files {
          let file = URL(fileURLWithPath: "\(folder)/\(path)")
          try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
          try Data(text.utf8).write(to: file)
        }
        return try Model(contentsOf: "\(folder)/main.xml", profile: .mujoco4)
      }
    }
  }

  let models: [Sample]

  static let recorded: RecordedDocuments = goldenJSON("documents.json")
}
