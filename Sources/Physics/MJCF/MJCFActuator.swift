/// One actuator. Every shortcut (`<motor>`, `<position>` …) fills the same description, so a default
/// given for one kind also shows in the others, as in MuJoCo.
struct MJCFActuator {
  var line = SourceLine(file: "", line: 0)
  var name = ""
  var joint: String?
  var gear = [1.0, 0, 0, 0, 0, 0]
  /// Nil: decided by whether the range is given.
  var isControlLimited: Bool?
  var controlRange = (0.0, 0.0)
  var isForceLimited: Bool?
  var forceRange = (0.0, 0.0)
  var isGainAffine = false
  var hasBias = false
  var gain = Vector3(1, 0, 0)
  /// With a gain kp and a bias (0, -kp, d), a positive d is a damping ratio.
  var bias = Vector3.zero
  /// Take `controlRange` from the joint's range, times this, if positive.
  var inheritedRange = 0.0

  static let kinds = ["general", "motor", "position", "velocity", "damper"]
  static let unsupportedKinds = [
    "intvelocity", "orientation", "pid", "cylinder", "muscle", "adhesion", "dcmotor", "plugin",
  ]

  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    try readTransmission(&reader)
    try reader.readLimited("ctrllimited", into: &isControlLimited)
    try reader.read("ctrlrange", into: &controlRange)
    try reader.readLimited("forcelimited", into: &isForceLimited)
    try reader.read("forcerange", into: &forceRange)
    switch reader.element.name {
    case "general": try readGeneral(&reader)
    case "motor": (isGainAffine, hasBias, gain.x) = (false, false, 1)
    case "position": try readPosition(&reader)
    case "velocity": try readVelocity(&reader)
    default: try readDamper(&reader)
    }
    try reader.refuse(
      "delay", "nsample", "armature", "damping", advice: "Leave it out, or give it to the joint.")
    reader.ignore("group", "user", "lengthrange", "interp")
  }

  private mutating func readTransmission(_ reader: inout AttributeReader) throws(MJCFError) {
    if let text = reader.text("joint") { joint = text }
    try reader.readLeading("gear", into: &gear)
    try reader.refuse(
      "jointinparent", "tendon", "site", "body", "cranksite", "slidersite", "refsite",
      "cranklength", advice: "Drive a joint: joint=\"name\".")
  }

  private mutating func readGeneral(_ reader: inout AttributeReader) throws(MJCFError) {
    let advice = "Actuators without a state of their own, with gain and bias 'fixed' or 'affine', are."
    for (attribute, accepted) in [
      ("gaintype", ["fixed", "affine"]), ("biastype", ["none", "affine"]), ("dyntype", ["none"]),
    ] {
      guard let value = reader.text(attribute), !accepted.contains(value) else { continue }
      throw .unsupported(
        feature: "\(attribute)=\"\(shortened(value))\" of <general>", advice: advice,
        at: reader.here)
    }
    if let value = reader.text("gaintype") { isGainAffine = value == "affine" }
    if let value = reader.text("biastype") { hasBias = value == "affine" }
    try readCoefficients("gainprm", of: &reader, into: &gain)
    try readCoefficients("biasprm", of: &reader, into: &bias)
    try reader.read("inheritrange", into: &inheritedRange)
    try reader.refuse("actdim", neutral: ["-1"], advice: advice)
    try reader.refuse("input", "velrange", "ffrange", advice: "Leave it out.")
    reader.ignore("actlimited", "actrange", "actearly", "dynprm")
  }

  /// Up to ten numbers, of which the first three act.
  private func readCoefficients(
    _ attribute: String, of reader: inout AttributeReader, into target: inout Vector3
  ) throws(MJCFError) {
    guard let values = try reader.numbers(attribute, count: 1...10) else { return }
    for (axis, value) in values.prefix(3).enumerated() { target[axis] = value }
  }

  private mutating func readPosition(_ reader: inout AttributeReader) throws(MJCFError) {
    try reader.read("kp", into: &gain.x)
    bias.y = -gain.x
    let speedGain = try readNonnegative("kv", &reader)
    let dampingRatio = try readNonnegative("dampratio", &reader)
    if speedGain != nil && dampingRatio != nil {
      throw .invalid(
        problem: "<position> has 'kv' and 'dampratio'", remedy: "Give one of them.",
        at: reader.here)
    }
    if let speedGain { bias.z = -speedGain }
    if let dampingRatio { bias.z = dampingRatio }
    try reader.refuse("timeconst", advice: "Leave it out: actuators have no state of their own.")
    (isGainAffine, hasBias) = (false, true)

    try reader.read("inheritrange", into: &inheritedRange)
    if inheritedRange > 0, controlRange != (0, 0) {
      throw .invalid(
        problem: "<position> has 'ctrlrange' and 'inheritrange'", remedy: "Give one of them.",
        at: reader.here)
    }
  }

  private mutating func readVelocity(_ reader: inout AttributeReader) throws(MJCFError) {
    try reader.read("kv", into: &gain.x)
    bias = Vector3(0, 0, -gain.x)
    (isGainAffine, hasBias) = (false, true)
  }

  private mutating func readDamper(_ reader: inout AttributeReader) throws(MJCFError) {
    let inherited = isGainAffine ? -gain.z : 0
    gain = Vector3(0, 0, -(try readNonnegative("kv", &reader) ?? inherited))
    (isGainAffine, hasBias) = (true, false)
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
