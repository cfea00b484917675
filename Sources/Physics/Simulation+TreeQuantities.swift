/// Quantities about the centre of mass of each body's kinematic tree, in world axes, where MuJoCo
/// has them. Like all derived quantities they belong to the last evaluation of forces.
extension Simulation {
  /// Ten numbers a body: rotational inertia xx, yy, zz, xy, xz, yz (kg m²), mass times the offset of
  /// the centre of mass (kg m), mass (kg); zeros for the world (MuJoCo `cinert`).
  package var inertiasAboutTreeCenters: [Double] {
    let w = workspace
    let m = w.model
    let centers = treeCentersOfMass
    return (0..<m.bodyCount).flatMap { b -> [Double] in
      if b == 0 { return Array(repeating: 0, count: 10) }
      let body = m.bodies[b]
      let inertia = SpatialInertia(
        mass: body.mass, principal: body.inertia, axes: w.frames[b].rotation * m.inertialAxes[b],
        offset: w.frames[b].centerOfMass - centers[body.root])
      return [inertia.xx, inertia.yy, inertia.zz, inertia.xy, inertia.xz, inertia.yz]
        + inertia.firstMoment.components + [inertia.mass]
    }
  }

  /// Velocity of each body, `linear` being that of its point at the tree's centre of mass (MuJoCo
  /// `cvel`). After steps in lanes it needs `keepsBodyVelocities`.
  package var velocitiesAboutTreeCenters: [SpatialVector] {
    let w = workspace
    let m = w.model
    let centers = treeCentersOfMass
    return (0..<m.bodyCount).map { b in
      let root = m.bodies[b].root
      return SpatialVector(
        angular: w.bodyVelocity[b].angular,
        linear: w.bodyVelocity[b].linear(at: centers[root] - w.frames[root].origin))
    }
  }

  /// Centres of mass of the trees under the children of the world, by body; zero for all others.
  var treeCentersOfMass: [Vector3] {
    let m = workspace.model
    var moments = Array(repeating: Vector3.zero, count: m.bodyCount)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: m.bodyCount) { masses in
      masses.initialize(repeating: 0)
      for b in 1..<m.bodyCount {
        let root = m.bodies[b].root
        moments[root] += m.bodies[b].mass * workspace.frames[b].centerOfMass
        masses[root] += m.bodies[b].mass
      }
      for b in 1..<m.bodyCount {
        moments[b] = masses[b] > 0 ? (1 / masses[b]) * moments[b] : .zero
      }
    }
    return moments
  }
}
