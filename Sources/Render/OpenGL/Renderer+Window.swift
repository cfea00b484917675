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
    try gl.requireContext(for: "a picture of the window")
    return Picture(width: width, height: height, bottomUpRGBA: pixels)
  }

  /// - Throws: `RenderError.driver` if what was drawn cannot be trusted, as when the context is lost.
  public func requireContext() throws(RenderError) { try gl.requireContext(for: "to draw") }
}
