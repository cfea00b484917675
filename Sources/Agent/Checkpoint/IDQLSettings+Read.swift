import IDQLTensors

/// Finds each setting of an agent where it is: in the metadata, among the agent's own numbers, in what
/// was stated; and remembers which it was.
struct SettingsReader {
  private let file: IDQLSettings
  /// For people, in reading order, with their origins.
  private(set) var described: [PolicyDescription.Setting] = []
  private let tree: ParameterTree
  private let stated: StatedSettings
  /// What nobody says although every action depends on it: names and options.
  private var missing: [(name: String, option: String)] = []

  init(
    _ tree: ParameterTree, metadata: [String: String], stated: StatedSettings
  ) throws(CheckpointError) {
    self.tree = tree
    self.stated = stated
    file =
      try metadata["hyperparameters"].map { text throws(CheckpointError) in
        try IDQLSettings(text, file: tree.file)
      } ?? IDQLSettings()
    try checkFixed()
  }

  private func refuse(_ name: String, _ found: String, _ expected: String) -> CheckpointError {
    CheckpointError(file: tree.file, .setting(name, found: found, expected: expected))
  }

  private mutating func describe(
    _ name: String, _ value: some CustomStringConvertible,
    _ origin: PolicyDescription.Setting.Origin
  ) {
    described.append(.init(name: name, value: value.description, origin: origin))
  }

  /// Refuses what this implementation would silently do otherwise.
  private func checkFixed() throws(CheckpointError) {
    if let activation = try said(\.critic_activation, "critic_activation"), activation != "relu" {
      throw refuse(file.place(\.critic_activation, "critic_activation"), quoted(activation), "relu")
    }
    if let epsilon = try said(\.layer_norm_eps, "layer_norm_eps"), epsilon != LayerNorm.epsilon {
      throw refuse(
        file.place(\.layer_norm_eps, "layer_norm_eps"), "\(epsilon)", "\(LayerNorm.epsilon)")
    }
  }

  func requireStated() throws(CheckpointError) {
    guard !missing.isEmpty else { return }
    throw CheckpointError(
      file: tree.file,
      .unstated(
        missing.map(\.name), options: missing.map(\.option).joined(separator: " and ")))
  }

  // MARK: One value from several places

  /// What the metadata says of one setting.
  private func said<Value: Equatable>(
    _ path: KeyPath<IDQLSettings.Keys, Value?>, _ key: String
  ) throws(CheckpointError) -> Value? {
    try file.value(path, key, file: tree.file)
  }

  /// What metadata and the agent's numbers say of one setting, which must agree.
  private func stored<Value: Equatable & CustomStringConvertible>(
    _ key: String, _ path: KeyPath<IDQLSettings.Keys, Value?>,
    _ read: (StoredTree.Scalar) -> Value?
  ) throws(CheckpointError) -> Value? {
    let inFile = try said(path, key)
    guard let scalar = tree.scalar(key), scalar != .nothing else { return inFile }
    guard let value = read(scalar) else {
      throw refuse(key, scalar.text, "\(Value.self)")
    }
    if let inFile, inFile != value {
      throw refuse(key, scalar.text, "\(inFile), as in the hyperparameters")
    }
    return value
  }

  /// What the file says, else what was stated, else the reference's default; contradictions are
  /// refused.
  private func resolve<Value: Equatable & CustomStringConvertible>(
    _ option: String, stored: Value?, stated: Value?, assumed: Value
  ) throws(CheckpointError) -> (Value, PolicyDescription.Setting.Origin) {
    if let stored, let stated, stored != stated {
      throw refuse(option, "stated to be \(stated)", "\(stored), as the file says")
    }
    return stored.map { ($0, .stored) } ?? stated.map { ($0, .stated) } ?? (assumed, .assumed)
  }

  // MARK: Diffusion

