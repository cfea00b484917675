import IDQLDatasets
import IDQLEnvs
import IDQLPhysics
import IDQLRandom

/// Steps every row of a recording twice: as recorded, and from a state that rounds to the recorded
/// one.
struct DriftReplay {
  private let recording: RecordedDataset
  private let positions: Table<Double>
  private let velocities: Table<Double>
  private let environment: any Environment
  /// Per row, whether the next one holds what comes after its step.
  private let isFollowed: [Bool]
  /// How many rows before its action the state before a step is recorded: D4RL's antmaze has the
  /// state after the step.
  private let lag: Int
  /// False in a maze, where rewards depend on a goal that files do not hold.
  let comparesRewards: Bool
  private var generator = NumPyGenerator(seed: 0)

  private(set) var stepCount = 0
  private(set) var leftOut = 0
  private(set) var otherEnds = 0
  private(set) var differences = ["position", "velocity", "observation", "reward"].map {
    (name: $0, drift: [Double](), rounding: [Double]())
  }

  /// - Throws: `DatasetError` if rows are not in the order of episodes.
  init(
    _ recording: RecordedDataset, _ positions: Table<Double>, _ velocities: Table<Double>,
    _ environment: any Environment, _ id: EnvironmentID
  ) throws {
    self.recording = recording
    self.positions = positions
    self.velocities = velocities
    self.environment = environment
    isFollowed = try recording.followedRows(
      stepLimit: environment.spec.stepLimit,
      continuesAfterTerminals: TransitionDataset.RewardRule.standard(for: id)
        .continuesAfterTerminals)
    lag = recording.layout == .d4rl && id.entry.conventions.recordsNextStates ? 1 : 0
    comparesRewards = environment.maze == nil && recording.rewards != nil
  }

  mutating func run() {
    for row in lag..<max(lag, recording.rowCount) where !(recording.isFinalState?[row] ?? false) {
      if lag == 1 && !isFollowed[row - 1] {
        leftOut += 1
        continue
      }
      replay(row)
    }
  }

  private struct Outcome {
    var position, velocity, observation: [Double]
    var transition: Transition
  }

  private mutating func replay(_ row: Int) {
    let position = Array(positions[row - lag])
    let velocity = Array(velocities[row - lag])
    let found = outcome(row, position, velocity)
    let other = outcome(row, position.map { unrounded($0) }, velocity.map { unrounded($0) })

    if lag == 1 || isFollowed[row] {
      stepCount += 1
      note(0, found.position, Array(positions[row - lag + 1]), other.position)
      note(1, found.velocity, Array(velocities[row - lag + 1]), other.velocity)
    } else {
      leftOut += 1
    }
    let next =
      isFollowed[row] ? recording.observations[row + 1] : recording.nextObservations?[row]
    if let next {
      note(2, found.observation, next.map { Double($0) }, other.observation)
    }
    guard comparesRewards, let reward = recording.rewards?[row] else { return }
    note(3, [found.transition.reward], [Double(reward)], [other.transition.reward])
    if found.transition.terminated != recording.terminals[row] { otherEnds += 1 }
  }

  private func outcome(_ row: Int, _ position: [Double], _ velocity: [Double]) -> Outcome {
    // discards what depends on the previous row
    environment.reset(seed: 0)
    environment.simulation.reset(position: position, velocity: velocity)
    let transition = environment.step(recording.actions[row].map { Double($0) })
    let state = environment.simulation.state
    return Outcome(
      position: state.position, velocity: state.velocity, observation: environment.observation,
      transition: transition)
  }

  /// A random number that 32 bits round to this one; the number itself if it is not a rounded one.
  private mutating func unrounded(_ value: Double) -> Double {
    let rounded = Float(value)
    guard Double(rounded) == value else { return value }
    return value + generator.uniform(-0.5, 0.5) * Double(rounded.ulp)
  }

  private mutating func note(
    _ quantity: Int, _ found: [Double], _ recorded: [Double], _ other: [Double]
  ) {
    func distance(_ values: [Double]) -> Double {
      zip(found, values).reduce(0) { largest, pair in
        let distance = abs(pair.0 - pair.1)
        // a NaN gives infinity
        return distance <= largest ? largest : distance < .infinity ? distance : .infinity
      }
    }
    differences[quantity].drift.append(distance(recorded))
    // the other outcome, as the file would hold it
    let written = zip(recorded, other).map { Double(Float($0)) == $0 ? Double(Float($1)) : $1 }
    differences[quantity].rounding.append(distance(written))
  }
}
