import Foundation
import IDQLSpelling

extension Model {
  /// Compiles an MJCF document.
  ///
  /// - Parameters:
  ///   - mjcf: the document.
  ///   - fileName: how errors call it.
  ///   - profile: which MuJoCo's compile rules apply.
  /// - Throws: ``MJCFError`` at the first thing that is wrong or not simulated.
  public init(
    mjcf: String, named fileName: String = "model.xml", profile: PhysicsProfile
  ) throws(MJCFError) {
    let document = try MJCFDocument(parsing: mjcf, file: fileName)
    self = try Model(compiling: document, profile: profile)
  }

  /// Compiles the MJCF document in a file.
  ///
  /// - Throws: ``MJCFError``, also if the file cannot be read.
  public init(contentsOf path: String, profile: PhysicsProfile) throws(MJCFError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path, reason: "no such file, or no permission to read it")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw .unreadable(path: path, reason: "its text is not UTF-8")
    }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    try self.init(mjcf: text, named: name, profile: profile)
  }

  init(compiling document: MJCFDocument, profile: PhysicsProfile) throws(MJCFError) {
    name = document.modelName
    self.profile = profile
    options = document.options
    names = try ModelNames(document)
    visuals = try ModelVisuals(document)

    (bodies, joints, degreesOfFreedom) = try makeMechanism(document)
    geoms = try makeGeoms(document)
    sites = try makeSites(document)
    (initialPosition, springPosition) = makeConfigurations(document, joints)

    try setInertia(of: &bodies, geoms: geoms, document: document, profile: profile)
    if let total = document.settings.totalMass { scaleMass(of: &bodies, toTotal: total) }
    (actuators, pairs, keyframes) = ([], [], [])
    let inertia = try InitialInertia(self, at: document.bodies[0].line)
    inertia.setInverseWeights(of: &self)

    actuators = try makeActuators(document, joints, names, inertia)
    pairs = try makeContactPairs(document, bodies, geoms, names, profile)
    keyframes = try makeKeyframes(document, self)
    try requireFinite(at: document.bodies[0].line)
  }

  /// Numbers far beyond any mechanism overflow in products; nothing sensible can follow from them.
  private func requireFinite(at line: SourceLine) throws(MJCFError) {
    let bodiesAreFinite = bodies.allSatisfy {
      $0.mass.isFinite && $0.inertia.squaredLength.isFinite && $0.position.squaredLength.isFinite
        && $0.inertialPosition.squaredLength.isFinite && $0.inverseTranslationWeight.isFinite
        && $0.inverseRotationWeight.isFinite
    }
    let jointsAreFinite = joints.allSatisfy {
      $0.axis.squaredLength.isFinite && $0.anchor.squaredLength.isFinite
    }
    let geomsAreFinite = geoms.allSatisfy {
      $0.size.squaredLength.isFinite && $0.position.squaredLength.isFinite
        && $0.boundingRadius.isFinite
    }
    if bodiesAreFinite && jointsAreFinite && geomsAreFinite
      && degreesOfFreedom.allSatisfy({ $0.inverseWeight.isFinite })
    {
      return
    }
    throw .invalid(
      problem: "sizes or masses are so large that numbers overflow",
      remedy: "Use metres and kilograms.", at: line)
  }
}

extension ModelNames {
  init(_ document: MJCFDocument) throws(MJCFError) {
    bodies = document.bodies.map(\.name)
    joints = document.bodies.flatMap { $0.joints.map(\.name) }
    geoms = document.bodies.flatMap { $0.geoms.map(\.name) }
    sites = document.bodies.flatMap { $0.sites.map(\.name) }
    actuators = document.actuators.map(\.name)
    keyframes = document.keyframes.map(\.name)

    try requireUnique(bodies, "body", document.bodies.map(\.line))
    try requireUnique(joints, "joint", document.bodies.flatMap { $0.joints.map(\.line) })
    try requireUnique(geoms, "geom", document.bodies.flatMap { $0.geoms.map(\.line) })
    try requireUnique(sites, "site", document.bodies.flatMap { $0.sites.map(\.line) })
    try requireUnique(actuators, "actuator", document.actuators.map(\.line))
    try requireUnique(keyframes, "keyframe", document.keyframes.map(\.line))
  }

  private func requireUnique(
    _ names: [String], _ kind: String, _ lines: [SourceLine]
  ) throws(MJCFError) {
    var seen: Set<String> = []
    for (name, line) in zip(names, lines) where !name.isEmpty && !seen.insert(name).inserted {
      throw .duplicateName(name, kind: kind, at: line)
    }
  }

  /// The index of a name that some element refers to.
  static func index(
    of name: String, among names: [String], kind: String, at line: SourceLine
  ) throws(MJCFError) -> Int {
    if !name.isEmpty, let index = names.firstIndex(of: name) { return index }
    throw .unknownName(name, kind: kind, closest: closestName(to: name, in: names), at: line)
  }
}

extension ModelVisuals {
  init(_ document: MJCFDocument) throws(MJCFError) {
    cameras = document.cameras
    lights = document.lights
    textures = document.textures
    for (name, material, line) in document.materials {
      let texture =
        material.texture.isEmpty
        ? -1
        : try ModelNames.index(
          of: material.texture, among: textures.map(\.name), kind: "texture", at: line)
      materials.append(
        Material(
          name: name, color: material.color, texture: texture,
          textureRepeat: material.textureRepeat, specular: material.specular,
          shininess: material.shininess, reflectance: material.reflectance))
    }
  }
}

/// Index into `ModelVisuals.materials`, -1 for an empty name.
func materialIndex(
  _ name: String, _ document: MJCFDocument, at line: SourceLine
) throws(MJCFError) -> Int {
  if name.isEmpty { return -1 }
  return try ModelNames.index(
    of: name, among: document.materials.map(\.name), kind: "material", at: line)
}
