import IDQLSpelling

/// Reads the attributes of one element, and reports at the end those that were not read.
///
/// A `read` does not change its target if the attribute is absent, so that defaults stay.
struct AttributeReader {
  let element: XMLElement
  let settings: MJCFSettings
  private var known: [String] = []

  init(_ element: XMLElement, _ settings: MJCFSettings) {
    self.element = element
    self.settings = element.compiler?.settings ?? settings
  }

  var here: SourceLine { element.here }

  // MARK: Text and keywords

  mutating func text(_ name: String) -> String? {
    known.append(name)
    return element.attributes[name]
  }

  /// - Throws: also if the text is blank.
  mutating func requiredText(_ name: String) throws(MJCFError) -> String {
    guard let text = text(name), !words(of: text).isEmpty else {
      throw .missingAttribute(name, element: element.name, at: here)
    }
    return text
  }

  mutating func keyword<T>(
    _ name: String, _ table: KeyValuePairs<String, T>
  ) throws(MJCFError) -> T? {
    guard let text = text(name) else { return nil }
    if let match = table.first(where: { $0.key == text }) { return match.value }
    throw .unknownKeyword(
      text, attribute: name, element: element.name, accepted: table.map(\.key), at: here)
  }

  mutating func read(_ name: String, into target: inout Bool) throws(MJCFError) {
    if let value = try keyword(name, ["true": true, "false": false]) { target = value }
  }

  /// Nil for `auto`: true if a range is given.
  mutating func readLimited(_ name: String, into target: inout Bool?) throws(MJCFError) {
    let value: Bool?? = try keyword(
      name, ["true": .some(true), "false": .some(false), "auto": nil])
    if let value { target = value }
  }

  // MARK: Numbers

  /// Nil if the attribute is absent or, as in MuJoCo, blank.
  mutating func numbers(
    _ name: String, count: ClosedRange<Int>
  ) throws(MJCFError) -> [Double]? {
    try values(name, count: count) { $0.isFinite }
  }

  /// - Parameter accepts: whether a number may be given, infinities among them.
  private mutating func values(
    _ name: String, count: ClosedRange<Int>, accepts: (Double) -> Bool
  ) throws(MJCFError) -> [Double]? {
    let words = words(of: text(name) ?? "")
    if words.isEmpty { return nil }
    var values: [Double] = []
    for word in words {
      guard let value = Double(word), accepts(value),
        // digits that give an infinity are a number that is too large
        value.isFinite || !word.contains(where: \.isNumber)
      else { throw .notANumber(word, attribute: name, element: element.name, at: here) }
      values.append(value)
    }
    if !count.contains(values.count) {
      throw .wrongCount(
        attribute: name, element: element.name, expected: count, found: values.count, at: here)
    }
    return values
  }

  mutating func read(_ name: String, into target: inout Double) throws(MJCFError) {
    if let values = try numbers(name, count: 1...1) { target = values[0] }
  }

  mutating func read(_ name: String, into target: inout Int) throws(MJCFError) {
    let words = words(of: text(name) ?? "")
    if words.isEmpty { return }
    guard words.count == 1, let value = Int32(words[0]) else {
      throw .notAWholeNumber(
        words.joined(separator: " "), attribute: name, element: element.name, at: here)
    }
    target = Int(value)
  }

  mutating func read(_ name: String, into target: inout Vector3) throws(MJCFError) {
    if let v = try numbers(name, count: 3...3) { target = Vector3(v[0], v[1], v[2]) }
  }

  /// Up to three numbers; components that are not given keep their value.
  mutating func readLeading(_ name: String, into target: inout Vector3) throws(MJCFError) {
    guard let values = try numbers(name, count: 1...3) else { return }
    for (axis, value) in values.enumerated() { target[axis] = value }
  }

