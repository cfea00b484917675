#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An OpenGL 3.3 core context without a window or a display.
///
/// Its library is loaded when it is made: EGL on Mesa's surfaceless platform, on a graphics device
/// or on the default display, else OSMesa. It is current on the thread that called `makeCurrent`
/// last.
final class OffscreenContext {
  /// A library that makes contexts, as `IDQL_OPENGL` names it.
  enum Source: String, CaseIterable {
    case egl, osmesa
  }

  let name: String
  /// Address of an OpenGL function; the context must be current.
  var load: (String) -> UnsafeRawPointer?
  private let activate: () -> Bool
  private let destroy: () -> Void

  /// Makes a context and makes it current.
  ///
  /// - Throws: `RenderError.noOpenGL` with the reason of each source.
  convenience init(_ sources: [Source] = Source.allCases) throws(RenderError) {
    var reasons: [String] = []
    for source in sources {
      do throws(Refusal) {
        switch source {
        case .egl: try self.init(egl: EGL())
        case .osmesa: try self.init(osmesa: OSMesa())
        }
        return
      } catch {
        reasons.append(error.reason)
      }
    }
    throw RenderError(.noOpenGL(tried: reasons))
  }

  /// The source that the environment variable `IDQL_OPENGL` names, or all if it is not set.
  ///
  /// - Throws: `RenderError.unknownSource`.
  static func preferredSources() throws(RenderError) -> [Source] {
    guard let name = getenv("IDQL_OPENGL").map({ String(cString: $0) }), !name.isEmpty else {
      return Source.allCases
    }
    guard let source = Source(rawValue: name) else { throw RenderError(.unknownSource(name)) }
    return [source]
  }

  private init(egl: EGL) throws(Refusal) {
    let (display, context, platform) = try egl.makeContext()
    name = "EGL (\(platform))"
    load = { egl.address(of: $0) }
    activate = { egl.makeCurrent(display, nil, nil, context) != 0 }
    // the display stays open, because terminating it would destroy other contexts on it
    destroy = {
      _ = egl.makeCurrent(display, nil, nil, nil)
      _ = egl.destroyContext(display, context)
    }
    guard activate() else { throw Refusal("EGL (\(platform)): the context cannot be made current") }
  }

  private init(osmesa: OSMesa) throws(Refusal) {
    let context = try osmesa.makeContext()
    name = "OSMesa"
    load = { osmesa.address(of: $0) }
    activate = { context.activate() }
    destroy = { context.destroy() }
    guard activate() else { throw Refusal("OSMesa: the context cannot be made current") }
  }

  /// - Throws: `RenderError.driver` if the context is lost.
  func makeCurrent() throws(RenderError) {
    guard activate() else {
      throw RenderError(
        .driver(what: "its context", reason: "\(name) cannot make it current; it was lost."))
    }
  }

  deinit { destroy() }
}

/// Why one source of contexts does not work.
private struct Refusal: Error {
  var reason: String
  init(_ reason: String) { self.reason = reason }
}

/// A shared library. It is never unloaded, because drivers do not support that.
private struct Library {
  let handle: UnsafeMutableRawPointer

  init(_ names: [String]) throws(Refusal) {
    for name in names {
      if let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) {
        self.handle = handle
        return
      }
    }
    throw Refusal("no \(names[0])")
  }

  func find<Function>(_ name: String) throws(Refusal) -> Function {
    guard let address = dlsym(handle, name) else { throw Refusal("\(name) is missing") }
    return unsafeBitCast(address, to: Function.self)
  }
}

/// Khronos, *EGL 1.5*, with the platforms of EGL_MESA_platform_surfaceless and
/// EGL_EXT_platform_device.
private final class EGL {
  typealias Handle = UnsafeMutableRawPointer

  private let getProcAddress: @convention(c) (UnsafePointer<CChar>) -> UnsafeRawPointer?
  private let getDisplay: @convention(c) (Handle?) -> Handle?
  private let initialize:
    @convention(c) (
      Handle, UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<Int32>?
    ) -> UInt32
  private let bindAPI: @convention(c) (UInt32) -> UInt32
  private let chooseConfig:
    @convention(c) (
      Handle, UnsafePointer<Int32>, UnsafeMutablePointer<Handle?>?, Int32,
      UnsafeMutablePointer<Int32>
    ) -> UInt32
  private let createContext:
    @convention(c) (
      Handle, Handle?, Handle?, UnsafePointer<Int32>
    ) -> Handle?
  let makeCurrent: @convention(c) (Handle, Handle?, Handle?, Handle?) -> UInt32
  let destroyContext: @convention(c) (Handle, Handle) -> UInt32

  init() throws(Refusal) {
    let library = try Library(["libEGL.so.1", "libEGL.so"])
    getProcAddress = try library.find("eglGetProcAddress")
    getDisplay = try library.find("eglGetDisplay")
    initialize = try library.find("eglInitialize")
    bindAPI = try library.find("eglBindAPI")
    chooseConfig = try library.find("eglChooseConfig")
    createContext = try library.find("eglCreateContext")
    makeCurrent = try library.find("eglMakeCurrent")
    destroyContext = try library.find("eglDestroyContext")
  }

