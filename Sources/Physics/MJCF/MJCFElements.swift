/// Descriptions of joints, geoms and so on: filled first with defaults, then with the element's own
/// attributes.

protocol NamedInMJCF {
  var name: String { get }
  var line: SourceLine { get }
}

struct MJCFJoint: NamedInMJCF {
  var line = SourceLine(file: "", line: 0)
  var name = ""
  var kind = Joint.Kind.hinge
  var anchor = Vector3.zero
  var axis = Vector3(0, 0, 1)
  /// Nil: true if `range` is given.
  var isLimited: Bool?
  var range = (0.0, 0.0)
  var margin = 0.0
  var stiffness = 0.0
  var damping = 0.0
  var armature = 0.0
  var reference = 0.0
  var springReference = 0.0
  var limitSoftness = ConstraintSoftness()
  var frictionLoss = 0.0
  var frictionSoftness = ConstraintSoftness()
  /// Nil: true if the range is given.
  var isActuatorForceLimited: Bool?
  var actuatorForceRange = (0.0, 0.0)
  var actuatorsCompensateGravity = false
  /// Unit of `range`, `reference` and `springReference` of what turns.
  var usesDegrees = true
  /// Time constant and damping ratio in place of stiffness and damping, if both are positive.
  var springDamper = (0.0, 0.0)

  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    usesDegrees = reader.settings.usesDegrees
    if let value = try reader.keyword(
      "type", ["free": Joint.Kind.free, "ball": .ball, "slide": .slide, "hinge": .hinge])
    {
      kind = value
    }
    try reader.read("pos", into: &anchor)
    try reader.read("axis", into: &axis)
    try reader.readLimited("limited", into: &isLimited)
    try reader.readRange("range", into: &range)
    try reader.read("margin", into: &margin)
    try reader.readLinear("stiffness", into: &stiffness)
    try reader.readLinear("damping", into: &damping)
    try reader.read("armature", into: &armature)
    try reader.read("ref", into: &reference)
    try reader.read("springref", into: &springReference)
    try reader.readSoftness(
      reference: "solreflimit", impedance: "solimplimit", into: &limitSoftness)
    try reader.readFrictionLoss(into: &frictionLoss)
    try reader.readSoftness(
      reference: "solreffriction", impedance: "solimpfriction", into: &frictionSoftness)

    try reader.read("springdamper", into: &springDamper)
    if springDamper != (0, 0) && !(springDamper.0 > 0 && springDamper.1 > 0) {
      throw .invalid(
        problem: "'springdamper' of <joint> is \(springDamper.0) \(springDamper.1)",
        remedy: "Give a time constant and a damping ratio above 0.", at: reader.here)
    }
    try reader.refuse("springyield", advice: "Leave it out: springs are linear.")
    try reader.readRange("actuatorfrcrange", into: &actuatorForceRange)
    try reader.readLimited("actuatorfrclimited", into: &isActuatorForceLimited)
    try reader.read("actuatorgravcomp", into: &actuatorsCompensateGravity)
    reader.ignore("group", "user")
  }
}

struct MJCFGeom: NamedInMJCF {
  var line = SourceLine(file: "", line: 0)
  var name = ""
  var shape = Geom.Shape.sphere
  var position = Vector3.zero
  var orientation = MJCFOrientation()
  var ends: (Vector3, Vector3)?
  /// In which position, orientation and ends stand; nil for the body's own.
  var frame: MJCFFrame?
  var size = Vector3.zero
  /// The shape itself, or what another shape is fitted to.
  var mesh: String?
  /// The shape itself.
  var heightField: String?
  /// Factor of the sizes that are fitted.
  var fittedScale = 1.0
  /// Nil: from `density`.
  var mass: Double?
  var density = 1000.0
  var contactType = 1
  var contactAffinity = 1
  var contactDimension = 3
  var priority = 0
  var friction = Vector3(1, 0.005, 0.0001)
  var margin = 0.0
  var gap = 0.0
  var softnessMix = 1.0
  var softness = ConstraintSoftness()
  var group = 0
  var material = ""
  var color = SIMD4<Float>(0.5, 0.5, 0.5, 1)

  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    if let text = reader.element.attributes["type"], text == "sdf" {
      throw .unsupported(
        feature: "the geom type '\(text)'",
        advice: "Approximate the shape with meshes, spheres, capsules or boxes.", at: reader.here)
    }
    if let value = try reader.keyword("type", Self.shapes) { shape = value }
    try reader.read("pos", into: &position)
    try orientation.apply(&reader)
    if let v = try reader.numbers("fromto", count: 6...6) {
      ends = (Vector3(v[0], v[1], v[2]), Vector3(v[3], v[4], v[5]))
    }
    try reader.readLeading("size", into: &size)
    if let value = try reader.numbers("mass", count: 1...1) { mass = value[0] }
    try reader.read("density", into: &density)
    try reader.read("contype", into: &contactType)
    try reader.read("conaffinity", into: &contactAffinity)
    try reader.read("condim", into: &contactDimension)
    try reader.read("priority", into: &priority)
    try reader.readLeading("friction", into: &friction)
    try reader.read("margin", into: &margin)
    try reader.read("gap", into: &gap)
    try reader.read("solmix", into: &softnessMix)
    try reader.readSoftness(into: &softness)
    try reader.read("group", into: &group)
    if let text = reader.text("material") { material = text }
    try reader.read("rgba", into: &color)

