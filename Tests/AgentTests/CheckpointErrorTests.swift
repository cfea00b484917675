import Foundation
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLAgent

@Suite struct CheckpointErrorTests {
  /// Loads a fixture after a change and expects to be refused with `message`.
  private func expectRefusal(
    _ fixture: String, _ message: String, sourceLocation: SourceLocation = #_sourceLocation,
    metadata change: (inout [String: String]) -> Void = { _ in },
    tensors edit: (inout [String: Tensor<Float>]) -> Void = { _ in }
  ) throws {
    let file = try Fixtures.tensors(fixture)
    var metadata = file.metadata
    var tensors: [String: Tensor<Float>] = [:]
    for name in file.names { tensors[name] = try file.floats(name) }
    change(&metadata)
    edit(&tensors)
    try withTemporaryFolder { folder in
      let path = folder + "/policy"
      try writeTensorFile(
        tensors.map { NamedTensor($0.key, shape: $0.value.shape, .floats($0.value.values)) },
        metadata: metadata, to: path)
      expectMessage("\(path): \(message)", sourceLocation: sourceLocation) {
        _ = try loadPolicy(contentsOf: path)
      }
    }
  }

  @Test func namesMissingTensors() throws {
    try expectRefusal(
      "tiny_mlp",
      "tensor 'target_score_model.MLP_1.Dense_1.bias' is missing. "
        + "There is 'target_score_model.MLP_0.Dense_1.bias'."
    ) { _ in
    } tensors: {
      $0["target_score_model.MLP_1.Dense_1.bias"] = nil
    }
    try expectRefusal(
      "tiny_mlp",
      "tensor 'value.OutputVDense.kernel' is missing. There is 'value.OutputVDense.bias'."
    ) { _ in
    } tensors: {
      $0["value.OutputVDense.kernel"] = nil
    }
    try expectRefusal("actor_timed", "tensor 'net.0.weight' is missing. There is 'net.1.weight'.") {
      _ in
    } tensors: {
      $0["net.0.weight"] = nil
    }
  }

  /// Layers are numbered, and settings may be tensors of one element: neither is computed with
  /// before it is known to be small.
  @Test func numbersOfSixtyFourBitsAreRefused() throws {
    for (fixture, tensor) in [
      ("actor_timed", "net.9223372036854775807.weight"),
      ("actor_timed", "net.-9223372036854775808.weight"), ("tiny_mlp", "T"),
      ("tiny_mlp", "schedule.T"), ("tiny_mlp", "N"),
    ] {
      let file = try Fixtures.tensors(fixture)
      let tensors = try file.names.map { name in
        let tensor = try file.floats(name)
        return NamedTensor(name, shape: tensor.shape, .floats(tensor.values))
      }
      for number in [Int64.max, .min] {
        try withTemporaryFolder { folder in
          let path = folder + "/policy"
          try writeTensorFile(
            tensors + [NamedTensor(tensor, shape: [1], .integers([number]))],
            metadata: file.metadata, to: path)
          do {
            let policy = try loadPolicy(contentsOf: path)
            #expect(policy.description.unused.map(\.name).contains { tensor.hasPrefix($0) })
          } catch {
            #expect(error is CheckpointError, "\(error)")
          }
        }
      }
    }
  }

  @Test func namesWrongShapes() throws {
    func zeros(_ shape: Int...) -> Tensor<Float> {
      Tensor(shape: shape, values: [Float](repeating: 0, count: shape.reduce(1, *)))
    }
    let cases: [(tensor: String, value: Tensor<Float>, message: String)] = [
      (
        "target_score_model.MLP_1.Dense_2.kernel", zeros(21, 24),
        "tensor 'target_score_model.MLP_1.Dense_2.kernel' has shape [21, 24]; expected [20, any]."
      ),
      (
        "target_score_model.MLP_1.Dense_0.kernel", zeros(14, 24),
        "tensor 'target_score_model.MLP_1.Dense_0.kernel' has shape [14, 24]; expected more than "
          + "2 + 12 inputs, for action, observation and condition."
      ),
      (
        "target_critic.VmapStateActionValue_0.MLP_0.Dense_1.kernel", zeros(3, 18, 16),
        "tensor 'target_critic.VmapStateActionValue_0.MLP_0.Dense_1.kernel' has shape [3, 18, 16]; "
          + "expected [2, 18, any]."
      ),
      (
        "value.MLP_0.Dense_0.kernel", zeros(6, 17),
        "tensor 'value.MLP_0.Dense_0.kernel' has shape [6, 17]; expected [5, any]."
      ),
      (
        "target_score_model.FourierFeatures_0.kernel", zeros(0, 1),
        "tensor 'target_score_model.FourierFeatures_0.kernel' has shape [0, 1]; expected [any, 1]."
      ),
    ]
    for (name, value, message) in cases {
      try expectRefusal("tiny_mlp", message) { _ in
      } tensors: {
        $0[name] = value
      }
    }
  }

