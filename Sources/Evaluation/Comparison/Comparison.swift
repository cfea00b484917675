import IDQLSpelling

/// Two results, paired by seed: each pair of episodes began in the same state and drew the same noise.
package struct Comparison: Codable, Equatable, Sendable {
  /// One for each environment that both have.
  package var tasks: [Task]
  /// Environments that one of them alone has; nil if there are none.
  package var unmatched: [String]?
  /// Of all tasks together: worse if one is, better if none is worse and one better, equivalent if all are.
  package var verdict: Verdict

  /// What is said of the first result, beside the second.
  package enum Verdict: String, Codable, Sendable {
    case better, worse, equivalent
    /// Neither a difference nor equivalence is shown.
    case undecided

    /// For a reader.
    package var title: String { self == .undecided ? "cannot be told" : rawValue }
  }

  /// What is compared: successes where the task has a goal, else scores, else returns.
  package enum Quantity: String, Codable, Sendable {
    case success, score
    case totalReward = "return"

    /// Unit of differences, for a reader.
    package var unit: String { self == .success ? " %" : "" }

    /// That which these episodes have.
    package init(_ episodes: [Episode]) {
      let isGoalTask = episodes.contains { $0.isSuccess != nil }
      self =
        isGoalTask && episodes.allSatisfy { $0.isSuccess != nil || $0.isBroken }
        ? .success : episodes.contains { $0.score != nil } ? .score : .totalReward
    }

    /// Of every episode; successes are 100 and 0, and a broken episode counts as the worst, or as a random policy
    /// where that is worse.
    package func values(_ episodes: [Episode]) -> [Double] {
      switch self {
      case .success: return episodes.map { $0.isSuccess == true ? 100 : 0 }
      case .score:
        let worst = min(0, episodes.compactMap(\.score).min() ?? 0)
        return episodes.map { $0.score ?? worst }
      case .totalReward:
        let worst = episodes.compactMap(\.totalReward).min() ?? 0
        return episodes.map { $0.totalReward ?? worst }
      }
    }
  }

  /// The episodes of one environment.
  package struct Task: Codable, Equatable, Sendable {
    package var environment: String
    package var quantity: Quantity
    /// By seed of the evaluation, then by index.
    package var pairs: [Pair]
    /// Episodes that only one of the results has.
    package var unpairedCount: Int
    /// Pairs with the same trajectory, to the bit.
    package var identicalCount: Int
    /// Means of the first and the second; of successes in per cent.
    package var first: Double
    package var second: Double
    /// Mean of the differences, first minus second.
    package var difference: Double
    /// 95 %, of the difference; nil for a single pair.
    package var interval: Interval?
    /// How the interval is made, for a reader.
    package var method: String
    /// Two-sided p-value: McNemar's for successes, the randomisation of signs for others.
    package var probability: Double
    /// The same with Holm's adjustment for all tasks.
    package var adjustedProbability: Double
    package var verdict: Verdict

    enum CodingKeys: String, CodingKey {
      case environment, quantity, pairs, first, second, difference, method, verdict
      case unpairedCount = "unpaired"
      case identicalCount = "identical"
      case interval = "interval_95"
      case probability = "p"
      case adjustedProbability = "p_holm"
    }

    /// Pairs that the first lost, the largest loss first; of equal ones the first played.
    package var lost: [Pair] {
      pairs.filter { $0.difference < 0 }.sorted { $0.difference < $1.difference }
    }
    /// Pairs that the first won, the largest gain first.
    package var won: [Pair] {
      pairs.filter { $0.difference > 0 }.sorted { $0.difference > $1.difference }
    }
  }

  /// One episode of each result.
  package struct Pair: Codable, Equatable, Sendable {
    /// Of the episode's reset.
    package var seed: UInt64
    /// Index of the episode in its evaluation.
    package var episode: Int
    /// Index of the cell in each result.
    package var firstCell: Int
    package var secondCell: Int
    /// Values of the quantity.
    package var first: Double
    package var second: Double

    enum CodingKeys: String, CodingKey {
      case seed, episode, first, second
      case firstCell = "first_cell"
      case secondCell = "second_cell"
    }

    package var difference: Double { first - second }
  }

  /// - Parameters:
  ///   - first: that is judged.
  ///   - second: beside which.
  ///   - margin: differences up to this, in the unit of the quantity, are equivalent.
  ///   - anyway: whether what is not comparable is compared as well.
  /// - Throws: `ComparisonError`.
  package init(
    _ first: [Report], _ second: [Report], margin: Double = 0, anyway: Bool = false
  ) throws {
    let (mine, theirs) = (try Self.cells(first, "the first"), try Self.cells(second, "the second"))
    let all = (first + second).map(\.provenance.environment).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    let names = all.filter { mine[$0] != nil && theirs[$0] != nil }
    guard !names.isEmpty else {
      throw ComparisonError.nothingInCommon(
        first: first.map(\.provenance.environment), second: second.map(\.provenance.environment))
    }
    let others = all.filter { !names.contains($0) }
    if let name = others.first, !anyway {
      throw ComparisonError.unmatched(
        environment: name, result: mine[name] == nil ? "the second" : "the first")
    }
    unmatched = others.isEmpty ? nil : others
    tasks = try names.map { name in
      try Task(name, mine[name] ?? [], theirs[name] ?? [], anyway: anyway)
    }
    let adjusted = holmAdjusted(tasks.map(\.probability))
    for index in tasks.indices {
      tasks[index].adjustedProbability = adjusted[index]
      tasks[index].judge(margin: margin)
    }
    let verdicts = Set(tasks.map(\.verdict))
    verdict =
      verdicts.contains(.worse)
      ? .worse
      : verdicts.contains(.better)
        ? .better : verdicts == [.equivalent] ? .equivalent : .undecided
  }

  fileprivate typealias Cell = (index: Int, report: Report)

  /// By environment, with every seed once.
  private static func cells(_ reports: [Report], _ name: String) throws -> [String: [Cell]] {
    let grouped = Dictionary(grouping: reports.enumerated().map { ($0.offset, $0.element) }) {
      $0.1.provenance.environment
    }
    for (environment, cells) in grouped.sorted(by: { $0.key < $1.key }) {
      if Set(cells.map(\.1.provenance.seed)).count < cells.count {
        throw ComparisonError.severalPolicies(result: name, environment: environment)
      }
    }
    return grouped
  }
}

