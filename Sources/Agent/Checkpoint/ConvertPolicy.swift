import IDQLSpelling
import IDQLTensors

/// As what a policy's weights are stored.
public enum StoredNumbers: String, CaseIterable, Sendable {
  /// As they are.
  case float32
  /// Matrices rounded to half precision (11 bits), which take half of the space; everything else as it is.
  /// The policy acts with the rounded weights, in single precision.
  case float16
}

/// Writes a policy of any readable format in one of this package's or the reference's: an IDQL agent as
/// safetensors, or with a name that ends in `.msgpack` as flax's parameters with the agent's numbers beside
/// them; an actor as safetensors.
///
/// What was stated is written as if the file had said it. What is in the source and acting does not use is
/// left out.
///
/// - Parameters:
///   - contents: of the policy's file.
///   - path: of the file to write.
///   - numbers: in safetensors; flax's parameters are float32.
/// - Throws: what reading throws, `CheckpointError` for a policy that has no such form, `FileError`.
public func convertPolicy(
  _ contents: PolicyContents, to path: String, numbers: StoredNumbers = .float32
) throws {
  let policy = try loadPolicy(contents).policy
  let isMessagePack = path.lowercased().hasSuffix(".msgpack")
  switch policy {
  case let agent as IDQLPolicy:
    if isMessagePack {
      guard agent.diffusion is NoiseSchedule else {
        throw CheckpointError(
          file: contents.source.name,
          .otherFile(
            kind: "an agent of another library",
            advice: "The reference's .msgpack cannot hold its networks; .safetensors does."))
      }
      guard agent.normalization == nil else {
        throw CheckpointError(
          file: contents.source.name,
          .otherFile(
            kind: "an agent that normalises observations",
            advice:
              "The reference's .msgpack has no place for their mean and variance; .safetensors has."
          ))
      }
      let bytes = agent.messagePack()
      try writeFileAtomically(to: path) { sink in try bytes.withUnsafeBytes { try sink.write($0) } }
    } else {
      let (tensors, metadata) =
        switch agent.diffusion {
        case let schedule as CleanDiffuserSchedule: try agent.cleanDiffuserFile(schedule)
        case let flow as FlowSchedule: try agent.flowFile(flow)
        default: try agent.tensorFile()
        }
      try write(tensors, metadata, numbers, to: path)
    }
  case let actor as ActorPolicy where !isMessagePack:
    let (tensors, metadata) = try actor.tensorFile(of: contents.source.name)
    try write(tensors, metadata, numbers, to: path)
  default:
    throw CheckpointError(
      file: contents.source.name,
      .otherFile(
        kind: "a \(policy.description.kind.title)",
        advice: "Only IDQL agents are written as .msgpack; these and deterministic actors as "
          + ".safetensors."))
  }
}

private func write(
  _ tensors: [NamedTensor], _ metadata: [String: String], _ numbers: StoredNumbers, to path: String
) throws {
  var tensors = tensors
  if numbers == .float16 {
    for (index, tensor) in tensors.enumerated() where tensor.shape.count > 1 {
      if case .floats(let weights) = tensor.values,
        let large = weights.firstIndex(where: { $0.magnitude >= 65520 })
      {
        throw CheckpointError(
          file: path,
          .mismatch(
            tensor: tensor.name, found: "\(weights[large])", expected: "at most 65504 for float16"))
      }
      tensors[index] = tensor.halved
    }
  }
  try writeTensorFile(tensors, metadata: metadata, to: path)
}

// MARK: - Agents

