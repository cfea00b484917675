/// The OpenGL 3.3 core functions that the renderer calls, loaded by name from the current context
/// (Khronos, *The OpenGL Graphics System*, version 3.3). Building needs no OpenGL headers or
/// libraries.
///
/// Names are OpenGL's without the prefix. Functions must be called while that context is current.
final class GL {
  typealias Names = UnsafeMutablePointer<UInt32>
  typealias Text = UnsafePointer<CChar>

  let getString: @convention(c) (UInt32) -> UnsafePointer<UInt8>?
  let getIntegerv: @convention(c) (UInt32, UnsafeMutablePointer<Int32>) -> Void
  let getError: @convention(c) () -> UInt32
  let getStringi: @convention(c) (UInt32, UInt32) -> UnsafePointer<UInt8>?
  /// Not zero after a reset of the graphics processor (KHR_robustness); nil if the driver lacks it.
  private(set) var getGraphicsResetStatus: (@convention(c) () -> UInt32)?

  let enable: @convention(c) (UInt32) -> Void
  let disable: @convention(c) (UInt32) -> Void
  let depthFunc: @convention(c) (UInt32) -> Void
  let depthMask: @convention(c) (UInt8) -> Void
  let colorMask: @convention(c) (UInt8, UInt8, UInt8, UInt8) -> Void
  let frontFace: @convention(c) (UInt32) -> Void
  let cullFace: @convention(c) (UInt32) -> Void
  let polygonMode: @convention(c) (UInt32, UInt32) -> Void
  let polygonOffset: @convention(c) (Float, Float) -> Void
  let blendFuncSeparate: @convention(c) (UInt32, UInt32, UInt32, UInt32) -> Void
  let viewport: @convention(c) (Int32, Int32, Int32, Int32) -> Void
  let scissor: @convention(c) (Int32, Int32, Int32, Int32) -> Void
  let clearColor: @convention(c) (Float, Float, Float, Float) -> Void
  let clear: @convention(c) (UInt32) -> Void

  let createShader: @convention(c) (UInt32) -> UInt32
  let shaderSource:
    @convention(c) (
      UInt32, Int32, UnsafePointer<Text?>, UnsafePointer<Int32>?
    ) -> Void
  let compileShader: @convention(c) (UInt32) -> Void
  let getShaderiv: @convention(c) (UInt32, UInt32, UnsafeMutablePointer<Int32>) -> Void
  let getShaderInfoLog:
    @convention(c) (
      UInt32, Int32, UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<CChar>
    ) -> Void
  let deleteShader: @convention(c) (UInt32) -> Void
  let createProgram: @convention(c) () -> UInt32
  let attachShader: @convention(c) (UInt32, UInt32) -> Void
  let linkProgram: @convention(c) (UInt32) -> Void
  let getProgramiv: @convention(c) (UInt32, UInt32, UnsafeMutablePointer<Int32>) -> Void
  let getProgramInfoLog:
    @convention(c) (
      UInt32, Int32, UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<CChar>
    ) -> Void
  let useProgram: @convention(c) (UInt32) -> Void
  let deleteProgram: @convention(c) (UInt32) -> Void
  let getUniformLocation: @convention(c) (UInt32, Text) -> Int32
  let uniform1i: @convention(c) (Int32, Int32) -> Void
  let uniform1f: @convention(c) (Int32, Float) -> Void
  let uniform2f: @convention(c) (Int32, Float, Float) -> Void
  let uniform3f: @convention(c) (Int32, Float, Float, Float) -> Void
  let uniform4f: @convention(c) (Int32, Float, Float, Float, Float) -> Void
  let uniform4fv: @convention(c) (Int32, Int32, UnsafePointer<Float>) -> Void
  let uniformMatrix4fv: @convention(c) (Int32, Int32, UInt8, UnsafePointer<Float>) -> Void

  let genVertexArrays: @convention(c) (Int32, Names) -> Void
  let deleteVertexArrays: @convention(c) (Int32, UnsafePointer<UInt32>) -> Void
  let bindVertexArray: @convention(c) (UInt32) -> Void
  let genBuffers: @convention(c) (Int32, Names) -> Void
  let deleteBuffers: @convention(c) (Int32, UnsafePointer<UInt32>) -> Void
  let bindBuffer: @convention(c) (UInt32, UInt32) -> Void
  let bufferData: @convention(c) (UInt32, Int, UnsafeRawPointer?, UInt32) -> Void
  let enableVertexAttribArray: @convention(c) (UInt32) -> Void
  let vertexAttribPointer:
    @convention(c) (
      UInt32, Int32, UInt32, UInt8, Int32, UnsafeRawPointer?
    ) -> Void
  let vertexAttribDivisor: @convention(c) (UInt32, UInt32) -> Void
  let drawArrays: @convention(c) (UInt32, Int32, Int32) -> Void
  let drawElementsInstanced:
    @convention(c) (UInt32, Int32, UInt32, UnsafeRawPointer?, Int32) -> Void

