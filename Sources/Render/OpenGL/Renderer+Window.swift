extension Renderer {
  /// The content of the window's framebuffer, before it is shown.
  ///
  /// - Throws: `RenderError` if the OpenGL context is lost.
  package func windowPicture(width: Int, height: Int) throws(RenderError) -> Picture {
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

  /// - Throws: `RenderError` if the OpenGL context is lost or reports an error.
  package func requireContext() throws(RenderError) { try gl.requireContext(for: "to draw") }
}