  /// As many numbers as fit into `target`, at least one; the rest keep their value.
  mutating func readLeading(_ name: String, into target: inout [Double]) throws(MJCFError) {
    guard let values = try numbers(name, count: 1...target.count) else { return }
    target.replaceSubrange(..<values.count, with: values)
  }

  mutating func read(
    _ name: String, into target: inout (Double, Double)
  ) throws(MJCFError) {
    if let values = try numbers(name, count: 2...2) { target = (values[0], values[1]) }
  }

  /// Two limits, which may be infinite.
  mutating func readRange(
    _ name: String, into target: inout (Double, Double)
  ) throws(MJCFError) {
    if let values = try values(name, count: 2...2, accepts: { !$0.isNaN }) {
      target = (values[0], values[1])
    }
  }

  /// The coefficient of a force that is proportional. MuJoCo 4.0 takes two more, of the square and the cube.
  mutating func readLinear(_ name: String, into target: inout Double) throws(MJCFError) {
    guard let values = try numbers(name, count: 1...3) else { return }
    if values.dropFirst().contains(where: { $0 != 0 }) {
      throw .unsupported(
        feature: "the polynomial '\(name)' of <\(element.name)>",
        advice: "Give its first number alone: springs and dampers are linear.", at: here)
    }
    target = values[0]
  }

  mutating func read(_ name: String, into target: inout SIMD4<Float>) throws(MJCFError) {
    if let v = try numbers(name, count: 4...4) {
      target = SIMD4(Float(v[0]), Float(v[1]), Float(v[2]), Float(v[3]))
    }
  }

  mutating func read(_ name: String, into target: inout SIMD3<Float>) throws(MJCFError) {
    if let v = try numbers(name, count: 3...3) {
      target = SIMD3(Float(v[0]), Float(v[1]), Float(v[2]))
    }
  }

  mutating func read(_ name: String, into target: inout Float) throws(MJCFError) {
    if let values = try numbers(name, count: 1...1) { target = Float(values[0]) }
  }

  mutating func readSoftness(
    reference: String = "solref", impedance: String = "solimp",
    into softness: inout ConstraintSoftness
  ) throws(MJCFError) {
    var ref = [softness.timeConstant, softness.dampingRatio]
    try readLeading(reference, into: &ref)
    var imp = [
      softness.surfaceImpedance, softness.deepImpedance, softness.width, softness.midpoint,
      softness.power,
    ]
    try readLeading(impedance, into: &imp)
    softness = ConstraintSoftness(
      timeConstant: ref[0], dampingRatio: ref[1], surfaceImpedance: imp[0], deepImpedance: imp[1],
      width: imp[2], midpoint: imp[3], power: imp[4])
  }

  // MARK: What is not simulated

  /// Attributes without effect on the motion.
  mutating func ignore(_ names: String...) { ignore(names) }

  /// Attributes without effect on the motion.
  mutating func ignore(_ names: [String]) { known += names }

  /// Attributes that would change the motion, and what to do instead. They may have their neutral
  /// value: `0`, `false`, or one of `neutral`.
  mutating func refuse(
    _ names: String..., neutral: [String] = [], advice: String
  ) throws(MJCFError) {
    for name in names {
      guard let value = text(name) else { continue }
      let isNeutral = words(of: value).allSatisfy { neutral.contains($0) || Double($0) == 0 }
      if isNeutral || value == "false" { continue }
      throw .unsupported(
        feature: "\(name)=\"\(shortened(value))\" of <\(element.name)>", advice: advice, at: here)
    }
  }

  /// To be called after all attributes are read.
  func finish() throws(MJCFError) {
    for name in element.attributes.keys.sorted() where !known.contains(name) {
      throw .unknownAttribute(
        name, element: element.name, closest: closestName(to: name, in: known), at: here)
    }
  }
}

/// The parts of a list, which ASCII white space alone divides, as in C.
private func words(of text: String) -> [String] {
  text.utf8.split { $0 == UInt8(ascii: " ") || (9...13).contains($0) }.map { String(Substring($0)) }
}
