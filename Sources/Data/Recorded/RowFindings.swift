/// What is odd among the rows of a recording, found in one pass over them, in parts if they are many.
struct RowFindings {
  private struct Finding {
    var count = 0
    var first: Int?

    mutating func add(_ row: Int) {
      count += 1
      first = first ?? row
    }
  }

  private var rowCount = 0
  private var beyond = Finding()
  private var jumps = Finding()
  private var repeated = Finding()
  private var lacksTimeouts = false
  private var hasRewards = false
  private var paysNothing = true
  /// Observation and action of the last row so far.
  private var last: (observation: [Float], action: [Float])?

  /// Adds rows that follow those before.
  mutating func add(_ part: RecordedDataset) {
    let start = rowCount
    lacksTimeouts = part.timeouts == nil
    if let rewards = part.rewards {
      hasRewards = hasRewards || !rewards.isEmpty
      paysNothing = paysNothing && rewards.allSatisfy { $0 == 0 }
    }
    for row in 0..<part.rowCount
    where !(part.isFinalState?[row] ?? false) && part.actions[row].contains(where: { abs($0) > 1 })
    {
      beyond.add(start + row)
    }
    // the next row must begin with the recorded next observation unless the episode ends here
    if let next = part.nextObservations {
      for row in 0..<max(0, part.rowCount - 1)
      where !part.terminals[row] && !(part.timeouts?[row] ?? false)
        && zip(next[row], part.observations[row + 1]).contains(where: { abs($0 - $1) > 1e-6 })
      { jumps.add(start + row) }
    }
    if part.rowCount == 0 { return }
    if let last, part.observations[0].elementsEqual(last.observation),
      part.actions[0].elementsEqual(last.action)
    {
      repeated.add(start - 1)
    }
    for row in 0..<part.rowCount - 1
    where part.observations[row].elementsEqual(part.observations[row + 1])
      && part.actions[row].elementsEqual(part.actions[row + 1])
    { repeated.add(start + row) }
    rowCount += part.rowCount
    last = (
      Array(part.observations[part.rowCount - 1]), Array(part.actions[part.rowCount - 1])
    )
  }

  /// One line each.
  func lines(longestEpisode: Int?, stepLimit: Int?) -> [String] {
    var lines: [String] = []
    func report(_ finding: Finding, _ what: String) {
      if let first = finding.first {
        lines.append("\(finding.count) rows \(what), the first is row \(first)")
      }
    }
    if lacksTimeouts {
      lines.append("there are no timeouts; episodes that were cut are recognised by their length")
    }
    report(beyond, "have actions beyond -1 ... 1")
    report(jumps, "are not marked as an end though the next row is elsewhere")
    if let stepLimit, let longest = longestEpisode, longest > stepLimit {
      lines.append("the longest episode has \(longest) steps, more than the limit of \(stepLimit)")
    }
    if hasRewards, paysNothing { lines.append("every reward is 0") }
    report(repeated, "are repeated by the row after")
    return lines
  }
}
