import IDQLPhysics

/// A linked pair of shaders.
final class Program {
  private let gl: GL
  private let name: UInt32
  private var locations: [String: Int32] = [:]

  /// - Parameter title: its name in errors.
  /// - Throws: `RenderError` with the compiler's message.
  init(_ gl: GL, _ title: String, vertex: String, fragment: String) throws(RenderError) {
    self.gl = gl
    name = gl.makeProgram()
    // from here on `deinit` deletes the program if an error is thrown
    for (kind, source) in [(GL.vertexShader, vertex), (GL.fragmentShader, fragment)] {
      let shader = gl.createShader(kind)
      source.withCString { text in
        withUnsafePointer(to: Optional(text)) { gl.shaderSource(shader, 1, $0, nil) }
      }
      gl.compileShader(shader)
      gl.attachShader(name, shader)
      // it exists as long as the program it is attached to
      gl.deleteShader(shader)
      var isCompiled: Int32 = 0
      gl.getShaderiv(shader, GL.compileStatus, &isCompiled)
      if isCompiled == 0 {
        throw RenderError(
          .driver(
            what: "the shader '\(title)'", reason: log { gl.getShaderInfoLog(shader, $0, nil, $1) })
        )
      }
    }
    gl.linkProgram(name)
    var isLinked: Int32 = 0
    gl.getProgramiv(name, GL.linkStatus, &isLinked)
    if isLinked == 0 {
      throw RenderError(
        .driver(
          what: "the program '\(title)'", reason: log { gl.getProgramInfoLog(name, $0, nil, $1) }))
    }
  }

  private func log(_ read: (Int32, UnsafeMutablePointer<CChar>) -> Void) -> String {
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 2000) { buffer in
      buffer.initialize(repeating: 0)
      guard let start = buffer.baseAddress else { return "" }
      read(2000, start)
      return String(cString: start)
    }
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  deinit { gl.remove(program: name) }

  func use() { gl.useProgram(name) }

  private func location(_ uniform: String) -> Int32 {
    if let known = locations[uniform] { return known }
    let found = gl.getUniformLocation(name, uniform)
    locations[uniform] = found
    return found
  }

  /// Of the program in use.
  func set(_ uniform: String, _ value: Vector3) {
    gl.uniform3f(location(uniform), Float(value.x), Float(value.y), Float(value.z))
  }
  func set(_ uniform: String, _ value: SIMD3<Float>) {
    gl.uniform3f(location(uniform), value.x, value.y, value.z)
  }
  func set(_ uniform: String, _ value: SIMD4<Float>) {
    gl.uniform4f(location(uniform), value.x, value.y, value.z, value.w)
  }
  /// Of an array of vectors with as many elements.
  func set(_ uniform: String, _ values: [SIMD4<Float>]) {
    let numbers = values.flatMap { value in (0..<4).map { value[$0] } }
    gl.uniform4fv(location(uniform), Int32(values.count), numbers)
  }
  func set(_ uniform: String, _ first: Double, _ second: Double) {
    gl.uniform2f(location(uniform), Float(first), Float(second))
  }
  func set(_ uniform: String, _ value: Float) { gl.uniform1f(location(uniform), value) }
  func set(_ uniform: String, _ value: Int32) { gl.uniform1i(location(uniform), value) }
  func set(_ uniform: String, _ value: Matrix4) {
    gl.uniformMatrix4fv(location(uniform), 1, 0, value.floats)
  }
}
