import IDQLPhysics

extension Stage {
  /// Capsules and spheres with a round end at an end of equal radius of the parent body's, as at a
  /// knee: of two surfaces at the same place, rounding decides which is seen, pixel by pixel and
  /// picture by picture. Of a chain of limbs every second one is among them.
  func geomsOverEqualEnds() -> Set<Int> {
    var over: Set<Int> = []
    let ends: [[Vector3]] = model.geoms.indices.map { roundEnds(ofGeom: $0) }
    func meet(_ first: Int, _ second: Int) -> Bool {
      let reach = Self.coincidence * model.geoms[second].size.x
      return ends[first].contains { a in ends[second].contains { ($0 - a).length < reach } }
    }
    for index in model.geoms.indices {
      let geom = model.geoms[index]
      let parent = model.bodies[geom.body].parent
      let others = (0..<index).filter { other in
        let candidate = model.geoms[other]
        return candidate.body == parent && candidate.size.x == geom.size.x
      }
      if others.contains(where: { !over.contains($0) && meet($0, index) }) { over.insert(index) }
    }
    return over
  }

  /// Share of the radius within which ends are at the same place.
  private static let coincidence = 1e-3

  /// What the radius of such a geom is drawn as: more than the corners of a mesh are inside of the
  /// surface it stands for, 0.4 %, and less than is seen.
  static let cover = 1.006

  /// Centres of the round ends, world frame, m.
  private func roundEnds(ofGeom index: Int) -> [Vector3] {
    let geom = model.geoms[index]
    let half: Double
    switch geom.shape {
    case .sphere: half = 0
    case .capsule: half = geom.size.y
    case .plane, .heightField, .ellipsoid, .cylinder, .box, .mesh: return []
    }
    let (position, orientation) = pose(ofBody: geom.body, geom.position, geom.orientation)
    let axis = orientation.rotate(Vector3(0, 0, half))
    return half == 0 ? [position] : [position - axis, position + axis]
  }
}
