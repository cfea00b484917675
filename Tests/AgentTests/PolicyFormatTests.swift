import Foundation
import IDQLAgent
import IDQLRandom
import IDQLTensors
import TestSupport
import Testing

/// A policy and its format as somebody outside the package writes them: with public names alone.
private struct ConstantPolicy: Policy {
  var observationCount: Int
  var action: [Float]
  var actionCount: Int { action.count }

  func actions(observations: [Double], steps: [Int], noise: inout [NumPyGenerator]) -> [Float] {
    steps.flatMap { _ in action }
  }
}

extension PolicyFormat {
  /// `constant`, the observation's length, then the action.
  fileprivate static let constant = PolicyFormat(name: "constant action in text") {
    $0.starts(with: Array("constant ".utf8))
  } read: { contents in
    let words = contents.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      .split(whereSeparator: \.isWhitespace)
    guard words.count > 2, let count = Int(words[1]) else {
      throw CheckpointError(
        file: contents.source.name, .setting("length", found: "missing", expected: "a number"))
    }
    return ConstantPolicy(
      observationCount: count, action: words.dropFirst(2).compactMap { Float($0) })
  }
}

/// A policy from outside that chooses: three candidates, of which the critic likes the last best.
private struct ThreeWays: DecidingPolicy {
  var options = IDQLOptions()
  let observationCount = 2
  let actionCount = 1
  let diffusionStepCount = 1

  init() { options.candidateCount = 3 }

  func with(_ options: IDQLOptions) throws(IDQLOptionsError) -> ThreeWays {
    try options.validate()
    var copy = self
    copy.options = options
    return copy
  }

  func decide(
    observations: [Float], initialNoise: [Float], stepNoise: [Float], selectionDraws: [Double]
  ) -> Decision {
    let rows = selectionDraws.count
    return Decision(
      candidates: (0..<rows).flatMap { _ in [-0.5, 0, 0.5] as [Float] },
      q: (0..<rows).flatMap { _ in [0, 1, 2, 9, 8, 7] as [Float] },
      values: Array(repeating: 1, count: rows), choosingBy: options, draws: selectionDraws)
  }
}

@Suite struct PolicyFormatTests {
  private static let registered = Result { try policyFormats.register(.constant) }

