import Foundation
import IDQLRandom
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLAgent

/// Files that other libraries wrote, against those libraries' own answers
/// (`Scripts/make_policy_fixtures.py`).
@Suite struct ForeignPolicyTests {
  private func path(_ name: String) -> String { goldenPath("policies/\(name)") }

  private func expected() throws -> TensorFile {
    try TensorFile(contentsOf: path("expected.safetensors"))
  }

  private func actions(
    _ name: String, _ stated: StatedSettings = StatedSettings()
  ) throws -> [Float] {
    let observations = try expected().doubles("observations")
    let rows = observations.shape[0]
    var noise = [NumPyGenerator](repeating: NumPyGenerator(seed: 0), count: rows)
    return try loadPolicy(contentsOf: path(name), stated: stated).actions(
      observations: observations.values, steps: Array(0..<rows), noise: &noise)
  }

  @Test(arguments: [
    "sac", "sac_sde", "td3", "tqc", "ppo", "a2c", "trpo", "ars", "ars_linear",
  ])
  func actsAsStableBaselines(_ name: String) throws {
    // float32 rounding through three layers
    expectClose(
      try actions("\(name).zip"), try expected().floats(name).values, within: 1e-6, name)
    var stated = StatedSettings()
    stated.normalization = try CompanionFile(contentsOf: path("vec_normalize.pkl"))
    expectClose(
      try actions("\(name).zip", stated), try expected().floats("\(name).normalized").values,
      within: 1e-6, "\(name), normalised")
    #expect(
      try loadPolicy(contentsOf: path("\(name).zip"), stated: stated).description.settings.last?
        .origin == .stated)
  }

  /// Actions within other bounds than -1 and 1: of tanh stretched to them, of a Gaussian clipped to them; and
  /// state-dependent exploration's bound on the mean where no layer stands before it.
  @Test(arguments: ["sac_sde_linear", "sac_narrow", "ppo_wide"])
  func actsWithinBoundsAsStableBaselines(_ name: String) throws {
    // float32 rounding through two layers, at most three times as large as an action of -1 … 1
    let expected = try expected().floats(name).values
    expectClose(try actions("\(name).zip"), expected, within: 3e-6, name)
    guard name != "sac_sde_linear" else {
      #expect(expected.contains { abs($0 - Float(tanh(0.5))) < 1e-6 })
      return
    }
    #expect(expected.contains(-0.2) == (name == "ppo_wide"))
    try withTemporaryFolder { folder in
      let copy = "\(folder)/copy.safetensors"
      try convertPolicy(PolicyContents(contentsOf: path("\(name).zip")), to: copy)
      let loaded = try loadPolicy(contentsOf: copy)
      let observations = try self.expected().doubles("observations").values
      var noise = [NumPyGenerator](repeating: NumPyGenerator(seed: 0), count: 8)
      #expect(
        try loaded.actions(observations: observations, steps: Array(0..<8), noise: &noise)
          == actions("\(name).zip"))
      let output = loaded.description.settings.first { $0.name == "output" }?.value
      #expect(
        output
          == (name == "ppo_wide"
            ? "clipped to [-3.0, 2.0], [-0.2, 0.3]" : "tanh, stretched to [-0.4, 0.4]"))
    }
  }

  /// The defaults of Stable-Baselines3 hold for what a model does not say, not for what is not understood.
  @Test func argumentsThatAreNotUnderstoodAreRefused() throws {
    func load(
      _ name: String = "sac.zip", _ change: (inout StableBaselinesSettings) -> Void
    ) throws {
      let contents = try PolicyContents(contentsOf: path(name))
      var (weights, settings) = try StableBaselinesSettings.model(ZipArchive(contents.storage))
      change(&settings)
      _ = try ActorPolicy(
        ParameterTree(file: "x", weights), settings, stated: StatedSettings())
    }
    let activations = "of torch.nn one of ELU, GELU, LeakyReLU, Mish, ReLU, SiLU, Tanh"
    for (value, found) in [
      (Pickle.Value.object(0), "an object that is not followed"),
      (.global("__main__.Tanh"), "'__main__.Tanh'"), (.nothing, "None"),
      (.global("torch.nn.modules.activation.SELU"), "'torch.nn.modules.activation.SELU'"),
    ] {
      expectMessage(
        "x: setting 'policy_kwargs.activation_fn' is \(found); expected \(activations)."
      ) { try load { $0.arguments["activation_fn"] = value } }
    }
    expectMessage(
      "x: setting 'policy_kwargs.features_extractor_class' is '__main__.Scaled'; expected "
        + "stable_baselines3.common.torch_layers.FlattenExtractor."
    ) { try load { $0.arguments["features_extractor_class"] = .global("__main__.Scaled") } }
    expectMessage(
      "x: setting 'policy_kwargs.clip_mean' is '2'; expected a number."
    ) { try load { $0.arguments["clip_mean"] = .text("2") } }
    expectMessage(
      "x: setting 'policy_class' is 'lab.Policy'; expected a class of Stable-Baselines3 or sb3-contrib."
    ) { try load { $0.policyClass = .global("lab.Policy") } }
    expectMessage(
      "x: setting 'action_space' is without 'low' and 'high'; expected a Box."
    ) { try load { $0.actionSpace = StoredTree([:]) } }
    try load { $0.arguments["activation_fn"] = .global("torch.nn.modules.activation.ReLU") }
  }

  /// A pickle of the first protocol: a dictionary of plain values.
  private func statistics(_ entries: String) throws -> NormalizationSettings? {
    try withTemporaryFolder { folder in
      let path = "\(folder)/statistics.pkl"
      try Data("(d\(entries).".utf8).write(to: URL(fileURLWithPath: path))
      return try NormalizationSettings(vecNormalize: CompanionFile(contentsOf: path))
    }
  }

  @Test func statisticsThatAreNotAppliedNeedNoMoments() throws {
    #expect(try statistics("Vnorm_obs\nI00\nsVclip_obs\nF10\ns") == nil)
    #expect(throws: CheckpointError.self) { try statistics("Vnorm_obs\nI01\nsVclip_obs\nF10\ns") }
  }

  /// NumPy's numbers stand for Python's, here a bound of np.float64(3).
  @Test func statisticsMayBeNumbersOfNumPy() throws {
    let kind =
      "cnumpy\ndtype\n(Vf8\nI00\nI01\ntR(I3\nV<\nNNNI-1\nI-1\nI0\ntb"
    func number(_ bytes: String) -> String {
      "cnumpy._core.multiarray\nscalar\n(\(kind)c_codecs\nencode\n(V\(bytes)\nVlatin1\ntRtR"
    }
    func array(_ bytes: String) -> String {
      "cnumpy._core.multiarray\n_reconstruct\n(NtR(I1\n(I1\nt\(kind)I00\n"
        + "c_codecs\nencode\n(V\(bytes)\nVlatin1\ntRtb"
    }
    // 3 = 0x4008…, 1 = 0x3FF0…; a byte of zero is written as the escape \u0000
    let zeros = String(repeating: "\\u0000", count: 6)
    let (three, one) = (zeros + "\u{8}@", zeros + "\\u00f0?")
    let moments = "Vobs_rms\n(dVmean\n\(array(three))sVvar\n\(array(one))ss"
    let read = try #require(
      try statistics("\(moments)Vclip_obs\n\(number(three))sVepsilon\nF1e-8\ns"))
    #expect(read == NormalizationSettings(mean: [3], var: [1], clip: 3, epsilon: 1e-8))
  }

  /// The weights as PyTorch stored them before 1.6, in an archive that is packed.
  @Test func anOldModelActsAsTheSameInTheNewFormat() throws {
    #expect(try actions("ppo_2020.zip") == actions("ppo.zip"))
  }

  /// Zip and stream of two protocols, in both orders of bytes, contiguous and by strides, 32 and 64 bits: one network with two LayerNorms, one
  /// before and one after the activation.
  @Test(arguments: [
    "mlp.pt", "mlp_stream.pt", "mlp_stream_4.pt", "mlp_strided.pt", "mlp_big.pt", "mlp.safetensors",
    "mlp_float64.safetensors",
  ])
  func actsAsPyTorch(_ name: String) throws {
    expectClose(try actions(name), try expected().floats("mlp").values, within: 1e-6, name)
    #expect(
      try loadPolicy(contentsOf: path(name)).description.settings.contains(
        .init(
          name: "modules",
          value: "0 Linear, 1 LayerNorm, 2 silu, 3 Linear, 4 silu, 5 LayerNorm, 6 Linear",
          origin: .stored)))
  }

  private func decision(of policy: LoadedPolicy) throws -> Decision {
    let expected = try expected()
    var options = try policy.requireDeciding().options
    (options.candidateCount, options.temperature) = (6, 0.5)
    return try policy.with(options).requireDeciding().decide(
      observations: expected.floats("observations").values,
      initialNoise: expected.floats("agent.noise_init").values,
      stepNoise: expected.floats("agent.noise_z").values,
      selectionDraws: Array(repeating: 0, count: 8))
  }

  @Test(arguments: [
    "agent.msgpack", "agent_critic_norm.msgpack", "agent_chunked.msgpack", "params_100.pkl",
    "params_numpy.pkl", "params_numpy_0.pkl", "params_numpy_1.pkl", "parameters.msgpack",
  ])
  func actsAsFlax(_ name: String) throws {
    var stated = StatedSettings()
    if name == "parameters.msgpack" { (stated.diffusionSteps, stated.schedule) = (7, .cosine) }
    let policy = try loadPolicy(contentsOf: path(name), stated: stated)
    if name != "parameters.msgpack" {
      #expect(try policy.requireDeciding().options.candidateCount == 6)
      #expect(try policy.requireDeciding().options.criticParameter == 0.8)
      #expect(policy.description.settings.prefix(4).allSatisfy { $0.origin == .stored })
    }
    let found = try decision(of: policy)
    let expected = try expected()
    let key = name == "agent_critic_norm.msgpack" ? "agent_critic_norm" : "agent"
    // the last step of this schedule divides by √(1 - 0.999): rounding grows 31-fold
    expectClose(
      found.candidates, try expected.floats("\(key).candidates").values, within: 3e-5, name)
    expectClose(found.q, try expected.floats("\(key).q").values, within: 3e-5, name)
    expectClose(found.values, try expected.floats("agent.v").values, within: 1e-6, name)
  }

  @Test func unusedNetworksAreListed() throws {
    let unused = try loadPolicy(contentsOf: path("agent.msgpack")).description.unused
    #expect(
      unused.map(\.name) == [
        "critic.opt_state", "critic.params", "rng", "score_model.opt_state", "score_model.params",
        "value.opt_state",
      ])
    #expect(unused[1].tensorCount == 6 && unused[1].parameterCount == 222)
  }

  @Test func whatIsNotSaidHasToBeStated() throws {
    let name = path("parameters.msgpack")
    expectMessage(
      "\(name): the file does not say its diffusion steps, noise schedule, which would have to be "
        + "assumed and change every action; state them with --diffusion-steps (5 in the reference) "
        + "and --schedule (vp in the reference)."
    ) { _ = try loadPolicy(contentsOf: name) }
    var stated = StatedSettings()
    stated.assumesTheRest = true
    let settings = try loadPolicy(contentsOf: name, stated: stated).description.settings
    #expect(
      settings.filter { $0.origin == .assumed }.map(\.name).prefix(2) == [
        "diffusion steps (T)", "noise schedule",
      ])
    stated.diffusionSteps = 7
    #expect(
      try loadPolicy(contentsOf: name, stated: stated).description.settings.contains(
        .init(name: "diffusion steps (T)", value: "7", origin: .stated)))
  }

  @Test func contradictionsAreRefused() throws {
    let name = path("agent.msgpack")
    for (change, message) in [
      (
        { $0.diffusionSteps = 5 },
        "setting '--diffusion-steps' is stated to be 5; expected 7, as the file says."
      ),
      (
        { $0.schedule = .vp },
        "setting '--schedule' is stated to be vp; expected cosine, as the file says."
      ),
      (
        { $0.family = .full },
        "setting '--family' is stated to be full; expected simple, as the file says."
      ),
    ] as [((inout StatedSettings) -> Void, String)] {
      var stated = StatedSettings()
      change(&stated)
      expectMessage("\(name): \(message)") { _ = try loadPolicy(contentsOf: name, stated: stated) }
    }
    var stated = StatedSettings()
    stated.diffusionSteps = 7
    let actor = path("sac.zip")
    expectMessage(
      "\(actor): setting '--diffusion-steps' is stated; expected nothing: a deterministic actor has "
        + "no such setting."
    ) { _ = try loadPolicy(contentsOf: actor, stated: stated) }
  }

  @Test func statisticsAloneAreNoPolicy() throws {
    let name = path("vec_normalize.pkl")
    expectMessage(
      "\(name): is a VecNormalize, statistics of observations. Name it beside the policy: --policy "
        + "FILE.zip --normalization \(name)."
    ) { _ = try loadPolicy(contentsOf: name) }
  }

  /// What looks like a policy, or is one of a kind that is not read, is told what it is.
  @Test func networksOfOtherKindsAreNamed() {
    let weight = TensorView(
      shape: [1, 1], type: .float32, storage: ByteStorage(copying: .init(start: nil, count: 0)),
      range: 0..<0)
    #expect(weight == nil)
    let bytes = [Float(1)].withUnsafeBytes { ByteStorage(copying: $0) }
    let one = TensorView(shape: [1, 1], type: .float32, storage: bytes, range: 0..<4)
    for (name, kind) in [
      ("agent.network.params.modules_actor_onestep_flow.mlp.Dense_0.kernel", "an agent of FQL's"),
      ("model_ema.diffusion.map_noise.freqs", "a model of CleanDiffuser's library"),
      ("iql_q_target.Q1.0.weight", "the critic of CleanDiffuser's IDQL agent"),
      ("actor.mu.0.weight", "the weights of a Stable-Baselines3 policy without its settings"),
      ("0.weight", "the weights of a network without its settings"),
      ("state_dict.mlp_extractor.policy_net.0.weight", "what policy.save() of Stable-Baselines3"),
      ("state.agent.target_score_model.MLP_1.Dense_0.kernel", "an IDQL agent under 'state.agent'"),
    ] {
      let error = #expect(throws: CheckpointError.self) {
        try makePolicy(
          ParameterTree(file: "x", StoredTree([name: #require(one)])), metadata: [:],
          PolicyContents(bytes: [], named: "x"))
      }
      #expect(error?.description.hasPrefix("x: is \(kind)") == true)
    }
  }

  @Test func severalAgentsAreNamed() throws {
    let bytes = [Float(1)].withUnsafeBytes { ByteStorage(copying: $0) }
    let one = try #require(
      TensorView(shape: [1, 1], type: .float32, storage: bytes, range: 0..<4))
    let name = "target_score_model.MLP_1.Dense_0.kernel"
    expectMessage(
      "x: is 2 IDQL agents, under 'ema_params', 'params'. Write the one that is to act into a file of its own."
    ) {
      _ = try makePolicy(
        ParameterTree(file: "x", StoredTree(["params.\(name)": one, "ema_params.\(name)": one])),
        metadata: [:], PolicyContents(bytes: [], named: "x"))
    }
  }

  /// An array of elements that are not read is an error only where its numbers are needed.
  @Test func foreignElementsMatterWhereTheyAreUsed() throws {
    let contents = try PolicyContents(contentsOf: path("agent.msgpack"))
    let tree = try readFlaxMessagePack(contents)
    func load(_ name: String) throws {
      var tensors = tree.tensors
      tensors[name] = nil
      var other = tree
      other.replaceTensors(tensors)
      try other.insert(.foreignArray("complex64"), at: name)
      _ = try makePolicy(ParameterTree(file: "x", other), metadata: [:], contents)
    }
    try load("critic.opt_state.0.mu.extra")
    let kernel = "target_score_model.params.MLP_0.Dense_0.kernel"
    #expect(tree.tensors[kernel] != nil)
    expectMessage(
      "x: tensor '\(kernel)' holds elements of type 'complex64'; expected numbers of 8 to 64 bits that are "
        + "not complex."
    ) { try load(kernel) }
    #expect(throws: CheckpointError.self) { try load("target_score_model.params.extra") }
    #expect(throws: CheckpointError.self) { try load("extra") }
  }

  @Test func everyFormatIsDocumented() throws {
    let text = try String(contentsOfFile: checkoutPath("Docs/Formats.md"), encoding: .utf8)
    for name in Activation.named.keys { #expect(text.contains("`\(name)`"), "\(name)") }
    for name in UnreadNames.telling + UnreadNames.training + UnreadNames.networks {
      #expect(text.contains("`\(name)`"), "\(name)")
    }
    for word in [
      "safetensors", "msgpack", "pkl", "torch.save", "Stable-Baselines3", "orbax", "onnx",
    ] {
      #expect(text.lowercased().contains(word.lowercased()), "\(word)")
    }
  }

  @Test(arguments: ["agent_critic_norm.msgpack", "params_100.pkl", "sac.zip", "mlp.pt", "tqc.zip"])
  func convertsWithoutChange(_ name: String) throws {
    try withTemporaryFolder { folder in
      var targets = ["\(folder)/policy.safetensors"]
      let contents = try PolicyContents(contentsOf: path(name))
      let original = try loadPolicy(contents)
      if original.deciding != nil { targets.append("\(folder)/policy.msgpack") }
      for target in targets {
        try convertPolicy(contents, to: target)
        let copy = try loadPolicy(contentsOf: target)
        #expect(copy.description.unused == [])
        #expect(copy.description.unknownSettings == [])
        if original.deciding != nil {
          #expect(try decision(of: copy) == decision(of: original))
          #expect(
            try copy.requireDeciding().options == original.requireDeciding().options)
          #expect(copy.description.settings.allSatisfy { $0.origin == .stored })
        } else {
          var noise = [NumPyGenerator(seed: 0)]
          let observation = [0.3, -1, 2, 0.1, -0.7]
          let actions = copy.actions(observations: observation, steps: [0], noise: &noise)
          #expect(
            actions == original.actions(observations: observation, steps: [0], noise: &noise))
        }
      }
    }
  }

  /// Half as large; every weight rounded by at most 2⁻¹¹ of itself, or by 2⁻²⁵; once rounded it stays as it is.
  @Test func halvesTheSpaceOfWeights() throws {
    try withTemporaryFolder { folder in
      let paths = ["whole", "half", "again"].map { "\(folder)/\($0).safetensors" }
      let (whole, half, again) = (paths[0], paths[1], paths[2])
      let contents = try PolicyContents(contentsOf: path("agent_critic_norm.msgpack"))
      try convertPolicy(contents, to: whole)
      try convertPolicy(contents, to: half, numbers: .float16)
      try convertPolicy(PolicyContents(contentsOf: half), to: again, numbers: .float16)
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: half))
          == Data(contentsOf: URL(fileURLWithPath: again)))
      let (exact, rounded) = try (TensorFile(contentsOf: whole), TensorFile(contentsOf: half))
      #expect(exact.names.sorted() == rounded.names.sorted())
      for name in exact.names {
        let isMatrix = try exact.shape(name).count > 1
        #expect(try rounded.elementType(name) == (isMatrix ? .float16 : .float32))
        for (a, b) in try zip(exact.floats(name).values, rounded.floats(name).values) {
          #expect(isMatrix ? abs(a - b) <= max(abs(a) * 0x1p-11, 0x1p-25) : a == b)
        }
      }
      let copy = try loadPolicy(contentsOf: half)
      #expect(copy.description.unused == [])
    }
  }
}
