import IDQLSpelling

/// A tendon of the document: defaults first, then its own attributes.
struct MJCFTendon: NamedInMJCF {
  /// An element of its path, by names.
  enum Part {
    case joint(String, coefficient: Double, line: SourceLine)
  }

  var line = SourceLine(file: "", line: 0)
  var name = ""
  var path: [Part] = []
  var isLimited: Bool?
  var range = (0.0, 0.0)
  var margin = 0.0
  var stiffness = 0.0
  var damping = 0.0
  var frictionLoss = 0.0
  /// -1 for the length in the configuration of the springs.
  var springLength = (-1.0, -1.0)
  var limitSoftness = ConstraintSoftness()
  var frictionSoftness = ConstraintSoftness()

  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    try reader.readLimited("limited", into: &isLimited)
    try reader.read("range", into: &range)
    try reader.read("margin", into: &margin)
    try reader.read("stiffness", into: &stiffness)
    try reader.read("damping", into: &damping)
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
    try reader.refuse("armature", "springyield", advice: "Leave it out.")
    try reader.refuse(
      "actuatorfrcrange", "actuatorfrclimited", neutral: ["auto"],
      advice: "Limit each actuator with 'forcerange' instead.")
    reader.ignore("group", "material", "rgba", "user", "width")
  }
}

extension MJCFDocument {
  mutating func readTendons(_ section: XMLElement) throws(MJCFError) {
    for element in section.children {
      var reader = AttributeReader(element, settings)
      if element.name == "spatial" {
        throw .unsupported(
          feature: "<spatial>", advice: "Remove the tendon, or act on joints instead.",
          at: reader.here)
      }
      guard element.name == "fixed" else {
        throw .unknownElement(
          element.name, parent: section.name,
          closest: closestName(to: element.name, in: ["fixed"]), at: reader.here)
      }
      var tendon = try defaults(for: &reader).tendon
      (tendon.name, tendon.line) = (reader.text("name") ?? "", reader.here)
      try tendon.apply(&reader)
      try reader.finish()
      for child in element.children { tendon.path.append(try readPart(child, of: element)) }
      if tendon.path.isEmpty {
        throw .invalid(
          problem: "<fixed> has no <joint>", remedy: "Give it at least one.", at: tendon.line)
      }
      tendons.append(tendon)
    }
  }

  private func readPart(
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
    try read("frictionloss", into: &target)
    if target < 0 {
      throw .invalid(
        problem: "'frictionloss' of <\(element.name)> is \(target)", remedy: "Give 0 or more.",
        at: here)
    }
  }
}
