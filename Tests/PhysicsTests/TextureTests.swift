import Foundation
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLPhysics

/// Textures of files: what is read, and what is refused. RenderTests compares the pixels with MuJoCo's.
@Suite struct TextureTests {
  static let pictures = goldenPath("pictures", of: "RenderTests")

  /// What is said of a texture in a document beside some pictures.
  private func message(_ texture: String, compiler: String = "") throws -> String {
    try withTemporaryFolder { folder in
      for name in ["colours.png", "right.png", "grid.png"] {
        try FileManager.default.copyItem(
          atPath: "\(Self.pictures)/\(name)", toPath: "\(folder)/\(name)")
      }
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(folder)/broken.png"))
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(folder)/packed.ktx"))
      let document = """
        <mujoco><compiler \(compiler)/>
        <asset><texture name="t" \(texture)/></asset></mujoco>
        """
      let path = "\(folder)/m.xml"
      try Data(document.utf8).write(to: URL(fileURLWithPath: path))
      do {
        let model = try Model(contentsOf: path, profile: .mujoco4)
        let picture = model.visuals.textures[0].picture
        return picture.map { "\($0.width) x \($0.height), \($0.bytes.count) bytes" } ?? "none"
      } catch { return "\(error)" }
    }
  }

  @Test func picturesAreFoundAndMeasured() throws {
    #expect(try message("type='2d' file='colours.png'") == "32 x 24, 2304 bytes")
    #expect(try message("type='cube' file='right.png'") == "16 x 16, 4608 bytes")
    #expect(
      try message("type='skybox' file='grid.png' gridsize='3 4' gridlayout='.U..LFRB.D..'")
        == "16 x 16, 4608 bytes")
    #expect(try message("type='cube' fileup='right.png'") == "16 x 16, 4608 bytes")
    // another file is not asked for
    #expect(
      try message("type='2d' builtin='flat' width='2' height='2' file='nowhere.png'") == "none")
    #expect(try message("type='2d' file='packed.ktx'") == "none")
    #expect(
      try message("type='2d' file='a/b/colours.png'", compiler: "strippath='true'")
        == "32 x 24, 2304 bytes")
    #expect(try message(#"type='2d' file='.\colours.png'"#) == "32 x 24, 2304 bytes")
    #expect(
      try message("type='2d' file='../colours.png'", compiler: "texturedir='nowhere'")
        .contains("cannot be read"))
  }

  @Test func whatIsWrongIsNamed() throws {
    let place = " It is looked for in 'texturedir' of <compiler>, beside the main document."
    #expect(
      try message("type='2d' file='nowhere.png'")
        == "m.xml:2: the texture file 'nowhere.png' cannot be read: no such file, or no permission to "
        + "read it.\(place)")
    #expect(
      try message("type='2d' file='broken.png'")
        == "m.xml:2: the texture file 'broken.png' cannot be read: it is not a PNG picture.\(place)"
    )
    #expect(
      try message("type='2d' file='colours.jpg'")
        == "m.xml:2: the texture file 'colours.jpg' cannot be read: it is image/jpg, and neither "
        + "image/png nor image/ktx.\(place)")
    #expect(
      try message("type='cube' file='colours.png'")
        == "m.xml:2: the texture file 'colours.png' has 32 x 24 points. Those of a cube are squares, 1 "
        + "down and 1 across ('gridsize').")
    #expect(
      try message("type='cube' fileup='right.png' filedown='colours.png'")
        == "m.xml:2: the texture file 'colours.png' has 32 x 24 points. Sides of a cube are squares of "
        + "one size, here of 16 x 16.")
    #expect(
      try message("type='2d'")
        == "m.xml:2: texture 't' is neither described nor read. Give 'builtin' or 'file'.")
    #expect(
      try message("type='cube'")
        == "m.xml:2: texture 't' is neither described nor read. Give 'builtin' or 'file', or files of "
        + "sides.")
    #expect(
      try message("type='cube' file='grid.png' gridsize='3 5'")
        == "m.xml:2: 'gridsize' of <texture> is 3.0 5.0. Give rows and columns, with 12 squares at "
        + "most.")
    #expect(
      try message("type='cube' file='grid.png' gridsize='3 4' gridlayout='UU'")
        == "m.xml:2: 'gridlayout' of <texture> has 2 letters. Give one for each square of 'gridsize', "
        + "which are 12.")
    #expect(
      try message("type='cube' file='right.png' gridlayout='X'")
        == "m.xml:2: 'gridlayout' of <texture> has the letter X. Give R, L, U, D, F, B for the sides of "
        + "the cube, and . for none.")
    let document = "<mujoco><asset><texture type='2d' file='a.png'/></asset></mujoco>"
    expectMessage(
      "m.xml:1: the file of a <texture> in a document without a file is not supported. Read the "
        + "document from its file, or give 'builtin'."
    ) { _ = try Model(mjcf: document, named: "m.xml", profile: .mujoco4) }
  }

  /// Every beginning of a file, and every file with a byte changed, is read or refused.
  @Test(arguments: ["wide.png", "grey.png", "interlaced.png", "bits.png", "indexed.png"])
  func damagedPicturesAreReadOrRefused(_ name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(Self.pictures)/\(name)")))
    let whole = try PNGPicture(bytes, pointLimit: 1000)
    #expect(whole.colors.count == 3 * whole.width * whole.height)
    var (read, refused) = (0, 0)
    func attempt(_ bytes: [UInt8]) {
      do throws(UnreadableFile) {
        let picture = try PNGPicture(bytes, pointLimit: 1000)
        #expect(picture.colors.count == 3 * picture.width * picture.height)
        read += 1
      } catch {
        #expect(!error.reason.isEmpty)
        refused += 1
      }
    }
    for end in 0..<bytes.count { attempt(Array(bytes[..<end])) }
    for index in 0..<bytes.count {
      for change: UInt8 in [1, 0x80] {
        var damaged = bytes
        damaged[index] ^= change
        attempt(damaged)
      }
    }
    #expect(read > 20 && refused > bytes.count)
    #expect(throws: UnreadableFile.self) { try PNGPicture(bytes, pointLimit: 100) }
  }
}
