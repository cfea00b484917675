import IDQLTensors
import TestSupport
import Testing

@testable import IDQLAgent

/// Recorded data; `Scripts/make_agent_fixtures.py` says where each file comes from.
enum Fixtures {
  static func tensors(_ name: String) throws -> TensorFile {
    try TensorFile(contentsOf: goldenPath("\(name).safetensors"))
  }

  /// Loading packs two million weights: once is enough.
  static let hopperSimple = Result { try idql("hopper_simple.safetensors") }
  static let hopperFull = Result { try idql("hopper_full.safetensors") }

  static func idql(_ name: String) throws -> IDQLPolicy {
    var stated = StatedSettings()
    if name.hasSuffix(".msgpack") { (stated.diffusionSteps, stated.schedule) = (5, .vp) }
    return try #require(
      loadPolicy(contentsOf: goldenPath(name), stated: stated).policy as? IDQLPolicy)
  }

  static func hopper(_ name: String) throws -> IDQLPolicy {
    try name == "hopper_simple" ? hopperSimple.get() : hopperFull.get()
  }
}
