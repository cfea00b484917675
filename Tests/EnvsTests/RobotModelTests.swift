import Physics
import TestSupport
import Testing

@testable import Envs

/// Our documents, compiled by us, against MuJoCo's own models, compiled by MuJoCo.
@Suite struct RobotModelTests {
  @Test(arguments: CompiledModels.shared.models)
  func compilesToMuJoCosArrays(_ golden: CompiledModels.Compiled) throws {
    let profile = try #require(PhysicsProfile(named: golden.profile))
    let model = try RobotModels.compile(golden.model, profile: profile)
    let arrays = mujocoArrays(of: model)
    for (name, expected) in golden.arrays.sorted(by: { $0.key < $1.key }) {
      let actual = try #require(arrays[name], "\(name) is not compared")
      // inverse weights come from a matrix inverse: a rounding of 1e-16 in a length is amplified by
      // its condition number
      let isInverse = name.hasSuffix("invweight0")
      expectClose(
        actual, expected, within: isInverse ? 0 : 1e-15, relative: isInverse ? 1e-13 : 1e-15, name)
    }
  }

  @Test func footOfVersion5IsTheOnlyDifferenceOfItsModel() {
    let old = RobotModels.document("walker2d").split(separator: "\n")
    let new = RobotModels.document("walker2d_v5").split(separator: "\n")
    #expect(old.count == new.count)
    let changed = zip(old, new).filter { $0 != $1 }.map {
      $0.1.trimmingCharacters(in: .whitespaces)
    }
    #expect(
      changed == [
        "Both feet grip alike (1.9): so it is in Gymnasium v5.", #"friction="1.9 0.1 0.1"/>"#,
      ])
  }

  @Test(arguments: [
    "hopper", "walker2d", "walker2d_v5", "half_cheetah", "ant", "ant_maze", "point_force",
    "point_shift",
  ])
  func aModelCanBeLookedAt(_ name: String) throws {
    let model = try RobotModels.compile(name, profile: .mujoco4)
    let camera = try #require(model.visuals.cameras.first { $0.name == "track" })
    #expect(camera.tracking == .trackcom)
    #expect(camera.body == model.names.bodies.firstIndex(of: "torso"))
    #expect(model.visuals.lights.count == 1)
    #expect(model.visuals.textures.contains { $0.pattern == "checker" })
    #expect(model.geoms.allSatisfy { $0.material >= 0 })
  }

  private func mujocoArrays(of model: Model) -> [String: [Double]] {
    func flat<Element>(_ elements: [Element], _ values: (Element) -> [Double]) -> [Double] {
      elements.flatMap(values)
    }
    func v(_ a: Vector3) -> [Double] { [a.x, a.y, a.z] }
    func q(_ a: Quaternion) -> [Double] { [a.w, a.x, a.y, a.z] }
    func reference(_ s: ConstraintSoftness) -> [Double] { [s.timeConstant, s.dampingRatio] }
    func impedance(_ s: ConstraintSoftness) -> [Double] {
      [s.surfaceImpedance, s.deepImpedance, s.width, s.midpoint, s.power]
    }
    let (bodies, joints, geoms) = (model.bodies, model.joints, model.geoms)
    let freedoms = model.degreesOfFreedom
    return [
      "body_mass": bodies.map(\.mass),
      "body_inertia": flat(bodies) { v($0.inertia) },
      "body_ipos": flat(bodies) { v($0.inertialPosition) },
      "body_iquat": flat(bodies) { q($0.inertialOrientation) },
      "body_invweight0": flat(bodies) { [$0.inverseTranslationWeight, $0.inverseRotationWeight] },
      "body_pos": flat(bodies) { v($0.position) },
      "body_quat": flat(bodies) { q($0.orientation) },
      "body_parentid": bodies.map { Double($0.parent) },
      "dof_invweight0": freedoms.map(\.inverseWeight),
      "dof_armature": freedoms.map(\.armature),
      "dof_damping": freedoms.map(\.damping),
      "qpos0": model.initialPosition,
      "qpos_spring": model.springPosition,
      "jnt_type": joints.map { Double($0.kind.rawValue) },
      "jnt_pos": flat(joints) { v($0.anchor) },
      "jnt_axis": flat(joints) { v($0.axis) },
      "jnt_limited": joints.map { $0.isLimited ? 1 : 0 },
      "jnt_range": flat(joints) { [$0.lower, $0.upper] },
      "jnt_stiffness": joints.map(\.stiffness),
      "jnt_solref": flat(joints) { reference($0.limitSoftness) },
      "jnt_solimp": flat(joints) { impedance($0.limitSoftness) },
      "jnt_margin": joints.map(\.margin),
      "geom_type": geoms.map { Double($0.shape.rawValue) },
      "geom_bodyid": geoms.map { Double($0.body) },
      "geom_size": flat(geoms) { v($0.size) },
      "geom_pos": flat(geoms) { v($0.position) },
      "geom_quat": flat(geoms) { q($0.orientation) },
      "geom_friction": flat(geoms) { v($0.friction) },
      "geom_condim": geoms.map { Double($0.contactDimension) },
      "geom_contype": geoms.map { Double($0.contactType) },
      "geom_conaffinity": geoms.map { Double($0.contactAffinity) },
      "geom_margin": geoms.map(\.margin),
      "geom_gap": geoms.map(\.gap),
      "geom_solref": flat(geoms) { reference($0.softness) },
      "geom_solimp": flat(geoms) { impedance($0.softness) },
      "actuator_gear": flat(model.actuators) {
        [$0.gear.0, $0.gear.1, $0.gear.2, $0.gear.3, $0.gear.4, $0.gear.5]
      },
      "actuator_ctrlrange": flat(model.actuators) {
        [$0.controlRange.lowerBound, $0.controlRange.upperBound]
      },
      "actuator_trnid": flat(model.actuators) { [Double($0.joint), -1] },
    ]
  }
}
