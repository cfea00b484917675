import IDQLPhysics
import TestSupport
import Testing

/// Arrays of `mjModel`, row-major, under MuJoCo's names.
func mujocoArrays(of model: Model) -> [String: [Double]] {
  func flat<Element>(
    _ elements: some Sequence<Element>, _ values: (Element) -> [Double]
  ) -> [Double] {
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
    "geom_priority": geoms.map { Double($0.priority) },
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

/// Every array that MuJoCo compiled is the same here.
func expectArrays(_ arrays: [String: [Double]], _ golden: [String: [Double]]) throws {
  for (name, expected) in golden.sorted(by: { $0.key < $1.key }) {
    let actual = try #require(arrays[name], "\(name) is not compared")
    // inverse weights come from a matrix inverse: a rounding of 1e-16 in a length is amplified by
    // its condition number
    let isInverse = name.hasSuffix("invweight0")
    expectClose(
      actual, expected, within: isInverse ? 0 : 1e-15, relative: isInverse ? 1e-13 : 1e-15, name)
  }
}
