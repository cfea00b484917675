/// Draws scenes without a window or a display, with OpenGL 3.3.
///
/// It may be used by one thread at a time, also by different threads in turn.
public final class OffscreenRenderer {
  package let width: Int
  package let height: Int
  private let context: OffscreenContext
  private var renderer: Renderer?
  private var surface: Surface?

  /// The framebuffers for drawing with several samples per pixel, and for their average.
  private struct Surface {
    let gl: GL
    let framebuffers: [UInt32]
    let renderbuffers: [UInt32]
    var drawn: UInt32 { framebuffers[0] }
    var resolved: UInt32 { framebuffers[1] }

    func remove() {
      for name in framebuffers { gl.delete(name, gl.deleteFramebuffers) }
      for name in renderbuffers { gl.delete(name, gl.deleteRenderbuffers) }
    }
  }

  /// - Parameters:
  ///   - width: of the pictures, pixels.
  ///   - height: of the pictures, pixels.
  ///   - samples: per pixel, to smooth edges; at most the maximum of the driver is used.
  /// - Throws: `RenderError` if there is no OpenGL 3.3, or it cannot draw pictures of that size.
  public convenience init(width: Int, height: Int, samples: Int = 4) throws(RenderError) {
    let limit = 16384
    guard (1...limit).contains(width), (1...limit).contains(height) else {
      throw RenderError(.size(width: width, height: height, limit: limit))
    }
    try self.init(
      width: width, height: height, samples: samples,
      in: OffscreenContext(OffscreenContext.preferredSources()))
  }

  /// - Parameter context: owned by the renderer from now on.
  init(
    width: Int, height: Int, samples: Int = 4, in context: OffscreenContext
  ) throws(RenderError) {
    (self.width, self.height) = (width, height)
    self.context = context
    let renderer = try Renderer(context.load)
    self.renderer = renderer
    surface = try makeSurface(renderer.gl, samples: samples)
  }

  deinit {
    // if the context is lost, its objects are gone as well
    guard (try? context.makeCurrent()) != nil else { return }
    surface?.remove()
    renderer = nil
  }

  /// Name of the device: `llvmpipe (LLVM 15.0.6, 256 bits), EGL (surfaceless)`.
  package var title: String { contextTitle }
  private lazy var contextTitle = {
    let device = renderer?.gl.getString(0x1F01).map { String(cString: $0) } ?? "OpenGL"
    return "\(device), \(context.name)"
  }()

  var gl: GL? { renderer?.gl }

  private func makeSurface(_ gl: GL, samples: Int) throws(RenderError) -> Surface {
    var (sizeLimit, sampleLimit): (Int32, Int32) = (0, 0)
    gl.getIntegerv(GL.maxRenderbufferSize, &sizeLimit)
    gl.getIntegerv(GL.maxSamples, &sampleLimit)
    guard max(width, height) <= Int(sizeLimit) else {
      throw RenderError(.size(width: width, height: height, limit: Int(sizeLimit)))
    }
    let count = min(Int32(samples), sampleLimit)
    let surface = Surface(
      gl: gl, framebuffers: (0..<2).map { _ in gl.make(gl.genFramebuffers) },
      renderbuffers: (0..<3).map { _ in gl.make(gl.genRenderbuffers) })
    attach(
      gl, surface.drawn, surface.renderbuffers[0], GL.rgba8, GL.colorAttachment0, samples: count)
    attach(
      gl, surface.drawn, surface.renderbuffers[1], UInt32(GL.depthComponent24),
      GL.depthAttachment, samples: count)
    attach(
      gl, surface.resolved, surface.renderbuffers[2], GL.rgba8, GL.colorAttachment0, samples: 0)
    for framebuffer in surface.framebuffers {
      gl.bindFramebuffer(GL.framebuffer, framebuffer)
      let status = gl.checkFramebufferStatus(GL.framebuffer)
      guard status == GL.framebufferComplete else {
        surface.remove()
        throw RenderError(
          .driver(what: "a picture of \(width) x \(height)", reason: "status \(status)."))
      }
    }
    return surface
  }

  private func attach(
    _ gl: GL, _ framebuffer: UInt32, _ renderbuffer: UInt32, _ format: UInt32, _ point: UInt32,
    samples: Int32
  ) {
    gl.bindFramebuffer(GL.framebuffer, framebuffer)
    gl.bindRenderbuffer(GL.renderbuffer, renderbuffer)
    gl.renderbufferStorageMultisample(
      GL.renderbuffer, samples, format, Int32(width), Int32(height))
    gl.framebufferRenderbuffer(GL.framebuffer, point, GL.renderbuffer, renderbuffer)
  }

  /// Draws a scene and reads the picture back.
  ///
  /// - Throws: `RenderError` if the OpenGL context is lost.
  public func picture(of scene: Scene) throws(RenderError) -> Picture {
    try context.makeCurrent()
    guard let renderer, let surface else {
      throw RenderError(.driver(what: "a picture", reason: "the renderer is gone."))
    }
    let gl = renderer.gl
    let (w, h) = (Int32(width), Int32(height))
    renderer.draw(
      scene, into: .init(framebuffer: surface.drawn, width: width, height: height))
    gl.disable(GL.scissorTest)
    gl.bindFramebuffer(GL.readFramebuffer, surface.drawn)
    gl.bindFramebuffer(GL.drawFramebuffer, surface.resolved)
    gl.blitFramebuffer(0, 0, w, h, 0, 0, w, h, GL.colorBit, GL.nearest)
    gl.bindFramebuffer(GL.framebuffer, surface.resolved)
    gl.pixelStorei(GL.packAlignment, 1)
    let pixels = [UInt8](unsafeUninitializedCapacity: 4 * width * height) { bytes, count in
      if let start = bytes.baseAddress {
        gl.readPixels(0, 0, w, h, GL.rgba, GL.unsignedByte, start)
        count = 4 * width * height
      }
    }
    try gl.requireContext(for: "a picture")
    return Picture(
      width: width, height: height, bottomUpRGBA: pixels, isCutOut: scene.style.isCutOut)
  }
}
