import IDQLPhysics
import IDQLSpelling

/// Some consecutive numbers of a robot's observation: names, units, values, and their text in the
/// rules.
public struct ObservationPart: Sendable {
  let reads: Set<RobotReading>
  let quantities: @Sendable (Model, _ labels: [String]) -> [EnvironmentSpec.Quantity]
  let append: @Sendable (RobotMoment, inout [Double]) -> Void
  /// Whether the rules list the numbers one by one.
  let isListed: Bool
  /// Lines of the rules; without a list the first follows the numbers' range.
  let notes: [String]
  /// How many of the positions are left out, and how the rules name them.
  var hiddenPositions = 0

  /// All positions but the first `count`, in the model's order.
  ///
  /// - Parameter count: how many positions (usually the coordinates of the robot) are not observed.
  public static func positions(hiding count: Int = 0) -> ObservationPart {
    var part = ObservationPart(
      quantities: { Array(ModelQuantities.positions(of: $0, labels: $1).dropFirst(count)) },
      append: { $1 += $0.positions.dropFirst(count) })
    part.hiddenPositions = count
    return part
  }

  /// All velocities, in the model's order.
  ///
  /// - Parameter limit: velocities are clamped to plus and minus this; nil for no clamping.
  public static func velocities(limit: Double? = nil) -> ObservationPart {
    let bound = limit ?? .infinity
    return ObservationPart(
      quantities: { ModelQuantities.velocities(of: $0, labels: $1) },
      notes: limit.map {
        ["Velocities are clamped to \((-$0).shortText) ... \($0.shortText) here, not in the state."]
      } ?? [],
      append: { moment, values in
        // with the velocity as first argument a NaN stays one
        for velocity in moment.velocities { values.append(max(min(velocity, bound), -bound)) }
      })
  }

  /// What `RobotMoment` has of every body: inertia, velocity or contact force.
  ///
  /// - Parameters:
  ///   - text: the kind of numbers, and in which order, for a reader.
  ///   - includesWorld: whether those of the world, which are zero, come first.
  static func ofBodies(
    _ reading: RobotReading, _ text: (kind: String, order: String),
    components: [EnvironmentSpec.Quantity],
    includesWorld: Bool
  ) -> ObservationPart {
    ObservationPart(
      reads: [reading], isListed: false,
      quantities: { model, _ in
        model.bodies.names.dropFirst(includesWorld ? 0 : 1).flatMap { body in
          components.map { .init(name: "\($0.name) of \(body)", unit: $0.unit) }
        }
      },
      notes: [
        "\(text.kind): for each body\(includesWorld ? "" : " but the world"), in the model's order,",
        "\(text.order)",
        "about the robot's centre of mass, world axes, where forces were last computed",
      ],
      append: { moment, values in
        values += moment.values(of: reading).dropFirst(includesWorld ? 0 : components.count)
      })
  }

  /// `RobotMoment.actuatorForces` from the degree of freedom `first` on.
  static func actuatorForces(from first: Int) -> ObservationPart {
    ObservationPart(
      reads: [.actuatorForces],
      quantities: { model, labels in
        ModelQuantities.velocities(of: model, labels: labels).dropFirst(first).map {
          .init(
            name: "force of motors on \($0.name.replacing("velocity of ", with: ""))",
            unit: $0.unit == "m/s" ? "N" : "N m")
        }
      },
      append: { moment, values in values += moment.actuatorForces.dropFirst(first) })
  }

  /// Sine or cosine of hinges' angles.
  static func sinesAndCosines(of positions: [Int], cosinesFirst: Bool) -> ObservationPart {
    ObservationPart(
      quantities: { model, labels in
        let names = ModelQuantities.positions(of: model, labels: labels).map(\.name)
        return (cosinesFirst ? ["cosine", "sine"] : ["sine", "cosine"]).flatMap { kind in
          positions.map { .init(name: "\(kind) of \(names[$0])", unit: "1") }
        }
      },
      append: { moment, values in
        let angles = positions.map { sineAndCosine(moment.position($0)) }
        values += cosinesFirst ? angles.map(\.cosine) : angles.map(\.sine)
        values += cosinesFirst ? angles.map(\.sine) : angles.map(\.cosine)
      })
  }

  /// Single positions and velocities, by index.
  static func state(positions: [Int], velocities: [Int]) -> ObservationPart {
    ObservationPart(
      quantities: { model, labels in
        positions.map { ModelQuantities.positions(of: model, labels: labels)[$0] }
          + velocities.map { ModelQuantities.velocities(of: model, labels: labels)[$0] }
      },
      append: { moment, values in
        values += positions.map { moment.position($0) } + velocities.map { moment.velocity($0) }
      })
  }

  /// `RobotMoment.contactForces` of every body but the world, clamped to plus and minus `limit`.
  public static func contactForces(limit: Double) -> ObservationPart {
    ObservationPart(
      reads: [.contactForces], isListed: false,
      quantities: { model, _ in ModelQuantities.contactForces(of: model) },
      notes: [
        "contact forces: for each body but the world, in the model's order,",
        "moment (x, y, z) and force (x, y, z) about the robot's centre of mass, world axes,",
        "in N m and N, each clamped to \((-limit).shortText) ... \(limit.shortText)",
      ],
      append: { moment, values in
        for force in moment.contactForces.dropFirst(6) {
          values.append(max(min(force, limit), -limit))
        }
      })
  }

  /// mujoco-py with MuJoCo 2.0 or later never computed contact forces: six zeros a body (issue 1541
  /// of Gym).
  static let uncomputedForces = ObservationPart(
    isListed: false,
    quantities: { model, _ in
      (0..<6 * model.bodies.count).map { .init(name: "always zero (\($0))", unit: "1") }
    },
    notes: ["always zero: where contact forces were meant to be"],
    append: { moment, values in
      values += repeatElement(0, count: 6 * moment.model.bodies.count)
    })

  /// Any other numbers.
  ///
  /// - Parameters:
  ///   - quantities: their names and units.
  ///   - notes: lines of the rules that follow the list.
  ///   - values: their values, as many as `quantities`.
  public init(
    _ quantities: [EnvironmentSpec.Quantity], notes: [String] = [],
    values: @escaping @Sendable (RobotMoment) -> [Double]
  ) {
    self.init(
      reads: Set(RobotReading.allCases), quantities: { _, _ in quantities }, notes: notes,
      append: { $1 += values($0) })
  }

  init(
    reads: Set<RobotReading> = [], isListed: Bool = true,
    quantities: @escaping @Sendable (Model, [String]) -> [EnvironmentSpec.Quantity],
    notes: [String] = [], append: @escaping @Sendable (RobotMoment, inout [Double]) -> Void
  ) {
    self.reads = reads
    self.isListed = isListed
    self.quantities = quantities
    self.notes = notes
    self.append = append
  }
}
