import IDQLEnvs
import IDQLEvaluation

extension TrainingRun {
  /// Begins a run that fine-tunes the agent of another one (IDQL, online fine-tuning): on the same
  /// data, with its settings but for an online phase and the reference's batch size, learning rate
  /// schedule and evaluations for it.
  ///
  /// - Parameters:
  ///   - path: of the run to begin with.
  ///   - environment: to act in; nil for that of the run.
  ///   - out: path of the new run's folder, which must not exist.
  ///   - steps: environment steps.
  ///   - trainsActor: whether the actor is trained as well as critic and value function.
  ///   - settings: changes of the configuration, each `section.name=value`.
  ///   - seed: of everything that the run draws.
  ///   - cancellation: once set, no run is made.
  /// - Throws: as `init(creating:…)`.
  public convenience init(
    finetuning path: String, in environment: EnvironmentID?, out: String, steps: Int,
    trainsActor: Bool, settings: [String] = [], seed: UInt64,
    cancellation: Cancellation = Cancellation()
  ) throws {
    let base = RunFolder(path)
    guard RunFolder.isRun(base.path) else { throw RunError.noRun(path) }
    try base.requireNoLinks()
    let description = try RunDescription(contentsOf: base.description)
    let environment = try environment ?? EnvironmentID(description.environment)
    var configuration = try base.readConfiguration(environment)
    configuration.finetune(steps: steps, trainsActor: trainsActor)
    try configuration.apply(settings)
    try self.init(
      creating: out, environment: environment, data: description.data.map { $0.location(in: base) },
      configuration: configuration, seed: seed, base: base, cancellation: cancellation)
  }
}

extension RunConfiguration {
  /// Replaces the offline phases by an online phase of `steps` environment steps, with the
  /// reference's settings for it: 256 transitions per update, an actor's learning rate that decays
  /// over 4e6 steps, an evaluation of 25 episodes every 25,000 steps.
  mutating func finetune(steps: Int, trainsActor: Bool) {
    (training.steps, training.criticSteps) = (0, 0)
    (online.steps, online.trainsActor) = (steps, trainsActor)
    (critic.batchSize, actor.batchSize) = (256, 256)
    actor.decaySteps = 4_000_000
    (evaluation.every, evaluation.episodes) = (25_000, 25)
  }
}
