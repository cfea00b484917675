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
    lights = stage.lights(seenFrom: viewpoint)
    sky = stage.sky
    let color = stage.model.visuals.haze
    // ground that is endless here only ends in the sky
    haze = stage.hasEndlessGround ? sky.horizon : SIMD3(color.x, color.y, color.z)
    style.hasShadows = options[.shadows]
    style.hasReflections = options[.reflections]
    style.hasSky = options[.sky]
    style.hasHaze = options[.haze]
    style.hasFog = options[.fog]
    style.isAdditive = options[.additive]
    style.isWireframe = options[.wireframe]
    shapes = stage.geomShapes(options) + stage.siteShapes(options) + stage.tendonShapes(options)
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
      var shape = shape(ofGeom: index, isTextured: options[.texture])
      if options[.transparent] && !isStatic { shape.surface.color.w *= 0.3 }
      // MuJoCo draws what is translucent twice, from the front to the back and back again
      let clear = 1 - shape.surface.color.w
      if clear > 0 { shape.surface.color.w = 1 - clear * clear }
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

  private func shape(ofGeom index: Int, isTextured: Bool = false) -> Shape {
    let geom = model.geoms[index]
    let (position, orientation) = pose(ofBody: geom.body, geom.position, geom.orientation)
    let triangles = triangles(ofGeom: index)
    let size = triangles?.halfSize ?? drawnSize(ofGeom: index)
    var shape = Shape(
      Shape.Kind(geom.shape), at: position, orientation: orientation, size: size,
      surface: surface(
        geom.material, geom.color, kind: Shape.Kind(geom.shape),
        size: [.plane, .heightField, .mesh].contains(geom.shape) ? geom.size : size,
        triangles: triangles, isTextured: isTextured),
      source: .geom(index), body: geom.body, castsShadow: geom.shape != .plane)
    shape.triangles = triangles
    return shape
  }

  func siteShapes(_ options: SceneOptions) -> [Shape] {
    model.sites.enumerated().compactMap { index, site in
      guard Self.isShown(site.group, options.siteGroups) else { return nil }
      let (position, orientation) = pose(ofBody: site.body, site.position, site.orientation)
      return Shape(
        Shape.Kind(site.shape), at: position, orientation: orientation, size: site.size,
        surface: surface(
          site.material, site.color, kind: Shape.Kind(site.shape), size: site.size,
          isTextured: options[.texture]),
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
      case .box: .box
      case .heightField, .mesh: .mesh
      }
  }
}

extension Stage {
  /// A tendon that is shown.
  struct ShownTendon {
    var index: Int
    /// m.
    var radius: Double
    var surface: Surface
    var steps: [Simulation.TendonStep]
  }

  func tendons(_ options: SceneOptions) -> [ShownTendon] {
    guard options[.tendons] else { return [] }
    return model.visuals.tendons.enumerated().compactMap { index, look in
      guard Self.isShown(look.group, options.tendonGroups) else { return nil }
      return ShownTendon(
        index: index, radius: look.radius,
        surface: surface(
          look.material, look.color, kind: .capsule, size: Vector3(look.radius, 0, 0),
          isTextured: options[.texture]),
        steps: simulation.path(ofTendon: index))
    }
  }

  /// Capsules from point to point (MuJoCo `addSpatialTendonGeoms`).
  fileprivate func tendonShapes(_ options: SceneOptions) -> [Shape] {
    tendons(options).flatMap { tendon in
      tendon.steps.flatMap { step in
        zip(step.points, step.points.dropFirst()).map { start, stop in
          var shape = Shape.segment(
            from: start, to: stop, radius: tendon.radius, surface: tendon.surface,
            source: .tendon(tendon.index))
          shape.castsShadow = true
          return shape
        }
      }
    }
  }

