import IDQLPhysics

extension Scene {
  /// The intersection of a ray with the scene (MuJoCo `mjv_select`).
  package struct Hit: Equatable, Sendable {
    /// Index among the scene's shapes.
    package var shape: Int
    package var point: Vector3
  }

  /// The nearest intersection with a shape of the model; decorations are ignored.
  package func hit(by ray: Ray) -> Hit? {
    var nearest: (distance: Double, shape: Int)?
    for (index, shape) in shapes.enumerated() where shape.source != .decoration {
      guard let distance = shape.distance(along: ray), distance < nearest?.distance ?? .infinity
      else { continue }
      nearest = (distance, index)
    }
    return nearest.map { Hit(shape: $0.shape, point: ray.point(at: $0.distance)) }
  }
}

extension Shape {
  /// Distance along a ray to the shape's surface; nil if the ray misses it, or for an arrow.
  func distance(along ray: Ray) -> Double? {
    let back = orientation.conjugate
    let o = back.rotate(ray.origin - position)
    let d = back.rotate(ray.direction)
    switch kind {
    case .plane: return o.z > 0 && d.z < 0 ? -o.z / d.z : nil
    case .sphere: return Self.sphere(o, d, radius: size.x)
    case .ellipsoid:
      // scaling the ellipsoid to the unit sphere does not change the ray's parameter
      return Self.sphere(Self.divide(o, size), Self.divide(d, size), radius: 1)
    case .capsule:
      let caps = [-size.y, size.y].compactMap {
        Self.sphere(o - Vector3(0, 0, $0), d, radius: size.x)
      }
      let side = Self.side(o, d, radius: size.x).filter { abs(o.z + $0 * d.z) <= size.y }
      return (caps + side).min()
    case .cylinder:
      let side = Self.side(o, d, radius: size.x).filter { abs(o.z + $0 * d.z) <= size.y }
      let ends = d.z == 0 ? [] : [-size.y, size.y].map { ($0 - o.z) / d.z }
      return
        (side
        + ends.filter { t in
          let (x, y) = (o.x + t * d.x, o.y + t * d.y)
          return t > 0 && x * x + y * y <= size.x * size.x
        }).min()
    case .box: return Self.box(o, d, half: size)
    case .mesh: return Self.box(o, d, half: size) == nil ? nil : triangles?.distance(o, d)
    case .arrow: return nil
    }
  }

  private static func divide(_ a: Vector3, _ b: Vector3) -> Vector3 {
    Vector3(a.x / b.x, a.y / b.y, a.z / b.z)
  }

  private static func sphere(_ o: Vector3, _ d: Vector3, radius: Double) -> Double? {
    roots(d.dot(d), o.dot(d), o.dot(o) - radius * radius).first
  }

  /// Intersections with the infinite cylinder along z.
  private static func side(_ o: Vector3, _ d: Vector3, radius: Double) -> [Double] {
    roots(
      d.x * d.x + d.y * d.y, o.x * d.x + o.y * d.y, o.x * o.x + o.y * o.y - radius * radius)
  }

  /// The positive solutions of a t² + 2 b t + c = 0, ascending.
  private static func roots(_ a: Double, _ b: Double, _ c: Double) -> [Double] {
    let discriminant = b * b - a * c
    guard a > 0, discriminant >= 0 else { return [] }
    let root = discriminant.squareRoot()
    return [(-b - root) / a, (-b + root) / a].filter { $0 > 0 }
  }

  /// From the intersections with the three slabs that bound the box.
  private static func box(_ o: Vector3, _ d: Vector3, half: Vector3) -> Double? {
    var (enter, exit) = (-Double.infinity, Double.infinity)
    for axis in 0..<3 {
      if d[axis] == 0 {
        if abs(o[axis]) > half[axis] { return nil }
        continue
      }
      let ends = [(-half[axis] - o[axis]) / d[axis], (half[axis] - o[axis]) / d[axis]]
      enter = max(enter, min(ends[0], ends[1]))
      exit = min(exit, max(ends[0], ends[1]))
    }
    guard enter <= exit, exit > 0 else { return nil }
    return enter > 0 ? enter : exit
  }
}

extension TriangleSurface {
  /// Distance along a ray to the first triangle that is seen from outside; nil if the ray misses all (Möller and Trumbore,
  /// *Fast, minimum storage ray/triangle intersection*, 1997).
  fileprivate func distance(_ o: Vector3, _ d: Vector3) -> Double? {
    func place(_ index: Int) -> Vector3 {
      let place = corners[Int(indices[index])].place
      return Vector3(Double(place.x), Double(place.y), Double(place.z))
    }
    var nearest: Double?
    for first in stride(from: 0, to: indices.count, by: 3) {
      let a = place(first)
      let (b, c) = (place(first + 1) - a, place(first + 2) - a)
      let across = d.cross(c)
      let facing = b.dot(across)
      guard facing > 0 else { continue }
      let way = o - a
      let u = way.dot(across)
      let turned = way.cross(b)
      let v = d.dot(turned)
      guard u >= 0, v >= 0, u + v <= facing else { continue }
      let distance = c.dot(turned) / facing
      if distance > 0, distance < nearest ?? .infinity { nearest = distance }
    }
    return nearest
  }
}
