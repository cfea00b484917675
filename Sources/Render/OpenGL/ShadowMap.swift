import Foundation
import IDQLPhysics

/// Depths of the surfaces nearest to the light, in the direction of the light.
final class ShadowMap {
  private let gl: GL
  private let texture, framebuffer: UInt32
  private let program: Program
  private static let side = 1024

  /// The part of the world that a map covers.
  struct Frame {
    /// From world coordinates to clip coordinates, and to those of the texture and its depth.
    var toClip: Matrix4
    var toTexture: Matrix4
    /// Edge of a texel in the world, m.
    var texel: Double
    /// A sphere around all shapes that cast shadows into the map, m.
    var center: Vector3
    var radius: Double
    /// Direction of the light; nil if it shines from a point.
    var light: Vector3?
    /// Around all shapes that cast shadows, also those that the map does not contain.
    var casters: Box

    /// The region of a plane that may be in shadow, in coordinates along its axes from a point on
    /// it; nil if it is not within reach.
    func shadowed(
      _ origin: Vector3, _ xAxis: Vector3, _ yAxis: Vector3, reach: Double
    ) -> (x: ClosedRange<Double>, y: ClosedRange<Double>)? {
      let normal = xAxis.cross(yAxis)
      // if the light is almost parallel to the plane, shadows are too long to be bounded
      guard let light, case let slope = light.dot(normal), abs(slope) > 0.05 else {
        return (-reach...reach, -reach...reach)
      }
      func shadow(of point: Vector3) -> Vector3 {
        point - (point - origin).dot(normal) / slope * light - origin
      }
      let corners = casters.corners.map { shadow(of: $0) }
      let middle = shadow(of: center)
      // of the map, and of the soft edge of what is in the box
      let (spread, edge) = (radius / abs(slope), 5 * texel / abs(slope))
      func range(_ axis: Vector3) -> ClosedRange<Double>? {
        let places = corners.map { $0.dot(axis) }
        let lower = max((places.min() ?? 0) - edge, middle.dot(axis) - spread, -reach)
        let upper = min((places.max() ?? 0) + edge, middle.dot(axis) + spread, reach)
        return lower < upper ? lower...upper : nil
      }
      guard let x = range(xAxis), let y = range(yAxis) else { return nil }
      return (x, y)
    }
  }

  /// Edge of a texel as a share of the texture.
  static let texelShare = 1 / Double(side)

  init(_ gl: GL) throws(RenderError) {
    self.gl = gl
    program = try Program(
      gl, "shadow", vertex: Shaders.shapeVertex(), fragment: Shaders.shadowFragment)
    texture = gl.make(gl.genTextures)
    framebuffer = gl.make(gl.genFramebuffers)
    gl.bindTexture(GL.texture2D, texture)
    gl.texImage2D(
      GL.texture2D, 0, GL.depthComponent32F, Int32(Self.side), Int32(Self.side), 0,
      GL.depthComponent, GL.floatType, nil)
    gl.texParameteri(GL.texture2D, GL.minFilter, GL.linear)
    gl.texParameteri(GL.texture2D, GL.magFilter, GL.linear)
    gl.texParameteri(GL.texture2D, GL.wrapS, GL.clampToEdge)
    gl.texParameteri(GL.texture2D, GL.wrapT, GL.clampToEdge)
    gl.texParameteri(GL.texture2D, GL.compareMode, GL.compareToTexture)
    gl.texParameteri(GL.texture2D, GL.compareFunction, Int32(GL.lessOrEqual))
    gl.bindFramebuffer(GL.framebuffer, framebuffer)
    gl.framebufferTexture2D(GL.framebuffer, GL.depthAttachment, GL.texture2D, texture, 0)
    gl.drawBuffer(GL.none)
    gl.readBuffer(GL.none)
    let status = gl.checkFramebufferStatus(GL.framebuffer)
    guard status == GL.framebufferComplete else {
      throw RenderError(.driver(what: "a shadow map", reason: "status \(status)."))
    }
  }

  deinit {
    gl.delete(framebuffer, gl.deleteFramebuffers)
    gl.delete(texture, gl.deleteTextures)
  }

  /// Draws the shapes that cast shadows into the map, whose framebuffer stays bound.
  func draw(_ batches: [ShapeBuffers.Batch], in buffers: ShapeBuffers, _ frame: Frame) {
    gl.bindFramebuffer(GL.framebuffer, framebuffer)
    gl.viewport(0, 0, Int32(Self.side), Int32(Self.side))
    gl.disable(GL.scissorTest)
    gl.depthMask(1)
    gl.clear(GL.depthBit)
    gl.enable(GL.polygonOffsetFill)
    gl.polygonOffset(1.5, 2)
    program.use()
    program.set("toClip", frame.toClip)
    // the surface of a mesh need not be closed
    let isOpen = batches.contains { $0.triangles != nil }
    if isOpen { gl.disable(GL.cullFaces) }
    buffers.draw(batches)
    if isOpen { gl.enable(GL.cullFaces) }
    gl.disable(GL.polygonOffsetFill)
  }

