import IDQLSpelling

/// A tendon of the document: defaults first, then its own attributes.
struct MJCFTendon: NamedInMJCF {
  /// An element of its path, by names.
  enum Part {
    case joint(String, coefficient: Double, line: SourceLine)
    case site(String, line: SourceLine)
    case geom(String, sideSite: String?, line: SourceLine)
    case pulley(divisor: Double, line: SourceLine)
  }

  var line = SourceLine(file: "", line: 0)
  var name = ""
  var path: [Part] = []
  var isLimited: Bool?
  var range = (0.0, 0.0)
  var margin = 0.0
  var stiffness = 0.0
  var damping = 0.0
  var armature = 0.0
  var frictionLoss = 0.0
  /// -1 for the length in the configuration of the springs.
  var springLength = (-1.0, -1.0)
  var limitSoftness = ConstraintSoftness()
  var frictionSoftness = ConstraintSoftness()
  /// Nil: true if the range is given.
  var isActuatorForceLimited: Bool?
  var actuatorForceRange = (0.0, 0.0)
  var group = 0
  var material = ""
  var color = SIMD4<Float>(0.5, 0.5, 0.5, 1)
  /// Radius, m.
  var width = 0.003

  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    try reader.readLimited("limited", into: &isLimited)
    try reader.readRange("range", into: &range)
    try reader.read("margin", into: &margin)
    try reader.readLinear("stiffness", into: &stiffness)
    try reader.readLinear("damping", into: &damping)
    try reader.readFrictionLoss(into: &frictionLoss)
    if let values = try reader.numbers("springlength", count: 1...2) {
      springLength = (values[0], values.last ?? values[0])
      if springLength.0 > springLength.1 {
        throw .invalid(
          problem: "'springlength' falls from \(springLength.0) to \(springLength.1)",
          remedy: "Give the smaller number first.", at: reader.here)
      }
    }
    try reader.readSoftness(
      reference: "solreflimit", impedance: "solimplimit", into: &limitSoftness)
    try reader.readSoftness(
      reference: "solreffriction", impedance: "solimpfriction", into: &frictionSoftness)
    try reader.readNonnegative("armature", into: &armature)
    try reader.refuse("springyield", advice: "Leave it out.")
    try reader.readRange("actuatorfrcrange", into: &actuatorForceRange)
    try reader.readLimited("actuatorfrclimited", into: &isActuatorForceLimited)
    try reader.read("group", into: &group)
    if let text = reader.text("material") { material = text }
    try reader.read("rgba", into: &color)
    try reader.readNonnegative("width", into: &width)
    reader.ignore("user")
  }
}

extension MJCFDocument {
  mutating func readTendons(_ section: XMLElement) throws(MJCFError) {
    for element in section.children {
      var reader = AttributeReader(element, settings)
      let kinds = ["fixed", "spatial"]
      guard kinds.contains(element.name) else {
        throw .unknownElement(
          element.name, parent: section.name, closest: closestName(to: element.name, in: kinds),
          at: reader.here)
      }
      var tendon = try defaults(for: &reader).tendon
      (tendon.name, tendon.line) = (reader.text("name") ?? "", reader.here)
      try tendon.apply(&reader)
      try reader.finish()
      for child in element.children {
        tendon.path.append(
          element.name == "fixed"
            ? try readJoint(child, of: element) : try readPart(child, of: element))
      }
      if tendon.path.isEmpty {
        throw .invalid(
          problem: "<\(element.name)> has no <\(element.name == "fixed" ? "joint" : "site")>",
          remedy: "Give it at least \(element.name == "fixed" ? "one" : "two").", at: tendon.line)
      }
      if element.name == "spatial" {
        try checkPath(of: tendon)
      } else {
        try checkJoints(of: tendon)
      }
      tendons.append(tendon)
    }
  }