    if let text = reader.text("mesh") { mesh = text }
    try reader.read("fitscale", into: &fittedScale)
    if let text = reader.text("hfield") { heightField = text }
    try reader.refuse("shellinertia", advice: "Give the body an <inertial> instead.")
    try reader.refuse(
      "fluidshape", neutral: ["none"],
      advice: "Leave it out: drag acts on the inertia box of each body.")
    try reader.refuse("adhesion", "surfacevel", advice: "Leave it out.")
    reader.ignore("castshadow", "fluidcoef", "user")
  }

  static let shapes: KeyValuePairs<String, Geom.Shape> = [
    "plane": .plane, "hfield": .heightField, "sphere": .sphere, "capsule": .capsule,
    "ellipsoid": .ellipsoid,
    "cylinder": .cylinder, "box": .box, "mesh": .mesh,
  ]
}

struct MJCFSite: NamedInMJCF {
  var line = SourceLine(file: "", line: 0)
  var name = ""
  var shape = Geom.Shape.sphere
  var position = Vector3.zero
  var orientation = MJCFOrientation()
  var ends: (Vector3, Vector3)?
  /// In which position, orientation and ends stand; nil for the body's own.
  var frame: MJCFFrame?
  var size = Vector3(0.005, 0.005, 0.005)
  var group = 0
  var material = ""
  var color = SIMD4<Float>(0.5, 0.5, 0.5, 1)

  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    if let value = try reader.keyword(
      "type",
      [
        "sphere": Geom.Shape.sphere, "capsule": .capsule, "ellipsoid": .ellipsoid,
        "cylinder": .cylinder, "box": .box,
      ])
    {
      shape = value
    }
    try reader.read("pos", into: &position)
    try orientation.apply(&reader)
    if let v = try reader.numbers("fromto", count: 6...6) {
      ends = (Vector3(v[0], v[1], v[2]), Vector3(v[3], v[4], v[5]))
    }
    try reader.readLeading("size", into: &size)
    try reader.read("group", into: &group)
    if let text = reader.text("material") { material = text }
    try reader.read("rgba", into: &color)
    reader.ignore("mesh", "user")
  }
}

/// `<inertial>`: explicit mass and inertia.
struct MJCFInertial {
  var line: SourceLine
  var position = Vector3.zero
  /// Of the axes of `moments` and `tensor`.
  var orientation = Quaternion.identity
  var mass = 0.0
  /// Zero if the document has none; `boundinertia` can make up for it.
  var moments = Vector3.zero
  /// `fullinertia`.
  var tensor: SymmetricMatrix3?

  /// - Parameter frame: in which it stands.
  init(_ reader: inout AttributeReader, _ frame: MJCFFrame?) throws(MJCFError) {
    line = reader.here
    _ = try reader.requiredText("pos")
    try reader.read("pos", into: &position)
    var turn = MJCFOrientation()
    try turn.apply(&reader)
    (position, orientation) = frame?.placing(position, turn.value) ?? (position, turn.value)
    _ = try reader.requiredText("mass")
    try reader.read("mass", into: &mass)
    try reader.read("diaginertia", into: &moments)
    if let v = try reader.numbers("fullinertia", count: 6...6) {
      tensor = SymmetricMatrix3(xx: v[0], yy: v[1], zz: v[2], xy: v[3], xz: v[4], yz: v[5])
    }
    let hasMoments = reader.element.attributes["diaginertia"] != nil
    let spellings = ["quat", "axisangle", "euler", "xyaxes", "zaxis"]
    if tensor != nil,
      hasMoments || spellings.contains(where: reader.element.attributes.keys.contains)
    {
      throw .invalid(
        problem: "<inertial> has 'fullinertia' and also 'diaginertia' or an orientation",
        remedy: "'fullinertia' stands in the axes of the body, alone.", at: line)
    }
    try reader.finish()
  }
}

/// A body with the elements that are fixed to it; the joints connect it to its parent.
struct MJCFBody: NamedInMJCF {
  var line: SourceLine
  var name: String
  var parent: Int
  /// Whether the document wants it moved by the user: it stays where it is placed (MuJoCo `mocap`).
  var isMocap = false
  var gravityCompensation = 0.0
  var position = Vector3.zero
  var orientation = Quaternion.identity
  var inertial: MJCFInertial?
  var joints: [MJCFJoint] = []
  var geoms: [MJCFGeom] = []
  var sites: [MJCFSite] = []
}

/// `<contact><pair>`: two geoms that collide regardless of their contact bits.
struct MJCFPair {
  var line = SourceLine(file: "", line: 0)
  var first = ""
  var second = ""
  var dimension = 3
  var margin = 0.0
  var gap = 0.0
  var friction = [1, 1, 0.005, 0.0001, 0.0001]
  var softness = ConstraintSoftness()

  mutating func apply(_ reader: inout AttributeReader) throws(MJCFError) {
    try reader.read("condim", into: &dimension)
    try reader.read("margin", into: &margin)
    try reader.read("gap", into: &gap)
    try reader.readLeading("friction", into: &friction)
    try reader.readSoftness(into: &softness)
    try reader.refuse(
      "solreffriction", advice: "Leave it out: friction has the softness of the contact.")
    try reader.refuse("adhesion", advice: "Leave it out.")
  }
}

/// `<contact><exclude>`: two bodies whose geoms never collide.
struct MJCFExclusion {
  var line: SourceLine
  var first: String
  var second: String
}

struct MJCFKeyframe: NamedInMJCF {
  var line: SourceLine
  var name: String
  var time = 0.0
  var position: [Double]?
  var velocity: [Double]?
  var control: [Double]?
  var activation: [Double]?
  /// Of mocap bodies.
  var mocapPosition: [Double]?
  var mocapOrientation: [Double]?
}