  func bind() {
    gl.activeTexture(GL.texture0)
    gl.bindTexture(GL.texture2D, texture)
  }

  /// The smallest map that contains all casters, limited to the surroundings of the point looked
  /// at; nil without casters.
  static func frame(of casters: [Shape], light: Scene.Light, viewpoint: Viewpoint) -> Frame? {
    let boxes = casters.compactMap(\.bounds)
    guard var all = boxes.first else { return nil }
    for box in boxes { all.include(box) }
    if let position = light.position { return frame(of: all, light, from: position) }
    return frame(of: all, light: light.direction, viewpoint: viewpoint)
  }

  /// The narrowest cone from a light that contains all casters, or that of the light.
  private static func frame(of all: Box, _ light: Scene.Light, from position: Vector3) -> Frame? {
    let (radius, center) = (0.5 * all.size.length, all.center)
    let distance = (center - position).length
    let seen = distance > 1.001 * radius ? asin(radius / distance) * 180 / .pi : 80
    let isNarrow = seen < (light.cutoff ?? 180)
    let axis = isNarrow ? (center - position).normalized(or: light.direction) : light.direction
    let angle = min(isNarrow ? 1.05 * seen : light.cutoff ?? 80, 80)
    let depth = (center - position).dot(axis)
    let far = max(depth + radius, radius)
    let up = axis.cross(abs(axis.z) < 0.9 ? Vector3(0, 0, 1) : Vector3(1, 0, 0))
      .normalized(or: Vector3(1, 0, 0))
    var view = Viewpoint(
      position: position, forward: axis, up: up, verticalFieldOfView: 2 * angle, focus: 1)
    // floors behind the casters are in the map as well
    view.clipping = (max(depth - 1.1 * radius, 0.01 * far), 10 * far)
    let toClip = view.matrix(aspect: 1)
    let half = Matrix4(
      rows: SIMD4(0.5, 0, 0, 0.5), SIMD4(0, 0.5, 0, 0.5), SIMD4(0, 0, 0.5, 0.5),
      SIMD4(0, 0, 0, 1))
    return Frame(
      toClip: toClip, toTexture: half * toClip,
      texel: 2 * view.tangent * max(depth, 0.1 * radius) * texelShare, center: center,
      radius: radius, light: nil, casters: all)
  }

  /// The smallest map that contains all casters, limited to the surroundings of the point looked
  /// at.
  private static func frame(of all: Box, light: Vector3, viewpoint: Viewpoint) -> Frame {
    let (radius, center): (Double, Vector3)
    let limit = 2.5 * viewpoint.focus
    if 0.5 * all.size.length <= limit {
      (radius, center) = (0.5 * all.size.length, all.center)
    } else {
      (radius, center) = (limit, viewpoint.position + viewpoint.focus * viewpoint.forward)
    }
    // edges of constant softness in the picture; sizes in steps and positions in whole texels, so
    // that edges do not flicker while a robot moves
    let softness = 0.0013 * viewpoint.focus
    var half = 0.5 * softness / texelShare
    while half < 1.05 * radius { half *= 1.25 }
    let texel = 2 * half * texelShare

    let side = light.cross(abs(light.z) < 0.9 ? Vector3(0, 0, 1) : Vector3(1, 0, 0))
      .normalized(or: Vector3(1, 0, 0))
    let up = side.cross(light)
    func snapped(_ value: Double) -> Double { (value / texel).rounded() * texel }
    let (x, y) = (snapped(center.dot(side)), snapped(center.dot(up)))
    let depths = all.corners.map { $0.dot(light) }
    let near = (depths.min() ?? 0) - 0.1 * half
    let far = max(depths.max() ?? 0, center.dot(light) + half) + half

    /// Maps `middle ± reach` along an axis to -1…1, or to 0…1.
    func row(_ axis: Vector3, _ middle: Double, _ reach: Double, toTexture: Bool) -> SIMD4<Double> {
      let scale = (toTexture ? 0.5 : 1) / reach
      let shift = toTexture ? 0.5 : 0
      return SIMD4(
        scale * axis.x, scale * axis.y, scale * axis.z, shift - scale * middle)
    }
    func matrix(toTexture: Bool) -> Matrix4 {
      Matrix4(
        rows: row(side, x, half, toTexture: toTexture), row(up, y, half, toTexture: toTexture),
        row(light, 0.5 * (near + far), 0.5 * (far - near), toTexture: toTexture),
        SIMD4(0, 0, 0, 1))
    }
    return Frame(
      toClip: matrix(toTexture: false), toTexture: matrix(toTexture: true), texel: texel,
      center: center, radius: radius, light: light, casters: all)
  }
}