extension IDQLPolicy {
  /// Under the names of the reference's parameter tree.
  fileprivate func tensorFile() throws -> ([NamedTensor], [String: String]) {
    let schedule = publishedForm
    var tensors = parameters.map { name, values in
      NamedTensor(name, shape: values.shape, .floats(values.numbers()))
    }
    tensors += schedules.map { name, values in
      NamedTensor("schedule.\(name)", shape: [values.count], .floats(values))
    }
    var settings: [String: JSONValue] = [
      "obs_dim": .number(Double(observationCount)), "act_dim": .number(Double(actionCount)),
      "activation": .text(activationName), "critic_activation": .text("relu"),
      "layer_norm_eps": .number(1e-6),
      "ddpm_temperature": .number(Double(options.temperature)),
      "clip_sampler": .flag(options.clipsEveryStep),
    ]
    settings["env"] = description.environment.map(JSONValue.text)
    var learner: [String: JSONValue] = [
      "T": .number(Double(schedule.steps)), "N": .number(Double(options.candidateCount)),
      "M": .number(Double(options.extraFinalSteps)),
      "critic_hyperparam": .number(options.criticParameter),
      "critic_objective": .text(options.criticObjective.rawValue),
    ]
    learner["beta_schedule"] = publishedSchedule.map { .text($0.rawValue) }
    settings["create_kwargs"] = .object(learner)
    settings["obs_normalization"] = normalization?.settings
    return (
      tensors,
      ["format": "idql-flax-v1", "hyperparameters": try JSONValue.object(settings).jsonText()]
    )
  }

  /// As `flax.serialization.to_bytes` writes the reference's agent, less what only training needs.
  fileprivate func messagePack() -> [UInt8] {
    var root = MessagePackMap()
    for (name, values) in parameters {
      root.set(
        .array(values.shape, values.numbers()), at: name.split(separator: ".").map(String.init))
    }
    for (name, values) in schedules { root.set(.array([values.count], values), at: [name]) }
    root.set(.integer(options.candidateCount), at: ["N"])
    root.set(.integer(diffusion.steps), at: ["T"])
    root.set(.integer(options.extraFinalSteps), at: ["M"])
    root.set(.number(Double(options.temperature)), at: ["ddpm_temperature"])
    root.set(.number(options.criticParameter), at: ["critic_hyperparam"])
    root.set(.text(options.criticObjective.rawValue), at: ["critic_objective"])
    root.set(.flag(options.clipsEveryStep), at: ["clip_sampler"])
    root.set(.text(activationName), at: ["activation"])
    if let environment = description.environment { root.set(.text(environment), at: ["env"]) }
    return root.bytes
  }

  /// The schedule of the reference's agents.
  private var publishedForm: NoiseSchedule {
    guard let schedule = diffusion as? NoiseSchedule else {
      preconditionFailure("an agent of another library has a form of its own")
    }
    return schedule
  }

  private var schedules: [(String, [Float])] {
    let schedule = publishedForm
    return [
      ("betas", schedule.betas), ("alphas", schedule.alphas), ("alpha_hats", schedule.alphaHats),
    ]
  }

  private var publishedSchedule: NoiseSchedule.Kind? {
    let schedule = publishedForm
    return NoiseSchedule.Kind.allCases.first {
      NoiseSchedule($0, steps: schedule.steps) == schedule
    }
  }

  private var activationName: String {
    description.settings.first { $0.name == "family" }.flatMap { LearnerFamily(rawValue: $0.value) }
      .map(\.activation.rawValue) ?? "swish"
  }
}

extension ObservationNormalization {
  /// As the key `obs_normalization` has it.
  fileprivate var settings: JSONValue {
    .object([
      "mean": .list(mean.map(JSONValue.number)), "var": .list(variance.map(JSONValue.number)),
      "clip": bound.isFinite ? .number(bound) : .null, "epsilon": .number(epsilon),
    ])
  }
}

// MARK: - Actors

