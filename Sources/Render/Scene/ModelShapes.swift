import IDQLPhysics

extension Scene {
  /// A model in the state placed on the stage, seen by the camera.
  public init(_ stage: Stage, camera: Camera) {
    self.init(stage, camera: camera, decorations: [])
  }

  /// A model in the state placed on the stage, seen by the camera (MuJoCo `mjv_updateScene`).
  ///
  /// - Parameter decorations: shapes that belong to no model: ghosts, paths, goals.
  package init(
    _ stage: Stage, camera: Camera, options: SceneOptions = SceneOptions(),
    decorations: [Shape] = []
  ) {
    self.init(viewpoint: camera.viewpoint(on: stage))
    light = Light(stage.model.visuals)
    sky = Sky(stage.model.visuals)
    style.hasShadows = options[.shadows]
    style.hasReflections = options[.reflections]
    style.hasSky = options[.sky]
    style.hasHaze = options[.haze]
    style.hasFog = options[.fog]
    style.isAdditive = options[.additive]
    style.isWireframe = options[.wireframe]
    shapes = stage.geomShapes(options) + stage.siteShapes(options)
    shapes += stage.overlays(options) + decorations
  }
}

extension Stage {
  /// The geoms of the groups shown, in the model's order.
  func geomShapes(_ options: SceneOptions) -> [Shape] {
    model.geoms.enumerated().compactMap { index, geom in
      let isStatic = model.bodies[geom.body].weld == 0
      guard Self.isShown(geom.group, options.geomGroups),
        !isStatic || options[.staticBodies]
      else { return nil }
      var shape = shape(ofGeom: index)
      if !options[.texture] { shape.surface.checker = nil }
      if options[.transparent] && !isStatic { shape.surface.color.w *= 0.3 }
      if options.selectedBody == geom.body && !isStatic { shape.surface.emission = 0.35 }
      return shape
    }
  }

  /// The moving geoms in one colour: the robot at another time or in another branch.
  package func ghost(color: SIMD4<Float>) -> [Shape] {
    model.geoms.indices.filter { model.bodies[model.geoms[$0].body].weld != 0 }.map { index in
      var shape = shape(ofGeom: index)
      shape.surface = Surface(color: color, specular: 0.1)
      shape.source = .decoration
      shape.castsShadow = false
      return shape
    }
  }

  private func shape(ofGeom index: Int) -> Shape {
    let geom = model.geoms[index]
    let (position, orientation) = pose(ofBody: geom.body, geom.position, geom.orientation)
    // a mesh is drawn as the box that turns like it
    var size = geom.mesh < 0 ? geom.size : model.meshes[geom.mesh].inertiaBox
    if coveringGeoms.contains(index) { size.x *= Self.cover }
    return Shape(
      Shape.Kind(geom.shape), at: position, orientation: orientation, size: size,
      surface: Surface(geom, model.visuals), source: .geom(index), body: geom.body,
      castsShadow: geom.shape != .plane)
  }

  func siteShapes(_ options: SceneOptions) -> [Shape] {
    model.sites.enumerated().compactMap { index, site in
      guard Self.isShown(site.group, options.siteGroups) else { return nil }
      let (position, orientation) = pose(ofBody: site.body, site.position, site.orientation)
      return Shape(
        Shape.Kind(site.shape), at: position, orientation: orientation, size: site.size,
        surface: Surface(
          material: site.material, color: site.color, size: site.size, model.visuals),
        source: .site(index), body: site.body, castsShadow: false)
    }
  }

  private static func isShown(_ group: Int, _ groups: [Bool]) -> Bool {
    groups.indices.contains(group) && groups[group]
  }
}

extension Shape.Kind {
  init(_ shape: Geom.Shape) {
    self =
      switch shape {
      case .plane: .plane
      case .sphere: .sphere
      case .capsule: .capsule
      case .ellipsoid: .ellipsoid
      case .cylinder: .cylinder
      case .box, .mesh: .box
      }
  }
}

extension Surface {
  init(_ geom: Geom, _ visuals: ModelVisuals) {
    self.init(material: geom.material, color: geom.color, size: geom.size, visuals)
    if geom.shape != .plane { checker = nil }
  }

  /// - Parameter color: of the element; MJCF's default grey means that the material's colour is
  ///   used.
  init(material index: Int, color: SIMD4<Float>, size: Vector3, _ visuals: ModelVisuals) {
    self.init(color: color)
    guard visuals.materials.indices.contains(index) else { return }
    let material = visuals.materials[index]
    if color == SIMD4(0.5, 0.5, 0.5, 1) { self.color = material.color }
    specular = material.specular
    shininess = material.shininess
    reflectance = material.reflectance
    guard visuals.textures.indices.contains(material.texture) else { return }
    let texture = visuals.textures[material.texture]
    if texture.pattern == "checker" {
      // one repetition of the texture is two squares wide; it is repeated over the whole plane
      let squares = Double(material.textureRepeat.x)
      checker = Checker(
        first: texture.firstColor, second: texture.secondColor,
        edge: size.x > 0 && squares > 0 ? size.x / squares : 1)
    }
  }
}

extension Scene.Light {
  /// The first directional light of the model, or else its first light; a default light if it has
  /// none.
  init(_ visuals: ModelVisuals) {
    guard let light = visuals.lights.first(where: \.isDirectional) ?? visuals.lights.first else {
      return
    }
    direction = light.direction.normalized(or: direction)
    ambient = light.ambient
    diffuse = light.diffuse
    specular = light.specular
  }
}

extension Scene.Sky {
  init(_ visuals: ModelVisuals) {
    guard let box = visuals.textures.first(where: { $0.kind == "skybox" }) else { return }
    zenith = box.firstColor
    horizon = box.pattern == "gradient" ? box.secondColor : box.firstColor
  }
}