extension Comparison.Task {
  fileprivate init(
    _ environment: String, _ first: [Comparison.Cell], _ second: [Comparison.Cell], anyway: Bool
  ) throws {
    self.environment = environment
    var matched: [(Comparison.Cell, Comparison.Cell)] = []
    for mine in first {
      guard
        let other = second.first(where: {
          $0.report.provenance.seed == mine.report.provenance.seed
        })
      else { continue }
      if !anyway { try Self.requireComparable(mine.report, other.report) }
      matched.append((mine, other))
    }
    var found: [(Episode, Episode, Int, Int)] = []
    for (mine, other) in matched {
      let theirs = Dictionary(
        other.report.episodes.map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
      for episode in mine.report.episodes {
        if let pair = theirs[episode.index] {
          found.append((episode, pair, mine.index, other.index))
        }
      }
    }
    guard !found.isEmpty else { throw ComparisonError.noPair(environment: environment) }
    let quantity = Comparison.Quantity(found.flatMap { [$0.0, $0.1] })
    self.quantity = quantity
    // values of both together: a broken episode counts as the worst of all
    let values = quantity.values(found.map(\.0) + found.map(\.1))
    let pairs = found.enumerated().map { row, pair in
      Comparison.Pair(
        seed: pair.0.seed, episode: pair.0.index, firstCell: pair.2, secondCell: pair.3,
        first: values[row], second: values[found.count + row])
    }
    self.pairs = pairs
    let all = (first + second).reduce(0) { $0 + $1.report.episodes.count }
    unpairedCount = all - 2 * found.count
    let count = Double(found.count)
    self.first = pairs.reduce(0) { $0 + $1.first } / count
    self.second = pairs.reduce(0) { $0 + $1.second } / count
    let paired = PairedDifference(
      pairs.map(\.difference), of: quantity,
      identical: found.count { $0.0.hash != nil && $0.0.hash == $0.1.hash },
      seed: matched[0].0.report.provenance.seed)
    identicalCount = paired.identicalCount
    difference = paired.mean
    interval = paired.interval
    method = paired.method
    probability = paired.probability
    adjustedProbability = probability
    verdict = .undecided
  }

  /// - Throws: `ComparisonError.notComparable`, `.partial`.
  private static func requireComparable(_ first: Report, _ second: Report) throws {
    let environment = first.provenance.environment
    try ComparisonTerms(first.provenance).requireComparable(
      to: ComparisonTerms(second.provenance), environment: environment)
    for (report, name) in [(first, "the first"), (second, "the second")]
    where report.summary.isPartial {
      throw ComparisonError.partial(result: name, environment: environment)
    }
  }

  fileprivate mutating func judge(margin: Double) {
    if let interval, -margin <= interval.lower, interval.upper <= margin {
      verdict = .equivalent
    } else if adjustedProbability < 0.05 {
      verdict = difference > 0 ? .better : .worse
    } else {
      verdict = .undecided
    }
  }
}

extension Comparison {
  /// For a terminal.
  ///
  /// - Parameters:
  ///   - files: names of both results, for the lines that replay an episode.
  ///   - listed: lost and won pairs that are listed of each task, at most.
  ///   - parting: says where the trajectories of a pair part.
  package func table(
    files: (String, String), listed: Int, parting: (Pair) -> String? = { _ in nil }
  ) -> String {
    var lines: [String] = []
    for task in tasks {
      let interval =
        task.interval.map {
          " [\($0.lower.text(decimals: 2)), \($0.upper.text(decimals: 2))] (95 %, \(task.method))"
        } ?? ""
      let unit = task.quantity.unit
      let adjusted =
        tasks.count > 1 ? ", \(task.adjustedProbability.text(digits: 3)) by Holm" : ""
      let test = task.quantity == .success ? "McNemar" : "signs"
      lines += [
        tableRow("environment", task.environment),
        tableRow(
          "pairs",
          "\(task.pairs.count) of equal seeds, \(task.identicalCount) of them with the same trajectory"
            + (task.unpairedCount > 0 ? "; \(task.unpairedCount) episodes have no partner" : "")),
        tableRow(
          task.quantity.rawValue,
          "\(task.first.text(decimals: 2))\(unit) beside \(task.second.text(decimals: 2))\(unit): difference "
            + "\(task.difference.text(decimals: 2))\(interval), p \(task.probability.text(digits: 3)) (\(test))"
            + adjusted),
        tableRow(
          "",
          "\(task.won.count) won, \(task.lost.count) lost, "
            + "\(task.pairs.count - task.won.count - task.lost.count) equal"),
      ]
      for (name, pairs) in [("lost", task.lost), ("won", task.won)] {
        for pair in pairs.prefix(listed) {
          lines.append(
            tableRow(
              name,
              "seed \(pair.seed): \(pair.first.text(decimals: 1)) beside \(pair.second.text(decimals: 1)); "
                + "idql replay \(files.0)\(Self.options(pair.firstCell, pair.episode)), "
                + "idql replay \(files.1)\(Self.options(pair.secondCell, pair.episode))"))
          if let text = parting(pair) { lines.append(tableRow("", "they part \(text)")) }
        }
      }
      lines.append(tableRow("", task.verdict.title))
      lines.append("")
    }
    if let unmatched {
      lines.append(
        tableRow("left out", "\(unmatched.joined(separator: ", ")): of one result alone"))
    }
    lines.append(tableRow("verdict", verdict.title))
    return lines.joined(separator: "\n")
  }

