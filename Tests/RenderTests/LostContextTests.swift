import Foundation
import IDQLPhysics
import Synchronization
import TestSupport
import Testing

@testable import IDQLRender

/// A driver whose context is lost from one picture to the next: everything is the real OpenGL's, but
/// for what it says about itself.
@Suite(.serialized) struct LostContextTests {
  /// What the driver says from now on.
  private static let error = Atomic<UInt32>(0)
  private static let resetStatus = Atomic<UInt32>(0)

  private typealias Question = @convention(c) () -> UInt32
  private static let tellError: Question = { error.load(ordering: .relaxed) }
  private static let tellStatus: Question = { resetStatus.load(ordering: .relaxed) }

  private let scene = Scene(viewpoint: Camera().orbit(around: .zero))

  /// - Parameters:
  ///   - error: what `glGetError` says once it was lost.
  ///   - status: what `glGetGraphicsResetStatus` says.
  private func expectLoss(
    error: UInt32, status: UInt32, _ reason: String,
    when body: (OffscreenRenderer, () -> Void) throws -> Void
  ) throws {
    let context = try OffscreenContext()
    let load = context.load
    context.load = { name in
      switch name {
      case "glGetError": unsafeBitCast(Self.tellError, to: UnsafeRawPointer.self)
      case _ where name.hasPrefix("glGetGraphicsResetStatus"):
        unsafeBitCast(Self.tellStatus, to: UnsafeRawPointer.self)
      default: load(name)
      }
    }
    Self.error.store(0, ordering: .relaxed)
    Self.resetStatus.store(0, ordering: .relaxed)
    let renderer = try OffscreenRenderer(width: 16, height: 8, in: context)
    expectMessage("OpenGL refused a picture: \(reason)") {
      try body(renderer) {
        Self.error.store(error, ordering: .relaxed)
        Self.resetStatus.store(status, ordering: .relaxed)
      }
    }
  }

  /// GL_CONTEXT_LOST; each of the reasons for a reset; out of memory.
  @Test(
    arguments: [
      (0x0507, 0, "the context is lost."), (0, 0x8253, "the context is lost."),
      (0, 0x8254, "the context is lost."), (0, 0x8255, "the context is lost."),
      (0x0505, 0, "error 0x505."),
    ] as [(UInt32, UInt32, String)])
  func theNextPictureSaysSo(_ error: UInt32, _ status: UInt32, _ reason: String) throws {
    try expectLoss(error: error, status: status, reason) { renderer, lose in
      _ = try renderer.picture(of: scene)
      lose()
      _ = try renderer.picture(of: scene)
    }
  }

  /// A film that was under way when the context went: `record` lets go of it like this.
  @Test(arguments: [FFmpegFilm.Format.mp4, .gif])
  func nothingOfAFilmIsLeft(_ format: FFmpegFilm.Format) throws {
    try withTemporaryFolder { folder in
      try expectLoss(error: 0x0507, status: 0, "the context is lost.") { renderer, lose in
        let film = try FFmpegFilm(
          path: "\(folder)/film", format: format, width: 16, height: 8, framesPerSecond: 30)
        do {
          for number in 0..<20 {
            if number == 10 { lose() }
            try film.add(renderer.picture(of: scene))
          }
        } catch {
          film.discard()
          throw error
        }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }
  }

  /// The window's own check, on a context that says when it is lost.
  @Test func aContextIsAskedWhetherItWasReset() throws {
    let context = try OffscreenContext()
    let renderer = try Renderer(context.load)
    try renderer.requireContext()
    #expect(renderer.gl.getGraphicsResetStatus.map { $0() } == 0)
  }
}