  func address(of name: String) -> UnsafeRawPointer? { getProcAddress(name) }

  func makeContext() throws(Refusal) -> (display: Handle, context: Handle, platform: String) {
    var found: [String] = []
    for (name, display) in displays {
      guard let display, initialize(display, nil, nil) != 0 else { continue }
      found.append(name)
      if let context = makeContext(on: display) { return (display, context, name) }
    }
    throw Refusal(
      found.isEmpty
        ? "EGL has no display" : "EGL (\(found.joined(separator: ", "))) has no OpenGL 3.3")
  }

  /// Surfaceless before a device, because it needs no permission to open a device file.
  private var displays: [(name: String, display: Handle?)] {
    typealias PlatformDisplay =
      @convention(c) (UInt32, Handle?, UnsafePointer<Int32>?) -> Handle?
    typealias QueryDevices =
      @convention(c) (
        Int32, UnsafeMutablePointer<Handle?>, UnsafeMutablePointer<Int32>
      ) -> UInt32
    var all: [(String, Handle?)] = []
    if let address = getProcAddress("eglGetPlatformDisplayEXT") {
      let platformDisplay = unsafeBitCast(address, to: PlatformDisplay.self)
      all.append(("surfaceless", platformDisplay(0x31DD, nil, nil)))
      if let address = getProcAddress("eglQueryDevicesEXT") {
        let queryDevices = unsafeBitCast(address, to: QueryDevices.self)
        var (devices, count): ([Handle?], Int32) = (Array(repeating: nil, count: 8), 0)
        if queryDevices(8, &devices, &count) != 0 {
          all += devices.prefix(Int(count)).map { ("device", platformDisplay(0x313F, $0, nil)) }
        }
      }
    }
    return all + [("default display", getDisplay(nil))]
  }

  private func makeContext(on display: Handle) -> Handle? {
    let (openGL, surfaceType, renderable, none): (UInt32, Int32, Int32, Int32) = (
      0x30A2, 0x3033, 0x3040, 0x3038
    )
    guard bindAPI(openGL) != 0 else { return nil }
    var (config, count): (Handle?, Int32) = (nil, 0)
    // any type of surface, because none is used; OpenGL, not OpenGL ES
    guard
      chooseConfig(display, [surfaceType, 0, renderable, 0x0008, none], &config, 1, &count) != 0
    else { return nil }
    // version 3.3, core profile, with notification of a lost context if the driver supports it
    let attributes: [Int32] = [0x3098, 3, 0x30FB, 3, 0x30FD, 1]
    let losesContextOnReset: [Int32] = [0x31BD, 0x31BF]
    for attributes in [attributes + losesContextOnReset, attributes] {
      let made = createContext(display, count > 0 ? config : nil, nil, attributes + [none])
      if let made { return made }
    }
    return nil
  }
}

/// Mesa's renderer into the memory of the process.
private final class OSMesa {
  typealias Handle = UnsafeMutableRawPointer

  private let createContext: @convention(c) (UnsafePointer<Int32>, Handle?) -> Handle?
  private let makeCurrent: @convention(c) (Handle?, Handle?, UInt32, Int32, Int32) -> UInt8
  private let destroyContext: @convention(c) (Handle) -> Void
  private let getProcAddress: @convention(c) (UnsafePointer<CChar>) -> UnsafeRawPointer?

  init() throws(Refusal) {
    let library = try Library(["libOSMesa.so.8", "libOSMesa.so.6", "libOSMesa.so"])
    createContext = try library.find("OSMesaCreateContextAttribs")
    makeCurrent = try library.find("OSMesaMakeCurrent")
    destroyContext = try library.find("OSMesaDestroyContext")
    getProcAddress = try library.find("OSMesaGetProcAddress")
  }

  func address(of name: String) -> UnsafeRawPointer? { getProcAddress(name) }

  struct Context {
    let activate: () -> Bool
    let destroy: () -> Void
  }

  func makeContext() throws(Refusal) -> Context {
    // RGBA, 24 bits of depth, core profile, version 3.3
    let attributes: [Int32] = [0x22, 0x1908, 0x30, 24, 0x33, 0x34, 0x36, 3, 0x37, 3, 0]
    guard let context = createContext(attributes, nil) else {
      throw Refusal("OSMesa has no OpenGL 3.3")
    }
    // a context needs a buffer, although drawing uses framebuffer objects
    let side: Int32 = 16
    let buffer = Handle.allocate(byteCount: Int(4 * side * side), alignment: 16)
    return Context(
      activate: { self.makeCurrent(context, buffer, GL.unsignedByte, side, side) != 0 },
      destroy: {
        self.destroyContext(context)
        buffer.deallocate()
      })
  }
}
