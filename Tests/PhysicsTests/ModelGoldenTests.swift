import Foundation
import IDQLPhysics
import TestSupport
import Testing

/// Compiled models against the arrays of a real MuJoCo.
@Suite struct ModelGoldenTests {
  /// The robots of the environments, for the releases behind both sets of scores. 1e-12: rounding
  /// of sums in another order.
  @Test(arguments: Golden.robots, Golden.profiles)
  func robotsMatchMuJoCo(_ name: String, _ profile: PhysicsProfile) throws {
    let model = try Golden(name, profile).model
    let expected = try #require(CompiledModels.recorded.robots[profile.name]?[name])
    expect(model, expected, "\(name) \(profile.name)")
  }

  /// Four legs of three capsules each around a free ball; the hips are fixed to the torso.
  @Test(arguments: Golden.profiles)
  func antMatchesMuJoCo(_ profile: PhysicsProfile) throws {
    var legs = ""
    for (x, y, ankle) in [(1, 1, "-1 1 0"), (-1, 1, "1 1 0"), (-1, -1, "-1 1 0"), (1, -1, "1 1 0")]
    {
      func at(_ scale: Double) -> String { "\(scale * Double(x)) \(scale * Double(y)) 0" }
      func capsule(_ scale: Double) -> String {
        "<geom type='capsule' size='0.08' fromto='0 0 0 \(at(scale))'/>"
      }
      legs += """
        <body>\(capsule(0.2))
          <body pos="\(at(0.2))"><joint axis="0 0 1"/>\(capsule(0.2))
            <body pos="\(at(0.2))"><joint axis="\(ankle)"/>\(capsule(0.4))</body>
          </body>
        </body>
        """
    }
    let model = try Model(
      mjcf: """
        <mujoco>
          <default><joint armature="1" damping="1"/><geom density="5" conaffinity="0"/></default>
          <worldbody><geom type="plane" size="1 1 1" conaffinity="1"/>
            <body pos="0 0 0.75"><freejoint/><geom size="0.25"/>\(legs)</body>
          </worldbody>
        </mujoco>
        """, profile: profile)
    let expected = try #require(CompiledModels.recorded.robots[profile.name]?["ant"])
    expect(model, expected, "ant \(profile.name)")
  }

  private func expect(_ model: Model, _ expected: [String: [Double]], _ label: String) {
    let arrays = CompiledModels.arrays(of: model)
    for (key, values) in expected.sorted(by: { $0.key < $1.key }) {
      guard let actual = arrays[key] else {
        Issue.record("no such array: \(key)")
        continue
      }
      if key.hasSuffix("quat") {
        expectRotations(actual, values, "\(label) \(key)")
      } else {
        // weights pass through the inverse of a matrix of condition up to 1e3
        expectClose(actual, values, within: 1e-14, relative: 1e-12, "\(label) \(key)")
      }
    }
  }

  /// 40 documents that use every feature (see Scripts/record_compiled_models.py), with MuJoCo
  /// 4.0.0.
  @Test func variedDocumentsMatchMuJoCo() throws {
    let recorded = CompiledModels.recorded
    #expect(recorded.models.count == 40)
    for (index, sample) in recorded.models.enumerated() {
      let model = try Model(mjcf: sample.document, named: "#\(index)", profile: .mujoco4)
      expect(model, sample.arrays, "#\(index)")
      expectPairs(model, sample.pairs, "#\(index)")
    }
  }

  /// Frames, copies, included files and flags, with MuJoCo 4.0.0 (Scripts/record_documents.py): the
  /// compiled model, and how it moves.
  @Test func documentsOfManyPartsMatchMuJoCo() throws {
    let samples = RecordedDocuments.recorded.models
    #expect(samples.count == 43)
    for sample in samples {
      let model = try sample.model()
      expect(model, sample.arrays, sample.name)
      expectPairs(model, sample.pairs, sample.name)

      let simulation = Simulation(model: model)
      simulation.reset(
        position: model.initialPosition,
        velocity: (0..<model.velocityCount).map { 0.3 * cos(Double($0)) })
      simulation.control = Array(repeating: 0.7, count: model.controlCount)
      for _ in 0..<3 { simulation.step() }
      // 1e-9: three steps of MuJoCo's solver, which ends its search at 1e-10 of the forces
      expectClose(
        simulation.state.position, sample.motion.qpos, within: 1e-9, relative: 1e-9, sample.name)
      expectClose(
        simulation.state.velocity, sample.motion.qvel, within: 1e-8, relative: 1e-8, sample.name)
    }
  }

  /// q and -q are the same rotation. 1e-10: principal axes of nearly equal moments are
  /// ill-conditioned.
  private func expectRotations(_ actual: [Double], _ expected: [Double], _ label: String) {
    guard actual.count == expected.count else {
      Issue.record("\(label): \(actual.count) values, expected \(expected.count)")
      return
    }
    for start in stride(from: 0, to: actual.count, by: 4) {
      let (q, p) = (Array(actual[start..<start + 4]), Array(expected[start..<start + 4]))
      let sign = zip(q, p).reduce(0) { $0 + $1.0 * $1.1 } < 0 ? -1.0 : 1.0
      expectClose(q.map { sign * $0 }, p, within: 1e-10, "\(label) \(start / 4)")
    }
  }

