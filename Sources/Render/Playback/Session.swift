import IDQLEnvs
import IDQLPhysics

/// What a viewer was opened on: where episodes take place, who acts in them, and which they are.
public struct Session: Sendable {
  /// For a reader: the environment's id, or the model's name.
  public let title: String
  public let pilot: Pilot
  /// Of the evaluation whose episodes are seen.
  public let seed: UInt64
  public let makeEnvironment: @Sendable () throws -> any Environment
  /// Reads what it came from once more; nil if it came from no file.
  public var reload: (@Sendable () throws -> Session)?

  public init(
    title: String, pilot: Pilot, seed: UInt64 = 0,
    makeEnvironment: @escaping @Sendable () throws -> any Environment
  ) {
    self.title = title
    self.pilot = pilot
    self.seed = seed
    self.makeEnvironment = makeEnvironment
  }

  /// A model without a task.
  public init(model: Model) {
    self.init(title: model.name, pilot: .none) { ModelEnvironment(model) }
  }

  /// What can be made again from files that may have changed meanwhile.
  ///
  /// - Throws: what `make` throws.
  public init(from make: @escaping @Sendable () throws -> Session) throws {
    self = try make()
    reload = { try Session(from: make) }
  }

  /// Frames to keep where nobody acts, so that a session has no end: minutes, in some tens of
  /// megabytes.
  static let frameLimit = 20_000

  /// Episode `index`, at its first frame: the one that `idql eval` plays under that index and seed.
  public func recording(of index: Int) throws -> EpisodeRecording {
    if case .none = pilot {
      return try EpisodeRecording(
        episode: index, seed: seed, in: makeEnvironment(), pilot: pilot,
        frameLimit: Self.frameLimit)
    }
    return try EpisodeRecording(
      episode: index, seed: seed, in: makeEnvironment(), pilot: pilot)
  }
}