  let activeTexture: @convention(c) (UInt32) -> Void
  let genTextures: @convention(c) (Int32, Names) -> Void
  let deleteTextures: @convention(c) (Int32, UnsafePointer<UInt32>) -> Void
  let bindTexture: @convention(c) (UInt32, UInt32) -> Void
  let texImage2D:
    @convention(c) (
      UInt32, Int32, Int32, Int32, Int32, Int32, UInt32, UInt32, UnsafeRawPointer?
    ) -> Void
  let generateMipmap: @convention(c) (UInt32) -> Void
  let texParameteri: @convention(c) (UInt32, UInt32, Int32) -> Void

  let genFramebuffers: @convention(c) (Int32, Names) -> Void
  let deleteFramebuffers: @convention(c) (Int32, UnsafePointer<UInt32>) -> Void
  let bindFramebuffer: @convention(c) (UInt32, UInt32) -> Void
  let framebufferTexture2D: @convention(c) (UInt32, UInt32, UInt32, UInt32, Int32) -> Void
  let framebufferRenderbuffer: @convention(c) (UInt32, UInt32, UInt32, UInt32) -> Void
  let checkFramebufferStatus: @convention(c) (UInt32) -> UInt32
  let drawBuffer: @convention(c) (UInt32) -> Void
  let readBuffer: @convention(c) (UInt32) -> Void
  let blitFramebuffer:
    @convention(c) (
      Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, UInt32, UInt32
    ) -> Void
  let genRenderbuffers: @convention(c) (Int32, Names) -> Void
  let deleteRenderbuffers: @convention(c) (Int32, UnsafePointer<UInt32>) -> Void
  let bindRenderbuffer: @convention(c) (UInt32, UInt32) -> Void
  let renderbufferStorageMultisample: @convention(c) (UInt32, Int32, UInt32, Int32, Int32) -> Void
  let pixelStorei: @convention(c) (UInt32, Int32) -> Void
  let readPixels:
    @convention(c) (
      Int32, Int32, Int32, Int32, UInt32, UInt32, UnsafeMutableRawPointer
    ) -> Void

  /// Number of OpenGL objects made here and not yet deleted.
  private(set) var liveObjectCount = 0

