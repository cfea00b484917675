/// An orientation in any of MJCF's notations.
struct MJCFOrientation {
  private(set) var value = Quaternion.identity

  /// Reads `quat`, `axisangle`, `euler`, `xyaxes` or `zaxis`, whichever is present.
  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    var found: [String] = []
    if let v = try reader.numbers("quat", count: 4...4) {
      found.append("quat")
      value = try Self.unit(Quaternion(v[0], v[1], v[2], v[3]), reader)
    }
    if let v = try reader.numbers("axisangle", count: 4...4) {
      found.append("axisangle")
      let axis = try Self.unit(Vector3(v[0], v[1], v[2]), "axisangle", reader)
      value = Quaternion(axis: axis, angle: reader.settings.radians(v[3]))
    }
    if let v = try reader.numbers("xyaxes", count: 6...6) {
      found.append("xyaxes")
      let x = try Self.unit(Vector3(v[0], v[1], v[2]), "xyaxes", reader)
      let y = Vector3(v[3], v[4], v[5])
      let yAxis = try Self.unit(y - x.dot(y) * x, "xyaxes", reader)
      value = Quaternion(Matrix3(x, yAxis, x.cross(yAxis)))
    }
    if let v = try reader.numbers("zaxis", count: 3...3) {
      found.append("zaxis")
      value = Quaternion(
        turningZOnto: try Self.unit(Vector3(v[0], v[1], v[2]), "zaxis", reader))
    }
    if let v = try reader.numbers("euler", count: 3...3) {
      found.append("euler")
      value = Self.euler(v.map(reader.settings.radians), reader.settings.eulerSequence)
    }
    if found.count > 1 {
      throw .invalid(
        problem: "<\(reader.element.name)> has \(found.joined(separator: " and "))",
        remedy: "Give its orientation once.", at: reader.here)
    }
  }

  static func euler(_ angles: [Double], _ sequence: [Character]) -> Quaternion {
    var total = Quaternion.identity
    for (angle, letter) in zip(angles, sequence) {
      var axis = Vector3.zero
      axis[letter.lowercased() == "x" ? 0 : letter.lowercased() == "y" ? 1 : 2] = 1
      let turn = Quaternion(axis: axis, angle: angle)
      total = letter.isLowercase ? total * turn : turn * total
    }
    return total.normalized
  }

  private static func unit(
    _ v: Vector3, _ attribute: String, _ reader: AttributeReader
  ) throws(MJCFError) -> Vector3 {
    let length = v.length
    if length >= 1e-14 && length.isFinite { return (1 / length) * v }
    throw .invalid(
      problem: "'\(attribute)' of <\(reader.element.name)> has an axis without direction",
      remedy: "Give two axes that differ, of any length but 0.", at: reader.here)
  }

  private static func unit(
    _ q: Quaternion, _ reader: AttributeReader
  ) throws(MJCFError) -> Quaternion {
    let length = (q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z).squareRoot()
    if length >= 1e-14 && length.isFinite { return q.normalized }
    throw .invalid(
      problem: "'quat' of <\(reader.element.name)> has length \(length)",
      remedy: "Give any length but 0; 1 0 0 0 is no rotation.", at: reader.here)
  }
}