  @Test func aRegisteredFormatIsReadLikeOurOwn() throws {
    try Self.registered.get()
    let policy = try loadPolicy(bytes: Array("constant 3 0.25 -1".utf8), named: "still.txt")
    #expect(policy.observationCount == 3 && policy.actionCount == 2)
    #expect(policy.accepts(observationCount: 3) && !policy.accepts(observationCount: 4))
    var noise = [NumPyGenerator(seed: 0), NumPyGenerator(seed: 1)]
    let actions = policy.actions(
      observations: Array(repeating: 0, count: 6), steps: [0, 0], noise: &noise)
    #expect(actions == [0.25, -1, 0.25, -1])
    #expect(policy.deciding == nil)

    #expect(policy.description.kind.rawValue == "ConstantPolicy")
    #expect(policy.description.format == "constant action in text")
    #expect(policy.description.observationCount == 3 && policy.description.actionCount == 2)
    #expect(policy.description.source == policy.source)
    #expect(policy.source.name == "still.txt")
    // of Python's hashlib
    #expect(
      policy.source.sha256 == "f288b97bc7d959424353941deb4621afe46d8031bafa6431ce15d28ea41bf984")
  }

  /// A safetensors file with a mark of its own would else be taken for an agent.
  @Test func aRegisteredFormatIsAskedFirst() throws {
    let marked = PolicyFormat(name: "constant action in safetensors") {
      $0.isSafetensors && (try? $0.tensorFile())?.metadata["constant"] != nil
    } read: {
      ConstantPolicy(observationCount: 1, action: try $0.tensorFile().floats("action").values)
    }
    try policyFormats.register(marked)
    try withTemporaryFolder { folder in
      let path = "\(folder)/constant.safetensors"
      let tensors = [NamedTensor("action", shape: [2], .floats([0.5, 1]))]
      try writeTensorFile(tensors, metadata: ["constant": "yes"], to: path)
      #expect(try loadPolicy(contentsOf: path).description.format == marked.name)
      try writeTensorFile(tensors, metadata: [:], to: path)
      #expect(throws: CheckpointError.self) { try loadPolicy(contentsOf: path) }
    }
  }

  @Test func itsErrorsAreItsOwn() throws {
    try Self.registered.get()
    expectMessage("still.txt: setting 'length' is missing; expected a number.") {
      _ = try loadPolicy(bytes: Array("constant x".utf8), named: "still.txt")
    }
    expectMessage(
      "still.txt: holds a ConstantPolicy, which does not choose among candidates; an IDQL agent does."
    ) {
      _ = try loadPolicy(bytes: Array("constant 3 0.25".utf8), named: "still.txt")
        .with(IDQLOptions())
    }
  }

  @Test func aNameIsRegisteredOnce() throws {
    try Self.registered.get()
    for name in ["constant action in text", "IDQL agent in safetensors"] {
      expectMessage(
        "a policy format named '\(name)' is registered already; another name would be accepted."
      ) {
        let format = PolicyFormat(
          name: name, recognizes: { _ in true }, read: PolicyFormat.constant.read)
        try policyFormats.register(format)
      }
    }
  }

  @Test func ourOwnFormatsStandInTheSameList() {
    let names = policyFormats.all.map(\.name)
    for name in [
      "deterministic actor in safetensors", "IDQL agent in safetensors",
      "IDQL agent in flax msgpack",
    ] {
      #expect(names.contains(name))
    }
  }

  /// The digest is of the bytes that were read, and the policy is of those, whatever happens to the
  /// file meanwhile: written over in place, it would change under a mapping.
  @Test func whatWasReadStaysWhatItWas() throws {
    let (first, second) = ("actor_hopper_ars.safetensors", "actor_hopper_a2c.safetensors")
    try withTemporaryFolder { folder in
      let path = "\(folder)/policy.safetensors"
      try Data(goldenBytes(first)).write(to: URL(fileURLWithPath: path))
      let contents = try PolicyContents(contentsOf: path)
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.write(contentsOf: Data(goldenBytes(second)))
      try handle.close()

      let policy = try loadPolicy(contents)
      let expected = try loadPolicy(contentsOf: goldenPath(first))
      #expect(policy.description.networks == expected.description.networks)
      #expect(policy.source.sha256 == expected.source.sha256)
      #expect(policy.source.name == path)
      #expect(try loadPolicy(contentsOf: path).source.sha256 != policy.source.sha256)
    }
  }

  @Test func otherOptionsKeepTheSource() throws {
    let policy = try loadPolicy(contentsOf: goldenPath("tiny_mlp.safetensors"))
    var options = try policy.requireDeciding().options
    options.candidateCount = 3
    let other = try policy.with(options)
    #expect(other.source == policy.source && other.description == policy.description)
    #expect(try other.requireDeciding().options == options)
    #expect(try policy.requireDeciding().options != options)
  }
}

@Suite struct DecidingPolicyTests {
  @Test func anOutsidersPolicyChoosesByTheOptions() throws {
    var policy: any DecidingPolicy = ThreeWays()
    var noise = [NumPyGenerator(seed: 0), NumPyGenerator(seed: 1)]
    // the smaller of the heads decides: 0, 1, 2
    #expect(
      policy.actions(observations: [0, 0, 0, 0], steps: [0, 0], noise: &noise) == [0.5, 0.5])
    #expect(policy.operationsPerAction == 0)
    let stages = policy.denoising(observation: [0, 0], noise: noise[0])
    #expect(stages == [[-0.5, 0, 0.5]])

    // draws of the selection reach all of them
    var options = policy.options
    options.rule = .softmax
    policy = try policy.with(options)
    var chosen: Set<Int> = []
    for seed in 0..<40 {
      var noise = [NumPyGenerator(seed: UInt64(seed))]
      chosen.insert(policy.decide(observations: [0, 0], noise: &noise).indices[0])
    }
    #expect(chosen == [0, 1, 2])
    #expect(policy.deciding?.options == options)
  }
}