  private func expectPairs(
    _ model: Model, _ expected: [CompiledModels.Pair], _ label: String
  ) {
    let actual = model.pairs
    // the recording cannot show the order within a body pair, only which pairs there are
    let order = actual.indices.sorted {
      (actual[$0].first, actual[$0].second) < (actual[$1].first, actual[$1].second)
    }
    let sorted = expected.sorted { ($0.geoms[0], $0.geoms[1]) < ($1.geoms[0], $1.geoms[1]) }
    #expect(order.map { [actual[$0].first, actual[$0].second] } == sorted.map(\.geoms), "\(label)")
    guard actual.count == expected.count else { return }

    for (pair, reference) in zip(order.map { actual[$0] }, sorted) {
      let place = "\(label) \(reference.geoms)"
      #expect(pair.dimension == reference.dimension, "\(place)")
      let f = pair.friction
      let s = pair.softness
      expectClose([f.0, f.1, f.2, f.3, f.4], reference.friction, within: 1e-15, place)
      expectClose([s.timeConstant, s.dampingRatio], reference.solref, within: 1e-12, place)
      expectClose(
        [s.surfaceImpedance, s.deepImpedance, s.width, s.midpoint, s.power], reference.solimp,
        within: 1e-14, place)
      expectClose([pair.margin - pair.gap], [reference.activeMargin], within: 1e-15, place)
    }
  }

  /// Two routes to one matrix: the dense sum behind the inverse weights, and the composite inertia
  /// that moves the simulation. 1e-11: both invert a matrix of condition up to 1e3.
  @Test(arguments: Golden.planar, Golden.profiles)
  func weightsFollowFromTheSimulatedInertia(_ name: String, _ profile: PhysicsProfile) throws {
    let model = try Golden(name, profile).model
    let simulation = Simulation(model: model)
    simulation.reset(
      position: model.initialPosition,
      velocity: Array(repeating: 0, count: model.velocityCount))
    let inverse = inverseDiagonal(of: simulation.massMatrix, count: model.velocityCount)
    expectClose(
      model.degreesOfFreedom.map(\.inverseWeight), inverse, within: 0, relative: 1e-11, name)
  }

  /// By Gauss-Jordan elimination.
  private func inverseDiagonal(of matrix: [Double], count: Int) -> [Double] {
    var rows = (0..<count).map { i in
      Array(matrix[(i * count)..<((i + 1) * count)]) + (0..<count).map { $0 == i ? 1 : 0 }
    }
    for pivot in 0..<count {
      rows[pivot] = rows[pivot].map { [scale = rows[pivot][pivot]] in $0 / scale }
      for other in 0..<count where other != pivot {
        let factor = rows[other][pivot]
        rows[other] = zip(rows[other], rows[pivot]).map { $0 - factor * $1 }
      }
    }
    return (0..<count).map { rows[$0][count + $0] }
  }
}

extension Body {
  fileprivate var inverseWeights: [Double] { [inverseTranslationWeight, inverseRotationWeight] }
}

/// `Golden/compiled-models.json`.
struct CompiledModels: Decodable {
  struct Pair: Decodable {
    let geoms: [Int]
    let dimension: Int
    let activeMargin: Double
    let friction, solref, solimp: [Double]
  }
  struct Sample: Decodable {
    let document: String
    let arrays: [String: [Double]]
    let pairs: [Pair]
  }
  let models: [Sample]
  /// By profile and robot.
  let robots: [String: [String: [String: [Double]]]]

  static let recorded: CompiledModels = goldenJSON("compiled-models.json")

  /// The model under MuJoCo's array names, flattened.
  static func arrays(of model: Model) -> [String: [Double]] {
    bodyArrays(model).merging(jointArrays(model)) { a, _ in a }
      .merging(geomArrays(model)) { a, _ in a }.merging(otherArrays(model)) { a, _ in a }
  }

  private static func bodyArrays(_ m: Model) -> [String: [Double]] {
    [
      "body_parentid": m.bodies.map { Double($0.parent) },
      "body_rootid": m.bodies.map { Double($0.root) },
      "body_weldid": m.bodies.map { Double($0.weld) },
      "body_jntnum": m.bodies.map { Double($0.jointCount) },
      "body_dofnum": m.bodies.map { Double($0.degreeOfFreedomCount) },
      "body_pos": m.bodies.flatMap(\.position.components),
      "body_quat": m.bodies.flatMap { parts($0.orientation) },
      "body_ipos": m.bodies.flatMap(\.inertialPosition.components),
      "body_iquat": m.bodies.flatMap { parts($0.inertialOrientation) },
      "body_mass": m.bodies.map(\.mass),
      "body_inertia": m.bodies.flatMap(\.inertia.components),
      "body_invweight0": m.bodies.flatMap(\.inverseWeights),
    ]
  }

