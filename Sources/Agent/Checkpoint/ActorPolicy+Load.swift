import IDQLTensors

extension PolicyFormat {
  /// Safetensors whose metadata has the key `policy`.
  static let actorSafetensors = PolicyFormat(name: "deterministic actor in safetensors") {
    $0.isSafetensors && (try? $0.tensorFile())?.metadata["policy"] != nil
  } read: {
    let file = try $0.tensorFile()
    return try ActorPolicy(
      ParameterTree(file), settings: file.metadata["policy"] ?? "", metadata: file.metadata)
  }
}

extension ActorPolicy {
  /// Builds the actor from tensors `net.{i}.weight` (out, in) and `net.{i}.bias` (out), the latter
  /// optional.
  ///
  /// - Parameter text: the JSON of the metadata key `policy`.
  init(
    _ tree: ParameterTree, settings text: String, metadata: [String: String]
  ) throws(CheckpointError) {
    let settings = try decodeSettings(
      ActorSettings.self, from: text, key: "policy", file: tree.file)
    func refuse(_ name: String, _ found: String, _ expected: String) -> CheckpointError {
      CheckpointError(file: tree.file, .setting("policy.\(name)", found: found, expected: expected))
    }

    var layers: [Dense] = []
    repeat {
      let name = "net.\(layers.count)"
      let weight = try tree.tensor("\(name).weight", [nil, layers.last?.outputCount])
      let bias =
        tree.contains("\(name).bias") ? try tree.tensor("\(name).bias", [weight.shape[0]]) : nil
      layers.append(Dense(weight: weight, bias: bias))
    } while tree.contains("net.\(layers.count).weight")
    let inputs = layers[0].inputCount

    let activations: [String: Activation] = ["relu": .relu, "tanh": .tanh, "none": .identity]
    guard let activation = activations[settings.activation] else {
      throw refuse("activation", quoted(settings.activation), "relu, tanh or none")
    }

    let timeFeature: TimeFeature? = try settings.time_feature.flatMap {
      feature throws(CheckpointError) -> TimeFeature? in
      guard feature.isUsed else { return nil }
      let limit = feature.stepLimit ?? 1000
      guard limit > 0 else { throw refuse("time_feature.max_steps", "\(limit)", "at least 1") }
      return TimeFeature(stepLimit: limit)
    }
    let observationCount = inputs - (timeFeature == nil ? 0 : 1)
    guard observationCount > 0 else {
      throw refuse("time_feature", "the only input", "an observation beside it")
    }
    if let padded = settings.pad_zeros_to, padded != observationCount {
      throw refuse("pad_zeros_to", "\(padded)", "\(observationCount), as in the tensors")
    }

    var normalization: Normalization?
    if let given = settings.obs_normalization {
      guard given.mean.count == inputs, given.var.count == inputs else {
        throw refuse(
          "obs_normalization", "\(given.mean.count) means and \(given.var.count) variances",
          "\(inputs) of each, one per input")
      }
      guard given.var.allSatisfy({ $0 + given.epsilon > 0 }), given.clip > 0 else {
        throw refuse(
          "obs_normalization", "a variance, epsilon or bound that is not positive",
          "var + epsilon and clip above 0")
      }
      normalization = Normalization(
        mean: given.mean, variance: given.var, epsilon: given.epsilon, bound: given.clip)
    }

    let widths = ([inputs] + layers.map(\.outputCount)).map(String.init).joined(separator: "-")
    var description = PolicyDescription(
      kind: .actor, observationCount: observationCount,
      actionCount: layers[layers.count - 1].outputCount)
    description.environment = settings.env
    description.networks = [
      .init(
        name: "actor", layout: "MLP \(widths), \(settings.activation)",
        parameterCount: tree.parameterCount(under: "net."))
    ]
    description.settings = [
      .init(name: "algorithm", value: settings.algorithm ?? "unknown"),
      .init(name: "output", value: settings.squash ? "tanh" : "clipped to [-1, 1]"),
      .init(
        name: "observation",
        value: [
          settings.pad_zeros_to.map { "padded with zeros to \($0)" },
          timeFeature.map { "time feature over \($0.stepLimit) steps" },
          normalization.map { "normalised and clipped to ±\($0.bound)" },
        ].compactMap(\.self).joined(separator: ", ")),
    ]
    description.metadata = metadata
    self.description = description
    self.observationCount = observationCount
    padsObservations = settings.pad_zeros_to != nil
    self.timeFeature = timeFeature
    self.normalization = normalization
    self.layers = layers
    self.activation = activation
    squashes = settings.squash
  }
}
