/// Where the elements of a `<frame>`, or of one copy of `<replicate>`, stand in their body. It has no
/// body of its own: it is added to the places and names of what is in it.
struct MJCFFrame {
  var position = Vector3.zero
  var orientation = Quaternion.identity
  /// What the copies of `<replicate>` add to names.
  var suffix = ""
  /// The number of the copy, in the order in which they are made; 0 outside of copies.
  var copy = 0

  /// A place within this frame, seen from the body.
  func placing(
    _ position: Vector3, _ orientation: Quaternion
  ) -> (position: Vector3, orientation: Quaternion) {
    (
      self.position + self.orientation.rotate(position),
      (self.orientation * orientation).normalized
    )
  }

  /// A frame within this one.
  func nesting(_ inner: MJCFFrame) -> MJCFFrame {
    let place = placing(inner.position, inner.orientation)
    // names end with the number of the innermost copy first
    return MJCFFrame(
      position: place.position, orientation: place.orientation, suffix: inner.suffix + suffix,
      copy: max(copy, inner.copy))
  }

  func place(_ body: inout MJCFBody) {
    (body.position, body.orientation) = placing(body.position, body.orientation)
  }

  /// Free joints have no place of their own, and ball joints no axis.
  func place(_ joint: inout MJCFJoint) {
    joint.anchor = placing(joint.anchor, .identity).position
    joint.axis = orientation.rotate(joint.axis)
  }
}

/// `<replicate>`: copies of its content, each moved on from the one before.
struct MJCFReplicate {
  let frames: [MJCFFrame]

  /// Copies that a document may have, with all that they nest.
  static let limit = 100_000

  init(_ element: XMLElement, _ settings: MJCFSettings) throws(MJCFError) {
    var reader = AttributeReader(element, settings)
    _ = try reader.requiredText("count")
    var count = 0
    try reader.read("count", into: &count)
    var offset = Vector3.zero
    try reader.read("offset", into: &offset)
    let angles = try reader.numbers("euler", count: 3...3) ?? [0, 0, 0]
    let separator = reader.text("sep") ?? ""
    try reader.finish()
    if count > Self.limit {
      throw .tooLarge(what: "copies of <replicate>", limit: Self.limit, at: reader.here)
    }
    let digits = String(max(0, count - 1)).count
    var frames: [MJCFFrame] = []
    var position = Vector3.zero
    for index in 0..<max(0, count) {
      let orientation = MJCFOrientation.euler(
        angles.map { Double(index) * reader.settings.radians($0) }, reader.settings.eulerSequence)
      let number = String(index)
      frames.append(
        MJCFFrame(
          position: position, orientation: orientation,
          suffix: separator + String(repeating: "0", count: digits - number.count) + number))
      position = position + orientation.rotate(offset)
    }
    self.frames = frames
  }
}

/// The copies of elements that `<replicate>` made, by kind and name: what refers to the name from
/// outside is copied as well.
struct MJCFCopies {
  /// One copy of what refers to copied elements: the ending of its names, and its place in the order
  /// in which copies were made, 0 for what is no copy.
  typealias Copy = (ending: String, order: Int)

  private var copies: [String: [Copy]] = [:]

  mutating func add(_ kind: String, _ name: String, _ frame: MJCFFrame?) {
    guard !name.isEmpty, let frame, frame.copy > 0 else { return }
    copies["\(kind) \(name)", default: []].append((frame.suffix, frame.copy))
  }

  /// The copies of an element that refers to these names. Two names that were copied separately have
  /// none in common.
  func copies(_ kind: String, _ names: String...) -> [Copy] {
    let lists = names.compactMap { copies["\(kind) \($0)"] }
    guard let first = lists.first else { return [("", 0)] }
    return first.filter { copy in lists.allSatisfy { $0.contains { $0.ending == copy.ending } } }
  }

  /// A name as it is in one copy.
  func name(_ name: String, _ kind: String, in copy: Copy) -> String {
    copies["\(kind) \(name)"] == nil ? name : name + copy.ending
  }

  /// As in MuJoCo: what is no copy first, then copy by copy.
  static func ordered<Element>(_ elements: [(order: Int, element: Element)]) -> [Element] {
    elements.enumerated().sorted { ($0.element.order, $0.offset) < ($1.element.order, $1.offset) }
      .map(\.element.element)
  }
}
