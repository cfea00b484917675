/// One actuator. Every shortcut (`<motor>`, `<position>` …) fills the same description, so that
/// gear and ranges given as defaults for one kind also apply to the others, as in MuJoCo.
struct MJCFActuator: NamedInMJCF {
  /// Force as a function of control and motion, and the element that defines it.
  struct Law {
    var kind = ""
    var isGainAffine = false
    var hasBias = false
    var gain = Vector3(1, 0, 0)
    /// With a gain kp and a bias (0, -kp, d), a positive d is a damping ratio.
    var bias = Vector3.zero
    var dynamics = Actuator.Dynamics.none
    var timeConstant = 1.0
    /// If positive, the control range is the range of the joint times this.
    var inheritedRange = 0.0
  }

  var line = SourceLine(file: "", line: 0)
  var name = ""
  var joint: String?
  var tendon: String?
  var gear = [1.0, 0, 0, 0, 0, 0]
  /// Nil: true if the range is given.
  var isControlLimited: Bool?
  var controlRange = (0.0, 0.0)
  var isForceLimited: Bool?
  var forceRange = (0.0, 0.0)
  var isActivationLimited: Bool?
  var activationRange = (0.0, 0.0)
  var actsEarly = false
  var law = Law()
  /// The laws of the default classes around this one, outermost first.
  private var outerLaws: [Law] = []

