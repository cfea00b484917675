import IDQLSpelling

extension Model {
  /// Compiles an MJCF document.
  ///
  /// - Parameters:
  ///   - mjcf: the document; an `<include>` needs one that is read from a file.
  ///   - fileName: its name in errors.
  ///   - profile: the MuJoCo release whose rules apply.
  /// - Throws: ``MJCFError`` at the first part that is wrong or not supported.
  public init(
    mjcf: String, named fileName: String = "model.xml", profile: PhysicsProfile
  ) throws(MJCFError) {
    let document = try MJCFDocument(
      parsing: mjcf, file: fileName, folder: nil, profile: profile)
    self = try Model(compiling: document, profile: profile)
  }

  /// Compiles the MJCF document in a file, with those that it includes.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - profile: the MuJoCo release whose rules apply.
  /// - Throws: ``MJCFError``, also if the file cannot be read.
  public init(contentsOf path: String, profile: PhysicsProfile) throws(MJCFError) {
    let document = try MJCFDocument(
      parsing: try readDocument(at: path), file: lastComponent(of: path), folder: folder(of: path),
      profile: profile)
    self = try Model(compiling: document, profile: profile)
  }

  init(compiling document: MJCFDocument, profile: PhysicsProfile) throws(MJCFError) {
    name = document.modelName
    self.profile = profile
    options = document.options
    visuals = try ModelVisuals(document)

    var (bodies, joints, degreesOfFreedom) = try makeMechanism(document)
    var compiled = CompiledMeshes(document)
    let geoms = try makeGeoms(document, &compiled)
    meshes = compiled.meshes
    heightFields = compiled.heightFields
    try setInertia(
      of: &bodies, geoms: geoms, meshes: meshes, document: document, profile: profile)
    if let total = document.settings.totalMass { scaleMass(of: &bodies, toTotal: total) }

    self.bodies = try ModelElements(bodies, namedBy: document.bodies, kind: "body")
    self.joints = try ModelElements(
      joints, namedBy: document.bodies.flatMap(\.joints), kind: "joint")
    self.degreesOfFreedom = degreesOfFreedom
    self.geoms = try ModelElements(geoms, namedBy: document.bodies.flatMap(\.geoms), kind: "geom")
    sites = try ModelElements(
      try makeSites(document), namedBy: document.bodies.flatMap(\.sites), kind: "site")
    tendons = try ModelElements(
      try makeTendons(document, self.joints, self.geoms, sites), namedBy: document.tendons,
      kind: "tendon")
    actuators = try ModelElements(
      try makeActuators(document, self.joints, tendons), namedBy: document.actuators,
      kind: "actuator")
    keyframes = try ModelElements(
      try makeKeyframes(document, joints, actuators), namedBy: document.keyframes, kind: "keyframe")
    explicitPairs = try makeExplicitPairs(document, self.geoms)
    exclusions = try makeExclusions(document, self.bodies)
    equalities = ModelElements([], names: [])
    equalities = try ModelElements(
      try makeEqualities(document, self), namedBy: document.equalities, kind: "equality")

    do { try derive() } catch { throw MJCFError(error, of: self, document) }
  }
}

extension ModelElements {
  /// - Throws: if two have the same name.
  fileprivate init(
    _ elements: [Element], namedBy sources: [some NamedInMJCF], kind: String
  ) throws(MJCFError) {
    var seen: Set<String> = []
    for source in sources where !source.name.isEmpty && !seen.insert(source.name).inserted {
      throw .duplicateName(source.name, kind: kind, at: source.line)
    }
    self.init(elements, names: sources.map(\.name))
  }
}

/// The index of a name that some element refers to.
func indexOfName(
  _ name: String, in names: [String], kind: String, at line: SourceLine
) throws(MJCFError) -> Int {
  if !name.isEmpty, let index = names.firstIndex(of: name) { return index }
  throw .unknownName(name, kind: kind, closest: closestName(to: name, in: names), at: line)
}