  /// The noise schedule: of the betas if the file has them, else by name and length.
  mutating func schedule() throws(CheckpointError) -> NoiseSchedule {
    let name = ["schedule", ""].first { tree.contains(path($0, "betas")) } ?? "schedule"
    let betas =
      tree.contains(path(name, "betas"))
      ? try tree.tensor(path(name, "betas"), [said(\.T, "T")]).array : nil
    let kindName = try stored("beta_schedule", \.beta_schedule, \.stringValue)
    let storedKind = try kindName.map { name throws(CheckpointError) in
      guard let kind = NoiseSchedule.Kind(rawValue: name) else {
        throw refuse(
          file.place(\.beta_schedule, "beta_schedule"), quoted(name),
          NoiseSchedule.Kind.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return kind
    }
    let storedSteps = try stored("T", \.T, \.integer) ?? betas?.count
    if let storedSteps, !(1...1000).contains(storedSteps) {
      throw refuse(
        file.place(\.T, "T"), "\(storedSteps)", "1 to 1000 diffusion steps")
    }
    if let stated = stated.diffusionSteps, !(1...1000).contains(stated) {
      throw refuse("--diffusion-steps", "\(stated)", "1 to 1000")
    }
    let (steps, stepsOrigin) = try resolve(
      "--diffusion-steps", stored: storedSteps, stated: stated.diffusionSteps, assumed: 5)

    // betas that are none of the published schedules' are used as they are
    let recognized = betas.flatMap { betas in
      NoiseSchedule.Kind.allCases.first { Self.agrees(NoiseSchedule($0, steps: steps), betas) }
    }
    let schedule: NoiseSchedule
    if let betas, storedKind == nil, recognized == nil {
      guard betas.allSatisfy({ $0 > 0 && $0 < 1 }), betas.count == steps else {
        throw refuse(path(name, "betas"), "\(betas)", "\(steps) numbers between 0 and 1")
      }
      if let stated = stated.schedule {
        throw refuse("--schedule", "stated to be \(stated.rawValue)", "the betas of the file")
      }
      schedule = NoiseSchedule(betas: betas)
      describe("diffusion steps (T)", steps, stepsOrigin)
      describe("noise schedule", "of its own betas", .stored)
    } else {
      let (kind, origin) = try resolve(
        "--schedule", stored: (storedKind ?? recognized)?.rawValue,
        stated: stated.schedule?.rawValue, assumed: NoiseSchedule.Kind.vp.rawValue)
      schedule = NoiseSchedule(NoiseSchedule.Kind(rawValue: kind) ?? .vp, steps: steps)
      describe("diffusion steps (T)", steps, stepsOrigin)
      let evidence = ["betas", "alphas", "alpha_hats"].filter { tree.contains(path(name, $0)) }
      describe(
        "noise schedule",
        kind + (evidence.isEmpty ? "" : ", with \(evidence.joined(separator: ", "))"), origin)
      if stepsOrigin == .assumed {
        missing.append(("diffusion steps", "--diffusion-steps (5 in the reference)"))
      }
      if origin == .assumed {
        missing.append(("noise schedule", "--schedule (vp in the reference)"))
      }
    }
    for (key, values) in [
      ("betas", schedule.betas), ("alphas", schedule.alphas), ("alpha_hats", schedule.alphaHats),
    ] where tree.contains(path(name, key)) {
      try checkSchedule(path(name, key), values)
    }
    return schedule
  }

  private func path(_ parent: String, _ key: String) -> String { StoredTree.path(parent, key) }

  /// To the rounding of 32 bits.
  private static func agrees(_ schedule: NoiseSchedule, _ betas: [Float]) -> Bool {
    betas.count == schedule.steps && zip(betas, schedule.betas).allSatisfy { abs($0 - $1) <= 1e-5 }
  }

  /// A stored schedule must be the one that is used.
  private func checkSchedule(_ name: String, _ expected: [Float]) throws(CheckpointError) {
    let stored = try tree.tensor(name, [expected.count])
    for (t, value) in expected.enumerated() where abs(stored.values[t] - value) > 1e-5 {
      throw CheckpointError(
        file: tree.file,
        .mismatch(
          tensor: name, found: "\(stored.values[t]) at index \(t)",
          expected: "\(value), which the schedule in the settings gives"))
    }
  }

  // MARK: Family

  /// By what the file says, or by what only one of the two has.
  mutating func family() throws(CheckpointError) -> LearnerFamily {
    var evidence: [(family: LearnerFamily, of: String)] = []
    let activation = try stored("activation", \.activation, \.stringValue)
    if let activation, !["swish", "mish"].contains(activation) {
      throw refuse(
        file.place(\.activation, "activation"), quoted(activation), "swish or mish")
    }
    if let activation {
      evidence.append((activation == "swish" ? .simple : .full, "activation \(activation)"))
    }
    if let learner = try said(\.learner, "learner")?.split(separator: "/").last {
      if learner == "ddpm_iql_simple" { evidence.append((.simple, "learner \(learner)")) }
      if learner == "ddpm_iql" { evidence.append((.full, "learner \(learner)")) }
    }
    if tree.network("target_score_model").contains("MLP_1.Dense_0.kernel") {
      evidence.append((.full, "a score network without residual blocks"))
    }
    // the full variant's value network has no such norm, but nothing keeps it from having one
    if evidence.isEmpty, tree.network("value").contains("MLP_0.LayerNorm_0.scale") {
      evidence.append((.simple, "a LayerNorm in the value network"))
    }
    if let first = evidence.first,
      let other = evidence.first(where: { $0.family != first.family })
    {
      throw refuse(
        "family",
        "\(first.family.rawValue) by \(first.of), but \(other.family.rawValue) by \(other.of)",
        "one of the two")
    }
    let (name, origin) = try resolve(
      "--family", stored: evidence.first?.family.rawValue, stated: stated.family?.rawValue,
      assumed: LearnerFamily.simple.rawValue)
    if origin == .assumed {
      throw CheckpointError(
        file: tree.file,
        .unstated(["family"], options: "--family simple (swish) or --family full (mish)"))
    }
    described.insert(.init(name: "family", value: name, origin: origin), at: 0)
    return LearnerFamily(rawValue: name) ?? .simple
  }

  // MARK: The rest

  /// What the agent was trained on, if the file says so.
  func environment() throws(CheckpointError) -> String? {
    try stored("env", \.env, \.stringValue)
  }

  mutating func normalization(count: Int) throws(CheckpointError) -> ObservationNormalization? {
    guard let given = try said(\.obs_normalization, "obs_normalization") else { return nil }
    let normalization = try given.checked(
      file.place(\.obs_normalization, "obs_normalization"), count: count, file: tree.file)
    describe("observation", normalization.text, .stored)
    return normalization
  }

  mutating func options() throws(CheckpointError) -> IDQLOptions {
    var options = IDQLOptions()
    func origin(_ value: Any?) -> PolicyDescription.Setting.Origin {
      value == nil ? .assumed : .stored
    }
    let count = try stored("N", \.N, \.integer)
    options.candidateCount = count ?? options.candidateCount
    describe("candidates (N)", options.candidateCount, origin(count))
    let extra = try stored("M", \.M, \.integer)
    options.extraFinalSteps = extra ?? options.extraFinalSteps
    describe("extra final steps (M)", options.extraFinalSteps, origin(extra))
    let temperature = try stored("ddpm_temperature", \.ddpm_temperature) {
      $0.number.map { Float($0) }
    }
    options.temperature = temperature ?? options.temperature
    describe("sampling temperature", options.temperature, origin(temperature))
    let clips = try stored("clip_sampler", \.clip_sampler, \.flagValue)
    options.clipsEveryStep = clips ?? options.clipsEveryStep
    describe("clipped at every step", options.clipsEveryStep ? "yes" : "no", origin(clips))
    let objectiveName = try stored("critic_objective", \.critic_objective, \.stringValue)
    if let name = objectiveName {
      guard let objective = CriticObjective(rawValue: name) else {
        throw refuse(
          file.place(\.critic_objective, "critic_objective"), quoted(name),
          CriticObjective.allCases.map(\.rawValue).joined(separator: ", "))
      }
      options.criticObjective = objective
    }
    // the simple variant knows no other
    let isSimple = described.contains { $0.name == "family" && $0.value == "simple" }
    describe(
      "critic objective", options.criticObjective.rawValue,
      isSimple ? .stored : origin(objectiveName))
    let parameter = try stored("critic_hyperparam", \.critic_hyperparam, \.number)
    options.criticParameter = parameter ?? options.criticParameter
    describe("critic parameter", options.criticParameter, origin(parameter))
    do {
      try options.validate()
    } catch {
      throw refuse("hyperparameters (\(error.option))", error.found, error.expected)
    }
    return options
  }

  /// What the metadata says of sizes must be what the tensors have.
  func check(
    _ network: ScoreNetwork, _ critic: Critic, _ value: ValueNetwork, _ tree: ParameterTree
  ) throws(CheckpointError) {
    func require<Value: Equatable>(
      _ name: String, _ path: KeyPath<IDQLSettings.Keys, Value?>, _ found: Value?
    ) throws(CheckpointError) {
      if let said = try said(path, name), let found, said != found {
        throw refuse(file.place(path, name), "\(said)", "\(found), as in the tensors")
      }
    }
    try require("obs_dim", \.obs_dim, network.observationCount)
    try require("act_dim", \.act_dim, network.actionCount)
    try require("num_qs", \.num_qs, critic.heads.count)
    try require(
      "critic_hidden", \.critic_hidden,
      [critic.heads[0].first.outputCount] + critic.heads[0].hidden.map(\.dense.outputCount))
    let features = tree.network("target_score_model").shape("FourierFeatures_0.kernel")?[0]
    try require("time_dim", \.time_dim, features.map { 2 * $0 })
    try require("value_layer_norm", \.value_layer_norm, value.norm != nil)
    if case .residual(let body) = network.body {
      try require("actor_num_blocks", \.actor_num_blocks, body.blocks.count)
      for block in body.blocks {
        try require("actor_layer_norm", \.actor_layer_norm, block.norm != nil)
      }
    }
  }
}

extension StoredTree.Scalar {
  fileprivate var stringValue: String? { if case .text(let text) = self { text } else { nil } }
  fileprivate var flagValue: Bool? { if case .flag(let flag) = self { flag } else { nil } }
}
