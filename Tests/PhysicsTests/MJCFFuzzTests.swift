import IDQLPhysics
import Testing

/// Damaged documents: every one compiles or is refused in one line; none traps, hangs or compiles
/// to numbers that are not finite.
@Suite struct MJCFFuzzTests {
  private struct Noise: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      // splitmix64
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static let replacements = [
    "0", "-1", "1e308", "-1e308", "1e-320", "nan", "inf", "99999999999999999999", "-2147483648", "",
    " ",
    "1 2", "true", "false", "auto", "free", "ball", "hinge", "plane", "box", "main", "'", "\"", "<",
    ">",
    "/>", "<body>", "</body>", "<joint/>", "<geom size='1'/>", "&lt;", "\u{0}", "é", "<!--", "-->",
  ]

  @Test(arguments: 0..<8)
  func damagedDocumentsAreRefusedOrCompiled(_ seed: UInt64) throws {
    let documents = CompiledModels.recorded.models.map(\.document)
    var noise = Noise(state: seed)
    var compiled = 0
    for _ in 0..<150 {
      let document = damaged(documents.randomElement(using: &noise) ?? "", &noise)
      do {
        let model = try Model(mjcf: document, profile: .mujoco4)
        compiled += 1
        #expect(model.bodies.allSatisfy { $0.mass.isFinite && $0.inverseRotationWeight.isFinite })
        #expect(model.initialPosition.count == model.positionCount)
      } catch {
        #expect(!error.description.contains { $0.isNewline })
        #expect(error.description.count < 400)
      }
    }
    // some damage is harmless: the test does not only see refusals
    #expect(compiled > 0)
  }

  /// One to three edits: a value exchanged, a piece cut, doubled or replaced.
  private func damaged(_ document: String, _ noise: inout Noise) -> String {
    var bytes = Array(document.utf8)
    for _ in 0...Int.random(in: 0...2, using: &noise) where bytes.count > 40 {
      let start = Int.random(in: 0..<(bytes.count - 30), using: &noise)
      let end = start + Int.random(in: 0..<30, using: &noise)
      let replacement = Array((Self.replacements.randomElement(using: &noise) ?? "").utf8)
      switch Int.random(in: 0..<5, using: &noise) {
      case 0: bytes.removeSubrange(start..<end)
      case 1: bytes.insert(contentsOf: bytes[start..<end], at: start)
      case 2: bytes.replaceSubrange(start..<end, with: replacement)
      default:
        // the next attribute value as a whole
        guard let open = bytes[start...].firstIndex(of: UInt8(ascii: "\"")),
          let close = bytes[(open + 1)...].firstIndex(of: UInt8(ascii: "\""))
        else { continue }
        bytes.replaceSubrange((open + 1)..<close, with: replacement)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func absurdSizesAreRefused() {
    let bodies = String(repeating: "<body><joint/><geom size='1'/></body>", count: 1200)
    #expect(throws: MJCFError.self) {
      try Model(mjcf: "<mujoco><worldbody>\(bodies)</worldbody></mujoco>", profile: .mujoco4)
    }
    let huge = "<body><freejoint/><geom type='box' size='1e200 1e200 1e200'/></body>"
    #expect(throws: MJCFError.self) {
      try Model(mjcf: "<mujoco><worldbody>\(huge)</worldbody></mujoco>", profile: .mujoco4)
    }
    // walls enough for a grid, whose cells would be infinitely wide
    let walls = String(repeating: "<geom type='box' size='1 1 1'/>", count: 8)
    let ball = "<body><freejoint/><geom size='1' margin='1e308'/></body>"
    #expect(throws: MJCFError.self) {
      try Model(mjcf: "<mujoco><worldbody>\(walls)\(ball)</worldbody></mujoco>", profile: .mujoco3)
    }
  }
}