extension MJCFError {
  /// With the line of the document.
  fileprivate init(_ fault: DerivationFault, of model: Model, _ document: MJCFDocument) {
    let start = document.bodies[0].line
    switch fault {
    case .bodyWithoutInertia(let body):
      self = .invalid(
        problem: "a moving body without mass or inertia",
        remedy: "Give it a geom with density, or <inertial>.", at: document.bodies[body].line)
    case .jointsWithoutInertia:
      self = .invalid(
        problem: "some joints have no inertia of their own to move",
        remedy: "Look for joints of one body with the same axis, or for negative 'armature'.",
        at: start)
    case .nothingToInherit(let actuator):
      self = .invalid(
        problem: "'inheritrange' without a range to take over",
        remedy: "It serves position actuators on a joint with limits.",
        at: document.actuators[actuator].line)
    case .uncollidable(let first, let second, let explicitPair):
      let lines = document.bodies.flatMap { $0.geoms.map(\.line) }
      self = .unsupported(
        feature: "contact of \(model.shapeAndName(ofGeom: first)) and "
          + model.shapeAndName(ofGeom: second),
        advice: "Part them by contype and conaffinity.",
        at: explicitPair.map { document.pairs[$0].line } ?? lines[max(first, second)])
    case .pairOfAnotherRelease(let first, let second, let since):
      let lines = document.bodies.flatMap { $0.geoms.map(\.line) }
      self = .unsupported(
        feature: "contact of \(model.shapeAndName(ofGeom: first)) and "
          + "\(model.shapeAndName(ofGeom: second)) under \(model.profile.name), whose MuJoCo finds "
          + "other points than \(since) and later,",
        advice: "Take mujoco4, or part them by contype and conaffinity.",
        at: lines[max(first, second)])
    case .pairForAnotherLibrary(let first, let second):
      let lines = document.bodies.flatMap { $0.geoms.map(\.line) }
      self = .unsupported(
        feature: "contact of \(model.shapeAndName(ofGeom: first)) and "
          + "\(model.shapeAndName(ofGeom: second)) with the flag nativeccd=\"disable\"",
        advice: "Leave it at \"enable\".", at: lines[max(first, second)])
    case .tooManyCandidatePairs(let body):
      self = .tooLarge(
        what: "candidate pairs of geoms", limit: candidatePairLimit, at: document.bodies[body].line)
    case .tooMuchContactMemory:
      self = .tooLarge(
        what: "bytes for the contacts that \(model.pairs.count) pairs of geoms can have at once",
        limit: contactMemoryLimit, at: start)
    case .overflow:
      self = .invalid(
        problem: "sizes or masses are so large that numbers overflow",
        remedy: "Use metres and kilograms.", at: start)
    }
  }
}

extension ModelVisuals {
  init(_ document: MJCFDocument) throws(MJCFError) {
    func target(_ name: String, _ line: SourceLine) throws(MJCFError) -> Int {
      if name.isEmpty { return -1 }
      return try indexOfName(name, in: document.bodies.map(\.name), kind: "body", at: line)
    }
    for (name, body, camera, line) in document.cameras {
      cameras.append(
        Camera(
          name: name, body: body, tracking: camera.tracking,
          target: try target(camera.target, line), position: camera.position,
          orientation: camera.orientation.value, verticalFieldOfView: camera.fieldOfView))
    }
    for (body, light, line) in document.lights {
      lights.append(
        Light(
          body: body, kind: light.kind, isActive: light.isActive, tracking: light.tracking,
          target: try target(light.target, line), castsShadow: light.castsShadow,
          position: light.position, direction: light.direction, ambient: light.ambient,
          diffuse: light.diffuse, specular: light.specular, attenuation: light.attenuation,
          cutoff: light.cutoff, exponent: light.exponent))
    }
    for section in document.visualSections { try apply(section, document.settings) }
    for texture in document.textures {
      textures.append(try texture.content(document.settings, mainFolder: document.folder))
    }
    for (name, material, line) in document.materials {
      let texture =
        material.texture.isEmpty
        ? -1
        : try indexOfName(
          material.texture, in: textures.map(\.name), kind: "texture", at: line)
      materials.append(
        Material(
          name: name, color: material.color, texture: texture,
          textureRepeat: material.textureRepeat, repeatsByLength: material.repeatsByLength,
          specular: material.specular, shininess: material.shininess,
          reflectance: material.reflectance, emission: material.emission))
    }
    for tendon in document.tendons {
      tendons.append(
        Tendon(
          group: tendon.group,
          material: try materialIndex(tendon.material, document, at: tendon.line),
          color: tendon.color, radius: tendon.width))
    }
  }
}

/// Index into `ModelVisuals.materials`, -1 for an empty name.
func materialIndex(
  _ name: String, _ document: MJCFDocument, at line: SourceLine
) throws(MJCFError) -> Int {
  if name.isEmpty { return -1 }
  return try indexOfName(
    name, in: document.materials.map(\.name), kind: "material", at: line)
}
