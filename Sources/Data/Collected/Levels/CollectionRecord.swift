import IDQLEnvs
import IDQLTensors

/// What the folder of a collection says of the data sets that it made.
package struct CollectionRecord {
  /// A data set that was written.
  struct File: Codable, Equatable {
    var level: DataLevel
    /// Of its bytes, in lower-case hexadecimal digits.
    var sha256: String
  }

  private let settings: CollectionSettings
  private let files: [File]
  private let path: String
  /// Of the policy that was trained.
  package let curve: LearningCurve

  /// - Parameter path: of a folder `PREFIX-training`.
  /// - Throws: `CollectionError.noCollection`, `CollectionError.damaged`, `FileError`.
  package init(contentsOf path: String) throws {
    let snapshots = try Snapshots(existing: path)
    self.path = snapshots.path
    settings = try snapshots.read(CollectionSettings.self, from: snapshots.settings)
    files = try snapshots.finishedLevels()
    curve = try snapshots.writtenCurve()
  }

  /// The level of a data set of this collection.
  ///
  /// - Parameter sha256: of the file.
  /// - Throws: `CollectionError.notOfCollection`.
  package func level(of file: String, sha256: String) throws(CollectionError) -> DataLevel {
    guard let found = files.first(where: { $0.sha256 == sha256 }) else {
      throw .notOfCollection(
        file: file, collection: path, levels: files.map(\.level.rawValue))
    }
    return found.level
  }

  package var environment: String { settings.environment }
  package var seed: UInt64 { settings.seed }
  /// Version and revision of the program that began it.
  package var generator: String { "idql \(settings.version) (\(settings.gitRevision))" }
  package var recipe: String { settings.recipe?.text ?? "" }

  /// The command that makes the same files.
  package var command: String {
    let recipe = settings.recipe
    let options =
      (recipe?.options ?? []) + [
        ("save-levels", settings.levels.map(\.rawValue).joined(separator: ",")),
        ("rows", "\(settings.rows)"), ("seed", "\(settings.seed)"),
        ("out", String(path.dropLast(Snapshots.ending.count))),
      ]
    return "idql collect \(recipe?.name ?? "") --env \(settings.environment)"
      + options.map { " --\($0.0) \($0.1)" }.joined()
  }
}

extension TrainingRecipe {
  /// The options of its command, and their values.
  fileprivate var options: [(name: String, value: String)] {
    switch self {
    case .softActorCritic(let sac):
      [
        ("steps", "\(sac.steps)"), ("random-steps", "\(sac.randomSteps)"),
        ("environments", "\(sac.environmentCount)"),
        ("updates-per-step", "\(sac.updatesPerStep)"), ("batch", "\(sac.batchSize)"),
        ("precision", sac.precision.rawValue),
        ("eval-every", "\(sac.evaluation.every)"),
        ("eval-episodes", "\(sac.evaluation.episodes)"),
      ]
    case .randomSearch(let search):
      [
        ("iterations", "\(search.iterations)"), ("directions", "\(search.directionCount)"),
        ("kept", "\(search.keptCount)"), ("step-size", "\(search.stepSize)"),
        ("noise", "\(search.noise)"),
      ] + (search.finalNoise.map { [("final-noise", "\($0)")] } ?? []) + [
        ("healthy-share", "\(search.healthyShare)"),
        ("action-noise", "\(search.actionNoise)"),
        ("eval-every", "\(search.evaluation.every)"),
        ("eval-episodes", "\(search.evaluation.episodes)"),
      ]
    }
  }
}
