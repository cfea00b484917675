import IDQLDatasets
import IDQLEnvs
import IDQLPhysics
import IDQLRandom
import IDQLSpelling

/// Differences, in single steps, between an environment and a data set that another simulator
/// recorded.
///
/// For every row, the recorded state is set, the recorded action applied, and the outcome compared
/// with the next row. Files hold 32-bit numbers, and contact amplifies their rounding; so each row
/// is stepped once more from a state that differs by such a rounding, which gives the drift to
/// expect between two runs of the same simulator.
public struct DriftReport: Sendable {
  package let file: String
  package let environment: String
  package let physics: PhysicsProfile
  /// Rows that were stepped: their states before and after the step are recorded.
  public private(set) var stepCount = 0
  /// Other rows, at the ends of episodes.
  public private(set) var leftOut = 0
  /// Whether states were recorded in 32 bits.
  package private(set) var isSinglePrecision = false
  /// Position, velocity, observation and reward, as far as they are recorded.
  public private(set) var quantities: [Quantity] = []
  /// Rows that are terminated in one of the two only; nil if ends are not comparable.
  package private(set) var otherEnds: Int?

  /// Largest absolute difference of a quantity's numbers, over all rows.
  public struct Quantity: Equatable, Sendable {
    /// `position`, `velocity`, `observation` or `reward`.
    public let name: String
    /// Differences between this simulator and the recording.
    public let drift: Spread
    /// Differences that the rounding of the recording causes by itself.
    public let rounding: Spread

    /// Whether `drift` is at most four times `rounding`, because roundings are random, plus what
    /// contact makes of the last bit.
    public var isExplained: Bool {
      drift.median <= 4 * rounding.median + 1e-9
        && drift.percentile99 <= 4 * rounding.percentile99 + 1e-6
    }
  }

  /// A distribution of differences, in the unit of the quantity.
  public struct Spread: Equatable, Sendable {
    /// 50 % of the rows are at or below.
    public let median: Double
    /// 99 % of the rows are at or below.
    public let percentile99: Double
    /// Greatest of all rows.
    public let largest: Double

    init(_ values: [Double]) {
      let sorted = values.sorted()
      func at(_ fraction: Double) -> Double {
        sorted.isEmpty ? 0 : sorted[Int(fraction * Double(sorted.count - 1))]
      }
      (median, percentile99, largest) = (at(0.5), at(0.99), at(1))
    }
  }

  /// Whether rounding explains the drift of all quantities.
  public var isExplained: Bool { quantities.allSatisfy(\.isExplained) }

  /// Steps every row of a recording.
  ///
  /// - Parameters:
  ///   - recording: with `positions` and `velocities`.
  ///   - id: the environment that it was recorded in.
  ///   - physics: nil for the default of the id.
  /// - Throws: `DatasetError` if the file does not fit the environment.
  public init(
    replaying recording: RecordedDataset, in id: EnvironmentID, physics: PhysicsProfile? = nil
  ) throws {
    let environment = try makeEnvironment(id, physics: physics)
    let (spec, model) = (environment.spec, environment.simulation.model)
    (file, self.environment, self.physics) = (recording.name, spec.id, spec.physics)
    try recording.requireSizes(of: spec.id, spec.observationCount, spec.actionCount)
    guard let positions = recording.positions, let velocities = recording.velocities else {
      let column = recording.layout == .ogbench ? "qpos" : "infos/qpos"
      throw recording.lacks(.states, column, to: "start from the recorded states")
    }
    let found = [positions.columnCount, velocities.columnCount]
    guard found == [model.positionCount, model.velocityCount] else {
      throw DatasetError(
        file: file,
        .states(
          environment: spec.id, found: found, expected: [model.positionCount, model.velocityCount]))
    }
    isSinglePrecision = positions.isSinglePrecision && velocities.isSinglePrecision

    var replay = try DriftReplay(recording, positions, velocities, environment, id)
    replay.run()
    (stepCount, leftOut) = (replay.stepCount, replay.leftOut)
    otherEnds = replay.comparesRewards ? replay.otherEnds : nil
    quantities = replay.differences.filter { !$0.drift.isEmpty }.map {
      Quantity(name: $0.name, drift: Spread($0.drift), rounding: Spread($0.rounding))
    }
  }

  /// A table for a reader.
  public var text: String {
    var lines = [
      "\(environment) with \(physics.name) physics, replaying \(file)",
      "\(stepCount) single steps from recorded states; \(leftOut) rows left out, where no next state"
        + " is recorded", "",
    ]
    let header = [
      "quantity", "median", "99 %", "largest", "of rounding: median", "99 %", "largest",
    ]
    let rows = quantities.map { quantity in
      [quantity.name] + quantity.drift.texts + quantity.rounding.texts
        + [quantity.isExplained ? "ok" : "BEYOND"]
    }
    lines += table([header + [""]] + rows)
    if let otherEnds { lines.append("rows that end the task in one of the two only: \(otherEnds)") }
    lines.append("")
    lines.append(
      isSinglePrecision
        ? "The file holds 32-bit states. 'Of rounding' is what this simulator makes of such a rounding"
        : "The file holds 64-bit states; 'of rounding' is what 32-bit observations and rewards lose,"
    )
    lines.append(
      isSinglePrecision
        ? "by itself; up to 4 times as much is explained by it."
        : "up to 4 times as much is explained by it.")
    return lines.joined(separator: "\n")
  }
}

extension DriftReport.Spread {
  fileprivate var texts: [String] { [median, percentile99, largest].map(\.magnitudeText) }
}

extension Table<Double> {
  fileprivate var isSinglePrecision: Bool { values.allSatisfy { Double(Float($0)) == $0 } }
}
