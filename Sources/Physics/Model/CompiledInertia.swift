/// The smallest mass and moment that a moving body may have (MuJoCo `mjMINVAL`).
let smallestInertia = 1e-15

/// Sets mass, moments and inertial frame of every body but the world.
func setInertia(
  of bodies: inout [Body], geoms: [Geom], meshes: [Mesh], document: MJCFDocument,
  profile: PhysicsProfile
) throws(MJCFError) {
  let settings = document.settings
  var next = 0
  for (index, source) in document.bodies.enumerated() {
    let own = next..<(next + source.geoms.count)
    next = own.upperBound
    if index == 0 { continue }
    // where nothing gives a centre of mass, MuJoCo puts it, massless, at the body's own offset
    bodies[index].inertialPosition = source.position
    bodies[index].inertialOrientation = source.orientation

    if settings.inertiaSource == .geoms
      || (source.inertial == nil && settings.inertiaSource == .automatic)
    {
      var parts: [(geom: Geom, mass: Double, moments: Vector3)] = []
      for (geom, description) in zip(geoms[own], source.geoms)
      where geom.group >= settings.inertiaGroups.first && geom.group <= settings.inertiaGroups.last
      {
        let mass = try massOf(geom, meshes, description, profile)
        parts.append((geom, mass, momentsOf(geom, meshes, mass: mass, profile)))
      }
      if let given = source.inertial, parts.isEmpty {
        try setGiven(&bodies[index], given)
      } else {
        try combine(parts, into: &bodies[index], at: source.line)
      }
    } else if let given = source.inertial {
      try setGiven(&bodies[index], given)
    }
    try checkPhysical(&bodies[index], settings, at: source.line)
  }
}

/// A mesh has the moments of its inertia box.
private func momentsOf(
  _ geom: Geom, _ meshes: [Mesh], mass: Double, _ profile: PhysicsProfile
) -> Vector3 {
  geom.mesh < 0
    ? geom.shape.moments(mass: mass, size: geom.size, profile: profile)
    : Geom.Shape.box.moments(mass: mass, size: meshes[geom.mesh].inertiaBox, profile: profile)
}

private func massOf(
  _ geom: Geom, _ meshes: [Mesh], _ description: MJCFGeom, _ profile: PhysicsProfile
) throws(MJCFError) -> Double {
  let volume =
    geom.mesh < 0
    ? geom.shape.volume(size: geom.size, profile: profile) : meshes[geom.mesh].volume
  // a shape without volume has no mass, whatever its attributes
  let mass =
    description.mass.map { volume > smallestInertia ? $0 : 0 } ?? description.density * volume
  if mass >= 0 { return mass }
  throw .invalid(
    problem: "the mass of the geom is \(mass)", remedy: "Give a 'mass' or 'density' of 0 or more.",
    at: description.line)
}

private func setGiven(_ body: inout Body, _ given: MJCFInertial) throws(MJCFError) {
  body.mass = given.mass
  body.inertialPosition = given.position
  body.inertialOrientation = given.orientation
  body.inertia = given.moments
  guard let tensor = given.tensor else { return }
  let (moments, axes) = tensor.principalAxes()
  body.inertia = moments
  body.inertialOrientation =
    given.orientation == .identity ? axes : given.orientation * axes
  if !(body.inertia.z > 0) {
    throw .invalid(
      problem: "'fullinertia' has the principal moment \(body.inertia.z)",
      remedy: "All three must be above 0.", at: given.line)
  }
}

/// The combined inertia of geoms about their common centre of mass.
private func combine(
  _ parts: [(geom: Geom, mass: Double, moments: Vector3)], into body: inout Body,
  at line: SourceLine
) throws(MJCFError) {
  guard let first = parts.first else { return }
  if parts.count == 1 {
    body.mass = first.mass
    body.inertia = first.moments
    body.inertialPosition = first.geom.position
    body.inertialOrientation = first.geom.orientation
    return
  }

  body.mass = parts.reduce(0) { $0 + $1.mass }
  if body.mass < smallestInertia {
    throw .invalid(
      problem: "the geoms of the body have no mass together",
      remedy: "Give one of them 'mass' or 'density' above 0.", at: line)
  }
  let moment = parts.reduce(Vector3.zero) { $0 + $1.mass * $1.geom.position }
  body.inertialPosition = Vector3(
    moment.x / body.mass, moment.y / body.mass, moment.z / body.mass)

  var tensor = SymmetricMatrix3.zero
  for part in parts {
    tensor =
      tensor + SymmetricMatrix3(moments: part.moments, orientation: part.geom.orientation)
      + SymmetricMatrix3(mass: part.mass, at: part.geom.position - body.inertialPosition)
  }
  (body.inertia, body.inertialOrientation) = tensor.principalAxes()
}

private func checkPhysical(
  _ body: inout Body, _ settings: MJCFSettings, at line: SourceLine
) throws(MJCFError) {
  body.mass = max(body.mass, settings.minimumMass)
  for axis in 0..<3 { body.inertia[axis] = max(body.inertia[axis], settings.minimumInertia) }
  let (a, b, c) = (body.inertia.x, body.inertia.y, body.inertia.z)
  if !(body.mass >= 0 && a >= 0 && b >= 0 && c >= 0) {
    throw .invalid(
      problem: "mass \(body.mass) and moments of inertia \(a) \(b) \(c)",
      remedy: "None may be below 0.", at: line)
  }
  if !isPossible(moments: body.inertia) {
    if !settings.balancesInertia {
      throw .invalid(
        problem: "no body has the moments of inertia \(a) \(b) \(c)",
        remedy: "The sum of any two must reach the third.", at: line)
    }
    let mean = (a + b + c) / 3
    body.inertia = Vector3(mean, mean, mean)
  }
}

/// Whether a body can have these principal moments of inertia.
func isPossible(moments m: Vector3) -> Bool {
  m.x + m.y >= m.z && m.x + m.z >= m.y && m.y + m.z >= m.x
}

/// Scales all masses and moments by one factor (`settotalmass`).
func scaleMass(of bodies: inout [Body], toTotal total: Double) {
  let sum = bodies.reduce(0) { $0 + $1.mass }
  let factor = max(smallestInertia, total / max(smallestInertia, sum))
  for index in bodies.indices {
    bodies[index].mass *= factor
    bodies[index].inertia = factor * bodies[index].inertia
  }
}