  @Test func namesValuesThatAreNotFinite() throws {
    for (value, text) in [(Float.nan, "nan"), (-.infinity, "-inf")] {
      try expectRefusal(
        "tiny_mlp",
        "tensor 'value.MLP_0.Dense_1.bias' holds \(text) at index 3; every weight must be finite."
      ) { _ in
      } tensors: {
        $0["value.MLP_0.Dense_1.bias"]?.values[3] = value
      }
    }
  }

  @Test func namesSettingsThatCannotBe() throws {
    let cases = [
      (
        "\"T\": 5", "\"T\": 0",
        "setting 'hyperparameters.create_kwargs.T' is 0; expected 1 to 1000 diffusion steps."
      ),
      (
        "\"T\": 5", "\"T\": 5.5",
        "setting 'hyperparameters' is not valid JSON; expected a JSON object."
      ),
      (
        "\"T\": 5", "\"T\": \"5\"",
        "setting 'hyperparameters.create_kwargs.T' is of another type; expected Int."
      ),
      (
        "\"N\": 64", "\"N\": 0",
        "setting 'hyperparameters (candidateCount)' is 0; expected 1 to 65536."
      ),
      (
        "\"vp\"", "\"sigmoid\"",
        "setting 'hyperparameters.create_kwargs.beta_schedule' is 'sigmoid'; "
          + "expected vp, cosine, linear."
      ),
      (
        "\"expectile\"", "\"huber\"",
        "setting 'hyperparameters.create_kwargs.critic_objective' is 'huber'; "
          + "expected expectile, quantile, exponential."
      ),
      (
        "\"mish\"", "\"gelu\"",
        "setting 'hyperparameters.activation' is 'gelu'; expected swish or mish."
      ),
      (
        "\"relu\"", "\"elu\"",
        "setting 'hyperparameters.critic_activation' is 'elu'; expected relu."
      ),
      ("1e-06", "1e-05", "setting 'hyperparameters.layer_norm_eps' is 1e-05; expected 1e-06."),
      (
        "\"obs_dim\": 5", "\"obs_dim\": 6",
        "setting 'hyperparameters.obs_dim' is 6; expected 5, as in the tensors."
      ),
      ("{", "[", "setting 'hyperparameters' is not valid JSON; expected a JSON object."),
    ]
    for (old, new, message) in cases {
      try expectRefusal("tiny_mlp", message) {
        let text = $0["hyperparameters"] ?? ""
        #expect(text.contains(old))
        $0["hyperparameters"] = text.replacingOccurrences(of: old, with: new)
      }
    }
    try expectRefusal(
      "tiny_mlp",
      "tensor 'schedule.betas' holds 0.5 at index 0; expected 0.19587456, which the schedule in the "
        + "settings gives."
    ) { _ in
    } tensors: {
      $0["schedule.betas"] = Tensor(shape: [5], values: [0.5, 0.5, 0.5, 0.5, 0.5])
    }
  }

  @Test func namesActorSettingsThatCannotBe() throws {
    let cases = [
      (
        "\"tanh\"", "\"cube\"",
        "setting 'policy.activation' is 'cube'; expected one of elu, gelu, gelu_tanh, leaky_relu, mish, "
          + "none, relu, silu, swish, tanh."
      ),
      ("\"squash\": false, ", "", "setting 'policy.squash' is missing; expected a value."),
      (
        "\"max_steps\": 1000", "\"max_steps\": 0",
        "setting 'policy.time_feature.max_steps' is 0; expected at least 1."
      ),
      (
        "\"pad_zeros_to\": 90", "\"pad_zeros_to\": 9",
        "setting 'policy.pad_zeros_to' is 9; expected 90, as in the tensors."
      ),
      (
        "\"mean\": [", "\"mean\": [0, ",
        "setting 'policy.obs_normalization' is 92 means and 91 variances; "
          + "expected 91 of each, one per input."
      ),
      (
        "\"clip\": 10.0", "\"clip\": 0",
        "setting 'policy.obs_normalization' is a variance, epsilon or bound that is not positive; "
          + "expected var + epsilon and clip above 0."
      ),
    ]
    for (old, new, message) in cases {
      try expectRefusal("actor_timed", message) {
        let text = $0["policy"] ?? ""
        #expect(text.contains(old))
        $0["policy"] = text.replacingOccurrences(of: old, with: new)
      }
    }
  }