  private static func jointArrays(_ m: Model) -> [String: [Double]] {
    [
      "jnt_type": m.joints.map { Double($0.kind.rawValue) },
      "jnt_bodyid": m.joints.map { Double($0.body) },
      "jnt_qposadr": m.joints.map { Double($0.firstPosition) },
      "jnt_dofadr": m.joints.map { Double($0.firstDegreeOfFreedom) },
      "jnt_pos": m.joints.flatMap(\.anchor.components),
      "jnt_axis": m.joints.flatMap(\.axis.components),
      "jnt_limited": m.joints.map { $0.isLimited ? 1 : 0 },
      "jnt_range": m.joints.flatMap { $0.isLimited ? finite($0.lower...$0.upper) : [0, 0] },
      "jnt_margin": m.joints.map(\.margin),
      "jnt_stiffness": m.joints.map(\.stiffness),
      "jnt_solref": m.joints.flatMap { reference($0.limitSoftness) },
      "jnt_solimp": m.joints.flatMap { impedance($0.limitSoftness) },
      "dof_bodyid": m.degreesOfFreedom.map { Double($0.body) },
      "dof_jntid": m.degreesOfFreedom.map { Double($0.joint) },
      "dof_parentid": m.degreesOfFreedom.map { Double($0.parent) },
      "dof_armature": m.degreesOfFreedom.map(\.armature),
      "dof_damping": m.degreesOfFreedom.map(\.damping),
      "dof_invweight0": m.degreesOfFreedom.map(\.inverseWeight),
      "qpos0": m.initialPosition,
      "qpos_spring": m.springPosition,
    ]
  }

  private static func geomArrays(_ m: Model) -> [String: [Double]] {
    [
      "geom_type": m.geoms.map { Double($0.shape.rawValue) },
      "geom_bodyid": m.geoms.map { Double($0.body) },
      "geom_pos": m.geoms.flatMap(\.position.components),
      "geom_quat": m.geoms.flatMap { parts($0.orientation) },
      "geom_size": m.geoms.flatMap(\.size.components),
      "geom_rbound": m.geoms.map(\.boundingRadius),
      "geom_contype": m.geoms.map { Double($0.contactType) },
      "geom_conaffinity": m.geoms.map { Double($0.contactAffinity) },
      "geom_condim": m.geoms.map { Double($0.contactDimension) },
      "geom_priority": m.geoms.map { Double($0.priority) },
      "geom_friction": m.geoms.flatMap(\.friction.components),
      "geom_margin": m.geoms.map(\.margin),
      "geom_gap": m.geoms.map(\.gap),
      "geom_solmix": m.geoms.map(\.softnessMix),
      "geom_solref": m.geoms.flatMap { reference($0.softness) },
      "geom_solimp": m.geoms.flatMap { impedance($0.softness) },
      "geom_group": m.geoms.map { Double($0.group) },
    ]
  }

  private static func otherArrays(_ m: Model) -> [String: [Double]] {
    [
      "site_bodyid": m.sites.map { Double($0.body) },
      "site_type": m.sites.map { Double($0.shape.rawValue) },
      "site_pos": m.sites.flatMap(\.position.components),
      "site_quat": m.sites.flatMap { parts($0.orientation) },
      "site_size": m.sites.flatMap(\.size.components),
      "cam_bodyid": m.visuals.cameras.map { Double($0.body) },
      "cam_pos": m.visuals.cameras.flatMap(\.position.components),
      "cam_quat": m.visuals.cameras.flatMap { parts($0.orientation) },
      "cam_fovy": m.visuals.cameras.map(\.verticalFieldOfView),
      "actuator_trnid": m.actuators.map { Double(max($0.joint, $0.tendon)) },
      "actuator_gear": m.actuators.flatMap {
        [$0.gear.0, $0.gear.1, $0.gear.2, $0.gear.3, $0.gear.4, $0.gear.5]
      },
      "actuator_ctrlrange": m.actuators.flatMap { finite($0.controlRange) },
      "actuator_forcerange": m.actuators.flatMap { finite($0.forceRange) },
      "actuator_gain": m.actuators.flatMap(\.gain.components),
      "actuator_bias": m.actuators.flatMap(\.bias.components),
      "key_time": m.keyframes.map(\.time),
      "key_qpos": m.keyframes.flatMap(\.position),
      "key_qvel": m.keyframes.flatMap(\.velocity),
      "key_ctrl": m.keyframes.flatMap(\.control),
    ]
  }

  /// JSON has no infinity.
  private static func finite(_ range: ClosedRange<Double>) -> [Double] {
    [max(-1e300, range.lowerBound), min(1e300, range.upperBound)]
  }
  private static func parts(_ q: Quaternion) -> [Double] { [q.w, q.x, q.y, q.z] }
  private static func reference(_ s: ConstraintSoftness) -> [Double] {
    [s.timeConstant, s.dampingRatio]
  }
  private static func impedance(_ s: ConstraintSoftness) -> [Double] {
    [s.surfaceImpedance, s.deepImpedance, s.width, s.midpoint, s.power]
  }
}
