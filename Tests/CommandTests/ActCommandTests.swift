import Foundation
import IDQLAgent
import IDQLTensors
import TestSupport
import Testing

@Suite struct ActCommandTests {
  /// Observations, noise and answers, recorded from the original code's formulas.
  let golden = goldenPath("infer_tiny_mlp.safetensors", of: "AgentTests")

  func act(_ arguments: [String], in folder: String) throws -> TensorFile {
    let out = "\(folder)/out"
    let result = try Command.start(["act"] + arguments + ["--out", out]).finish()
    #expect(result.status == 0 && result.output == "" && result.error == "")
    return try TensorFile(contentsOf: out)
  }

  @Test(arguments: [Fixture.agent, Fixture.agentMessagePack])
  func recordedNoiseGivesTheRecordedCandidates(_ policy: String) throws {
    try withTemporaryFolder { folder in
      let recorded = try TensorFile(contentsOf: golden)
      let observations = try recorded.floats("obs")
      try writeTensorFile(
        [NamedTensor("observations", shape: observations.shape, .floats(observations.values))],
        to: "\(folder)/o")
      let stated =
        policy == Fixture.agent ? [] : ["--diffusion-steps", "5", "--schedule", "vp"]
      let file = try act(
        [policy, "--observations", "\(folder)/o", "--noise", golden] + stated, in: folder)
      // the tolerances of the recording: single precision, in another order of operations
      expectClose(
        try file.floats("candidates").values, try recorded.floats("actions").values, within: 1e-5)
      expectClose(
        try file.floats("q").values, try recorded.floats("q").values, within: 1e-5, relative: 1e-4)
      expectClose(
        try file.floats("v").values, try recorded.floats("v").values, within: 1e-5, relative: 1e-4)
      #expect(try file.shape("candidates") == [3, 7, 2])
      #expect(try file.shape("q") == [3, 2, 7])
      #expect(try file.elementType("actions") == .float32)

      // the chosen action is the candidate with the largest of the smaller Qs
      let q = try file.floats("q").values
      let candidates = try file.floats("candidates").values
      for row in 0..<3 {
        let smaller = (0..<7).map { min(q[row * 14 + $0], q[row * 14 + 7 + $0]) }
        let best = try #require(smaller.indices.max { smaller[$0] < smaller[$1] })
        #expect(try file.integers("index").values[row] == best)
        #expect(
          try file.floats("actions").values[row * 2..<row * 2 + 2]
            == candidates[(row * 7 + best) * 2..<(row * 7 + best) * 2 + 2])
      }
    }
  }

  /// The choice of kernels moves a result within rounding, and between sets that are fused alike not
  /// at all.
  @Test func everySetOfKernelsGivesTheRecordedCandidates() throws {
    try withTemporaryFolder { folder in
      let recorded = try TensorFile(contentsOf: golden)
      let observations = try recorded.floats("obs")
      try writeTensorFile(
        [NamedTensor("observations", shape: observations.shape, .floats(observations.values))],
        to: "\(folder)/o")
      var first: [Bool: [Float]] = [:]
      for set in NetworkKernels.supported {
        let result = try Command.start(
          [
            "act", Fixture.agent, "--observations", "\(folder)/o", "--noise", golden, "--out",
            "\(folder)/\(set.name)",
          ], environment: ["IDQL_KERNELS": set.name]
        ).finish()
        #expect(result.status == 0 && result.error == "")
        let candidates = try TensorFile(contentsOf: "\(folder)/\(set.name)").floats("candidates")
        // as above: single precision, in another order of operations
        expectClose(
          candidates.values, try recorded.floats("actions").values, within: 1e-5, set.name)
        #expect(candidates.values == first[set.isFused, default: candidates.values], "\(set)")
        first[set.isFused] = candidates.values
      }
    }
  }

  /// More rows than are worked on at once, each with noise of its own.
  @Test func everyRowDependsOnItsNumberAndTheSeedAlone() throws {
    try withTemporaryFolder { folder in
      let rows = 70
      let values = (0..<rows * 5).map { sin(Float($0)) }
      func act(_ rows: Int, _ options: String...) throws -> [Float] {
        try writeTensorFile(
          [NamedTensor("observations", shape: [rows, 5], .floats(Array(values[..<(rows * 5)])))],
          to: "\(folder)/o")
        return try self.act(
          [Fixture.agent, "--observations", "\(folder)/o"] + options, in: folder
        ).floats("actions").values
      }
      let all = try act(rows)
      #expect(try act(3) == Array(all[..<6]))
      #expect(try act(66) == Array(all[..<132]))
      #expect(try act(3, "--seed", "1") != Array(all[..<6]))
      #expect(try act(3, "--rule", "implicit").count == 6)
    }
  }

  @Test func actorsGiveActionsOnly() throws {
    try withTemporaryFolder { folder in
      try writeTensorFile(
        [NamedTensor("observations", shape: [2, 11], .floats(Array(repeating: 0.1, count: 22)))],
        to: "\(folder)/o")
      let file = try act([Fixture.hopperActor, "--observations", "\(folder)/o"], in: folder)
      #expect(file.names == ["actions"])
      #expect(try file.shape("actions") == [2, 3])
      try expectRefusal(
        64, "--noise acts on IDQL agents only; an actor draws none.",
        [
          "act", Fixture.hopperActor, "--observations", "\(folder)/o", "--noise", golden, "--out",
          "\(folder)/x",
        ])
    }
  }

  @Test func whatDoesNotFitIsRefused() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/o"
      func expect(_ line: String, status: Int32 = 65, _ options: String...) throws {
        try expectRefusal(
          status, line,
          ["act", Fixture.agent, "--observations", path, "--out", "\(folder)/x"] + options)
      }
      try writeTensorFile(
        [NamedTensor("observations", shape: [2, 4], .floats(Array(repeating: 0, count: 8)))],
        to: path)
      try expect("\(path): 'observations' has the shape [2, 4]; it must be [rows, 5].")
      try writeTensorFile(
        [NamedTensor("observations", shape: [2, 5], .floats(Array(repeating: 0, count: 10)))],
        to: path)
      try expect(
        "\(golden): 'noise_init' has the shape [3, 7, 2]; it must be [2, candidates, 2].",
        "--noise", golden)
      try writeTensorFile(
        [NamedTensor("observations", shape: [3, 5], .floats(Array(repeating: 0, count: 15)))],
        to: path)
      try expect(
        "--candidates is 8, but the noise is for 7.", "--noise", golden, "--candidates", "8")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["o"])
    }
  }
}
