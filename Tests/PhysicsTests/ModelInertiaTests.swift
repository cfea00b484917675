import IDQLPhysics
import TestSupport
import Testing

/// Mass properties against closed forms and against each other.
@Suite struct ModelInertiaTests {
  private func body(
    _ geoms: String, _ compiler: String = "", _ profile: PhysicsProfile = .mujoco4
  ) throws -> Body {
    try Model(
      mjcf:
        "<mujoco><compiler \(compiler)/><worldbody><body><freejoint/>\(geoms)</body></worldbody>"
        + "</mujoco>", profile: profile
    ).bodies[1]
  }

  @Test func everyShapeHasItsClosedForm() throws {
    let density = 1000.0
    let sphere = try body("<geom size='0.2'/>")
    let cylinder = try body("<geom type='cylinder' size='0.2 0.3' contype='0' conaffinity='0'/>")
    let box = try body("<geom type='box' size='0.2 0.3 0.4'/>")
    let ellipsoid = try body("<geom type='ellipsoid' size='0.2 0.3 0.4'/>")
    expectClose(
      [sphere.mass, cylinder.mass, box.mass, ellipsoid.mass],
      [
        density * 4 / 3 * .pi * 0.008, density * .pi * 0.04 * 0.6, density * 0.4 * 0.6 * 0.8,
        density * 4 / 3 * .pi * 0.024,
      ], within: 0, relative: 1e-15)
    expectClose([sphere.inertia.x], [sphere.mass * 0.4 * 0.04], within: 0, relative: 1e-15)
    expectClose([cylinder.inertia.z], [cylinder.mass * 0.02], within: 0, relative: 1e-15)
    expectClose([box.inertia.z], [box.mass * (0.16 + 0.36) / 12], within: 0, relative: 1e-15)
    expectClose(
      [ellipsoid.inertia.x], [ellipsoid.mass * (0.09 + 0.16) / 5], within: 0, relative: 1e-15)
  }

  /// A capsule cut into 20000 discs. The rule is off by about 1/n², here 1e-8.
  @Test func capsuleEqualsASumOfDiscs() throws {
    let (radius, half, count) = (0.1, 0.25, 20_000)
    let capsule = try body("<geom type='capsule' size='\(radius) \(half)'/>")
    var (mass, along, across) = (0.0, 0.0, 0.0)
    let thickness = 2 * (half + radius) / Double(count)
    for index in 0..<count {
      let z = (Double(index) + 0.5) * thickness - half - radius
      let beyond = max(0, abs(z) - half)
      let squared = radius * radius - beyond * beyond
      let disc = 1000 * .pi * squared * thickness
      mass += disc
      along += disc * squared / 2
      across += disc * (squared / 4 + z * z)
    }
    expectClose([capsule.mass], [mass], within: 0, relative: 1e-7)
    expectClose(
      [capsule.inertia.x, capsule.inertia.y, capsule.inertia.z], [across, across, along], within: 0,
      relative: 1e-7)
  }

  /// MuJoCo 2.1.0 took a capsule for a cylinder longer by one radius.
  @Test func oldCapsuleIsALongerCylinder() throws {
    let capsule = try body("<geom type='capsule' size='0.1 0.25'/>", "", .mujoco2_1)
    let cylinder = try body(
      "<geom type='cylinder' size='0.1 0.3' contype='0' conaffinity='0'/>", "", .mujoco2_1)
    expectClose([capsule.mass], [cylinder.mass], within: 0, relative: 1e-15)
    expectClose(
      capsule.inertia.components, cylinder.inertia.components, within: 0, relative: 1e-15)
  }

