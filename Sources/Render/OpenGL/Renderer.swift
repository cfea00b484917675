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
  private let litShapes, litPlanes: Lit
  private let skyProgram: Program
  private let buffers: ShapeBuffers
  private let shadowMap: ShadowMap

  /// - Parameter load: returns the address of an OpenGL function by its full name, as
  ///   `glfwGetProcAddress`.
  /// - Throws: `RenderError` if the context is older than OpenGL 3.3 or the driver refuses a
  ///   shader.
  package init(_ load: (String) -> UnsafeRawPointer?) throws(RenderError) {
    gl = try GL(load)
    litShapes = try Lit(gl, "shape", Shaders.shapeVertex, Shaders.shapeFragment)
    litPlanes = try Lit(gl, "plane", Shaders.planeVertex, Shaders.planeFragment)
    skyProgram = try Program(gl, "sky", vertex: Shaders.skyVertex, fragment: Shaders.skyFragment)
    buffers = ShapeBuffers(gl)
    shadowMap = try ShadowMap(gl)
  }

  /// Draws a scene into the target: shadows, mirror image, ground, shapes, sky, translucent shapes.
  ///
  /// Does nothing if the target has no pixels. The state of OpenGL is not restored.
  package func draw(_ scene: Scene, into target: Target) {
    guard target.width > 0 && target.height > 0 else { return }
    let planes = scene.shapes.filter { $0.kind == .plane }
    let solids = scene.shapes.filter { $0.kind != .plane && !$0.isTranslucent }
      .sorted { $0.kind.rawValue < $1.kind.rawValue }
    let translucent = Self.fromBackToFront(
      scene.shapes.filter { $0.kind != .plane && $0.isTranslucent }, scene.viewpoint)

    prepareState()
    let shadow = drawShadows(of: solids, scene)
    begin(target, scene)
    let view = View(scene.viewpoint, Double(target.width) / Double(target.height))
    // a plane is culled from below, so that only its mirror image would be visible
    if scene.style.mirrors,
      let mirror = planes.first(where: { $0.surface.reflectance > 0 && $0.faces(view.eye) })
    {
      gl.enable(GL.clipDistance0)
      gl.frontFace(GL.clockwise)
      drawShapes(solids, scene, view.mirrored(in: mirror), shadow)
      gl.enable(GL.blend)
      drawShapes(translucent, scene, view.mirrored(in: mirror), shadow)
      gl.disable(GL.blend)
      gl.frontFace(GL.counterclockwise)
      gl.disable(GL.clipDistance0)
    }
    for plane in planes { draw(plane, scene, view, shadow) }
    if scene.style.isWireframe { gl.polygonMode(GL.frontAndBack, GL.line) }
    drawShapes(solids, scene, view, shadow)
    gl.depthMask(0)
    drawSky(scene, view)
    gl.enable(GL.blend)
    if scene.style.isAdditive { blend(GL.one) }
    drawShapes(translucent, scene, view, shadow)
    gl.depthMask(1)
    gl.polygonMode(GL.frontAndBack, GL.fill)
  }

  // MARK: Passes

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
    gl.disable(GL.clipDistance0)
  }

  /// - Returns: nil if there are none.
  private func drawShadows(of solids: [Shape], _ scene: Scene) -> ShadowMap.Frame? {
    guard scene.style.hasShadows && !scene.style.isWireframe else { return nil }
    let casters = solids.filter(\.castsShadow)
    guard
      let frame = ShadowMap.frame(
        of: casters, light: scene.light.direction, viewpoint: scene.viewpoint)
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
    // the colour below the horizon behind all planes, and in planes that mirror no shape
    let color = scene.style.hasSky ? scene.sky.horizon : .one
    gl.clearColor(color.x, color.y, color.z, 1)
    gl.clear(GL.colorBit | GL.depthBit)
    blend(GL.oneMinusSourceAlpha)
    shadowMap.bind()
  }

  /// - Parameter background: OpenGL's factor of the colour behind a translucent shape.
  private func blend(_ background: UInt32) {
    // the opacity of the picture stays one
    gl.blendFuncSeparate(GL.sourceAlpha, background, GL.one, GL.one)
  }

  private func drawSky(_ scene: Scene, _ view: View) {
    guard scene.style.hasSky else { return }
    gl.polygonMode(GL.frontAndBack, GL.fill)
    skyProgram.use()
    let viewpoint = scene.viewpoint
    skyProgram.set("forward", viewpoint.forward)
    skyProgram.set("right", (viewpoint.tangent * view.aspect) * viewpoint.right)
    skyProgram.set("up", viewpoint.tangent * viewpoint.up)
    skyProgram.set("zenith", scene.sky.zenith * scene.sky.zenith)
    skyProgram.set("horizon", scene.backdrop)
    buffers.drawTriangles(vertices: 3)
    if scene.style.isWireframe { gl.polygonMode(GL.frontAndBack, GL.line) }
  }

  private func drawShapes(
    _ shapes: [Shape], _ scene: Scene, _ view: View, _ shadow: ShadowMap.Frame?
  ) {
    guard !shapes.isEmpty else { return }
    let program = litShapes.program(shadow)
    setLighting(of: program, scene, view, shadow)
    program.set("keep", view.keep)
    buffers.draw(buffers.upload(shapes))
  }

  private func draw(_ plane: Shape, _ scene: Scene, _ view: View, _ shadow: ShadowMap.Frame?) {
    // only if needed, because in software blending takes as long as shading
    let mirrors = scene.style.mirrors && plane.surface.reflectance > 0
    if mirrors || plane.isTranslucent { gl.enable(GL.blend) }
    defer { gl.disable(GL.blend) }
    let axes = plane.orientation.matrix
    // relative to the point below the eye, so that numbers are small and edges of squares are exact
    let offset = axes.transposed(times: view.eye - plane.position)
    let foot = view.eye - offset.z * axes.zAxis
    let reach = 0.7 * scene.viewpoint.far
    let middle = shadow?.shadowed(foot, axes.xAxis, axes.yAxis, reach: reach)
    func setUp(_ program: Program, _ shadow: ShadowMap.Frame?) {
      setLighting(of: program, scene, view, shadow)
      program.set("origin", foot)
      program.set("xAxis", axes.xAxis)
      program.set("yAxis", axes.yAxis)
      program.set("facing", axes.zAxis)
      program.set("columns", edges(middle?.x, reach))
      program.set("rows", edges(middle?.y, reach))
      setSurface(of: program, plane.surface, x: offset.x, y: offset.y, scene.style)
    }
    setUp(litPlanes.plain, nil)
    litPlanes.plain.set("firstPiece", 0)
    buffers.drawTriangles(vertices: 8 * 6)
    if middle != nil {
      setUp(litPlanes.shadowed, shadow)
      litPlanes.shadowed.set("firstPiece", 4)
      buffers.drawTriangles(vertices: 6)
    }
  }

  private func edges(_ middle: ClosedRange<Double>?, _ reach: Double) -> SIMD4<Float> {
    SIMD4(
      Float(-reach), Float(middle?.lowerBound ?? 0), Float(middle?.upperBound ?? 0), Float(reach))
  }

  /// - Parameters x, y: of the point below the eye, in the plane's frame.
  private func setSurface(
    of program: Program, _ surface: Surface, x: Double, y: Double, _ style: Scene.Style
  ) {
    let checker = surface.checker
    program.set("paint", surface.color)
    program.set("firstColor", checker?.first ?? .one)
    program.set("secondColor", checker?.second ?? .one)
    let scale = checker.map { 1 / $0.edge } ?? 0
    let period = 2 * (checker?.edge ?? 1)
    program.set(
      "squares",
      Vector3(
        scale, scale * x.remainder(dividingBy: period), scale * y.remainder(dividingBy: period)))
    program.set(
      "finish",
      SIMD3(0.2 * surface.specular, surface.exponent, style.mirrors ? surface.reflectance : 0))
  }

  private func setLighting(
    of program: Program, _ scene: Scene, _ view: View, _ shadow: ShadowMap.Frame?
  ) {
    program.use()
    program.set("toClip", view.toClip)
    program.set("eye", view.eye)
    program.set("lightDirection", scene.light.direction)
    program.set("ambient", scene.light.ambient)
    program.set("diffuse", scene.light.diffuse)
    program.set("specular", scene.light.specular)
    program.set("horizon", scene.backdrop)
    let focus = scene.viewpoint.focus
    let (clear, dim): (Double, Double) =
      scene.style.hasFog
      ? (0.8 * focus, 3 * focus) : scene.style.hasHaze ? (5 * focus, 30 * focus) : (1e9, 2e9)
    program.set("haze", clear, dim)
    if let shadow {
      program.set("texel", ShadowMap.texelShare, shadow.texel)
      program.set("shadowMap", 0)
      program.set("toShadow", shadow.toTexture)
    }
  }

  private static func fromBackToFront(_ shapes: [Shape], _ viewpoint: Viewpoint) -> [Shape] {
    let depths = shapes.map { ($0.position - viewpoint.position).dot(viewpoint.forward) }
    // by index if depths are equal, so that the same scene gives the same picture
    return shapes.indices.sorted { (-depths[$0], $0) < (-depths[$1], $1) }.map { shapes[$0] }
  }
}

