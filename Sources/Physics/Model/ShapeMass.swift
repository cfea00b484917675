/// Mass properties of solid, homogeneous shapes about their own centre and axes; of a mesh or
/// a height field those of the box of its sizes.
extension Geom.Shape {
  /// How many of the three sizes the shape needs.
  var sizeCount: Int {
    switch self {
    case .sphere: 1
    case .capsule, .cylinder: 2
    case .plane, .heightField, .ellipsoid, .box, .mesh: 3
    }
  }

  /// Index of the first size that the shape cannot have; nil if there is none.
  func firstImpossible(in size: Vector3) -> Int? {
    if self == .plane {
      // the third is the spacing of a drawn grid; zeros before it are drawn as infinity
      return !(size.x >= 0) ? 0 : !(size.y >= 0) ? 1 : !(size.z > 0) ? 2 : nil
    }
    return (0..<sizeCount).first { !(size[$0] > 0) }
  }

  /// m³; a plane has none.
  func volume(size: Vector3, profile: PhysicsProfile) -> Double {
    let r = size.x
    return switch self {
    case .plane: 0
    case .sphere: 4 * .pi * r * r * r / 3
    case .capsule:
      profile.usesExactCapsuleInertia
        ? .pi * (r * r * (2 * size.y) + 4 * r * r * r / 3) : .pi * r * r * (2 * size.y + r)
    case .cylinder: .pi * r * r * (2 * size.y)
    case .ellipsoid: 4 * .pi * size.x * size.y * size.z / 3
    case .heightField, .box, .mesh: 8 * size.x * size.y * size.z
    }
  }

  /// Principal moments, kg·m².
  func moments(mass: Double, size: Vector3, profile: PhysicsProfile) -> Vector3 {
    let (x, y, z) = (size.x * size.x, size.y * size.y, size.z * size.z)
    switch self {
    case .plane: return .zero
    case .sphere:
      let moment = 2 * mass * x / 5
      return Vector3(moment, moment, moment)
    case .capsule:
      return profile.usesExactCapsuleInertia
        ? capsuleMoments(mass: mass, radius: size.x, length: 2 * size.y)
        : cylinderMoments(mass: mass, radius: size.x, length: 2 * size.y + size.x)
    case .cylinder: return cylinderMoments(mass: mass, radius: size.x, length: 2 * size.y)
    case .ellipsoid: return Vector3(mass * (y + z) / 5, mass * (x + z) / 5, mass * (x + y) / 5)
    case .heightField, .box, .mesh:
      return Vector3(mass * (y + z) / 3, mass * (x + z) / 3, mass * (x + y) / 3)
    }
  }

  /// Radius of the smallest sphere around the centre; 0 for the unbounded plane.
  func boundingRadius(size: Vector3) -> Double {
    switch self {
    case .plane: 0
    case .sphere: size.x
    case .capsule: size.x + size.y
    case .cylinder: (size.x * size.x + size.y * size.y).squareRoot()
    case .ellipsoid: max(size.x, size.y, size.z)
    case .heightField, .box, .mesh: size.length
    }
  }
}

private func cylinderMoments(mass: Double, radius: Double, length: Double) -> Vector3 {
  let across = mass * (3 * radius * radius + length * length) / 12
  return Vector3(across, across, mass * radius * radius / 2)
}

/// A cylinder with a half ball on each end, whose centre is 3/8 of the radius off its flat face.
private func capsuleMoments(mass: Double, radius: Double, length: Double) -> Vector3 {
  let capsMass = mass * 4 * radius / (4 * radius + 3 * length)
  let caps = 2 * capsMass * radius * radius / 5
  let cylinder = cylinderMoments(mass: mass - capsMass, radius: radius, length: length)
  let across = cylinder.x + caps + capsMass * length * (3 * radius + 2 * length) / 8
  return Vector3(across, across, cylinder.z + caps)
}