  /// A box, and the same box as eight octants, turned by an odd angle.
  @Test func massPropertiesOfPartsAddUp() throws {
    let turn = "quat='0.8 0.1 -0.5 0.3'"
    let whole = try body("<geom type='box' size='0.2 0.3 0.4' \(turn) pos='1 2 3'/>")
    var parts = ""
    let frame = Quaternion(0.8, 0.1, -0.5, 0.3).normalized
    for octant in 0..<8 {
      let corner = Vector3(
        octant & 1 == 0 ? 0.1 : -0.1, octant & 2 == 0 ? 0.15 : -0.15, octant & 4 == 0 ? 0.2 : -0.2)
      let p = Vector3(1, 2, 3) + frame.rotate(corner)
      parts += "<geom type='box' size='0.1 0.15 0.2' \(turn) pos='\(p.x) \(p.y) \(p.z)'/>"
    }
    let sum = try body(parts)
    expectClose([sum.mass], [whole.mass], within: 0, relative: 1e-14)
    expectClose(
      sum.inertialPosition.components, whole.inertialPosition.components, within: 1e-14)
    // descending moments: of the box, those about x, y, z
    expectClose(sum.inertia.components, whole.inertia.components, within: 0, relative: 1e-13)
  }

  /// The principal frame gives back the tensor it was made from, of any scale. 1e-14: rounding of
  /// the reconstruction.
  @Test(arguments: [1.0, 1e-6, 1e6])
  func fullInertiaIsReproduced(_ scale: Double) throws {
    let tensor = [1.1, 1.2, 1.3, 0.2, -0.1, 0.15].map { $0 * scale }
    let numbers = tensor.map { "\($0)" }.joined(separator: " ")
    let body = try body("<inertial pos='0 0 0' mass='1' fullinertia='\(numbers)'/>")
    #expect(body.inertia.x >= body.inertia.y && body.inertia.y >= body.inertia.z)
    let r = body.inertialOrientation.matrix
    func entry(_ i: Int, _ j: Int) -> Double {
      r.xAxis[i] * body.inertia.x * r.xAxis[j] + r.yAxis[i] * body.inertia.y * r.yAxis[j]
        + r.zAxis[i] * body.inertia.z * r.zAxis[j]
    }
    expectClose(
      [entry(0, 0), entry(1, 1), entry(2, 2), entry(0, 1), entry(0, 2), entry(1, 2)], tensor,
      within: 1e-14 * scale)
  }

  @Test func inertiaComesFromGeomsUnlessItIsGiven() throws {
    let inertial = "<inertial pos='0 0 0' mass='7' diaginertia='1 1 1'/>"
    let geoms = "<geom size='1' mass='2'/><geom size='1' mass='3' group='4'/>"
    #expect(try body(inertial + geoms).mass == 7)
    #expect(try body(inertial + geoms, "inertiafromgeom='true'").mass == 5)
    #expect(try body(geoms, "inertiagrouprange='0 3'").mass == 2)
    #expect(try body(geoms, "boundmass='9'").mass == 9)
  }

  @Test func totalMassScalesMassAndInertia() throws {
    let (plain, scaled) = (
      try body("<geom size='1' mass='2'/>"),
      try body("<geom size='1' mass='2'/>", "settotalmass='8'")
    )
    expectClose(
      [scaled.mass, scaled.inertia.x], [8, 4 * plain.inertia.x], within: 0, relative: 1e-15)
  }

  /// 1/m and 1/I of a free body; what it is fixed to the world by does not matter to a static one.
  @Test func inverseWeightsAreThoseOfFreeBodies() throws {
    let ball = try body("<geom size='0.5' mass='2'/>")
    expectClose(
      [ball.inverseTranslationWeight, ball.inverseRotationWeight], [0.5, 1 / (0.4 * 2 * 0.25)],
      within: 0, relative: 1e-14)
    let fixed = try Model(
      mjcf: "<mujoco><worldbody><body><geom size='1'/></body></worldbody></mujoco>",
      profile: .mujoco4
    ).bodies[1]
    #expect(fixed.inverseTranslationWeight == 0 && fixed.inverseRotationWeight == 0)
  }
}
