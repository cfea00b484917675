import ArgumentParser
import CommandSupport
import Envs
import Evaluation
import Physics
import Tensors

struct RolloutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollout", abstract: "Apply recorded actions to an environment.",
    discussion: """
      Reads actions (T,a), or (E,T,a) for episodes with the seeds S…S+E-1. Writes observations, qpos \
      and qvel, which begin with the state after the reset, rewards, terminated, truncated, and the \
      length of each episode; beyond it, numbers are NaN and flags zero.
      """)

  @Argument(help: "Environment.") var env: String
  @Option(help: "Actions (safetensors).") var actions: String
  @OptionGroup var output: OutputOption
  @Option(help: "Seed of the first reset.") var seed: UInt64 = 0
  @Option(help: "Physics profile; the environment's own if it is left out.")
  var physics: PhysicsProfile?

  func run() throws {
    let environment = try makeEnvironment(id: env, physics: physics)
    let sequences = try ActionSequences(TensorFile(contentsOf: actions), spec: environment.spec)
    let tensors = try replay(sequences, in: environment, seed: seed)
    var metadata = metadata(physics: environment.spec.physics)
    metadata["environment"] = environment.spec.id
    metadata["seed"] = String(seed)
    try writeTensorFile(tensors, metadata: metadata, to: output.out)
  }
}
