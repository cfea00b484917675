import IDQLSpelling
import IDQLTensors

/// All that decides the outcomes of a study: which policies play how many episodes in which environments, by which
/// program. Nothing of it says where, when or by how many machines.
package struct StudyPlan: Codable, Equatable, Sendable {
  /// The program that made it, and that alone may play it.
  package var program: ProgramIdentity
  /// SHA-256 of that program.
  package var programSHA256: String?
  /// The policies, with how each of them chooses.
  package var policies: [PolicyRecord]
  /// The environments, with their rules and physics.
  package var environments: [EnvironmentRecord]
  /// What is played.
  package var cells: [Cell]

  /// One evaluation of the study.
  package struct Cell: Codable, Equatable, Sendable {
    /// Index in ``StudyPlan/policies``.
    package var policy: Int
    /// Index in ``StudyPlan/environments``.
    package var environment: Int
    /// Episode i is reset with seed + i and draws its noise from (seed, i).
    package var seed: UInt64
    /// Episodes of all tasks together.
    package var episodes: Int

    package init(policy: Int, environment: Int, seed: UInt64, episodes: Int) {
      self.policy = policy
      self.environment = environment
      self.seed = seed
      self.episodes = episodes
    }
  }

  enum CodingKeys: String, CodingKey {
    case program, policies, environments, cells
    case programSHA256 = "program_sha256"
  }

  /// A plan for this program.
  package init(policies: [PolicyRecord], environments: [EnvironmentRecord], cells: [Cell]) {
    program = .current
    programSHA256 = ProgramIdentity.executableSHA256
    self.policies = policies
    self.environments = environments
    self.cells = cells
  }

  /// SHA-256 of the plan as JSON on one line, keys in alphabetical order.
  package var id: String {
    get throws {
      let text = try jsonText()
      return Array(text.utf8).withUnsafeBytes { SHA256.hexDigest(of: $0) }
    }
  }

  /// Episodes of all cells.
  package var episodeCount: Int { cells.reduce(0) { $0 + $1.episodes } }

  /// - Throws: `StudyError.damagedPlan` unless the cells name what is there.
  package func requireConsistent(file: String) throws {
    let isConsistent = cells.allSatisfy { cell in
      policies.indices.contains(cell.policy) && environments.indices.contains(cell.environment)
        && (1...10_000_000).contains(cell.episodes)
        && !cell.seed.addingReportingOverflow(UInt64(cell.episodes - 1)).overflow
    }
    guard isConsistent, !cells.isEmpty else {
      throw StudyError.damagedPlan(file: file, "its cells name what it does not hold")
    }
  }
}

/// Episodes of a cell.
package struct StudyWork: Equatable, Sendable {
  /// Index of the cell in the plan.
  package var cell: Int
  /// Indices of its episodes, ascending.
  package var episodes: [Int]

  package init(cell: Int, episodes: [Int]) {
    self.cell = cell
    self.episodes = episodes
  }
}

/// Which of a study's episodes one worker plays.
package enum StudyShare: Equatable, Sendable {
  /// Everything.
  case all
  /// Of all episodes, cell after cell, part `index` (from 0) of `count` parts that differ by one episode at most.
  case shard(index: Int, count: Int)
  /// Of every cell, the episodes with these indices.
  case episodes(Range<Int>)

  /// The share of a plan.
  package func work(_ plan: StudyPlan) -> [StudyWork] {
    var first = 0
    var work: [StudyWork] = []
    for (index, cell) in plan.cells.enumerated() {
      let all = 0..<cell.episodes
      let mine: Range<Int>
      switch self {
      case .all: mine = all
      case .episodes(let range): mine = all.clamped(to: range)
      case .shard(let share, let count):
        let total = plan.episodeCount
        let lower = total * share / count - first
        let upper = total * (share + 1) / count - first
        mine = all.clamped(to: max(lower, 0)..<max(upper, 0))
      }
      if !mine.isEmpty { work.append(StudyWork(cell: index, episodes: Array(mine))) }
      first += cell.episodes
    }
    return work
  }
}
