/// The copies of elements that `<replicate>` made: what refers to them by the name of the original is copied as well.
struct MJCFCopies {
  /// A copy: the numbers of the copies that it stands in, outermost first; none for what is no copy.
  private typealias Copy = [Int]

  /// What each copy of an element has behind its name.
  private var endings: [MJCFReference: [Copy: String]] = [:]
  private var copyCount = 0

  /// Elements that a document may have for referring to copies.
  static let limit = 1_000_000

  /// Notes an element of a frame, if that is a copy.
  mutating func add(_ kind: String, _ name: String, _ frame: MJCFFrame?) {
    guard !name.isEmpty, let frame, !frame.copies.isEmpty else { return }
    endings[MJCFReference(kind: kind, name: name), default: [:]][frame.copies] = frame.suffix
  }

  /// The document with a copy of each element outside of bodies for every copy of what it refers to.
  ///
  /// As in MuJoCo, what is no copy comes first, then copy by copy.
  mutating func expand(_ root: XMLElement) throws(MJCFError) -> XMLElement {
    if endings.isEmpty { return root }
    var root = root
    // equalities and actuators refer to tendons
    for name in ["contact", "tendon", "equality", "actuator"] {
      let sections = root.children.filter { $0.name == name }
      guard var joined = sections.first else { continue }
      joined.children = try copied(sections.flatMap(\.children), of: name)
      root.children.removeAll { $0.name == name }
      root.children.append(joined)
    }
    return root
  }

  private mutating func copied(
    _ elements: [XMLElement], of section: String
  ) throws(MJCFError) -> [XMLElement] {
    var found: [(order: Int, element: XMLElement)] = []
    for element in elements {
      let references = element.references
      let copied = references.filter { endings[$0] != nil }
      if copied.isEmpty {
        found.append((0, element))
        continue
      }
      if section == "equality" { try checkEquality(element, references) }
      for (copy, ending) in try copies(of: element, copied) {
        copyCount += 1
        if copyCount > Self.limit {
          throw .tooLarge(
            what: "elements that refer to copies of <replicate>", limit: Self.limit,
            at: element.here)
        }
        var own = element.referring { $0.name + (self.ending(of: $0, in: copy) ?? "") }
        if let name = element.attributes["name"], !name.isEmpty {
          own = own.with("name", name + ending)
          if section == "tendon" {
            endings[MJCFReference(kind: "tendon", name: name), default: [:]][copy] = ending
          }
        }
        found.append((copy.last ?? 0, own))
      }
    }
    return found.enumerated().sorted {
      ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
    }.map(\.element.element)
  }

  /// The copies that an element needs, with what they have behind their names.
  ///
  /// - Parameter copied: what it refers to and has copies.
  private func copies(
    of element: XMLElement, _ copied: [MJCFReference]
  ) throws(MJCFError) -> [(Copy, ending: String)] {
    // of nested copies the innermost
    let innermost = copied.compactMap { endings[$0] }.max { depth(of: $0) < depth(of: $1) } ?? [:]
    let common = innermost.filter { copy, _ in
      copied.allSatisfy { ending(of: $0, in: copy) != nil }
    }
    if !common.isEmpty { return common.map { ($0.key, $0.value) } }
    throw .invalid(
      problem: "<\(element.name)> refers to "
        + Set(copied.map { "'\(shortened($0.name))'" }).sorted().joined(separator: " and ")
        + ", of which <replicate> makes no copies together",
      remedy: "Name single copies, with the ending of each.", at: element.here)
  }

  private func depth(of copies: [Copy: String]) -> Int { copies.keys.map(\.count).max() ?? 0 }

  /// What an element has behind its name in a copy, or in one that this copy is within.
  private func ending(of reference: MJCFReference, in copy: Copy) -> String? {
    guard let endings = endings[reference] else { return nil }
    return copy.indices.lazy.compactMap { endings[Array(copy[...$0])] }.first
  }

  /// MuJoCo has no equality of a copy and something else than the world.
  private func checkEquality(
    _ element: XMLElement, _ references: [MJCFReference]
  ) throws(MJCFError) {
    guard let copied = references.first(where: { endings[$0] != nil }),
      let other = references.first(where: {
        endings[$0] == nil && $0 != MJCFReference(kind: "body", name: "world")
      })
    else { return }
    throw .unsupported(
      feature: "<\(element.name)> of '\(shortened(copied.name))', which <replicate> copies, and "
        + "'\(shortened(other.name))', which it does not,",
      advice: "Name single copies, with the ending of each.", at: element.here)
  }
}