  private static func options(_ cell: Int, _ episode: Int) -> String {
    (cell > 0 ? " --cell \(cell)" : "") + " --episode \(episode)"
  }
}

/// Why two results were not compared.
package enum ComparisonError: Error, Equatable, CustomStringConvertible {
  /// They have no environment in common.
  case nothingInCommon(first: [String], second: [String])
  /// One of them alone has the environment.
  case unmatched(environment: String, result: String)
  /// They share an environment, but no seed.
  case noPair(environment: String)
  /// A result has two policies for one seed.
  case severalPolicies(result: String, environment: String)
  /// Something besides the policy differs.
  case notComparable(environment: String, String, first: String, second: String)
  /// An evaluation was interrupted; its short episodes finished first.
  case partial(result: String, environment: String)
  /// A result has fewer episodes than are to be compared with it.
  case tooFew(result: String, environment: String, found: Int, asked: Int)

  package var description: String {
    switch self {
    case .nothingInCommon(let first, let second):
      "the results have no environment in common: \(Self.list(first)) and \(Self.list(second))."
    case .unmatched(let environment, let result):
      "only \(result) result has \(environment); --anyway compares the other environments all the same."
    case .noPair(let environment):
      "no episode of \(environment) has the same seed in both results; pairs need equal --seed."
    case .severalPolicies(let result, let environment):
      "\(result) result has several policies in \(environment) with one seed; compare one with one, or use 'idql table'."
    case .notComparable(let environment, let what, let first, let second):
      "\(environment): the \(what) differs, \(first) and \(second), and so the scores would without any difference of "
        + "the policies; --anyway compares them all the same."
    case .partial(let result, let environment):
      "\(result) result is partial in \(environment), and its short episodes finished first; --anyway compares it all "
        + "the same."
    case .tooFew(let result, let environment, let found, let asked):
      "\(result) has \(found) episodes of \(environment), and \(asked) were asked for: pairs need both; "
        + "--episodes says how many."
    }
  }

  private static func list(_ names: [String]) -> String {
    Set(names).sorted().joined(separator: ", ")
  }
}
