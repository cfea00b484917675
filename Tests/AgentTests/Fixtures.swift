import Foundation
import IDQLTensors
import Testing

@testable import IDQLAgent

/// Paths of recorded data; `Scripts/make_agent_fixtures.py` says where each file comes from.
enum Fixtures {
  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  static func path(_ name: String) -> String {
    tests.appendingPathComponent("Golden/\(name)").path
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  static func tensors(_ name: String) throws -> TensorFile {
    try TensorFile(contentsOf: path("\(name).safetensors"))
  }

  /// Loading packs two million weights: once is enough.
  static let hopperSimple = Result { try idql("hopper_simple.safetensors") }
  static let hopperFull = Result { try idql("hopper_full.safetensors") }

  static func idql(_ name: String) throws -> IDQLPolicy {
    try #require(loadPolicy(contentsOf: path(name)).policy as? IDQLPolicy)
  }

  static func hopper(_ name: String) throws -> IDQLPolicy {
    try name == "hopper_simple" ? hopperSimple.get() : hopperFull.get()
  }
}
