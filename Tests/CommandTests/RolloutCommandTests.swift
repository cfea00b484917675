import Foundation
import IDQLEnvs
import IDQLRandom
import IDQLTensors
import TestSupport
import Testing

@Suite struct RolloutCommandTests {
  func rollout(_ actions: NamedTensor, in folder: String, _ arguments: String...) throws
    -> TensorFile
  {
    try writeTensorFile([actions], to: "\(folder)/a")
    let result = try Command.start(
      ["rollout"] + arguments + ["--actions", "\(folder)/a", "--out", "\(folder)/t"]
    ).finish()
    #expect(result.status == 0 && result.output == "" && result.error == "")
    return try TensorFile(contentsOf: "\(folder)/t")
  }

  func randomActions(_ count: Int) -> [Double] {
    var generator = NumPyGenerator(seed: 3)
    return (0..<count).map { _ in generator.uniform(-1, 1) }
  }

  @Test func isWhatTheEnvironmentDoes() throws {
    try withTemporaryFolder { folder in
      let (steps, a) = (20, 6)
      let actions = randomActions(steps * a)
      let file = try rollout(
        NamedTensor("actions", shape: [steps, a], .doubles(actions)), in: folder, "HalfCheetah-v5",
        "--seed", "11")
      let environment = try makeEnvironment(id: "HalfCheetah-v5")
      environment.reset(seed: 11)
      var observations = environment.observation
      var rewards: [Double] = []
      for step in 0..<steps {
        rewards.append(environment.step(Array(actions[step * a..<(step + 1) * a])).reward)
        observations += environment.observation
      }
      #expect(try file.doubles("observations").values == observations)
      #expect(try file.shape("observations") == [steps + 1, 17])
      #expect(try file.doubles("rewards").values == rewards)
      #expect(try file.shape("qpos") == [steps + 1, 9])
      #expect(try file.shape("qvel") == [steps + 1, 9])
      #expect(try file.integers("terminated").values == Array(repeating: 0, count: steps))
      #expect(try file.integers("length").values == [steps])
      #expect(file.metadata["environment"] == "HalfCheetah-v5")
      #expect(file.metadata["physics"] == "mujoco4" && file.metadata["seed"] == "11")
    }
  }

  @Test func episodesHaveConsecutiveSeedsAndStopWhenTheyEnd() throws {
    try withTemporaryFolder { folder in
      let (episodes, steps, a) = (3, 400, 3)
      let actions = randomActions(episodes * steps * a)
      let all = try rollout(
        NamedTensor("actions", shape: [episodes, steps, a], .doubles(actions)), in: folder,
        "Hopper-v4", "--seed", "5")
      let lengths = try all.integers("length").values
      for episode in 0..<episodes {
        let one = try rollout(
          NamedTensor(
            "actions", shape: [steps, a],
            .doubles(Array(actions[episode * steps * a..<(episode + 1) * steps * a]))),
          in: folder, "Hopper-v4", "--seed", "\(5 + episode)")
        let length = lengths[episode]
        // a hopper that flails falls long before step 400
        #expect((2..<400).contains(length))
        #expect(try one.integers("length").values == [length])
        let rewards = try one.doubles("rewards").values
        #expect(rewards[..<length].allSatisfy { $0.isFinite })
        #expect(rewards[length...].allSatisfy { $0.isNaN })
        #expect(try one.integers("terminated").values.firstIndex(of: 1) == length - 1)
        let observations = try one.doubles("observations").values
        #expect(observations[..<((length + 1) * 11)].allSatisfy { $0.isFinite })
        #expect(observations[((length + 1) * 11)...].allSatisfy { $0.isNaN })
        let row = try all.doubles("observations").values[
          episode * (steps + 1) * 11..<(episode + 1) * (steps + 1) * 11]
        // as bits, because the padding is NaN
        #expect(row.map(\.bitPattern) == observations.map(\.bitPattern))
      }
    }
  }

  @Test func manyEnvironmentsDependOnNeitherLanesNorWorkers() throws {
    try withTemporaryFolder { folder in
      func run(_ arguments: String...) throws -> [String: Any] {
        let result = try Command.start(
          ["rollout", "--envs", "9", "--steps", "60", "--seed", "4", "--json", "-"] + arguments
        ).finish()
        #expect(result.status == 0 && result.error == "")
        try Fixture.write(result.output, to: "\(folder)/r.json")
        return try Fixture.json("\(folder)/r.json")
      }
      let alone = try run("--lanes", "1", "--workers", "1")
      let together = try run("--workers", "3")
      #expect(alone["environment"] as? String == "Hopper-v4")
      #expect(try #require(alone["episodes"] as? Int) > 9)
      for key in ["hash", "episodes", "mean_return", "mean_length"] {
        #expect(alone[key] as? NSObject == together[key] as? NSObject)
      }
      #expect(try run("--actions", "zero")["hash"] as? String != alone["hash"] as? String)
    }
  }

  @Test func otherShapesAreRefused() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      for shape in [[4], [4, 2], [1, 4, 6]] {
        try writeTensorFile(
          [
            NamedTensor(
              "actions", shape: shape,
              .floats(Array(repeating: 0, count: shape.reduce(1, *))))
          ], to: path)
        try expectRefusal(
          65,
          "\(path): 'actions' has the shape \(shape); it must be [steps, 3] or "
            + "[episodes, steps, 3] for Hopper-v4.",
          ["rollout", "Hopper-v4", "--actions", path, "--out", "\(folder)/t"])
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
    }
  }
}
