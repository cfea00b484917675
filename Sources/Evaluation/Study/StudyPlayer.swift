import IDQLAgent
import IDQLEnvs

/// Plays episodes of a study and writes them as parts.
package struct StudyPlayer: Sendable {
  package let folder: StudyFolder
  /// Threads.
  package var workers = EvaluationPlan.defaultWorkers
  /// Episodes that a thread plays in lockstep.
  package var batch = EvaluationPlan.defaultBatch
  /// So often, at least, what has finished is written: no more is lost if the process is killed.
  package var secondsBetweenParts = 60.0

  package init(_ folder: StudyFolder) { self.folder = folder }

  /// Plays all of the work, cell after cell; after a cancellation what has finished is written, and it returns.
  ///
  /// - Parameter onProgress: of the cell at hand.
  /// - Returns: the number of episodes played.
  /// - Throws: `StudyError`, `EvaluationError`, `EnvironmentError`, `FileError`; what was played is written first.
  package func play(
    _ work: [StudyWork], cancellation: Cancellation = Cancellation(),
    onProgress: @escaping @Sendable (EvaluationProgress) -> Void = { _ in }
  ) throws -> Int {
    try folder.requireThisProgram()
    var policy: (index: Int, loaded: LoadedPolicy)?
    var played = 0
    for work in work where !cancellation.isCancelled {
      let cell = folder.plan.cells[work.cell]
      let environment = folder.plan.environments[cell.environment]
      if policy?.index != cell.policy {
        policy = (cell.policy, try folder.policy(cell.policy))
      }
      guard let policy else { continue }
      let make = try environment.maker(seed: cell.seed)
      let tasks = max(1, environment.tasks)
      var plan = try EvaluationPlan(
        episodes: cell.episodes / tasks, tasks: tasks, seed: cell.seed, workers: workers,
        batch: batch)
      plan.only = work.episodes
      let writer = try PartWriter(
        folder, cell: work.cell, physics: make().spec.physics.name,
        seconds: secondsBetweenParts, cancellation: cancellation)
      let result = Result {
        try evaluate(
          policy.loaded, plan: plan, cancellation: cancellation, onProgress: onProgress,
          onEpisodes: { writer.add($0) }, makeEnvironment: make)
      }
      try writer.flush()
      played += try result.get().episodes.count
    }
    return played
  }
}

/// Collects the finished episodes of a cell, from any thread, and writes them from time to time.
private final class PartWriter: Sendable {
  private struct Contents: Sendable {
    var episodes: [Episode] = []
    var start = ContinuousClock.now
    var failure: (any Error)?
  }

  private let folder: StudyFolder
  private let cell: Int
  private let origin: StudyPart.Origin
  private let interval: Duration
  private let cancellation: Cancellation
  private let contents = Locked<Contents>(Contents())

  init(
    _ folder: StudyFolder, cell: Int, physics: String, seconds: Double, cancellation: Cancellation
  ) {
    self.folder = folder
    self.cell = cell
    let policy = folder.plan.policies[folder.plan.cells[cell].policy]
    origin = .here(physics: physics, precision: policy.selection?.precision)
    interval = .seconds(seconds)
    self.cancellation = cancellation
  }

  func add(_ episodes: [Episode]) {
    contents.withLock { contents in
      contents.episodes += episodes
      if contents.start.duration(to: .now) >= interval { write(&contents) }
    }
  }

  /// - Throws: what writing threw, now or before.
  func flush() throws {
    try contents.withLock { contents in
      write(&contents)
      if let failure = contents.failure { throw failure }
    }
  }

  private func write(_ contents: inout Contents) {
    guard !contents.episodes.isEmpty, contents.failure == nil else { return }
    let episodes = contents.episodes.sorted { $0.index < $1.index }
    let part = StudyPart(
      plan: folder.id, cell: cell, origin: origin,
      environmentSteps: episodes.reduce(0) { $0 + $1.length },
      seconds: contents.start.duration(to: .now) / .seconds(1), episodes: episodes)
    do {
      try part.write(into: folder.partsPath)
      contents.episodes = []
      contents.start = .now
    } catch {
      contents.failure = error
      // nothing more could be kept
      cancellation.cancel()
    }
  }
}
