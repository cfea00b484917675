import Physics

/// Draws scenes with OpenGL 3.3.
///
/// It belongs to the context that was current when it was made, and that one has to be current for
/// every call, and when it is let go.
public final class Renderer {
  /// A rectangle of a framebuffer, pixels, from the left and the bottom.
  public struct Target: Equatable, Sendable {
    /// 0 is the window's own.
    public var framebuffer: UInt32
    public var x: Int
    public var y: Int
    public var width: Int
    public var height: Int

    public init(framebuffer: UInt32 = 0, x: Int = 0, y: Int = 0, width: Int, height: Int) {
      self.framebuffer = framebuffer
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
  }

  let gl: GL
  private let shapeProgram, planeProgram, skyProgram: Program
  private let buffers: ShapeBuffers
  private let shadowMap: ShadowMap

  /// - Parameter load: the address of an OpenGL function by its full name, as `glfwGetProcAddress`.
  /// - Throws: `RenderError.missingFunction`, `RenderError.oldOpenGL`, `RenderError.driver`.
  public init(_ load: (String) -> UnsafeRawPointer?) throws(RenderError) {
    gl = try GL(load)
    shapeProgram = try Program(
      gl, "shape", vertex: Shaders.shapeVertex, fragment: Shaders.shapeFragment)
    planeProgram = try Program(
      gl, "plane", vertex: Shaders.planeVertex, fragment: Shaders.planeFragment)
    skyProgram = try Program(gl, "sky", vertex: Shaders.skyVertex, fragment: Shaders.skyFragment)
    buffers = ShapeBuffers(gl)
    shadowMap = try ShadowMap(gl)
  }

  /// Fills the target with the scene: shadows, sky, mirror image, ground, shapes, translucent shapes.
  ///
  /// A target without pixels is left alone. OpenGL's state is left as the last pass needed it.
  public func draw(_ scene: Scene, into target: Target) {
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
    drawSky(scene, view)
    // culled seen from below, a plane would show its mirror image and not itself
    if scene.style.hasReflections, !scene.style.isWireframe,
      let mirror = planes.first(where: { $0.surface.reflectance > 0 && $0.faces(view.eye) })
    {
      gl.enable(GL.clipDistance0)
      gl.frontFace(GL.clockwise)
      drawShapes(solids + translucent, scene, view.mirrored(in: mirror), shadow)
      gl.frontFace(GL.counterclockwise)
      gl.disable(GL.clipDistance0)
    }
    for plane in planes { draw(plane, scene, view, shadow) }
    if scene.style.isWireframe { gl.polygonMode(GL.frontAndBack, GL.line) }
    drawShapes(solids, scene, view, shadow)
    gl.depthMask(0)
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
    gl.clearColor(1, 1, 1, 1)
    gl.clear(GL.colorBit | GL.depthBit)
    gl.enable(GL.blend)
    // opacity of the picture itself stays one
    gl.blendFuncSeparate(GL.sourceAlpha, GL.oneMinusSourceAlpha, GL.one, GL.one)
    shadowMap.bind()
  }

  private func drawSky(_ scene: Scene, _ view: View) {
    guard scene.style.hasSky else { return }
    gl.disable(GL.depthTest)
    skyProgram.use()
    let viewpoint = scene.viewpoint
    skyProgram.set("forward", viewpoint.forward)
    skyProgram.set("right", (viewpoint.tangent * view.aspect) * viewpoint.right)
    skyProgram.set("up", viewpoint.tangent * viewpoint.up)
    skyProgram.set("zenith", scene.sky.zenith * scene.sky.zenith)
    skyProgram.set("horizon", scene.backdrop)
    buffers.drawTriangle()
    gl.enable(GL.depthTest)
  }

  private func drawShapes(
    _ shapes: [Shape], _ scene: Scene, _ view: View, _ shadow: ShadowMap.Frame?
  ) {
    guard !shapes.isEmpty else { return }
    shapeProgram.use()
    setLighting(of: shapeProgram, scene, view, shadow)
    shapeProgram.set("keep", view.keep)
    buffers.draw(buffers.upload(shapes))
  }

  private func draw(_ plane: Shape, _ scene: Scene, _ view: View, _ shadow: ShadowMap.Frame?) {
    let axes = plane.orientation.matrix
    // around the point below the eye, where numbers are small and squares keep their edges
    let offset = axes.transposed(times: view.eye - plane.position)
    let checker = plane.surface.checker
    let period = 2 * (checker?.edge ?? 1)
    let x = offset.x.remainder(dividingBy: period)
    let y = offset.y.remainder(dividingBy: period)
    planeProgram.use()
    setLighting(of: planeProgram, scene, view, shadow)
    planeProgram.set("origin", view.eye - offset.z * axes.zAxis)
    planeProgram.set("xAxis", axes.xAxis)
    planeProgram.set("yAxis", axes.yAxis)
    planeProgram.set("facing", axes.zAxis)
    planeProgram.set("reach", 0.7 * scene.viewpoint.far)
    planeProgram.set("paint", plane.surface.color)
    planeProgram.set("firstColor", checker?.first ?? .one)
    planeProgram.set("secondColor", checker?.second ?? .one)
    let scale = checker.map { 1 / $0.edge } ?? 0
    planeProgram.set("squares", Vector3(scale, x * scale, y * scale))
    let mirrors = scene.style.hasReflections && !scene.style.isWireframe
    let surface = plane.surface
    planeProgram.set(
      "finish",
      SIMD3(0.2 * surface.specular, surface.exponent, mirrors ? surface.reflectance : 0))
    buffers.drawSquare()
  }

  private func setLighting(
    of program: Program, _ scene: Scene, _ view: View, _ shadow: ShadowMap.Frame?
  ) {
    program.set("toClip", view.toClip)
    program.set("eye", view.eye)
    program.set("lightDirection", scene.light.direction)
    program.set("ambient", scene.light.ambient)
    program.set("diffuse", scene.light.diffuse)
    program.set("specular", scene.light.specular)
    program.set("horizon", scene.backdrop)
    let focus = scene.viewpoint.focus
    let isHazy = scene.style.hasHaze
    program.set("haze", isHazy ? 5 * focus : 1e9, isHazy ? 30 * focus : 2e9)
    program.set(
      "texel", Vector3(ShadowMap.texelShare, shadow?.texel ?? 0, shadow == nil ? 0 : 1))
    program.set("shadowMap", unit: 0)
    if let shadow { program.set("toShadow", shadow.toTexture) }
  }

  private static func fromBackToFront(_ shapes: [Shape], _ viewpoint: Viewpoint) -> [Shape] {
    let depths = shapes.map { ($0.position - viewpoint.position).dot(viewpoint.forward) }
    // by place where depths are equal, so that the same scene gives the same picture
    return shapes.indices.sorted { (-depths[$0], $0) < (-depths[$1], $1) }.map { shapes[$0] }
  }
}

/// A viewpoint as the shaders need it.
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

  /// What is above the plane, seen from the eye's place in the mirror.
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

extension Scene {
  /// Where haze and sky meet, in linear terms.
  fileprivate var backdrop: SIMD3<Float> { style.hasSky ? sky.horizon * sky.horizon : .one }
}