/// A program in two variants, with and without shadows.
private struct Lit {
  let plain, shadowed: Program

  init(
    _ gl: GL, _ title: String, _ vertex: String, _ fragment: (Bool) -> String
  ) throws(RenderError) {
    plain = try Program(gl, title, vertex: vertex, fragment: fragment(false))
    shadowed = try Program(gl, "shadowed \(title)", vertex: vertex, fragment: fragment(true))
  }

  func program(_ shadow: ShadowMap.Frame?) -> Program { shadow == nil ? plain : shadowed }
}

/// A viewpoint in the form of the shaders.
private struct View {
  var toClip: Matrix4
  var eye: Vector3
  var aspect: Double
  /// Points x with keep · (x, 1) ≥ 0 are drawn in a mirror image.
  var keep = SIMD4<Float>(0, 0, 0, 1)

  init(_ viewpoint: Viewpoint, _ aspect: Double) {
    toClip = viewpoint.matrix(aspect: aspect)
    eye = viewpoint.position
    self.aspect = aspect
  }

  /// The view from the mirrored eye, clipped to what is above the plane.
  func mirrored(in plane: Shape) -> View {
    let normal = plane.orientation.matrix.zAxis
    let offset = normal.dot(plane.position)
    var view = self
    view.toClip = toClip * .reflection(normal: normal, offset: offset)
    view.eye = eye - (2 * (normal.dot(eye) - offset)) * normal
    view.keep = SIMD4(Float(normal.x), Float(normal.y), Float(normal.z), Float(-offset))
    return view
  }
}

extension Shape {
  /// Whether a point is on the upper side of this plane.
  fileprivate func faces(_ point: Vector3) -> Bool {
    orientation.matrix.zAxis.dot(point - position) > 0
  }
}

extension Scene.Style {
  /// Whether planes show a mirror image.
  fileprivate var mirrors: Bool { hasReflections && !isWireframe }
}

extension Scene {
  /// Colour of the horizon, in linear intensities.
  fileprivate var backdrop: SIMD3<Float> { style.hasSky ? sky.horizon * sky.horizon : .one }
}
