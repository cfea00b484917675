import IDQLRandom
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLAgent

/// A tensor that is missing, renamed or one too many must not go unnoticed: the file is refused, or acts
/// otherwise, or what it says of itself is different.
@Suite struct MutationTests {
  private struct Outcome: Equatable {
    var actions: [Float]
    var description: String
    var unused: [String]

    init(_ policy: any Policy) throws {
      var policy = policy
      if let agent = policy.deciding {
        var options = agent.options
        options.candidateCount = 4
        policy = try agent.with(options)
      }
      var noise = [NumPyGenerator(seed: 0)]
      actions = policy.actions(
        observations: (0..<policy.observationCount).map { Double($0 % 5) / 3 - 0.5 }, steps: [3],
        noise: &noise)
      let about = policy.description
      unused = about.unused.map(\.name)
      description = "\(about.networks) \(about.settings) \(about.unused)"
    }
  }

  /// The values of a file, and what makes a policy of them.
  private func subject(
    _ name: String
  ) throws -> (tree: StoredTree, make: (StoredTree) throws -> any Policy) {
    var stated = StatedSettings()
    if name.hasPrefix("flow/") { stated.diffusionSteps = 4 }
    if name.hasPrefix("cleandiffuser/") {
      stated.critic = try CompanionFile(contentsOf: goldenPath("cleandiffuser/iql_ckpt.pt"))
      let ones = [Float](repeating: 1, count: 5)
      stated.statistics = ObservationStatistics(
        mean: ones, deviation: ones, path: "x", sha256: "", task: nil)
    }
    let contents = try PolicyContents(contentsOf: goldenPath(name), stated: stated)
    if name.hasSuffix(".zip") {
      let (weights, settings) = try StableBaselinesSettings.model(ZipArchive(contents.storage))
      return (
        weights,
        { try ActorPolicy(ParameterTree(file: "x", $0), settings, stated: StatedSettings()) }
      )
    }
    if name.hasSuffix(".safetensors") {
      let file = try contents.tensorFile()
      if let settings = file.metadata["policy"] {
        return (
          try StoredTree(file),
          {
            try ActorPolicy(
              ParameterTree(file: "x", $0), settings: settings, metadata: [:],
              stated: StatedSettings())
          }
        )
      }
      return (
        try StoredTree(file),
        { try makePolicy(ParameterTree(file: "x", $0), metadata: file.metadata, contents) }
      )
    }
    let tree =
      try name.hasSuffix(".msgpack")
      ? readFlaxMessagePack(contents)
      : name.hasSuffix(".pkl")
        ? StoredTree(Pickle(contents.storage, 0..<contents.storage.bytes.count))
        : TorchFile(ZipArchive(contents.storage)).tree
    return (tree, { try makePolicy(ParameterTree(file: "x", $0), metadata: [:], contents) })
  }

  @Test(arguments: [
    "tiny_mlp.safetensors", "actor_timed.safetensors", "policies/agent.msgpack",
    "policies/agent_critic_norm.msgpack", "policies/params_100.pkl", "policies/mlp.pt",
    "policies/mlp.safetensors", "flow/params_7.pkl", "cleandiffuser/diffusion_ckpt.pt",
    "cleandiffuser/diffusion_new_ckpt.pt", "policies/sac.zip", "policies/sac_sde.zip",
    "policies/td3.zip", "policies/tqc.zip", "policies/ppo.zip", "policies/a2c.zip",
    "policies/trpo.zip", "policies/ars.zip", "policies/ars_linear.zip",
  ])
  func noSingleTensorGoesUnnoticed(_ name: String) throws {
    let (tree, make) = try subject(name)
    let original = try Outcome(make(tree))
    var counts = (mutants: 0, refused: 0)
    func check(_ what: String, _ change: (inout [String: TensorView]) -> Void) {
      var tensors = tree.tensors
      change(&tensors)
      var mutant = tree
      mutant.replaceTensors(tensors)
      counts.mutants += 1
      do {
        let outcome = try Outcome(make(mutant))
        #expect(outcome != original, "\(name): \(what) changed nothing")
      } catch {
        counts.refused += 1
      }
    }
    let spare = TensorView(
      shape: [2], type: .float32,
      storage: [Float(1), 2].withUnsafeBytes { ByteStorage(copying: $0) }, range: 0..<8)
    let unused = original.unused
    for tensor in tree.tensors.keys.sorted() {
      check("dropping \(tensor)") { $0[tensor] = nil }
      // what acting does not use is named by its group and their number, not by its names
      let isListed = unused.contains { tensor.hasPrefix($0) }
      for new in [
        "\(tensor)_", "x.\(tensor)", tensor.replacing("0", with: "9", maxReplacements: 1),
      ]
      where new != tensor && !isListed {
        check("renaming \(tensor) to \(new)") {
          $0[new] = $0[tensor]
          $0[tensor] = nil
        }
      }
      let parent = tensor.split(separator: ".").dropLast().joined(separator: ".")
      check("adding beside \(tensor)") { $0["\(parent).extra"] = spare }
    }
    check("adding at the top") { $0["extra"] = spare }
    // a linear policy has two tensors
    let least = name.contains("linear") ? 5 : 15
    #expect(counts.mutants >= least && counts.refused >= counts.mutants / 10, "\(counts)")
  }
}