  /// - Parameter load: the address of a function by its full name, such as `eglGetProcAddress`.
  /// - Throws: `RenderError.missingFunction`, `RenderError.oldOpenGL`.
  init(_ load: (String) -> UnsafeRawPointer?) throws(RenderError) {
    func find<Function>(_ name: String) throws(RenderError) -> Function {
      guard let address = load("gl" + name) else {
        throw RenderError(.missingFunction("gl" + name))
      }
      return unsafeBitCast(address, to: Function.self)
    }
    getString = try find("GetString")
    getIntegerv = try find("GetIntegerv")
    getError = try find("GetError")
    getStringi = try find("GetStringi")
    enable = try find("Enable")
    disable = try find("Disable")
    depthFunc = try find("DepthFunc")
    depthMask = try find("DepthMask")
    colorMask = try find("ColorMask")
    frontFace = try find("FrontFace")
    cullFace = try find("CullFace")
    polygonMode = try find("PolygonMode")
    polygonOffset = try find("PolygonOffset")
    blendFuncSeparate = try find("BlendFuncSeparate")
    viewport = try find("Viewport")
    scissor = try find("Scissor")
    clearColor = try find("ClearColor")
    clear = try find("Clear")
    createShader = try find("CreateShader")
    shaderSource = try find("ShaderSource")
    compileShader = try find("CompileShader")
    getShaderiv = try find("GetShaderiv")
    getShaderInfoLog = try find("GetShaderInfoLog")
    deleteShader = try find("DeleteShader")
    createProgram = try find("CreateProgram")
    attachShader = try find("AttachShader")
    linkProgram = try find("LinkProgram")
    getProgramiv = try find("GetProgramiv")
    getProgramInfoLog = try find("GetProgramInfoLog")
    useProgram = try find("UseProgram")
    deleteProgram = try find("DeleteProgram")
    getUniformLocation = try find("GetUniformLocation")
    uniform1i = try find("Uniform1i")
    uniform1f = try find("Uniform1f")
    uniform2f = try find("Uniform2f")
    uniform3f = try find("Uniform3f")
    uniform4f = try find("Uniform4f")
    uniform4fv = try find("Uniform4fv")
    uniformMatrix4fv = try find("UniformMatrix4fv")
    genVertexArrays = try find("GenVertexArrays")
    deleteVertexArrays = try find("DeleteVertexArrays")
    bindVertexArray = try find("BindVertexArray")
    genBuffers = try find("GenBuffers")
    deleteBuffers = try find("DeleteBuffers")
    bindBuffer = try find("BindBuffer")
    bufferData = try find("BufferData")
    enableVertexAttribArray = try find("EnableVertexAttribArray")
    vertexAttribPointer = try find("VertexAttribPointer")
    vertexAttribDivisor = try find("VertexAttribDivisor")
    drawArrays = try find("DrawArrays")
    drawElementsInstanced = try find("DrawElementsInstanced")
    activeTexture = try find("ActiveTexture")
    genTextures = try find("GenTextures")
    deleteTextures = try find("DeleteTextures")
    bindTexture = try find("BindTexture")
    texImage2D = try find("TexImage2D")
    generateMipmap = try find("GenerateMipmap")
    texParameteri = try find("TexParameteri")
    genFramebuffers = try find("GenFramebuffers")
    deleteFramebuffers = try find("DeleteFramebuffers")
    bindFramebuffer = try find("BindFramebuffer")
    framebufferTexture2D = try find("FramebufferTexture2D")
    framebufferRenderbuffer = try find("FramebufferRenderbuffer")
    checkFramebufferStatus = try find("CheckFramebufferStatus")
    drawBuffer = try find("DrawBuffer")
    readBuffer = try find("ReadBuffer")
    blitFramebuffer = try find("BlitFramebuffer")
    genRenderbuffers = try find("GenRenderbuffers")
    deleteRenderbuffers = try find("DeleteRenderbuffers")
    bindRenderbuffer = try find("BindRenderbuffer")
    renderbufferStorageMultisample = try find("RenderbufferStorageMultisample")
    pixelStorei = try find("PixelStorei")
    readPixels = try find("ReadPixels")
    // loaders may return addresses of functions that the context lacks, so its version is checked
    var (major, minor): (Int32, Int32) = (0, 0)
    getIntegerv(GL.majorVersion, &major)
    getIntegerv(GL.minorVersion, &minor)
    guard (major, minor) >= (3, 3) else {
      let text = getString(GL.version).map { String(cString: $0) }
      throw RenderError(.oldOpenGL(found: text ?? "\(major).\(minor)"))
    }
    for (name, suffix) in [("GL_KHR_robustness", ""), ("GL_ARB_robustness", "ARB")]
    where getGraphicsResetStatus == nil && hasExtension(name) {
      getGraphicsResetStatus = try find("GetGraphicsResetStatus" + suffix)
    }
  }

  private func hasExtension(_ name: String) -> Bool {
    var count: Int32 = 0
    getIntegerv(GL.extensionCount, &count)
    return (0..<UInt32(max(0, count))).contains { index in
      getStringi(GL.extensions, index).map { String(cString: $0) } == name
    }
  }

  /// - Parameter what: the operation, for the error.
  /// - Throws: `RenderError` if the driver has lost the context or reports any other error: the
  ///   content of framebuffers is undefined then.
  func requireContext(for what: String) throws(RenderError) {
    let isReset = getGraphicsResetStatus.map { $0() != 0 } ?? false
    let error = getError()
    guard !isReset, error != GL.contextLost else {
      throw RenderError(.driver(what: what, reason: "the context is lost."))
    }
    guard error == 0 else {
      throw RenderError(.driver(what: what, reason: "error 0x\(String(error, radix: 16))."))
    }
  }

  // MARK: Objects

  typealias Generator = @convention(c) (Int32, Names) -> Void
  typealias Deleter = @convention(c) (Int32, UnsafePointer<UInt32>) -> Void

  func make(_ generate: Generator) -> UInt32 {
    var name: UInt32 = 0
    generate(1, &name)
    liveObjectCount += 1
    return name
  }