  private func readPart(
    _ element: XMLElement, of tendon: XMLElement
  ) throws(MJCFError) -> MJCFTendon.Part {
    var reader = AttributeReader(element, settings)
    let part: MJCFTendon.Part
    switch element.name {
    case "site": part = .site(try reader.requiredText("site"), line: reader.here)
    case "geom":
      part = .geom(
        try reader.requiredText("geom"), sideSite: reader.text("sidesite"), line: reader.here)
    case "pulley":
      _ = try reader.requiredText("divisor")
      var divisor = 0.0
      try reader.read("divisor", into: &divisor)
      if !(divisor > 0) {
        throw .invalid(
          problem: "'divisor' of <pulley> is \(divisor)", remedy: "Give a number above 0.",
          at: reader.here)
      }
      part = .pulley(divisor: divisor, line: reader.here)
    default:
      throw .unknownElement(
        element.name, parent: tendon.name,
        closest: closestName(to: element.name, in: ["site", "geom", "pulley"]), at: reader.here)
    }
    try reader.finish()
    return part
  }

  /// Each joint of a fixed tendon once.
  private func checkJoints(of tendon: MJCFTendon) throws(MJCFError) {
    var seen: Set<String> = []
    for case .joint(let name, _, let line) in tendon.path where !seen.insert(name).inserted {
      throw .invalid(
        problem: "joint '\(shortened(name))' is in a tendon twice",
        remedy: "Give it once, with the sum of the coefficients.", at: line)
    }
  }

  /// The path of a spatial tendon as MuJoCo accepts it.
  private func checkPath(of tendon: MJCFTendon) throws(MJCFError) {
    func fail(_ problem: String, _ remedy: String, _ line: SourceLine) -> MJCFError {
      .invalid(problem: problem, remedy: remedy, at: line)
    }
    func isSite(_ index: Int) -> Bool {
      guard tendon.path.indices.contains(index), case .site = tendon.path[index] else {
        return false
      }
      return true
    }
    for (index, part) in tendon.path.enumerated() {
      switch part {
      case .joint: continue
      case .pulley(_, let line):
        if index + 1 == tendon.path.count {
          throw fail("a tendon's path ends with a <pulley>", "Give sites after it.", line)
        }
        if case .pulley = tendon.path[index + 1] {
          throw fail("one <pulley> follows another", "Leave out one of them.", line)
        }
      case .geom(_, _, let line):
        if isSite(index - 1) && isSite(index + 1) {
          if tendon.armature == 0 { continue }
          throw .unsupported(
            feature: "'armature' of a tendon around a <geom>", advice: "Leave out one of them.",
            at: line)
        }
        throw fail(
          "a tendon's <geom> does not stand between two <site>",
          "Give a site before and one after it.", line)
      case .site(let name, let line):
        func isLonely(_ neighbour: Int) -> Bool {
          guard tendon.path.indices.contains(neighbour) else { return true }
          if case .pulley = tendon.path[neighbour] { return true }
          return false
        }
        if isLonely(index - 1) && isLonely(index + 1) {
          throw fail("a branch of a tendon has one <site> only", "Give it two or more.", line)
        }
        if isSite(index + 1), case .site(let next, _) = tendon.path[index + 1], next == name {
          throw fail(
            "site '\(shortened(name))' follows itself in a tendon", "Leave out one of them.", line)
        }
      }
    }
  }

  private func readJoint(
    _ element: XMLElement, of tendon: XMLElement
  ) throws(MJCFError) -> MJCFTendon.Part {
    var reader = AttributeReader(element, settings)
    guard element.name == "joint" else {
      throw .unknownElement(
        element.name, parent: tendon.name, closest: closestName(to: element.name, in: ["joint"]),
        at: reader.here)
    }
    let joint = try reader.requiredText("joint")
    _ = try reader.requiredText("coef")
    var coefficient = 0.0
    try reader.read("coef", into: &coefficient)
    try reader.finish()
    return .joint(joint, coefficient: coefficient, line: reader.here)
  }
}

extension AttributeReader {
  /// Dry friction, 0 or more.
  mutating func readFrictionLoss(into target: inout Double) throws(MJCFError) {
    try readNonnegative("frictionloss", into: &target)
  }

  mutating func readNonnegative(_ name: String, into target: inout Double) throws(MJCFError) {
    try read(name, into: &target)
    if target < 0 {
      throw .invalid(
        problem: "'\(name)' of <\(element.name)> is \(target)", remedy: "Give 0 or more.",
        at: here)
    }
  }
}
