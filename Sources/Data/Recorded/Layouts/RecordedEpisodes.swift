/// An episode among the rows of a recording.
struct RecordedEpisode: Equatable {
  /// Rows with its steps.
  var steps: Range<Int>
  /// After the last step.
  var lastObservation: [Float]
  /// The row whose state that is; nil if none has it.
  var lastRow: Int?
}

extension RecordedDataset {
  /// Episodes for layouts that have a state after the last step.
  ///
  /// Its observation is that of `nextObservations`, or of the row of a final state. Without either a
  /// step that was cut is left out and its own observation ends the episode, as D4RL's loader does;
  /// behind a step that ended the task, where nothing depends on it, its own observation is repeated.
  func recordedEpisodes(_ structure: EpisodeStructure) -> [RecordedEpisode] {
    var episodes: [RecordedEpisode] = []
    var start = 0
    for row in 0..<rowCount {
      if isFinalState?[row] ?? false {
        start = row + 1
        continue
      }
      let isLast =
        isFinalState.map { row + 1 < rowCount && $0[row + 1] }
        ?? (structure.endsEpisode[row] || row == rowCount - 1)
      guard isLast else { continue }
      var episode = RecordedEpisode(
        steps: start..<row + 1, lastObservation: Array(observations[row]), lastRow: row)
      if isFinalState != nil {
        episode.lastObservation = Array(observations[row + 1])
        episode.lastRow = row + 1
      } else if let nextObservations {
        episode.lastObservation = Array(nextObservations[row])
        episode.lastRow = nil
      } else if !terminals[row] {
        episode.steps = start..<row
      }
      if !episode.steps.isEmpty { episodes.append(episode) }
      start = row + 1
    }
    return episodes
  }
  /// The same steps with a row of its own for the state after each episode's last one, as OGBench's
  /// files have them; positions and velocities only if all of these states are known.
  func withFinalStates(_ structure: EpisodeStructure) -> RecordedDataset {
    if isFinalState != nil { return self }
    let episodes = recordedEpisodes(structure)
    func rows<Number>(
      _ table: Table<Number>, last: (RecordedEpisode) -> [Number]
    ) -> Table<Number> {
      let width = table.columnCount
      return Table(
        columnCount: width,
        values: episodes.flatMap { episode in
          table.values[episode.steps.lowerBound * width..<episode.steps.upperBound * width]
            + last(episode)
        })
    }
    func marks(_ flags: [Bool]) -> [Bool] { episodes.flatMap { flags[$0.steps] + [false] } }
    let none = [Float](repeating: 0, count: actions.columnCount)
    var dataset = RecordedDataset(
      name, .ogbench, observations: rows(observations, last: \.lastObservation),
      actions: rows(actions) { _ in none }, terminals: marks(terminals))
    dataset.rewards = rewards.map { rewards in episodes.flatMap { rewards[$0.steps] + [0] } }
    dataset.isFinalState = episodes.flatMap {
      Array(repeating: false, count: $0.steps.count) + [true]
    }
    dataset.timeouts = episodes.flatMap { episode in
      episode.steps.map { $0 == episode.steps.upperBound - 1 && !terminals[$0] } + [false]
    }
    if episodes.allSatisfy({ $0.lastRow != nil }) {
      dataset.positions = positions.map { table in rows(table) { Array(table[$0.lastRow ?? 0]) } }
      dataset.velocities = velocities.map { table in rows(table) { Array(table[$0.lastRow ?? 0]) } }
    }
    dataset.goals = goals.map { table in rows(table) { Array(table[$0.steps.upperBound - 1]) } }
    dataset.environment = environment
    return dataset
  }
}
