import Foundation
import IDQLPhysics

/// Draws scenes with OpenGL 3.3.
///
/// The context that is current when it is made must be current in every call, and when it is
/// deallocated.
package final class Renderer {
  /// A rectangle of a framebuffer, pixels from the lower left corner.
  package struct Target: Equatable, Sendable {
    /// 0 for that of the window.
    package var framebuffer: UInt32
    package var x: Int
    package var y: Int
    package var width: Int
    package var height: Int

    package init(framebuffer: UInt32 = 0, x: Int = 0, y: Int = 0, width: Int, height: Int) {
      self.framebuffer = framebuffer
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
  }

  let gl: GL
  /// For any lights, with a kind of surface, shadows and a layout of images.
  private let general: [LitProgram: Program]
  /// For the lights of scenes that were drawn.
  private var special: [LitProgram: Program] = [:]
  private let skyProgram, cubeSkyProgram, imageSkyProgram: Program
  private let buffers: ShapeBuffers
  private let images: ImageTextures
  private let shadowMap: ShadowMap

  /// - Parameter load: returns the address of an OpenGL function by its full name, as
  ///   `glfwGetProcAddress`.
  /// - Throws: `RenderError` if the context is older than OpenGL 3.3 or the driver refuses a
  ///   shader.
  package init(_ load: (String) -> UnsafeRawPointer?) throws(RenderError) {
    gl = try GL(load)
    var programs: [LitProgram: Program] = [:]
    for key in LitProgram.general { programs[key] = try key.make(gl) }
    general = programs
    skyProgram = try Program(gl, "sky", vertex: Shaders.skyVertex, fragment: Shaders.skyFragment)
    cubeSkyProgram = try Program(
      gl, "cube of the sky", vertex: Shaders.skyVertex, fragment: Shaders.cubeSkyFragment)
    imageSkyProgram = try Program(
      gl, "pictures of the sky", vertex: Shaders.skyVertex, fragment: Shaders.imageSkyFragment)
    buffers = ShapeBuffers(gl)
    images = ImageTextures(gl)
    shadowMap = try ShadowMap(gl)
  }

  /// Draws a scene into the target: shadows, mirror image, ground, shapes, sky, translucent shapes.
  ///
  /// Does nothing if the target has no pixels. The state of OpenGL is not restored.
  package func draw(_ scene: Scene, into target: Target) {
    guard target.width > 0 && target.height > 0 else { return }
    let planes = scene.shapes.filter { $0.kind == .plane }
    let solids = Self.inBatches(scene.shapes.filter { $0.kind != .plane && !$0.isTranslucent })
    let translucent = Self.fromBackToFront(
      scene.shapes.filter { $0.kind != .plane && $0.isTranslucent }, scene.viewpoint)

    prepareState()
    images.keep(
      scene.shapes.compactMap { $0.surface.texture?.image } + [scene.sky.image].compactMap { $0 })
    buffers.keep(scene.shapes.compactMap(\.triangles))
    let shadow = drawShadows(of: scene)
    begin(target, scene)
    let view = View(scene.viewpoint, Double(target.width) / Double(target.height))
    let mirror = scene.mirror(seenFrom: view.eye)
    let otherSolids =
      mirror?.shape.kind == .box ? solids.filter { $0 != mirror?.shape } : solids
    let otherPlanes = planes.filter { $0 != mirror?.shape }
    if let mirror {
      let image = view.mirrored(in: mirror.face)
      drawMirrorImage(image, of: otherPlanes, otherSolids, translucent, scene, shadow)
      func drawMirror() {
        if mirror.shape.kind == .plane {
          draw(mirror.shape, scene, view, shadow)
        } else {
          drawShapes([mirror.shape], scene, view, shadow)
        }
      }
      let part =
        target.part(of: image, showing: otherPlanes + otherSolids + translucent) ?? target
      // the mirror image is added to what the mirror is by itself, and there is nothing where it is not
      gl.enable(GL.blend)
      gl.blendFuncSeparate(GL.one, GL.destinationAlpha, GL.one, GL.zero)
      cut(part)
      drawMirror()
      gl.disable(GL.blend)
      blend(GL.oneMinusSourceAlpha)
      // elsewhere without, because in software blending takes as long as shading; after the rest, since Mesa 22.3's
      // llvmpipe draws a pixel at the edge of both
      for piece in target.rest(beside: part) {
        cut(piece)
        drawMirror()
      }
      cut(target)
    }
    for plane in otherPlanes {
      if plane.isTranslucent { gl.enable(GL.blend) }
      draw(plane, scene, view, shadow)
      gl.disable(GL.blend)
    }
    if scene.style.isWireframe { gl.polygonMode(GL.frontAndBack, GL.line) }
    drawShapes(otherSolids, scene, view, shadow)
    gl.depthMask(0)
    drawSky(scene, view)
    gl.enable(GL.blend)
    if scene.style.isAdditive { blend(GL.one) }
    drawShapes(translucent, scene, view, shadow)
    gl.depthMask(1)
    gl.polygonMode(GL.frontAndBack, GL.fill)
  }

  // MARK: Passes

  /// Nothing is drawn outside of this part of a target.
  private func cut(_ part: Target) {
    gl.scissor(Int32(part.x), Int32(part.y), Int32(part.width), Int32(part.height))
  }

  private func drawMirrorImage(
    _ image: View, of planes: [Shape], _ solids: [Shape], _ translucent: [Shape], _ scene: Scene,
    _ shadow: ShadowMap.Frame?
  ) {
    setClipping(true)
    gl.frontFace(GL.clockwise)
    for plane in planes where !plane.isTranslucent {
      var dim = plane
      dim.surface.color *= SIMD4(SIMD3(repeating: image.dim), 1)
      draw(dim, scene, image, shadow)
    }
    drawShapes(solids, scene, image, shadow)
    gl.enable(GL.blend)
    drawShapes(translucent, scene, image, shadow)
    gl.disable(GL.blend)
    gl.frontFace(GL.counterclockwise)
    setClipping(false)
  }

  private func prepareState() {
    gl.disable(GL.framebufferSRGB)
    gl.enable(GL.multisample)
    gl.enable(GL.depthTest)
    gl.depthFunc(GL.lessOrEqual)
    gl.depthMask(1)
    gl.colorMask(1, 1, 1, 1)
    gl.enable(GL.cullFaces)
    gl.cullFace(GL.back)
    gl.frontFace(GL.counterclockwise)
    gl.polygonMode(GL.frontAndBack, GL.fill)
    gl.disable(GL.blend)
    setClipping(false)
  }

  private func setClipping(_ isOn: Bool) {
    for index in 0..<UInt32(5) {
      if isOn { gl.enable(GL.clipDistance0 + index) } else { gl.disable(GL.clipDistance0 + index) }
    }
  }

  /// - Returns: nil if there are none.
  private func drawShadows(of scene: Scene) -> ShadowMap.Frame? {
    guard scene.style.hasShadows && !scene.style.isWireframe else { return nil }
    // translucent ones as well, as in MuJoCo
    let casters = Self.inBatches(scene.shapes.filter { $0.kind != .plane && $0.castsShadow })
    guard let light = scene.shadowingLight,
      let frame = ShadowMap.frame(
        of: casters, light: scene.lights[light], viewpoint: scene.viewpoint)
    else { return nil }
    shadowMap.draw(buffers.upload(casters), in: buffers, frame)
    return frame
  }

  private func begin(_ target: Target, _ scene: Scene) {
    gl.bindFramebuffer(GL.framebuffer, target.framebuffer)
    let (x, y) = (Int32(target.x), Int32(target.y))
    let (width, height) = (Int32(target.width), Int32(target.height))
    gl.viewport(x, y, width, height)
    gl.enable(GL.scissorTest)
    gl.scissor(x, y, width, height)
    // nothing yet, not even in mirrors
    gl.clearColor(0, 0, 0, 0)
    gl.clear(GL.colorBit | GL.depthBit)
    blend(GL.oneMinusSourceAlpha)
    shadowMap.bind()
  }

  /// - Parameter background: OpenGL's factor of the colour behind a translucent shape.
  private func blend(_ background: UInt32) {
    gl.blendFuncSeparate(GL.sourceAlpha, background, GL.one, GL.oneMinusSourceAlpha)
  }

  /// The sky, or white in its place.
  private func drawSky(_ scene: Scene, _ view: View) {
    guard !scene.style.isCutOut else { return }
    gl.polygonMode(GL.frontAndBack, GL.fill)
    let viewpoint = scene.viewpoint
    let sky = scene.style.hasSky ? scene.sky : Scene.Sky(.one)
    let program =
      sky.image != nil ? imageSkyProgram : sky.isGradient ? skyProgram : cubeSkyProgram
    program.use()
    if sky.image != nil {
      images.bind(sky.image)
      program.set("image", ImageTextures.unit)
    }
    program.set("forward", viewpoint.forward)
    program.set("right", (viewpoint.tangent * view.aspect) * viewpoint.right)
    program.set("up", viewpoint.tangent * viewpoint.up)
    program.set("upper", sky.upper)
    program.set("lower", sky.lower)
    buffers.drawTriangles(vertices: 3)
    if scene.style.isWireframe { gl.polygonMode(GL.frontAndBack, GL.line) }
  }

  private func drawShapes(
    _ shapes: [Shape], _ scene: Scene, _ view: View, _ shadow: ShadowMap.Frame?
  ) {
    guard !shapes.isEmpty else { return }
    let batches = buffers.upload(shapes)
    for layout in Shaders.Image.allCases {
      let own = batches.filter { $0.image.layout == layout }
      guard !own.isEmpty else { continue }
      guard let program = program(isPlane: false, layout, scene, shadow) else { continue }
      setLighting(of: program, scene, view, shadow, isHazy: false)
      program.set("keep", view.keep)
      program.set("dim", view.dim)
      if layout == .none {
        buffers.draw(own)
        continue
      }
      program.set("image", ImageTextures.unit)
      for batch in own {
        images.bind(batch.image)
        buffers.draw([batch])
      }
    }
  }

  /// The program for the scene's lights, which is made when it is first needed.
  ///
  /// - Returns: nil if the driver refuses it.
  private func program(
    isPlane: Bool, isClipped: Bool = false, _ image: Shaders.Image, _ scene: Scene,
    _ shadow: ShadowMap.Frame?
  ) -> Program? {
    var key = LitProgram(
      isPlane: isPlane, hasShadows: shadow != nil, image: image, isClipped: isClipped)
    let general = general[key]
    key.lights = scene.lightTraits
    if let known = special[key] { return known }
    // of many scenes only the last are drawn again
    if special.count >= 32 { special = [:] }
    // a driver that refuses it may take the general one
    let made = (try? key.make(gl)) ?? general
    special[key] = made
    return made
  }

  /// Sorted by kind, surface and image, so that few calls draw them.
  private static func inBatches(_ shapes: [Shape]) -> [Shape] {
    var numbers: [ObjectIdentifier: Int] = [:]
    func number(_ object: AnyObject?) -> Int {
      guard let object else { return -1 }
      let id = ObjectIdentifier(object)
      numbers[id] = numbers[id] ?? numbers.count
      return numbers[id] ?? 0
    }
    let keys = shapes.map {
      (number($0.surface.texture?.image), $0.kind.rawValue, number($0.triangles))
    }
    return shapes.indices.sorted {
      (keys[$0].0, keys[$0].1, keys[$0].2, $0) < (keys[$1].0, keys[$1].1, keys[$1].2, $1)
    }.map { shapes[$0] }
  }

  private func draw(_ plane: Shape, _ scene: Scene, _ view: View, _ shadow: ShadowMap.Frame?) {
    let axes = plane.orientation.matrix
    // relative to the point below the eye, so that numbers are small and edges of squares are exact
    let offset = axes.transposed(times: view.eye - plane.position)
    let foot = view.eye - offset.z * axes.zAxis
    let reach = 0.7 * scene.viewpoint.far
    func extent(_ half: Double, _ place: Double) -> ClosedRange<Double> {
      guard half > 0 else { return -reach...reach }
      let lower = min(max(-half - place, -reach), reach)
      return lower...max(lower, min(half - place, reach))
    }
    let columns = extent(plane.size.x, offset.x)
    let rows = extent(plane.size.y, offset.y)
    let middle = shadow?.shadowed(foot, axes.xAxis, axes.yAxis, reach: reach)
    let image = plane.surface.texture?.image
    let layout: Shaders.Image = image.layout == .flat ? .flat : .none
    if layout == .flat { images.bind(image) }
    func setUp(_ program: Program, _ shadow: ShadowMap.Frame?) {
      setLighting(
        of: program, scene, view, shadow, isHazy: plane.isInfinite && !view.isMirrorImage)
      if view.isMirrorImage { program.set("keep", view.keep) }
      program.set("origin", foot)
      program.set("xAxis", axes.xAxis)
      program.set("yAxis", axes.yAxis)
      program.set("facing", axes.zAxis)
      program.set("columns", edges(middle?.x, columns))
      program.set("rows", edges(middle?.y, rows))
      setSurface(of: program, plane.surface, x: offset.x, y: offset.y)
    }
    func program(_ shadow: ShadowMap.Frame?) -> Program? {
      self.program(isPlane: true, isClipped: view.isMirrorImage, layout, scene, shadow)
    }
    guard let plain = program(nil) else { return }
    setUp(plain, nil)
    plain.set("firstPiece", Int32(0))
    buffers.drawTriangles(vertices: 8 * 6)
    if middle != nil, let shadowed = program(shadow) {
      setUp(shadowed, shadow)
      shadowed.set("firstPiece", Int32(4))
      buffers.drawTriangles(vertices: 6)
    }
  }

  /// - Parameter middle: of the piece that may be in shadow.
  private func edges(
    _ middle: ClosedRange<Double>?, _ whole: ClosedRange<Double>
  ) -> SIMD4<Float> {
    func inside(_ value: Double) -> Float {
      Float(min(max(value, whole.lowerBound), whole.upperBound))
    }
    return SIMD4(
      Float(whole.lowerBound), inside(middle?.lowerBound ?? 0), inside(middle?.upperBound ?? 0),
      Float(whole.upperBound))
  }

  /// - Parameters x, y: of the point below the eye, in the plane's frame.
  private func setSurface(of program: Program, _ surface: Surface, x: Double, y: Double) {
    program.set("paint", surface.color)
    program.set("firstColor", surface.checker?.first ?? .one)
    program.set("secondColor", surface.checker?.second ?? .one)
    program.set("finish", SIMD3(surface.specular, surface.exponent, surface.emission))
    // counted from near the eye; rows are from the top
    var pattern = SIMD4<Double>.zero
    func set(_ scale: SIMD2<Double>, _ middle: SIMD2<Double>, period: Double) {
      pattern = SIMD4(
        scale.x, -scale.y, (x * scale.x + middle.x).remainder(dividingBy: period),
        (middle.y - y * scale.y).remainder(dividingBy: period))
    }
    if let checker = surface.checker {
      set(1 / checker.edges, checker.middle, period: 2)
    } else if let texture = surface.texture {
      set(SIMD2(texture.scale.x, texture.scale.y), texture.middle, period: 1)
      program.set("image", ImageTextures.unit)
    }
    program.set("squares", SIMD4<Float>(pattern))
  }

  /// - Parameter isHazy: whether haze is over it, and not only fog.
  private func setLighting(
    of program: Program, _ scene: Scene, _ view: View, _ shadow: ShadowMap.Frame?, isHazy: Bool
  ) {
    program.use()
    program.set("toClip", view.toClip)
    program.set("eye", view.eye)
    let lights = scene.lights.prefix(Scene.lightLimit)
    program.set("lightCount", Int32(lights.count))
    if !lights.isEmpty {
      program.set("lightPlace", lights.map(\.place))
      program.set("lightAxis", lights.map(\.axis))
      program.set("lightFall", lights.map(\.fall))
      program.set("lightAmbient", lights.map { SIMD4($0.ambient, $0.castsShadow ? 1 : 0) })
      program.set("lightDiffuse", lights.map { SIMD4($0.diffuse, 0) })
      program.set("lightSpecular", lights.map { SIMD4($0.specular, 0) })
    }
    program.set("horizon", scene.haze)
    let focus = scene.viewpoint.focus
    let (clear, dim): (Double, Double) =
      scene.style.hasFog
      ? (0.8 * focus, 3 * focus)
      : scene.style.hasHaze && isHazy ? (12 * focus, 60 * focus) : (1e9, 2e9)
    program.set("haze", clear, dim)
    if let shadow {
      program.set("shadowing", Int32(scene.shadowingLight ?? -1))
      program.set("texel", ShadowMap.texelShare, shadow.texel)
      program.set("shadowMap", Int32(0))
      program.set("toShadow", shadow.toTexture)
    }
  }

  private static func fromBackToFront(_ shapes: [Shape], _ viewpoint: Viewpoint) -> [Shape] {
    let depths = shapes.map { ($0.position - viewpoint.position).dot(viewpoint.forward) }
    // by index if depths are equal, so that the same scene gives the same picture
    return shapes.indices.sorted { (-depths[$0], $0) < (-depths[$1], $1) }.map { shapes[$0] }
  }
}

/// A program that lights surfaces.
private struct LitProgram: Hashable {
  var isPlane: Bool
  var hasShadows: Bool
  var image: Shaders.Image
  /// Of a plane, whether it is in a mirror image.
  var isClipped = false
  /// Nil for any.
  var lights: [Shaders.LightTraits]?

  /// All for any lights; a plane has no cube around it.
  static let general: [LitProgram] = Shaders.Image.allCases.flatMap { image in
    [false, true].flatMap { hasShadows in
      (image == .cube ? [false] : [false, true]).map {
        LitProgram(isPlane: $0, hasShadows: hasShadows, image: image)
      }
    }
  }

  func make(_ gl: GL) throws(RenderError) -> Program {
    let title = (hasShadows ? "shadowed " : "") + (isPlane ? "plane" : "shape")
    return isPlane
      ? try Program(
        gl, title, vertex: Shaders.planeVertex(isClipped: isClipped),
        fragment: Shaders.planeFragment(
          hasShadows: hasShadows, image, lights: lights, isClipped: isClipped))
      : try Program(
        gl, title, vertex: Shaders.shapeVertex(image),
        fragment: Shaders.shapeFragment(hasShadows: hasShadows, image, lights: lights))
  }
}

extension Scene {
  fileprivate var lightTraits: [Shaders.LightTraits] {
    lights.prefix(Self.lightLimit).enumerated().map { index, light in
      Shaders.LightTraits(
        isPoint: light.position != nil, isShiny: light.specular != .zero,
        castsShadow: light.castsShadow, isShadowing: index == shadowingLight)
    }
  }
}

extension Scene.Light {
  fileprivate var place: SIMD4<Float> {
    let p = position ?? -direction
    return SIMD4(Float(p.x), Float(p.y), Float(p.z), position == nil ? 0 : 1)
  }
  fileprivate var axis: SIMD4<Float> {
    SIMD4(
      Float(direction.x), Float(direction.y), Float(direction.z),
      cutoff.map { Float(cos($0 * .pi / 180)) } ?? -2)
  }
  fileprivate var fall: SIMD4<Float> { SIMD4(attenuation, exponent) }
}

extension TextureImage? {
  /// The shaders for it.
  fileprivate var layout: Shaders.Image {
    switch self?.layout {
    case nil: .none
    case .flat?: .flat
    case .cube?: .cube
    }
  }
}

extension Shape {
  /// Whether this plane has no edge in some direction.
  fileprivate var isInfinite: Bool { size.x <= 0 || size.y <= 0 }
}
