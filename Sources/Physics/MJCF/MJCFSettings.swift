import IDQLSpelling

/// The document's `<compiler>`: the meaning of its numbers.
struct MJCFSettings {
  enum InertiaSource { case geoms, inertial, automatic }

  var usesDegrees = true
  /// Axes of `euler` angles in order; lower case: of the frame as rotated so far, else of the
  /// parent.
  var eulerSequence: [Character] = ["x", "y", "z"]
  /// Whether a range by itself makes a limit, if the document says so (MuJoCo `autolimits`).
  var limitsFollowRanges: Bool?
  let profile: PhysicsProfile
  var inertiaSource = InertiaSource.automatic
  /// Geoms of these groups contribute to the mass of their bodies (MuJoCo `inertiagrouprange`).
  var inertiaGroups = (first: 0, last: 5)
  var totalMass: Double?
  var minimumMass = 0.0
  var minimumInertia = 0.0
  /// In which files of meshes and height fields are, relative to the main document's (MuJoCo `meshdir`).
  var meshFolder = ""
  /// Of textures.
  var textureFolder = ""
  /// Whether the folders in names of files are dropped (MuJoCo `strippath`).
  var stripsPaths = false
  /// Whether a shape that is fitted to a mesh has its extent, not its inertia (MuJoCo `fitaabb`).
  var fitsExtents = false
  /// Whether an impossible inertia is replaced by three equal moments (MuJoCo `balanceinertia`).
  var balancesInertia = false

  init(_ profile: PhysicsProfile) { self.profile = profile }

  func radians(_ angle: Double) -> Double { usesDegrees ? angle * .pi / 180 : angle }

  /// The first attribute that says something else in `other`, of those that hold for a whole document.
  func attribute(unlike other: MJCFSettings) -> String? {
    let same: KeyValuePairs = [
      "autolimits": (limitsFollowRanges ?? profile.limitsFollowRanges)
        == (other.limitsFollowRanges ?? other.profile.limitsFollowRanges),
      "inertiafromgeom": inertiaSource == other.inertiaSource,
      "inertiagrouprange": inertiaGroups == other.inertiaGroups,
      "settotalmass": totalMass == other.totalMass, "boundmass": minimumMass == other.minimumMass,
      "boundinertia": minimumInertia == other.minimumInertia,
      "fitaabb": fitsExtents == other.fitsExtents,
      "balanceinertia": balancesInertia == other.balancesInertia,
    ]
    return same.first { !$0.value }?.key
  }

  /// Whether a range limits: as given explicitly, else if its first number is the smaller one.
  func isLimited(
    _ stated: Bool?, range: (Double, Double), attribute: String, at line: SourceLine
  ) throws(MJCFError) -> Bool {
    if let stated { return stated }
    if limitsFollowRanges ?? profile.limitsFollowRanges { return range.0 < range.1 }
    // before there was 'autolimits', a range alone did nothing
    if range == (0, 0) || limitsFollowRanges == nil { return false }
    throw .invalid(
      problem: "a range without '\(attribute)', while 'autolimits' is false",
      remedy: "Give \(attribute)=\"true\" or \"false\".", at: line)
  }

  mutating func apply(_ element: XMLElement) throws(MJCFError) {
    var reader = AttributeReader(element, self)
    if let value = try reader.keyword("angle", ["degree": true, "radian": false]) {
      usesDegrees = value
    }
    if let text = reader.text("eulerseq") {
      guard text.count == 3, text.allSatisfy({ "xyzXYZ".contains($0) }) else {
        throw .invalid(
          problem: "'eulerseq' of <compiler> is '\(shortened(text))'",
          remedy: "Give three of the letters x, y, z, X, Y, Z.", at: reader.here)
      }
      eulerSequence = Array(text)
    }
    if let value = try reader.keyword("autolimits", ["true": true, "false": false]) {
      limitsFollowRanges = value
    }
    if let source = try reader.keyword(
      "inertiafromgeom",
      ["true": InertiaSource.geoms, "false": .inertial, "auto": .automatic])
    {
      inertiaSource = source
    }
    if let groups = try reader.numbers("inertiagrouprange", count: 2...2) {
      guard let first = Int32(exactly: groups[0]), let last = Int32(exactly: groups[1]) else {
        throw .notAWholeNumber(
          reader.text("inertiagrouprange") ?? "", attribute: "inertiagrouprange",
          element: element.name, at: reader.here)
      }
      inertiaGroups = (Int(first), Int(last))
    }
    var total = totalMass ?? -1
    try reader.read("settotalmass", into: &total)
    totalMass = total > 0 ? total : nil
    try reader.read("boundmass", into: &minimumMass)
    try reader.read("boundinertia", into: &minimumInertia)
    try reader.read("balanceinertia", into: &balancesInertia)
    if let folder = reader.text("assetdir") { (meshFolder, textureFolder) = (folder, folder) }
    if let folder = reader.text("meshdir") { meshFolder = folder }
    if let folder = reader.text("texturedir") { textureFolder = folder }
    try reader.read("strippath", into: &stripsPaths)
    try reader.read("fitaabb", into: &fitsExtents)

    _ = try reader.refuse(
      "coordinate", neutral: ["local"],
      advice: "Write positions in the frame of the parent body, as MuJoCo demands since 2.3.4.")
    try reader.refuse(
      "fusestatic", "discardvisual", advice: "Leave it out: it would renumber bodies and geoms.")
    try reader.refuse("alignfree", advice: "Leave it out: it would move the frames of free bodies.")
    reader.ignore(
      "conflict", "convexhull", "exactmeshinertia", "passthrough", "savecanonical", "savecompiled",
      "saveinertial", "usethread")
    try reader.finish()
    // <lengthrange> is for muscles only
    for child in element.children where child.name != "lengthrange" {
      throw .unknownElement(
        child.name, parent: element.name, closest: closestName(to: child.name, in: ["lengthrange"]),
        at: child.here)
    }
  }
}
