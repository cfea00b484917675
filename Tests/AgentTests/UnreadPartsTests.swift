import Foundation
import IDQLSpelling
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLAgent

/// What a file holds and nothing here reads is refused where a policy acts, unless its name says that it is of
/// training.
@Suite struct UnreadPartsTests {
  private func view(_ values: [Float]) throws -> TensorView {
    try #require(
      TensorView(
        shape: [values.count], type: .float32,
        storage: values.withUnsafeBytes { ByteStorage(copying: $0) }, range: 0..<4 * values.count))
  }

  private func object(_ text: String?) throws -> [String: JSONValue] {
    try #require(jsonObject(Data((text ?? "").utf8)))
  }

  /// The policy of a golden file of safetensors with changes.
  private func policy(
    _ fixture: String, key: String, adding tensors: [String] = [], assumesTheRest: Bool = false,
    metadata more: [String: String] = [:], _ change: (inout [String: JSONValue]) -> Void = { _ in }
  ) throws -> any Policy {
    let file = try Fixtures.tensors(fixture)
    var values = try StoredTree(file).tensors
    for name in tensors { values[name] = try view([0.5, 2]) }
    var settings = try object(file.metadata[key])
    change(&settings)
    var metadata = file.metadata.merging(more) { $1 }
    metadata[key] = try JSONValue.object(settings).jsonText()
    var stated = StatedSettings()
    stated.assumesTheRest = assumesTheRest
    let tree = ParameterTree(file: "x", StoredTree(values))
    if key == "policy" {
      return try ActorPolicy(
        tree, settings: metadata[key] ?? "", metadata: metadata, stated: stated)
    }
    return try IDQLPolicy(tree, metadata: metadata, stated: stated)
  }

  private let subjects = [("tiny_mlp", "hyperparameters"), ("actor_hopper_ars", "policy")]

  @Test func straysAreRefused() throws {
    for (fixture, key) in subjects {
      for tensor in ["obs_mean", "obs_rms.mean", "obs_normalization.var", "normalizer.std"] {
        expectMessage(
          "x: tensor '\(tensor)' of shape [2] is not read here: it would be left out in silence. Expected "
            + "beside a policy's networks are tensors of training, under a name such as actor, critic, "
            + "deviation, iql_q, log_std, model, modules_target_critic, opt_state, optimizer, rng, "
            + "score_model, step, value (Docs/Formats.md)."
        ) { _ = try policy(fixture, key: key, adding: [tensor]) }
        let looked = try policy(fixture, key: key, adding: [tensor], assumesTheRest: true)
        #expect(looked.description.unused.contains { tensor.hasPrefix($0.name) })
      }
      _ = try policy(fixture, key: key, adding: ["optimizer.state.0.exp_avg", "rng", "log_std"])
    }
  }

  @Test func settingsOfActionsAreRefused() throws {
    for (fixture, key) in subjects {
      for setting in [
        "observation_normalization", "obs_mean", "normalize_observations", "action_scale",
        "action_bias", "final_activation", "layer_norm", "time_features", "obs_clip",
        "diffusion_steps",
      ] {
        let message =
          "x: setting '\(setting)' is not read here, and by its name it could change actions; expected is "
          + "one that Docs/Formats.md lists, or none."
        expectMessage(message) { _ = try policy(fixture, key: key) { $0[setting] = .number(2) } }
        expectMessage(message) {
          _ = try policy(fixture, key: key, metadata: [setting: "[0.5]"])
        }
        let looked = try policy(fixture, key: key, assumesTheRest: true) {
          $0[setting] = .number(2)
        }
        #expect(looked.description.unknownSettings.contains(setting))
        // that there is no such thing may be said
        for none in [JSONValue.null, .flag(false)] {
          _ = try policy(fixture, key: key) { $0[setting] = none }
        }
      }
      expectMessage(
        "x: setting 'network.activation' is not read here, and by its name it could change actions; expected "
          + "is one that Docs/Formats.md lists, or none."
      ) {
        _ = try policy(fixture, key: key) { $0["network"] = .object(["activation": .text("gelu")]) }
      }
      // a part of a setting that is read
      func normalized(_ part: String) throws {
        let ones = JSONValue.list(
          Array(repeating: .number(1), count: fixture == "tiny_mlp" ? 5 : 11))
        _ = try policy(fixture, key: key) {
          $0["obs_normalization"] = .object([
            "mean": ones, "var": ones, part: ones, "epsilon": .number(0),
          ])
        }
      }
      try normalized("formula")
      let error = #expect(throws: CheckpointError.self) { try normalized("std") }
      #expect(error?.problem == .unreadSetting("obs_normalization.std"))
      for setting in [
        "reward_scale", "normalize_returns", "max_grad_norm", "lr_schedule", "norm_adv",
        "clip_range", "weight_decay_bias", "final_fc_init_scale", "batch_size",
        "policy_temperature",
      ] {
        _ = try policy(fixture, key: key) { $0[setting] = .number(2) }
      }
    }
  }

  @Test func numbersOfAWholeAgentAreRefusedLikewise() throws {
    let contents = try PolicyContents(contentsOf: goldenPath("policies/agent.msgpack"))
    for (name, isRefused) in [("obs_clip", true), ("config.normalizer", true), ("epochs", false)] {
      var tree = try readFlaxMessagePack(contents)
      try tree.insert(.number(5), at: name)
      let make = { try makePolicy(ParameterTree(file: "x", tree), metadata: [:], contents) }
      if isRefused {
        let error = #expect(throws: CheckpointError.self) { try make() }
        #expect(error?.problem == .unreadSetting(name))
      } else {
        _ = try make()
      }
    }
  }

  /// The arguments of the reference's `create` are read under `create_kwargs` and beside it.
  @Test func settingsAreReadInBothPlaces() throws {
    func agent(_ change: (inout [String: JSONValue]) -> Void) throws -> IDQLPolicy {
      try #require(policy("tiny_mlp", key: "hyperparameters", change) as? IDQLPolicy)
    }
    func inner(
      _ settings: inout [String: JSONValue], _ change: (inout [String: JSONValue]) -> Void
    ) {
      var part = settings["create_kwargs"]?.object ?? [:]
      change(&part)
      settings["create_kwargs"] = .object(part)
    }
    let moved = try agent { settings in
      settings["ddpm_temperature"] = nil
      settings["clip_sampler"] = nil
      inner(&settings) {
        $0["ddpm_temperature"] = .number(0.25)
        $0["clip_sampler"] = .flag(false)
      }
    }
    #expect(moved.options.temperature == 0.25 && !moved.options.clipsEveryStep)
    let flat = try agent { settings in
      settings.merge(settings["create_kwargs"]?.object ?? [:]) { $1 }
      settings["create_kwargs"] = nil
    }
    #expect(try flat.description.settings == agent { _ in }.description.settings)

    for (key, value, found) in [
      ("T", JSONValue.number(20), "5; expected 20"),
      ("N", .number(2), "64; expected 2"), ("M", .number(3), "0; expected 3"),
      ("beta_schedule", .text("cosine"), "vp; expected cosine"),
      ("critic_hyperparam", .number(0.9), "0.7; expected 0.9"),
    ] {
      expectMessage(
        "x: setting 'hyperparameters.create_kwargs.\(key)' is \(found), as hyperparameters.\(key) says."
      ) { _ = try agent { $0[key] = value } }
    }
    expectMessage(
      "x: setting 'hyperparameters.create_kwargs.num_qs' is 3; expected 2, as in the tensors."
    ) { _ = try agent { settings in inner(&settings) { $0["num_qs"] = .number(3) } } }
  }

  /// Python writes infinities and NaN, which JSON lacks.
  @Test func numbersOfPythonAreRead() throws {
    let file = try Fixtures.tensors("actor_timed")
    let text = try #require(file.metadata["policy"])
    func actor(_ text: String) throws -> ActorPolicy {
      try ActorPolicy(
        ParameterTree(file: "x", StoredTree(file)), settings: text, metadata: ["policy": text],
        stated: StatedSettings())
    }
    #expect(text.contains("\"clip\": 10.0"))
    for none in ["Infinity", "null"] {
      let unbounded = try actor(text.replacing("\"clip\": 10.0", with: "\"clip\": \(none)"))
      #expect(unbounded.normalization?.bound == .infinity)
      #expect(
        unbounded.description.settings.last?.value
          == "padded with zeros to 90, time feature over 1000 steps, normalised")
    }
    #expect(
      try actor(text.replacing("{\"env\"", with: "{\"lr\": NaN, \"least\": -Infinity, \"env\""))
        .normalization?.bound == 10)
    expectMessage(
      "x: setting 's' is a mean, variance or epsilon that is not finite; expected finite numbers."
    ) {
      _ = try NormalizationSettings(mean: [.nan], var: [1], clip: 10, epsilon: 0)
        .checked("s", count: 1, file: "x")
    }
  }

  @Test func noBoundIsConvertedAsNone() throws {
    try withTemporaryFolder { folder in
      let file = try Fixtures.tensors("actor_timed")
      let tensors = try file.names.map { name in
        let tensor = try file.floats(name)
        return NamedTensor(name, shape: tensor.shape, .floats(tensor.values))
      }
      let text = try #require(file.metadata["policy"])
      let source = "\(folder)/source"
      try writeTensorFile(
        tensors, metadata: ["policy": text.replacing("\"clip\": 10.0", with: "\"clip\": Infinity")],
        to: source)
      try convertPolicy(PolicyContents(contentsOf: source), to: "\(folder)/copy.safetensors")
      let copy = try loadPolicy(contentsOf: "\(folder)/copy.safetensors").policy as? ActorPolicy
      #expect(copy?.normalization?.bound == .infinity)
    }
  }

  /// flax's parameters have no place for statistics of observations; the environment is kept.
  @Test func convertsToMessagePackWithoutLoss() throws {
    try withTemporaryFolder { folder in
      let file = try Fixtures.tensors("tiny_mlp")
      let tensors = try file.names.map { name in
        let tensor = try file.floats(name)
        return NamedTensor(name, shape: tensor.shape, .floats(tensor.values))
      }
      let (source, target) = ("\(folder)/source", "\(folder)/target.msgpack")
      try writeTensorFile(tensors, metadata: file.metadata, to: source)
      try convertPolicy(PolicyContents(contentsOf: source), to: target)
      #expect(try loadPolicy(contentsOf: target).description.environment == "toy")

      var settings = try object(file.metadata["hyperparameters"])
      let ones = JSONValue.list(Array(repeating: .number(1), count: 5))
      settings["obs_normalization"] = .object([
        "mean": ones, "var": ones, "clip": .number(10), "epsilon": .number(1e-8),
      ])
      try writeTensorFile(
        tensors, metadata: ["hyperparameters": JSONValue.object(settings).jsonText()], to: source)
      expectMessage(
        "\(source): is an agent that normalises observations. The reference's .msgpack has no place for "
          + "their mean and variance; .safetensors has."
      ) { try convertPolicy(PolicyContents(contentsOf: source), to: target) }
    }
  }
}
