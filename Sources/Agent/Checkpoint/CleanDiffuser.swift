import Foundation
import IDQLTensors

// IDQL of the library CleanDiffuser (pipelines/idql_d4rl_*.py): an agent in two files of PyTorch's, and a
// data set whose observations' mean and deviation its networks expect.

/// Mean and deviation of the observations that a policy learnt from, which its file does not hold.
public struct ObservationStatistics: Sendable {
  /// Length of an observation.
  public let mean: [Float]
  /// Likewise; positive.
  public let deviation: [Float]
  /// The data set.
  public let source: PolicySource
  /// Id of its task, if that is known: `walker2d-medium-v2`.
  public let task: String?

  /// Those of a data set with that path and digest.
  package init(mean: [Float], deviation: [Float], path: String, sha256: String, task: String?) {
    self.mean = mean
    self.deviation = deviation
    source = PolicySource(name: path, sha256: sha256)
    self.task = task
  }
}

extension ParameterTree {
  /// Whether the file holds the diffusion policy of CleanDiffuser's IDQL.
  var isCleanDiffuser: Bool { contains("model_ema.diffusion.affine_in.weight") }
}

extension IDQLPolicy {
  /// Builds the agent from the file of its diffusion policy, the critic's file and statistics, or from
  /// one file that holds all of it.
  init(
    cleanDiffuser tree: ParameterTree, metadata: [String: String], stated: StatedSettings
  ) throws(CheckpointError) {
    try stated.requireOnly(
      ["--diffusion-steps", "--critic", "--statistics-from"], of: "CleanDiffuser's IDQL agent",
      file: tree.file)
    let stored = try metadata["cleandiffuser"].map { text throws(CheckpointError) in
      try decodeSettings(
        CleanDiffuserSettings.self, from: text, key: "cleandiffuser", file: tree.file)
    }
    func refuse(_ name: String, _ found: String, _ expected: String) -> CheckpointError {
      CheckpointError(file: tree.file, .setting(name, found: found, expected: expected))
    }
    var settings = stored ?? CleanDiffuserSettings()
    if let steps = stated.diffusionSteps {
      if let stored, stored.diffusion_steps != steps {
        throw refuse(
          "--diffusion-steps", "stated to be \(steps)",
          "\(stored.diffusion_steps), as the file says")
      }
      (settings.diffusion_steps, settings.sampling_steps) = (steps, steps)
    }
    for (name, steps) in [
      ("diffusion steps", settings.diffusion_steps), ("sampling steps", settings.sampling_steps),
    ] where !(1...1000).contains(steps) { throw refuse(name, "\(steps)", "1 to 1000") }

    let diffusion = CleanDiffuserSchedule(
      trainingSteps: settings.diffusion_steps, samplingSteps: settings.sampling_steps)
    let actor = tree.part("model_ema.diffusion")
    let network = try actor.cleanDiffuserNetwork(steps: settings.diffusion_steps)
    try tree.part("model_ema").requireAllUsed()
    let (o, a) = (network.observationCount, network.actionCount)

    let judge = try stated.critic.map(ParameterTree.init(torch:))
    let critics = judge ?? (tree.part("iql_q_target").names.isEmpty ? nil : tree)
    var missing: [(name: String, option: String)] = []
    if critics == nil { missing.append(("critic", "--critic iql_ckpt_….pt")) }
    let critic = try critics?.cleanDiffuserCritic(o, a)
    let value = try critics?.cleanDiffuserValue(o)
    for part in ["iql_q_target", "iql_v"] { try critics?.part(part).requireAllUsed() }

    if let given = stated.statistics {
      if stored != nil { throw refuse("--statistics-from", "stated", "nothing: the file has them") }
      (settings.mean, settings.std) = (given.mean, given.deviation)
    } else if stored == nil {
      missing.append(
        ("observations' mean and deviation", "--statistics-from, the data set it was trained on"))
    }
    let normalization = try settings.normalization(count: o, file: tree.file)
    if !missing.isEmpty, !stated.assumesTheRest {
      throw CheckpointError(
        file: tree.file,
        .unstated(
          missing.map(\.name), options: missing.map(\.option).joined(separator: " and ")))
    }
    let unread = UnreadSettings(
      metadata, key: "cleandiffuser",
      read: [
        "diffusion_steps", "sampling_steps", "num_candidates", "temperature", "weight_temperature",
        "mean", "std", "env",
      ])
    if !stated.assumesTheRest {
      try tree.requireNothingUnread(unread)
      try judge?.requireNothingUnread(UnreadSettings([:], key: "cleandiffuser", read: []))
    }
    let task = stated.statistics?.task
    if stored == nil, let known = task.flatMap({ CleanDiffuserSettings.weightTemperatures[$0] }) {
      settings.weight_temperature = known
    }
    var options = IDQLOptions()
    options.rule = .softmax
    options.candidateCount = settings.num_candidates
    options.temperature = settings.temperature
    options.softmaxScale = settings.weight_temperature
    options.clipsEveryStep = false
    do {
      try options.validate()
    } catch {
      throw refuse("cleandiffuser (\(error.option))", error.found, error.expected)
    }

    var description = PolicyDescription(kind: .idql, observationCount: o, actionCount: a)
    description.environment = settings.env ?? task
    let features = actor.shape("time_mlp.0.weight")?[1] ?? 0
    description.networks = [
      .init(
        name: "score", layout: network.layout(.mish, timeFeatures: features),
        parameterCount: actor.usedParameterCount)
    ]
    if let critics, let critic, let value {
      description.networks += [
        .init(
          name: "critic", layout: critic.layout,
          parameterCount: critics.part("iql_q_target").usedParameterCount),
        .init(
          name: "value", layout: value.layout,
          parameterCount: critics.part("iql_v").usedParameterCount),
      ]
    }
    let origin = stored == nil ? PolicyDescription.Setting.Origin.assumed : .stored
    let stepsOrigin = stated.diffusionSteps != nil && stored == nil ? .stated : origin
    func setting(
      _ name: String, _ value: some CustomStringConvertible,
      _ origin: PolicyDescription.Setting.Origin
    ) -> PolicyDescription.Setting {
      .init(name: name, value: value.description, origin: origin)
    }
    description.settings = [
      setting("diffusion steps (T)", settings.diffusion_steps, stepsOrigin),
      setting("sampling steps", settings.sampling_steps, stepsOrigin),
      setting("noise schedule", "cosine, as CleanDiffuser has it", origin),
      setting("network predicts", "the noise", origin),
      setting("candidates (N)", settings.num_candidates, origin),
      setting("sampling temperature", settings.temperature, origin),
      setting("softmax scale", settings.weight_temperature, origin),
      setting(
        "observation",
        normalization == nil
          ? "by mean and deviation that --statistics-from would tell"
          : "normalised by mean and deviation of the data",
        stated.statistics != nil ? .stated : origin),
    ]
    if critics == nil {
      description.settings.append(setting("critic", "none; --critic would name it", .assumed))
    }
    description.unused = tree.unused.filter { judge == nil || !$0.name.hasPrefix("iql_") }
    description.unused += judge?.unused ?? []
    description.unknownSettings = unread.unknown + tree.tellingScalars
    description.critic = stated.critic?.source
    description.statistics = stated.statistics?.source
    description.metadata = metadata
    let parameters =
      [(tree, "model_ema"), (critics ?? tree, "iql_q_target"), (critics ?? tree, "iql_v")]
      .flatMap { tree, part in tree.part(part).usedTensors.map { ("\(part).\($0.name)", $0.values) }
      }
    // without a critic, for a look only, all candidates are equal
    self.init(
      description: description, options: options, network: network,
      critic: critic ?? .indifferent(o, a), value: value ?? .indifferent(o), diffusion: diffusion,
      normalization: normalization, parameters: parameters)
  }

  /// One file of ours: the tensors by CleanDiffuser's names, and in the metadata what its files lack.
  func cleanDiffuserFile(
    _ diffusion: CleanDiffuserSchedule
  ) throws -> ([NamedTensor], [String: String]) {
    var settings = CleanDiffuserSettings()
    settings.diffusion_steps = diffusion.trainingSteps
    settings.sampling_steps = diffusion.steps
    settings.num_candidates = options.candidateCount
    settings.temperature = options.temperature
    settings.weight_temperature = options.softmaxScale
    settings.mean = normalization?.mean.map { Float($0) } ?? []
    settings.std = normalization?.variance.map { Float($0.squareRoot()) } ?? []
    settings.env = description.environment
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let tensors = parameters.map { name, values in
      NamedTensor(name, shape: values.shape, .floats(values.numbers()))
    }
    return (
      tensors, ["cleandiffuser": String(decoding: try encoder.encode(settings), as: UTF8.self)]
    )
  }
}
