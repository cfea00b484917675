import IDQLSpelling

/// Values of `<equality>` elements that a default class can give.
struct MJCFEqualityDefaults {
  var isActive = true
  var softness = ConstraintSoftness()

  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    try reader.read("active", into: &isActive)
    try reader.readSoftness(into: &softness)
  }
}

/// An element of `<equality>`.
struct MJCFEquality: NamedInMJCF {
  enum Kind {
    /// By the names of bodies and an anchor in the first.
    case connect(String, String?, anchor: Vector3)
    /// By the names of bodies and an anchor in the second; the pose of the second in the first, or
    /// nil for that of the initial configuration.
    case weld(
      String, String?, anchor: Vector3, pose: (Vector3, Quaternion)?, torqueScale: Double)
    /// By the names of sites.
    case sites(String, String, isWeld: Bool, torqueScale: Double)
    case joints(String, String?, Equality.Polynomial)
    case tendons(String, String?, Equality.Polynomial)

    /// The name that it has twice, if it has.
    var repeatedName: String? {
      let (first, second) =
        switch self {
        case .connect(let body, let other, _), .weld(let body, let other, _, _, _):
          (body, other ?? "world")
        case .sites(let site, let other, _, _): (site, other)
        case .joints(let name, let other, _), .tendons(let name, let other, _): (name, other ?? "")
        }
      return first == second ? first : nil
    }
  }

  var line: SourceLine
  var name: String
  var kind: Kind
  var softness: ConstraintSoftness
  var isActive: Bool

  static let kinds = ["connect", "weld", "joint", "tendon"]
  static let unsupportedKinds = ["flex", "flexvert", "flexstrain"]
}

extension MJCFDocument {
  mutating func readEqualities(_ section: XMLElement) throws(MJCFError) {
    for element in section.children {
      var reader = AttributeReader(element, settings)
      if MJCFEquality.unsupportedKinds.contains(element.name) {
        throw .unsupported(
          feature: "<\(element.name)> of <equality>",
          advice: "Accepted: " + MJCFEquality.kinds.joined(separator: ", ") + ".",
          at: reader.here)
      }
      guard MJCFEquality.kinds.contains(element.name) else {
        throw .unknownElement(
          element.name, parent: section.name,
          closest: closestName(to: element.name, in: MJCFEquality.kinds), at: reader.here)
      }
      var common = try defaults(for: &reader).equality
      try common.apply(&reader)
      let kind = try readEqualityKind(&reader)
      if let name = kind.repeatedName {
        throw .invalid(
          problem: "<\(element.name)> joins '\(shortened(name))' to itself",
          remedy: "Name two that differ.", at: reader.here)
      }
      let name = reader.text("name") ?? ""
      try reader.finish()
      equalities.append(
        MJCFEquality(
          line: reader.here, name: name, kind: kind, softness: common.softness,
          isActive: common.isActive))
    }
  }

  private func readEqualityKind(
    _ reader: inout AttributeReader
  ) throws(MJCFError) -> MJCFEquality.Kind {
    switch reader.element.name {
    case "joint":
      return .joints(
        try reader.requiredText("joint1"), reader.text("joint2"), try polynomial(&reader))
    case "tendon":
      return .tendons(
        try reader.requiredText("tendon1"), reader.text("tendon2"), try polynomial(&reader))
    default: return try readBodyEquality(&reader)
    }
  }

  private func polynomial(
    _ reader: inout AttributeReader
  ) throws(MJCFError) -> Equality.Polynomial {
    var c = [0.0, 1, 0, 0, 0]
    try reader.readLeading("polycoef", into: &c)
    return Equality.Polynomial(constant: c[0], coefficients: SIMD4(c[1], c[2], c[3], c[4]))
  }

  private func readBodyEquality(
    _ reader: inout AttributeReader
  ) throws(MJCFError) -> MJCFEquality.Kind {
    let isWeld = reader.element.name == "weld"
    let (first, second) = (reader.text("body1"), reader.text("body2"))
    let sites = (reader.text("site1"), reader.text("site2"))
    var torqueScale = 1.0
    if isWeld { try reader.read("torquescale", into: &torqueScale) }
    let hasAnchor = reader.text("anchor") != nil
    var anchor = Vector3.zero
    try reader.read("anchor", into: &anchor)
    let pose = isWeld ? try reader.numbers("relpose", count: 7...7) : nil

    if first == nil, second == nil, let one = sites.0, let other = sites.1, !hasAnchor, pose == nil
    {
      return .sites(one, other, isWeld: isWeld, torqueScale: torqueScale)
    }
    guard let first, sites == (nil, nil), isWeld || hasAnchor else {
      throw .invalid(
        problem: "<\(reader.element.name)> does not say what it joins",
        remedy: isWeld
          ? "Give 'body1' and perhaps 'body2', or 'site1' and 'site2'."
          : "Give 'body1' and 'anchor' and perhaps 'body2', or 'site1' and 'site2'.",
        at: reader.here)
    }
    if !isWeld { return .connect(first, second, anchor: anchor) }
    // four zeros in place of a quaternion: the initial configuration
    let stated = pose.flatMap { p in
      p[3...].allSatisfy { $0 == 0 }
        ? nil : (Vector3(p[0], p[1], p[2]), Quaternion(p[3], p[4], p[5], p[6]).normalized)
    }
    return .weld(first, second, anchor: anchor, pose: stated, torqueScale: torqueScale)
  }
}
