import Foundation
import IDQLEvaluation
import IDQLRender

/// Measured times of pictures.
package struct PictureBenchmark: Encodable, Sendable {
  package let device: String
  package let shapes: Int
  package let pictures: Int
  package let picturesPerSecond: Double
  /// Of all threads, OpenGL's included.
  package let processorSecondsPerPicture: Double
  /// Resident, after a tenth of the pictures and at the end.
  package let megabytesEarly: Double
  package let megabytesAtEnd: Double

  enum CodingKeys: String, CodingKey {
    case device, shapes, pictures
    case picturesPerSecond = "pictures_per_second"
    case processorSecondsPerPicture = "cpu_seconds_per_picture"
    case megabytesEarly = "megabytes_early"
    case megabytesAtEnd = "megabytes_at_end"
  }

  /// Draws the moments of an episode one after the other, over and over, and reads each picture
  /// back.
  ///
  /// - Throws: `RenderError`.
  package init(of recording: EpisodeRecording, _ settings: FilmSettings, pictures: Int) throws {
    let painter = try EpisodePainter(settings)
    func draw(_ index: Int) throws {
      let frame = index % (recording.lastFrame + 1)
      _ = try painter.picture(of: recording, at: Double(frame) * recording.frameDuration)
    }
    // shaders are compiled by the first pictures
    for index in 0..<3 { try draw(index) }

    let clock = ContinuousClock()
    let (start, processorStart) = (clock.now, ProcessUse.processorSeconds)
    var early = 0.0
    for index in 0..<pictures {
      try draw(index)
      if index == pictures / 10 { early = ProcessUse.residentMegabytes }
    }
    let seconds = start.duration(to: clock.now) / .seconds(1)
    device = painter.title
    shapes = painter.shapeCount
    self.pictures = pictures
    picturesPerSecond = Double(pictures) / seconds
    processorSecondsPerPicture =
      (ProcessUse.processorSeconds - processorStart) / Double(pictures)
    megabytesEarly = early
    megabytesAtEnd = ProcessUse.residentMegabytes
  }
}
