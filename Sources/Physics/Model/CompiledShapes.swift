/// The geoms of all bodies, in body order.
func makeGeoms(
  _ document: MJCFDocument, _ meshes: inout CompiledMeshes
) throws(MJCFError) -> [Geom] {
  var geoms: [Geom] = []
  var moving: [Bool] = []
  for (index, body) in document.bodies.enumerated() {
    moving.append(!body.joints.isEmpty || (index > 0 && moving[body.parent]))
    for geom in body.geoms {
      let (source, mesh) = try meshes.resolving(geom)
      let placed = try Placement(
        source.shape, source.position, source.orientation.value, source.ends, source.size,
        within: source.frame, element: "geom", at: source.line)
      if !contactDimensions.contains(source.contactDimension) {
        throw .invalid(
          problem: "'condim' of <geom> is \(source.contactDimension)",
          remedy: "It is 1, 3, 4 or 6.", at: source.line)
      }
      if source.shape == .plane, moving[index] {
        throw .invalid(
          problem: "a plane on a body that moves", remedy: "Fix it to the world, or use a box.",
          at: source.line)
      }
      geoms.append(
        Geom(
          shape: source.shape, body: index, position: placed.position,
          orientation: placed.orientation, size: placed.size,
          contactType: source.contactType, contactAffinity: source.contactAffinity,
          contactDimension: source.contactDimension, priority: source.priority,
          friction: source.friction, margin: source.margin, gap: source.gap,
          softnessMix: source.softnessMix, softness: source.softness, group: source.group,
          material: try materialIndex(source.material, document, at: source.line),
          color: source.color, mesh: mesh, heightField: meshes.heightField(of: source)))
    }
  }
  return geoms
}

func makeSites(_ document: MJCFDocument) throws(MJCFError) -> [Site] {
  var sites: [Site] = []
  for (index, body) in document.bodies.enumerated() {
    for source in body.sites {
      let placed = try Placement(
        source.shape, source.position, source.orientation.value, source.ends, source.size,
        within: source.frame, element: "site", at: source.line)
      sites.append(
        Site(
          body: index, position: placed.position, orientation: placed.orientation,
          shape: source.shape, size: placed.size, group: source.group,
          material: try materialIndex(source.material, document, at: source.line),
          color: source.color))
    }
  }
  return sites
}

/// Position, orientation and size of a shape, with `fromto` resolved.
private struct Placement {
  var position: Vector3
  var orientation: Quaternion
  var size: Vector3

  init(
    _ shape: Geom.Shape, _ position: Vector3, _ orientation: Quaternion,
    _ ends: (Vector3, Vector3)?, _ size: Vector3, within frame: MJCFFrame?, element: String,
    at line: SourceLine
  ) throws(MJCFError) {
    (self.position, self.orientation, self.size) = (position, orientation, size)
    if let ends {
      if ![.capsule, .cylinder, .ellipsoid, .box].contains(shape) {
        throw .invalid(
          problem: "'fromto' on a \(shape)",
          remedy: "It places a capsule, cylinder, ellipsoid or box.", at: line)
      }
      if position != .zero {
        throw .invalid(
          problem: "<\(element)> has 'fromto' and 'pos'", remedy: "Give one of them.", at: line)
      }
      try span(ends, shape, at: line)
    }
    if let frame {
      (self.position, self.orientation) = frame.placing(self.position, self.orientation)
    }
    try checkSize(shape, element, at: line)
  }

  /// Along local z from the second end to the first.
  private mutating func span(
    _ ends: (Vector3, Vector3), _ shape: Geom.Shape, at line: SourceLine
  ) throws(MJCFError) {
    let difference = ends.0 - ends.1
    let length = difference.length
    if !(length / 2 >= 1e-14 && length.isFinite) {
      throw .invalid(
        problem: "the points of 'fromto' are \(length) apart",
        remedy: "Give two different points.", at: line)
    }
    position = Vector3(
      (ends.0.x + ends.1.x) / 2, (ends.0.y + ends.1.y) / 2, (ends.0.z + ends.1.z) / 2)
    orientation = Quaternion(turningZOnto: (1 / length) * difference)
    if shape == .capsule || shape == .cylinder {
      size.y = length / 2
    } else {
      size = Vector3(size.x, size.x, length / 2)
    }
  }

  private func checkSize(
    _ shape: Geom.Shape, _ element: String, at line: SourceLine
  ) throws(MJCFError) {
    guard let wrong = shape.firstImpossible(in: size) else { return }
    if shape == .plane {
      throw .invalid(
        problem: "the 'size' of a plane is \(size.x) \(size.y) \(size.z)",
        remedy: "Give 0 or more twice, then a number above 0.", at: line)
    }
    let phrase = shape.sizeCount == 1 ? "1 number" : "\(shape.sizeCount) numbers"
    throw .invalid(
      problem: "number \(wrong + 1) of the 'size' of a \(shape) is \(size[wrong])",
      remedy: "Give \(phrase) above 0.", at: line)
  }
}