  func delete(_ name: UInt32, _ delete: Deleter) {
    withUnsafePointer(to: name) { delete(1, $0) }
    liveObjectCount -= 1
  }

  func makeProgram() -> UInt32 {
    liveObjectCount += 1
    return createProgram()
  }

  func remove(program: UInt32) {
    deleteProgram(program)
    liveObjectCount -= 1
  }
}

/// Values of OpenGL's enumerations.
extension GL {
  static let version: UInt32 = 0x1F02
  static let extensions: UInt32 = 0x1F03
  static let extensionCount: UInt32 = 0x821D
  static let contextLost: UInt32 = 0x0507
  static let majorVersion: UInt32 = 0x821B
  static let minorVersion: UInt32 = 0x821C
  static let maxRenderbufferSize: UInt32 = 0x84E8
  static let maxSamples: UInt32 = 0x8D57

  static let depthTest: UInt32 = 0x0B71
  static let cullFaces: UInt32 = 0x0B44
  static let blend: UInt32 = 0x0BE2
  static let scissorTest: UInt32 = 0x0C11
  static let multisample: UInt32 = 0x809D
  static let clipDistance0: UInt32 = 0x3000
  static let polygonOffsetFill: UInt32 = 0x8037
  static let framebufferSRGB: UInt32 = 0x8DB9
  static let less: UInt32 = 0x0201
  static let lessOrEqual: UInt32 = 0x0203
  static let clockwise: UInt32 = 0x0900
  static let counterclockwise: UInt32 = 0x0901
  static let front: UInt32 = 0x0404
  static let back: UInt32 = 0x0405
  static let frontAndBack: UInt32 = 0x0408
  static let line: UInt32 = 0x1B01
  static let fill: UInt32 = 0x1B02
  static let zero: UInt32 = 0
  static let one: UInt32 = 1
  static let sourceAlpha: UInt32 = 0x0302
  static let destinationAlpha: UInt32 = 0x0304
  static let oneMinusSourceAlpha: UInt32 = 0x0303
  static let colorBit: UInt32 = 0x4000
  static let depthBit: UInt32 = 0x0100

  static let vertexShader: UInt32 = 0x8B31
  static let fragmentShader: UInt32 = 0x8B30
  static let compileStatus: UInt32 = 0x8B81
  static let linkStatus: UInt32 = 0x8B82
  static let arrayBuffer: UInt32 = 0x8892
  static let elementArrayBuffer: UInt32 = 0x8893
  static let staticDraw: UInt32 = 0x88E4
  static let streamDraw: UInt32 = 0x88E0
  static let floatType: UInt32 = 0x1406
  static let unsignedShort: UInt32 = 0x1403
  static let unsignedInt: UInt32 = 0x1405
  static let unsignedByte: UInt32 = 0x1401
  static let triangles: UInt32 = 0x0004

  static let texture0: UInt32 = 0x84C0
  static let texture1: UInt32 = 0x84C1
  static let texture2D: UInt32 = 0x0DE1
  static let textureCube: UInt32 = 0x8513
  static let textureCubeFace: UInt32 = 0x8515
  static let minFilter: UInt32 = 0x2801
  static let magFilter: UInt32 = 0x2800
  static let wrapS: UInt32 = 0x2802
  static let wrapT: UInt32 = 0x2803
  static let linear: Int32 = 0x2601
  static let linearMipmaps: Int32 = 0x2703
  static let repeating: Int32 = 0x2901
  static let nearest: UInt32 = 0x2600
  static let clampToEdge: Int32 = 0x812F
  static let compareMode: UInt32 = 0x884C
  static let compareToTexture: Int32 = 0x884E
  static let compareFunction: UInt32 = 0x884D
  static let depthComponent: UInt32 = 0x1902
  static let depthComponent24: Int32 = 0x81A6
  static let depthComponent32F: Int32 = 0x8CAC
  static let rgba: UInt32 = 0x1908
  static let rgba8: UInt32 = 0x8058
  static let srgb8Alpha8: UInt32 = 0x8C43

  static let framebuffer: UInt32 = 0x8D40
  static let readFramebuffer: UInt32 = 0x8CA8
  static let drawFramebuffer: UInt32 = 0x8CA9
  static let renderbuffer: UInt32 = 0x8D41
  static let colorAttachment0: UInt32 = 0x8CE0
  static let depthAttachment: UInt32 = 0x8D00
  static let framebufferComplete: UInt32 = 0x8CD5
  static let none: UInt32 = 0
  static let packAlignment: UInt32 = 0x0D05
}
