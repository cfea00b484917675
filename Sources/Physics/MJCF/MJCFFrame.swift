/// Where the elements of a `<frame>`, or of one copy of `<replicate>`, stand in their body. It has no
/// body of its own: it is added to the places and names of what is in it.
struct MJCFFrame {
  var position = Vector3.zero
  var orientation = Quaternion.identity
  /// What the copies of `<replicate>` add to names.
  var suffix = ""
  /// The numbers of the copies that it is in, outermost first, in the order in which they are made.
  var copies: [Int] = []

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
      copies: copies + inner.copies)
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