  static let kinds = [
    "general", "motor", "position", "velocity", "intvelocity", "damper", "cylinder",
  ]
  static let unsupportedKinds = ["plugin"] + unsupportedDefaults.keys.sorted()
  /// Kinds that are not simulated, and what their own attributes are in a default class: of such a class the others
  /// have gear, ranges and limits.
  static let unsupportedDefaults = [
    "adhesion": ["gain"],
    "dcmotor": [
      "cogging", "controller", "inductance", "input", "lugre", "motorconst", "nominal",
      "resistance", "thermal",
    ],
    "muscle": ["force", "fpmax", "fvmax", "lmax", "lmin", "range", "scale", "timeconst", "vmax"],
    "orientation": ["dampratio", "input", "kp", "kv"],
    "pid": [
      "dampratio", "ffrange", "imax", "inheritrange", "input", "ki", "kp", "kv", "slewmax",
      "velrange",
    ],
  ]

  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    try readTransmission(&reader)
    try reader.readLimited("ctrllimited", into: &isControlLimited)
    try reader.readRange("ctrlrange", into: &controlRange)
    try reader.readLimited("forcelimited", into: &isForceLimited)
    try reader.readRange("forcerange", into: &forceRange)
    law = inheritedLaw(for: reader.element.name)
    switch reader.element.name {
    case "general":
      try readActivationRange(&reader)
      try reader.read("actearly", into: &actsEarly)
      try readGeneral(&reader)
    case "motor": law = Law()
    case "position": try readPosition(&reader)
    case "intvelocity":
      try readActivationRange(&reader)
      try readPosition(&reader)
      law.dynamics = .integrator
    case "velocity": try readVelocity(&reader)
    case "cylinder": try readCylinder(&reader)
    case "damper": try readDamper(&reader)
    default: try readUnsupported(&reader)
    }
    law.kind = reader.element.name
    try reader.refuse(
      "delay", "nsample", "armature", "damping", advice: "Leave it out, or give it to the joint.")
    reader.ignore("group", "user", "lengthrange", "interp")
  }

  /// To be called where a nested default class begins.
  mutating func enterClass() { outerLaws.append(law) }

  /// `<general>` starts from any law. The others start from one of their own kind, or a general one
  /// that fits, in this class and the enclosing ones (as since MuJoCo 4.0).
  private func inheritedLaw(for kind: String) -> Law {
    if kind == "general" { return law }
    return (outerLaws + [law]).last {
      $0.kind == kind || ($0.kind == "general" && $0.isGainAffine == (kind == "damper"))
    } ?? Law()
  }

  private mutating func readTransmission(_ reader: inout AttributeReader) throws(MJCFError) {
    if let text = reader.text("joint") { joint = text }
    if let text = reader.text("tendon") { tendon = text }
    try reader.readLeading("gear", into: &gear)
    try reader.refuse(
      "jointinparent", "site", "body", "cranksite", "slidersite", "refsite",
      "cranklength", advice: "Drive a joint or a tendon: joint=\"name\".")
  }

  private mutating func readActivationRange(
    _ reader: inout AttributeReader
  ) throws(MJCFError) {
    try reader.readLimited("actlimited", into: &isActivationLimited)
    try reader.readRange("actrange", into: &activationRange)
  }

  /// Of defaults for a kind that is not simulated, what other kinds inherit.
  private mutating func readUnsupported(_ reader: inout AttributeReader) throws(MJCFError) {
    switch reader.element.name {
    case "adhesion": isControlLimited = true
    case "pid": try reader.readRange("posrange", into: &controlRange)
    case "dcmotor":
      if reader.element.attributes["saturation"] != nil {
        throw .unsupported(
          feature: "'saturation' of <dcmotor>", advice: "Give the others their 'forcerange'.",
          at: reader.here)
      }
    default: break
    }
    reader.ignore(Self.unsupportedDefaults[reader.element.name] ?? [])
    law = Law()
  }

  private mutating func readGeneral(_ reader: inout AttributeReader) throws(MJCFError) {
    if Self.unsupportedKinds.contains(law.kind) {
      throw .unsupported(
        feature: "<general> with the defaults of <\(law.kind)>",
        advice: "Give it a class that has none of <\(law.kind)>.", at: reader.here)
    }
    let advice =
      "Accepted: gaintype fixed or affine, biastype none or affine, dyntype none, "
      + "integrator, filter or filterexact."
    for (attribute, accepted) in [
      ("gaintype", ["fixed", "affine"]), ("biastype", ["none", "affine"]),
      ("dyntype", ["none", "integrator", "filter", "filterexact"]),
    ] {
      guard let value = reader.text(attribute), !accepted.contains(value) else { continue }
      throw .unsupported(
        feature: "\(attribute)=\"\(shortened(value))\" of <general>", advice: advice,
        at: reader.here)
    }
    if let value = reader.text("gaintype") { law.isGainAffine = value == "affine" }
    if let value = reader.text("biastype") { law.hasBias = value == "affine" }
    try readCoefficients("gainprm", of: &reader, into: &law.gain)
    try readCoefficients("biasprm", of: &reader, into: &law.bias)
    switch reader.text("dyntype") {
    case "none": law.dynamics = .none
    case "integrator": law.dynamics = .integrator
    case "filter": law.dynamics = .filter
    case "filterexact": law.dynamics = .exactFilter
    default: break
    }
    if let values = try reader.numbers("dynprm", count: 1...10) { law.timeConstant = values[0] }
    try reader.read("inheritrange", into: &law.inheritedRange)
    try reader.refuse("actdim", neutral: ["-1", "1"], advice: advice)
    try reader.refuse("input", "velrange", "ffrange", advice: "Leave it out.")
  }

  /// Up to ten numbers, of which the first three act.
  private func readCoefficients(
    _ attribute: String, of reader: inout AttributeReader, into target: inout Vector3
  ) throws(MJCFError) {
    guard let values = try reader.numbers(attribute, count: 1...10) else { return }
    for (axis, value) in values.prefix(3).enumerated() { target[axis] = value }
  }

  private mutating func readPosition(_ reader: inout AttributeReader) throws(MJCFError) {
    try reader.read("kp", into: &law.gain.x)
    law.bias = Vector3(0, -law.gain.x, law.bias.z)
    let speedGain = try readNonnegative("kv", &reader)
    let dampingRatio = try readNonnegative("dampratio", &reader)
    if dampingRatio != nil, reader.settings.profile.dampsEffectiveInertia == nil {
      throw .unsupported(
        feature: "'dampratio' under \(reader.settings.profile.name)", advice: "Give 'kv'.",
        at: reader.here)
    }
    if speedGain != nil && dampingRatio != nil {
      throw .invalid(
        problem: "<\(reader.element.name)> has 'kv' and 'dampratio'", remedy: "Give one of them.",
        at: reader.here)
    }
    if let speedGain { law.bias.z = -speedGain }
    if let dampingRatio { law.bias.z = dampingRatio }
    if let constant = try readNonnegative("timeconst", &reader) {
      law.timeConstant = constant
      law.dynamics = constant == 0 ? .none : .exactFilter
    }
    (law.isGainAffine, law.hasBias) = (false, true)

    try reader.read("inheritrange", into: &law.inheritedRange)
    let isIntegrated = reader.element.name == "intvelocity"
    let range = isIntegrated ? activationRange : controlRange
    if law.inheritedRange > 0, range != (0, 0) {
      throw .invalid(
        problem: "<\(reader.element.name)> has '\(isIntegrated ? "act" : "ctrl")range' and "
          + "'inheritrange'", remedy: "Give one of them.", at: reader.here)
    }
  }

  private mutating func readVelocity(_ reader: inout AttributeReader) throws(MJCFError) {
    try reader.read("kv", into: &law.gain.x)
    law.bias = Vector3(0, 0, -law.gain.x)
    (law.isGainAffine, law.hasBias) = (false, true)
  }

  /// Pneumatic or hydraulic: the control's pressure follows with a time constant.
  private mutating func readCylinder(_ reader: inout AttributeReader) throws(MJCFError) {
    try reader.read("area", into: &law.gain.x)
    if let diameter = try reader.numbers("diameter", count: 1...1)?[0], diameter >= 0 {
      law.gain.x = .pi / 4 * (diameter * diameter)
    }
    try reader.read("bias", into: &law.bias)
    try reader.read("timeconst", into: &law.timeConstant)
    (law.isGainAffine, law.hasBias, law.dynamics) = (false, true, .filter)
  }

  private mutating func readDamper(_ reader: inout AttributeReader) throws(MJCFError) {
    let inherited = law.isGainAffine ? -law.gain.z : 0
    let damping = try readNonnegative("kv", &reader) ?? inherited
    if damping < 0 {
      throw .invalid(
        problem: "<damper> inherits the damping \(damping)", remedy: "Give 'kv', 0 or more.",
        at: reader.here)
    }
    law.gain = Vector3(0, 0, -damping)
    (law.isGainAffine, law.hasBias) = (true, false)
    isControlLimited = true
    if controlRange.0 < 0 || controlRange.1 < 0 {
      throw .invalid(
        problem: "<damper> has a negative 'ctrlrange'", remedy: "Give a range from 0 or above.",
        at: reader.here)
    }
  }

  private func readNonnegative(
    _ attribute: String, _ reader: inout AttributeReader
  ) throws(MJCFError) -> Double? {
    guard let value = try reader.numbers(attribute, count: 1...1)?[0] else { return nil }
    if value >= 0 { return value }
    throw .invalid(
      problem: "'\(attribute)' of <\(reader.element.name)> is \(value)",
      remedy: "Give 0 or more.", at: reader.here)
  }
}