extension ActorPolicy {
  fileprivate func tensorFile(of name: String) throws -> ([NamedTensor], [String: String]) {
    var tensors: [NamedTensor] = []
    // as PyTorch's Sequential numbers them, since a norm may stand between
    var number = 0
    for step in network.steps {
      switch step {
      case .dense(let layer, let isActivated):
        let (weight, bias) = layer.unpacked()
        tensors.append(
          NamedTensor(
            "net.\(number).weight", shape: [layer.outputCount, layer.inputCount], .floats(weight)))
        tensors.append(NamedTensor("net.\(number).bias", shape: [bias.count], .floats(bias)))
        number += isActivated ? 2 : 1
      case .norm(let norm, let isActivated):
        tensors.append(
          NamedTensor(
            "net.\(number).weight", shape: [norm.scale.count], .floats(norm.scale.array)))
        tensors.append(
          NamedTensor("net.\(number).bias", shape: [norm.bias.count], .floats(norm.bias.array)))
        number += isActivated ? 2 : 1
      case .clip:
        throw CheckpointError(
          file: name,
          .otherFile(
            kind: "an actor that bounds its mean (state-dependent exploration)",
            advice: "It has no form in safetensors; use the .zip itself."))
      }
    }
    let activation = Activation.named.filter { $0.value == network.activation }.keys.sorted()[0]
    var settings: [String: JSONValue] = [
      "activation": .text(activation), "squash": .flag(squashes),
    ]
    settings["env"] = description.environment.map(JSONValue.text)
    settings["algorithm"] =
      description.settings.first { $0.name == "algorithm" }.map { .text($0.value) }
    if padsObservations { settings["pad_zeros_to"] = .number(Double(observationCount)) }
    if let timeFeature {
      settings["time_feature"] = .object(["max_steps": .number(Double(timeFeature.stepLimit))])
    }
    settings["obs_normalization"] = normalization?.settings
    if let bounds {
      settings["action_low"] = .list(bounds.low.map { .number(Double($0)) })
      settings["action_high"] = .list(bounds.high.map { .number(Double($0)) })
    }
    return (tensors, ["policy": try JSONValue.object(settings).jsonText()])
  }
}

// MARK: - msgpack

/// Nested maps of msgpack, in the order of their keys.
private struct MessagePackMap {
  enum Value {
    case array([Int], [Float])
    case integer(Int)
    case number(Double)
    case text(String)
    case flag(Bool)
    case map(MessagePackMap)
  }

  private var entries: [String: Value] = [:]

  mutating func set(_ value: Value, at path: [String]) {
    guard let key = path.first else { return }
    if path.count == 1 {
      entries[key] = value
    } else {
      var inner = MessagePackMap()
      if case .map(let there) = entries[key] { inner = there }
      inner.set(value, at: Array(path.dropFirst()))
      entries[key] = .map(inner)
    }
  }

  var bytes: [UInt8] {
    entries.sorted { $0.key < $1.key }.reduce(into: [0xDE] + big(entries.count, 2)) {
      bytes, entry in
      bytes += Self.text(entry.key) + Self.bytes(entry.value)
    }
  }

  private static func bytes(_ value: Value) -> [UInt8] {
    switch value {
    case .map(let map): return map.bytes
    case .flag(let flag): return [flag ? 0xC3 : 0xC2]
    case .integer(let number): return [0xD3] + big(number, 8)
    case .number(let number): return [0xCB] + big(Int(bitPattern: UInt(number.bitPattern)), 8)
    case .text(let text): return Self.text(text)
    case .array(let shape, let values):
      let data = values.withUnsafeBytes(Array.init)
      let content =
        [0x93, 0x90 | UInt8(shape.count)] + shape.flatMap { [0xCE] + big($0, 4) }
        + text("float32") + [0xC6] + big(data.count, 4) + data
      return [0xC9] + big(content.count, 4) + [1] + content
    }
  }

  private static func text(_ text: String) -> [UInt8] {
    let utf8 = Array(text.utf8)
    return [0xDA] + big(utf8.count, 2) + utf8
  }
}

private func big(_ number: Int, _ width: Int) -> [UInt8] {
  (0..<width).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}
