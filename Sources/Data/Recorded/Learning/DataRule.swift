/// One step of the processing that turns recorded rows into transitions.
public struct DataRule: Equatable, Sendable, CustomStringConvertible {
  package let kind: Kind

  package init(_ kind: Kind) { self.kind = kind }

  package enum Kind: Equatable, Sendable {
    /// Next observation = observation of the next row.
    case nextRow
    /// Next observation = that of the file where it is not the next row.
    case explicitNext(count: Int)
    case dropsTimeouts(count: Int)
    case dropsStepLimit(Int, count: Int)
    case dropsLastRow
    case dropsFinalStates(count: Int)
    case clipsActions(changed: Int)
    case masksTerminals
    case endsEpisodes(terminals: Bool)
    case scalesRewards(Double)
    case shiftsRewards(Float)
    case relabels(task: String, successes: Int)
    case keepsRewards
    case noRewards
  }

  /// A short name, such as `drop-timeouts`.
  public var name: String {
    switch kind {
    case .nextRow: "next-row"
    case .explicitNext: "explicit-next"
    case .dropsTimeouts: "drop-timeouts"
    case .dropsStepLimit: "drop-step-limit"
    case .dropsLastRow: "drop-last-row"
    case .dropsFinalStates: "drop-final-states"
    case .clipsActions: "clip-actions"
    case .masksTerminals: "mask-terminals"
    case .endsEpisodes: "episode-ends"
    case .scalesRewards: "scale-rewards"
    case .shiftsRewards: "shift-rewards"
    case .relabels: "relabel"
    case .keepsRewards: "keep-rewards"
    case .noRewards: "no-rewards"
    }
  }

  /// What was done and why, with the numbers of this data set.
  public var description: String {
    switch kind {
    case .nextRow:
      "the next observation is that of the next row"
    case .explicitNext(let count):
      "the next observation is that of the next row, or next_observations where it is another one: "
        + "\(count)"
    case .dropsTimeouts(let count):
      "rows marked as timeouts are left out, for the row after is another episode's: \(count)"
    case .dropsStepLimit(let limit, let count):
      "without timeouts in the file, row \(limit) of each episode is left out, as D4RL counts: "
        + "\(count)"
    case .dropsLastRow:
      "the last row of the file is left out, for no row follows it"
    case .dropsFinalStates(let count):
      "rows of final states begin no transition: \(count)"
    case .clipsActions(let changed):
      "actions are clipped to ±(1 - 1e-5): \(changed) numbers changed"
    case .masksTerminals:
      "the value after a transition counts (mask 1) unless the task terminated"
    case .endsEpisodes(let terminals):
      "an episode ends where a mark says so, or the next row is not the next observation"
        + (terminals ? ", or at a terminal" : "")
    case .scalesRewards(let factor):
      "rewards are multiplied by \(factor) = 1000 / (largest - smallest return)"
    case .shiftsRewards(let shift):
      "\(shift) is added to every reward"
    case .relabels(let task, let successes):
      "rewards are those of \(task): 0 and mask 0 at its goal, else -1; \(successes) successes"
    case .keepsRewards:
      "rewards stay as recorded"
    case .noRewards:
      "the file holds no rewards; they are 0"
    }
  }
}
