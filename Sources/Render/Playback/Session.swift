import IDQLEnvs
import IDQLPhysics

/// What a viewer shows: the environment, the policy and the seed of its episodes.
package struct Session: Sendable {
  /// For the user: the environment's id, or the model's name.
  package let title: String
  package let pilot: Pilot
  /// Of the evaluation whose episodes are shown.
  package let seed: UInt64
  package let makeEnvironment: @Sendable () throws -> any Environment
  /// Makes the session again from its files; nil if it came from no file.
  package var reload: (@Sendable () throws -> Session)?

  package init(
    title: String, pilot: Pilot, seed: UInt64 = 0,
    makeEnvironment: @escaping @Sendable () throws -> any Environment
  ) {
    self.title = title
    self.pilot = pilot
    self.seed = seed
    self.makeEnvironment = makeEnvironment
  }

  /// A model without a task.
  package init(model: Model) {
    self.init(title: model.name, pilot: .none) { ModelEnvironment(model) }
  }

  /// A session that can be made again from files that may have changed meanwhile.
  ///
  /// - Throws: what `make` throws.
  package init(from make: @escaping @Sendable () throws -> Session) throws {
    self = try make()
    reload = { try Session(from: make) }
  }

  /// Frames to keep of a session without a policy, which has no end: some minutes, in some tens of
  /// megabytes.
  static let frameLimit = 20_000

  /// Episode `index`, at its first frame: the one that `idql eval` plays with that index and seed.
  package func recording(of index: Int) throws -> EpisodeRecording {
    if case .none = pilot {
      return try EpisodeRecording(
        episode: index, seed: seed, in: makeEnvironment(), pilot: pilot,
        frameLimit: Self.frameLimit)
    }
    return try EpisodeRecording(
      episode: index, seed: seed, in: makeEnvironment(), pilot: pilot)
  }
}
