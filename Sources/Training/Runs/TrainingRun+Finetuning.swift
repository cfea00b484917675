import Foundation
import IDQLEnvs
import IDQLTensors

extension TrainingRun {
  /// Begins a run that fine-tunes the agent of another one (IDQL, online fine-tuning): on the same
  /// data, with its settings but for those that the reference has otherwise there: 256 transitions an
  /// update, an actor's rate that falls over 4e6 steps, an evaluation of 25 episodes every 25,000 steps.
  ///
  /// - Parameters:
  ///   - path: of the run to begin with.
  ///   - environment: to act in; nil for that of the run.
  ///   - steps: environment steps.
  ///   - settings: as for `RunConfiguration`.
  /// - Throws: as `init(creating:…)`.
  public convenience init(
    finetuning path: String, in environment: EnvironmentID?, out: String, steps: Int,
    trainsActor: Bool, settings: [String] = [], seed: UInt64
  ) throws {
    let base = RunFolder(path)
    guard RunFolder.isRun(base.path) else { throw RunError.noRun(path) }
    let description = try RunDescription(contentsOf: base.description)
    let environment = try environment ?? EnvironmentID(description.environment)
    let online = [
      "training.steps=0", "training.critic_steps=0", "online.steps=\(steps)",
      "online.train_actor=\(trainsActor)", "critic.batch_size=256", "actor.batch_size=256",
      "actor.decay_steps=4000000", "evaluation.every=25000", "evaluation.episodes=25",
    ]
    let configuration = try RunConfiguration(
      environment: environment, file: base.configuration, settings: online + settings)
    try self.init(
      creating: out, environment: environment, data: description.data.map(\.path),
      configuration: configuration, seed: seed, base: base)
  }
}
