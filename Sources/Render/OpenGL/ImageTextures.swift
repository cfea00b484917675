/// The images of a scene on the graphics processor.
final class ImageTextures {
  private let gl: GL
  private var names: [ObjectIdentifier: (image: TextureImage, name: UInt32)] = [:]

  /// Number of the texture unit that they are bound to.
  static let unit: Int32 = 1

  init(_ gl: GL) { self.gl = gl }

  deinit { for (_, name) in names.values { gl.delete(name, gl.deleteTextures) } }

  /// Uploads those that are new, and forgets all others.
  func keep(_ images: [TextureImage]) {
    let wanted = Set(images.map { ObjectIdentifier($0) })
    for (id, (_, name)) in names where !wanted.contains(id) {
      gl.delete(name, gl.deleteTextures)
      names[id] = nil
    }
    for image in images where names[ObjectIdentifier(image)] == nil {
      names[ObjectIdentifier(image)] = (image, upload(image))
    }
  }

  private static func target(_ image: TextureImage) -> UInt32 {
    image.layout == .cube ? GL.textureCube : GL.texture2D
  }

  /// - Parameter image: one that is kept.
  func bind(_ image: TextureImage?) {
    guard let image, let name = names[ObjectIdentifier(image)]?.name else { return }
    gl.activeTexture(GL.texture1)
    gl.bindTexture(Self.target(image), name)
    gl.activeTexture(GL.texture0)
  }

  private func upload(_ image: TextureImage) -> UInt32 {
    let (name, target) = (gl.make(gl.genTextures), Self.target(image))
    gl.activeTexture(GL.texture1)
    gl.bindTexture(target, name)
    let isCube = image.layout == .cube
    for picture in 0..<(isCube ? 6 : 1) {
      image.bytes.withUnsafeBytes { bytes in
        gl.texImage2D(
          isCube ? GL.textureCubeFace + UInt32(picture) : GL.texture2D, 0,
          Int32(image.isSRGB && !isCube ? GL.srgb8Alpha8 : GL.rgba8),
          Int32(image.width), Int32(image.height), 0, GL.rgba, GL.unsignedByte,
          bytes.baseAddress.map { $0 + 4 * picture * image.width * image.height })
      }
    }
    gl.generateMipmap(target)
    let wrap = isCube ? GL.clampToEdge : GL.repeating
    gl.texParameteri(target, GL.minFilter, GL.linearMipmaps)
    gl.texParameteri(target, GL.magFilter, GL.linear)
    gl.texParameteri(target, GL.wrapS, wrap)
    gl.texParameteri(target, GL.wrapT, wrap)
    gl.activeTexture(GL.texture0)
    return name
  }
}