  @Test func tellsTheFamilyOrSaysWhyNot() throws {
    // without settings and without MLP_1, nothing is left to go by
    try expectRefusal(
      "tiny_mlp",
      "the file does not say its family, which would have to be assumed and change every action; "
        + "state them with --family simple (swish) or --family full (mish)."
    ) {
      $0 = [:]
    } tensors: {
      $0["target_score_model.MLP_1.Dense_0.kernel"] = nil
    }
    try expectRefusal(
      "tiny_mlp",
      "setting 'family' is simple by activation swish, but full by a score network without residual "
        + "blocks; expected one of the two."
    ) {
      $0["hyperparameters"] = $0["hyperparameters"]?.replacing("mish", with: "swish")
    }
    #expect(try Fixtures.idql("tiny_mlp.msgpack").description.settings[0].value == "full")
    #expect(try Fixtures.hopperFull.get().description.settings[0].value == "full")
  }

  /// An archive with one empty entry.
  private static func archive(of name: String) -> [UInt8] {
    let zeros = { [UInt8](repeating: 0, count: $0) }
    let count = UInt8(name.utf8.count)
    let local = [0x50, 0x4b, 3, 4] + zeros(22) + [count] + zeros(3) + Array(name.utf8)
    let entry = [0x50, 0x4b, 1, 2] + zeros(24) + [count] + zeros(17) + Array(name.utf8)
    return local + entry + [0x50, 0x4b, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0]
      + [UInt8(entry.count), 0, 0, 0, UInt8(local.count), 0, 0, 0, 0, 0]
  }

  @Test func recognisesFilesByContent() throws {
    for bytes in [[], Array("PK zip".utf8)] {
      let error = #expect(throws: CheckpointError.self) {
        try loadPolicy(bytes: bytes, named: "x")
      }
      // other tests may have registered formats of their own, which stand in front of these
      let line = error?.description ?? ""
      #expect(line.hasPrefix("x: holds no policy of a known format; known are: "))
      #expect(
        line.hasSuffix(
          "deterministic actor in safetensors, IDQL agent in safetensors, Stable-Baselines3 policy in "
            + "a zip, policy in PyTorch's format, policy in PyTorch's old format, IDQL agent in a "
            + "pickle, IDQL agent in flax msgpack."
        ))
    }
    let cases: [(bytes: [UInt8], message: String)] = [
      (
        Array("PK\u{3}\u{4} zip".utf8),
        "x: the archive cannot be read: its directory is missing, so it was cut short."
      ),
      (
        // an archive of one entry, whose name has a line break
        Self.archive(of: "a\nb"),
        "x: is a zip archive of 'a\\nb'. A policy's holds 'policy.pth' (Stable-Baselines3) or 'data.pkl' "
          + "(PyTorch)."
      ),
      (
        Array("version https://git-lfs.github.com/spec/v1\n".utf8),
        "x: is a Git LFS pointer, not the file itself. Fetch the file: git lfs pull."
      ),
      (
        Array("<!DOCTYPE html>".utf8),
        "x: is an HTML page. Probably a server's answer in place of the file: download it again."
      ),
      ([0x1f, 0x8b, 8], "x: is a gzip file. Unpack it first: gunzip FILE, or tar xzf FILE."),
      (
        [2, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8),
        "x: holds no policy: an IDQL agent has tensors named 'target_score_model.…', an actor has "
          + "the metadata key 'policy'; found no tensors."
      ),
      ([0x80, 0x00], "x: byte 1: found 0x0, expected the end of the file."),
      (
        [0x81, 0xA1, 0x61, 0xC0],
        "x: holds no policy: an IDQL agent has tensors named 'target_score_model.…', an actor has "
          + "the metadata key 'policy'; found no tensors."
      ),
    ]
    for (bytes, message) in cases {
      expectMessage(message) { _ = try loadPolicy(bytes: bytes, named: "x") }
    }
    expectMessage("/no/such/file: cannot open the file: No such file or directory.") {
      _ = try loadPolicy(contentsOf: "/no/such/file")
    }
  }
}

