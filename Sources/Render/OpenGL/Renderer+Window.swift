extension Renderer {
  /// What was drawn into a window, before it is shown.
  ///
  /// - Throws: `RenderError.driver` if OpenGL does not give it.
  public func windowPicture(width: Int, height: Int) throws(RenderError) -> Picture {
    gl.bindFramebuffer(GL.framebuffer, 0)
    gl.pixelStorei(GL.packAlignment, 1)
    let pixels = [UInt8](unsafeUninitializedCapacity: 4 * width * height) { bytes, count in
      if let start = bytes.baseAddress {
        gl.readPixels(0, 0, Int32(width), Int32(height), GL.rgba, GL.unsignedByte, start)
        count = 4 * width * height
      }
    }
    try requireContext()
    return Picture(width: width, height: height, bottomUpRGBA: pixels)
  }

  /// - Throws: `RenderError.driver` once the driver has lost the context, or reports any other error:
  ///   nothing drawn from then on can be trusted.
  public func requireContext() throws(RenderError) {
    let error = gl.getError()
    guard error == 0 else {
      let contextLost: UInt32 = 0x0507
      throw .driver(
        what: "to draw",
        reason: error == contextLost
          ? "the context is lost." : "error 0x\(String(error, radix: 16)).")
    }
  }
}
