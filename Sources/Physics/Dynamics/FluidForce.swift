/// Drag of the surrounding fluid on each body, as on a box with the body's mass and inertia (MuJoCo
/// `mj_inertiaBoxFluidModel`): Stokes drag of the sphere of the same mean size for the viscosity,
/// quadratic drag of each face for the density. Adds to `passive`.
func addFluidForce(
  _ m: ModelPointers, _ options: ModelOptions, frames: UnsafePointer<BodyFrame>,
  axes: UnsafePointer<SpatialVector>, bodyVelocity: UnsafePointer<SpatialVector>,
  passive: UnsafeMutablePointer<Real>
) {
  for index in 0..<m.movingBodyCount {
    let b = m.movingBodies[index]
    let body = m.bodies[b]
    if body.mass < 1e-15 { continue }

    // half the edges of the equivalent box, from I = m/12 (b² + c²) …
    let (i, scale) = (body.inertia, 6 / body.mass)
    let box = (
      x: max(1e-15, scale * (i.y + i.z - i.x)).squareRoot(),
      y: max(1e-15, scale * (i.x + i.z - i.y)).squareRoot(),
      z: max(1e-15, scale * (i.x + i.y - i.z)).squareRoot()
    )

    let inertialAxes = frames[b].rotation * m.inertialAxes[b]
    let offset = frames[b].centerOfMass - frames[body.root].origin
    let velocity = bodyVelocity[b]
    let w = inertialAxes.transposed(times: velocity.angular)
    let v = inertialAxes.transposed(times: velocity.linear(at: offset) - options.wind)

    var moment = Vector3.zero
    var force = Vector3.zero
    if options.fluidViscosity > 0 {
      let diameter = (box.x + box.y + box.z) / 3
      moment -= (Double.pi * diameter * diameter * diameter * options.fluidViscosity) * w
      force -= (3 * Double.pi * diameter * options.fluidViscosity) * v
    }
    if options.fluidDensity > 0 {
      let d = options.fluidDensity
      let area = (
        x: 0.5 * d * box.y * box.z, y: 0.5 * d * box.x * box.z, z: 0.5 * d * box.x * box.y
      )
      force -= Vector3(area.x * abs(v.x) * v.x, area.y * abs(v.y) * v.y, area.z * abs(v.z) * v.z)
      let (x4, y4, z4) = (fourthPower(box.x), fourthPower(box.y), fourthPower(box.z))
      let volume = (
        x: d * box.x * (y4 + z4), y: d * box.y * (x4 + z4), z: d * box.z * (x4 + y4)
      )
      moment -= Vector3(
        volume.x * abs(w.x) * w.x / 64, volume.y * abs(w.y) * w.y / 64,
        volume.z * abs(w.z) * w.z / 64)
    }

    // at the centre of mass, onto every degree of freedom that moves the body
    let worldForce = inertialAxes * force
    let atReference = SpatialVector(
      angular: inertialAxes * moment + offset.cross(worldForce), linear: worldForce)
    var d = body.lastMovingDegreeOfFreedom
    while d >= 0 {
      passive[d] += axes[d].dot(atReference)
      d = m.dofs[d].parent
    }
  }
}

private func fourthPower(_ x: Double) -> Double { x * x * x * x }