@Suite struct MessagePackTests {
  private func read(_ bytes: [UInt8]) throws -> StoredTree {
    try readFlaxMessagePack(PolicyContents(bytes: bytes, named: "x"))
  }

  /// {"a": leaf}.
  private func map(_ leaf: [UInt8]) -> [UInt8] { [0x81, 0xA1, 0x61] + leaf }

  /// An extension of type 1 with this content.
  private func array(_ content: [UInt8]) -> [UInt8] { [0xC7, UInt8(content.count), 1] + content }

  private let float32: [UInt8] = [0xA7] + Array("float32".utf8)

  @Test func readsEveryFormFlaxWrites() throws {
    let one: [UInt8] = [0xC4, 4, 0, 0, 0x80, 0x3F]
    // {"a": {"b": [1.0] as float32 of shape (1, 1)}, "n": 3, "s": "text", "z": null}
    let leaf = array([0x93, 0x92, 1, 1] + float32 + one)
    let bytes =
      [0x84, 0xA1, 0x61, 0x81, 0xD9, 1, 0x62] + leaf
      + [0xA1, 0x6E, 0x03, 0xA1, 0x73, 0xA4] + Array("text".utf8) + [0xA1, 0x7A, 0xC0]
    let tree = try read(bytes)
    #expect(tree.tensors.keys.sorted() == ["a.b"])
    #expect(tree.tensors["a.b"]?.shape == [1, 1])
    #expect(tree.tensors["a.b"]?.numbers(as: Float.self) == [1])
    #expect(tree.scalars == ["n": .integer(3), "s": .text("text"), "z": .nothing])
    // a scalar of type int64 in a 16-byte extension... and an empty array
    let int64: [UInt8] =
      [0x93, 0x90, 0xA5] + Array("int64".utf8) + [0xC4, 8, 5, 0, 0, 0, 0, 0, 0, 0]
    #expect(try read(map(array(int64))).tensors["a"]?.numbers(as: Float.self) == [5])
    #expect(
      try read(map(array([0x93, 0x91, 0] + float32 + [0xC4, 0]))).tensors["a"]?
        .numbers(as: Float.self) == [])
    // lists, negative and wide numbers, a NumPy scalar and a complex number
    let numbers: [UInt8] = [
      0x96, 0xFF, 0xD1, 0xFF, 0x7F, 0xCB, 0x3F, 0xE0, 0, 0, 0, 0, 0, 0, 0xC3, 0xC7, 2, 2, 0xC0,
      0xC0,
    ]
    let scalar = [0xC7, UInt8(10 + 6), 3, 0x93, 0x90] + float32 + [0xC4, 4, 0, 0, 0, 0x40]
    let list = try read(map(numbers + scalar))
    #expect(list.scalars["a.0"] == .integer(-1) && list.scalars["a.1"] == .integer(-129))
    #expect(list.scalars["a.2"] == .number(0.5) && list.scalars["a.3"] == .flag(true))
    #expect(list.scalars["a.4"] == .other("a complex number"))
    #expect(list.tensors["a.5"]?.numbers(as: Float.self) == [2])
    // elements of another type, two bytes of them
    let foreign = try read(map(array([0x93, 0x91, 1, 0xA2] + Array("f8".utf8) + [0xC4, 2, 0, 0])))
    #expect(foreign.scalars["a"] == .foreignArray("f8"))
  }

  @Test func namesWhatIsWrong() {
    let deep = [UInt8](repeating: 0, count: 40).flatMap { _ in [0x81, 0xA1, 0x61] as [UInt8] }
    let step: [UInt8] = [0x81, 0xD9, 255] + Array(repeating: 0x61, count: 255)
    let long = Array(repeating: step, count: 5).joined() + [1]
    var wide: [UInt8] = [0xDF, 0, 1, 0, 1]
    for key in 100_000...165_536 { wide += [0xA6] + Array("\(key)".utf8) + [1] }
    let cases: [(bytes: [UInt8], message: String)] = [
      ([0x81], "byte 1: found the end of the file, expected more data."),
      ([0x81, 0x05], "byte 1: found 0x5, expected a string."),
      (
        map([0xDB, 0xFF, 0xFF, 0xFF, 0xFF]),
        "byte 8: found 0 bytes before the end, expected 4294967295 more."
      ),
      ([0x81, 0xD9, 200, 0x61], "byte 3: found 1 bytes before the end, expected 200 more."),
      ([0x81, 0xDA, 1, 1], "byte 4: found a key of 257 bytes, expected at most 256."),
      ([0x81, 0xA1, 0xFF, 0], "byte 3: found a string that is not UTF-8, expected UTF-8 text."),
      (
        map([0xC1]),
        "byte 3: found 0xc1, expected a map, a list, an array in extension type 1, a number or a string."
      ),
      (
        map([0xC7, 0, 4]),
        "byte 5: found extension type 4, expected type 1, an array, 2, a complex number, or 3, a NumPy "
          + "scalar."
      ),
      (map(array([0x92])), "byte 6: found 0x92, expected the three parts of array 'a'."),
      (
        map(array([0x93, 0x91, 2] + float32 + [0xC4, 4, 0, 0, 0, 0])),
        "byte 23: found 4 bytes for array 'a' of shape [2], expected 8."
      ),
      (
        map(array([0x93, 0x90, 0xA1, 0x78])),
        "byte 10: found the end of the file, expected more data."
      ),
      (
        map(array([0x93, 0x90] + float32 + [0xC4, 4, 0, 0, 0, 0, 0])),
        "byte 22: found 0x0, expected the end of the array."
      ),
      (
        map(
          array([
            0x93, 0x94, 0xCE, 255, 255, 255, 255, 0xCE, 255, 255, 255, 255, 0xCE, 255, 255, 255,
            255, 1,
          ])), "byte 18: found a shape beyond 2^63 elements, expected one that fits in memory."
      ),
      (deep, "byte 96: found maps nested 32 deep, expected at most 32."),
      (Array(long), "byte 1290: found keys of more than 1024 bytes together, expected fewer."),
      (wide, "byte 524300: found more than 65536 values, expected fewer in a policy."),
      (
        [0x82, 0xA1, 0x61] + array([0x93, 0x90] + float32 + [0xC4, 4, 0, 0, 0, 0])
          + [0xA1, 0x61] + array([0x93, 0x90] + float32 + [0xC4, 4, 0, 0, 0, 0]),
        "byte 24: found a second array 'a', expected unique keys."
      ),
    ]
    for (bytes, message) in cases {
      expectMessage("x: " + message) { _ = try read(bytes) }
    }
  }

  /// Any damage gives a typed error, or a policy that acts: never a trap.
  @Test(arguments: [
    "tiny_mlp.msgpack", "tiny_mlp.safetensors", "actor_timed.safetensors", "policies/agent.msgpack",
    "policies/params_100.pkl", "policies/mlp.pt", "policies/mlp_stream.pt",
    "policies/ars_linear.zip",
  ])
  func survivesDamage(_ name: String) throws {
    let original = try goldenBytes(name)
    var state: UInt64 = 1
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    var (accepted, refused) = (0, 0)
    for _ in 0..<600 {
      var bytes = original
      for _ in 0...next(3) {
        // half of the damage goes to the headers, which are a small part of the file
        let index = next(next(2) == 0 ? bytes.count : min(bytes.count, 3000))
        switch next(4) {
        case 0: bytes[index] = UInt8(next(256))
        case 1: bytes[index] ^= 1 << UInt8(next(8))
        case 2: bytes.removeSubrange(index..<min(bytes.count, index + 1 + next(3)))
        default: bytes.insert(UInt8(next(256)), at: index)
        }
      }
      do {
        var stated = StatedSettings()
        stated.assumesTheRest = true
        _ = try loadPolicy(bytes: bytes, named: "damaged", stated: stated)
        accepted += 1
      } catch {
        #expect(error is CheckpointError || error is TensorFileError)
        #expect(!String(describing: error).contains("\n"))
        refused += 1
      }
    }
    // it would prove nothing if all or none passed; archives have checksums
    #expect(accepted > (name.hasSuffix(".pt") || name.hasSuffix(".zip") ? -1 : 10) && refused > 10)
  }
}
