import Foundation
import Physics

extension EpisodeRecording.Frame {
  /// The state as `Simulation` takes it: time, position, velocity, warm start.
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let data = try? encoder.encode(state)
    return data.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

extension Double {
  /// With so many decimals, for people.
  public func shown(_ decimals: Int) -> String { String(format: "%.\(decimals)f", self) }
}
