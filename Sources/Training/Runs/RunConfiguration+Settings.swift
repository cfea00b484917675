import IDQLAgent
import IDQLSpelling
import IDQLTraining

extension RunConfiguration {
  /// All settings: what a file and `--set` may name, of which type, and from where to where. Every run
  /// fits in 32 bits of steps.
  package static let settings: [Setting<Self>] =
    [.word("family", \.family, "published variant of the agent")]
    + Training.settings.map { $0.within("training", \.training) }
    + LearnerConfiguration.Actor.settings.map { $0.within("actor", \.actor) }
    + LearnerConfiguration.Critic.settings.map { $0.within("critic", \.critic) }
    + LearnerConfiguration.Diffusion.settings.map { $0.within("diffusion", \.diffusion) }
    + Online.settings.map { $0.within("online", \.online) }
    + Evaluation.settings.map { $0.within("evaluation", \.evaluation) }

  /// Those that runs of earlier versions lack: they were made with the defaults.
  static let laterSettings: Set = ["training.precision"]

  private static let steps = Bounds(0, 1_000_000_000)
  private static let interval = Bounds(1, 1_000_000_000)
  private static let candidates = Bounds(1, 65536)

  /// Checks every setting, so that a run that has begun is not ended by one.
  ///
  /// - Throws: `RunError.settingRange` or `LearnerError` for the first that is out of range.
  func validate() throws {
    for setting in Self.settings {
      if let expected = setting.expectation(in: self) {
        throw RunError.settingRange(
          setting.name, found: "\(setting.value(in: self))", expected: expected)
      }
    }
    // what depends on several settings; sizes of observations and actions add little to it
    _ = try learner(observationCount: 1, actionCount: 1)
  }
}

extension RunConfiguration.Training {
  fileprivate static let settings: [Setting<Self>] = [
    .count("steps", \.steps, RunConfiguration.steps, "updates of actor, V and Q"),
    .count(
      "critic_steps", \.criticSteps, RunConfiguration.steps, "further updates of V and Q alone"),
    .number(
      "discount", \.discount, LearnerConfiguration.discountBounds, "discount per environment step"),
    .word("precision", \.precision, "numbers that layers multiply"),
    .number(
      "validation_share", \.validationShare, .below(1, from: 0),
      "share of the transitions that is held out"),
    .count("log_every", \.logEvery, RunConfiguration.interval, "steps between rows of the log"),
    .count(
      "checkpoint_every", \.checkpointEvery, RunConfiguration.interval, "steps between checkpoints"),
  ]
}

extension RunConfiguration.Online {
  fileprivate static let settings: [Setting<Self>] = [
    .count("steps", \.steps, RunConfiguration.steps, "environment steps"),
    .count(
      "updates_after", \.updatesAfter, RunConfiguration.steps,
      "environment steps before the first update"),
    .flag("train_actor", \.trainsActor, "whether the actor is trained as well"),
    .count("candidates", \.candidates, RunConfiguration.candidates, "candidates drawn per action"),
  ]
}

extension RunConfiguration.Evaluation {
  fileprivate static let settings: [Setting<Self>] = [
    .count("every", \.every, RunConfiguration.interval, "steps between evaluations"),
    .count("episodes", \.episodes, Bounds(1, 1_000_000), "episodes of an evaluation"),
    .counts(
      "candidates", \.candidates, RunConfiguration.candidates, length: Bounds(0, 64),
      "candidates drawn per observation, an evaluation for each"),
    .number(
      "temperature", \.temperature, Bounds(0, 1_000_000), "factor of the diffusion steps' noise"),
    .count("seed", \.seed, Bounds(0, 1 << 62), "seed of the first episode"),
  ]
}