  /// - Parameters:
  ///   - index: of the material, -1 for none.
  ///   - color: of the element; MJCF's default grey means that the material's colour is used.
  private func surface(
    _ index: Int, _ color: SIMD4<Float>, kind: Shape.Kind, size: Vector3,
    triangles: TriangleSurface? = nil, isTextured: Bool
  ) -> Surface {
    var surface = Surface(color: color)
    guard model.visuals.materials.indices.contains(index) else { return surface }
    let material = model.visuals.materials[index]
    if color == SIMD4(0.5, 0.5, 0.5, 1) { surface.color = material.color }
    surface.specular = material.specular
    surface.shininess = material.shininess
    surface.reflectance = material.reflectance
    surface.emission = material.emission
    guard isTextured, model.visuals.textures.indices.contains(material.texture) else {
      return surface
    }
    let texture = model.visuals.textures[material.texture]
    // what is of one colour all over needs no image
    if texture.pattern == "flat", texture.mark == "none",
      texture.kind == "2d" || texture.firstColor == texture.secondColor
    {
      surface.color *= SIMD4(texture.firstColor, 1)
      return surface
    }
    let repeats = SIMD2<Double>(material.textureRepeat)
    if kind == .plane {
      // repeated over the whole plane, or per two metres
      func perMetre(_ count: Double, _ half: Double) -> Double {
        half > 0 && !material.repeatsByLength ? 0.5 * count / half : 0.5 * count
      }
      let scale = SIMD2(perMetre(repeats.x, size.x), perMetre(repeats.y, size.y))
      // from a corner, or from half a repetition beside the middle of what has none
      let middle =
        size.x > 0 && size.y > 0 ? scale * SIMD2(size.x, size.y) : SIMD2(repeating: -0.5)
      if texture.kind == "2d", texture.pattern == "checker", texture.mark == "none" {
        // squares are averaged over each pixel, which no image can be; one repetition is two squares wide
        surface.checker = Surface.Checker(
          first: texture.firstColor, second: texture.secondColor,
          edges: SIMD2(0.5 / max(scale.x, 1e-9), 0.5 / max(scale.y, 1e-9)), middle: 2 * middle)
      } else if let image = image(material.texture), image.layout == .flat {
        surface.texture = Surface.Texture(image: image, scale: SIMD3(scale, 0), middle: middle)
      }
    } else if let image = image(material.texture), image.layout == .flat, let triangles {
      surface.texture = triangles.texture(
        image, repeats: repeats, byLength: material.repeatsByLength, size: size)
    } else if let image = image(material.texture) {
      let lengths =
        material.repeatsByLength
        ? SIMD3(kind.drawnSize(size).x, kind.drawnSize(size).y, kind.drawnSize(size).z)
        : SIMD3(repeating: 1)
      surface.texture = Surface.Texture(
        image: image, scale: image.layout == .cube ? lengths : SIMD3(repeats, 1) * lengths)
    }
    return surface
  }

  /// The headlight and those of the model (MuJoCo `mjv_makeLights`).
  func lights(seenFrom viewpoint: Viewpoint) -> [Scene.Light] {
    let visuals = model.visuals
    var lights: [Scene.Light] = []
    if visuals.headlight.isActive {
      var light = Scene.Light()
      light.direction = viewpoint.forward
      light.ambient = visuals.headlight.ambient
      light.diffuse = visuals.headlight.diffuse
      light.specular = visuals.headlight.specular
      (light.castsShadow, light.isHeadlight) = (false, true)
      lights.append(light)
    }
    for (index, source) in visuals.lights.enumerated()
    where source.isActive && source.kind != .image {
      var light = Scene.Light()
      let (position, direction) = pose(ofLight: index)
      light.direction = direction
      light.ambient = source.ambient
      light.diffuse = source.diffuse
      light.specular = source.specular
      light.castsShadow = source.castsShadow
      if source.kind != .directional {
        light.position = position
        light.attenuation = source.attenuation
      }
      if source.kind == .spot {
        // OpenGL knows no wider cones
        light.cutoff = source.cutoff <= 90 ? Double(source.cutoff) : nil
        light.exponent = source.exponent
      }
      lights.append(light)
    }
    if lights.isEmpty {
      // MuJoCo's, where there is none
      var light = Scene.Light()
      (light.ambient, light.diffuse, light.specular) = (.init(repeating: 0.3), .zero, .zero)
      lights.append(light)
    }
    return lights
  }
}

extension Shape.Kind {
  /// Half sizes along x, y and z.
  fileprivate func drawnSize(_ size: Vector3) -> Vector3 {
    switch self {
    case .sphere: Vector3(size.x, size.x, size.x)
    case .capsule, .cylinder: Vector3(size.x, size.x, size.y)
    case .plane, .ellipsoid, .box, .arrow, .mesh: size
    }
  }
}

extension TriangleSurface {
  /// - Parameter size: of the geom.
  fileprivate func texture(
    _ image: TextureImage, repeats: SIMD2<Double>, byLength: Bool, size: Vector3
  ) -> Surface.Texture {
    func scale(_ count: Double, _ half: Double) -> Double {
      if hasPictureCoordinates {
        return (count > 0 ? count : 1) * (byLength && half > 0 ? half : 1)
      }
      return byLength || half <= 0 ? count : count / half
    }
    return Surface.Texture(
      image: image, scale: SIMD3(scale(repeats.x, size.x), scale(repeats.y, size.y), 0),
      middle: SIMD2(repeating: hasPictureCoordinates ? 0 : -0.5))
  }
}

extension Stage {
  /// Black without a texture of it, as MuJoCo's.
  fileprivate var sky: Scene.Sky {
    guard let index = model.visuals.textures.firstIndex(where: { $0.kind == "skybox" }) else {
      return Scene.Sky(.zero)
    }
    let box = model.visuals.textures[index]
    var sky = Scene.Sky(box.firstColor)
    sky.lower = box.secondColor
    sky.isGradient = box.pattern == "gradient"
    if box.pattern == "none" { sky.lower = sky.upper }
    // colours that change smoothly are better without pixels
    if box.picture != nil || box.mark != "none" { sky.image = image(index) }
    return sky
  }
}
