import Foundation
import IDQLTensors
import IDQLTraining

/// The transitions of an agent's own episodes: in memory to learn from, and in a file that is
/// appended to, so that they survive a restart.
final class ReplayFile {
  private let width: Int
  private let observationCount: Int
  private let actionCount: Int
  private let file: GrowingFile
  /// (count, width): observation, action, reward, mask, next observation.
  private var values: [Float] = []

  /// - Parameter count: transitions that the file had when the run's state was written.
  /// - Throws: `FileError`.
  init(path: String, observationCount: Int, actionCount: Int, count: Int = 0) throws {
    self.observationCount = observationCount
    self.actionCount = actionCount
    width = 2 * observationCount + actionCount + 2
    file = try GrowingFile(path: path)
    try file.cut(to: count * width * MemoryLayout<Float>.size)
    values = try file.contents().withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }

  var count: Int { values.count / width }

  func append(
    observation: [Double], action: [Float], reward: Float, mask: Float, nextObservation: [Double]
  ) throws {
    let row =
      observation.map(Float.init) + action + [reward, mask] + nextObservation.map(Float.init)
    precondition(row.count == width, "a transition of \(width) numbers")
    // first the file: what it could not take is not learnt from either
    try row.withUnsafeBytes { try file.append($0) }
    values += row
  }

  func flush() throws { try file.flush() }

  func batch(_ rows: [Int]) -> Batch {
    func column(_ begin: Int, _ count: Int) -> [Float] {
      rows.flatMap { values[$0 * width + begin..<$0 * width + begin + count] }
    }
    let (o, a) = (observationCount, actionCount)
    return Batch(
      observations: column(0, o), actions: column(o, a), rewards: column(o + a, 1),
      masks: column(o + a + 1, 1), nextObservations: column(o + a + 2, o))
  }
}

extension Batch {
  /// The rows of one, then those of the other.
  static func + (first: Batch, second: Batch) -> Batch {
    Batch(
      observations: first.observations + second.observations,
      actions: first.actions + second.actions, rewards: first.rewards + second.rewards,
      masks: first.masks + second.masks,
      nextObservations: first.nextObservations + second.nextObservations)
  }
}
