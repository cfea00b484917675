import ArgumentParser
import IDQLEvaluation
import IDQLPhysics
import IDQLTensors

struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Step a model from given states.",
    discussion: """
      Reads qpos (K,nq), qvel (K,nv), ctrl (K,nu) held or (K,steps,nu), and qacc_warmstart (K,nv) if \
      it is there; every row is an independent start. Writes qpos, qvel, qacc, contact_count and \
      nonfinite, as float64 and integers.

      Example: idql simulate model.xml --states states.safetensors --steps 100 --out after.safetensors
      """)

  @Argument(help: "MJCF document.", completion: .file()) var model: String
  @Option(help: "States and controls (safetensors).", completion: .file()) var states: String
  @OptionGroup var output: OutputOption
  @Option(help: "Time steps to take.", within: .many) var steps = 1
  @Flag(help: "Write every step, with a time axis of length steps + 1.") var trajectory = false
  @Option(help: "Physics profile.") var physics = PhysicsProfile.mujoco4

  func run() throws {
    try requireOutputs(["--out": output.out], besides: [model, states])
    let model = try Model(contentsOf: model, profile: physics)
    let starts = try SimulationStarts(TensorFile(contentsOf: states), model: model, steps: steps)
    let tensors = try simulate(model, from: starts, steps: steps, keepsTrajectory: trajectory)
    try writeTensorFile(tensors, metadata: metadata(physics: physics), to: output.out)
  }
}

/// What every array file says about its origin.
func metadata(physics: PhysicsProfile) -> [String: String] {
  [
    "version": packageVersion, "git_revision": ProgramIdentity.current.sourceRevision,
    "physics": physics.name,
  ]
}
