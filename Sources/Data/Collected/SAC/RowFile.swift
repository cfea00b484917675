import IDQLTensors

/// The rows of environments that step together, step by step, in a file that is appended to.
///
/// The last step is left out: whether an episode goes on after it is known only after the next one.
final class RowFile {
  private let file: GrowingFile
  private let sizes: Rows.Sizes
  /// Steps in the file.
  private var stepCount = 0

  /// - Throws: `FileError`.
  init(path: String, sizes: Rows.Sizes) throws {
    self.sizes = sizes
    file = try GrowingFile(path: path)
  }

  /// Writes all steps but the last one.
  ///
  /// - Parameter rows: of each environment, equally many.
  /// - Throws: `FileError`.
  func append(_ rows: [Rows]) throws {
    let count = max(0, rows[0].count - 1)
    if count == stepCount { return }
    // what a state that was never written has left
    try file.cut(to: length(stepCount, rows.count))
    let numbers = (stepCount..<count).flatMap { step in rows.flatMap { $0.numbers(of: step) } }
    try numbers.withUnsafeBytes { try file.append($0) }
    try file.flush()
    stepCount = count
  }

  /// Reads all steps but the last one.
  ///
  /// - Parameters:
  ///   - count: steps that there were when the state was written.
  ///   - rows: of each environment, empty.
  /// - Throws: `FileError`.
  func read(_ count: Int, into rows: inout [Rows]) throws {
    stepCount = max(0, count - 1)
    try file.cut(to: length(stepCount, rows.count))
    let environments = rows.count
    try file.contents().withUnsafeBytes { bytes in
      let numbers = bytes.bindMemory(to: Float.self)
      for index in 0..<stepCount * environments {
        let start = index * sizes.width
        rows[index % environments].append(
          Array(numbers[start..<start + sizes.width]), sizes: sizes)
      }
    }
  }

  private func length(_ steps: Int, _ environments: Int) -> Int {
    steps * environments * sizes.width * MemoryLayout<Float>.size
  }
}

extension Rows {
  /// How many numbers the columns of a row have.
  struct Sizes {
    var observation: Int
    var action: Int
    var position: Int
    var velocity: Int

    /// Of a row: observation, action, reward, whether it is terminal, whether it is a timeout, next
    /// observation, position, velocity.
    var width: Int { 2 * observation + action + 3 + position + velocity }
  }

  /// All numbers of a row outside of mazes.
  func numbers(of row: Int) -> [Float] {
    func part(_ column: [Float]) -> ArraySlice<Float> {
      let width = column.count / count
      return column[row * width..<(row + 1) * width]
    }
    return part(observations) + part(actions)
      + [rewards[row], terminals[row] ? 1 : 0, timeouts[row] ? 1 : 0]
      + part(nextObservations) + part(positions) + part(velocities)
  }

  /// Adds a row with those numbers.
  mutating func append(_ numbers: [Float], sizes: Sizes) {
    var rest = numbers[...]
    func take(_ count: Int) -> [Float] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    let (observation, action) = (take(sizes.observation), take(sizes.action))
    let outcome = take(3)
    append(
      Row(
        observation: observation, action: action, reward: outcome[0],
        isTerminal: outcome[1] != 0, isTimeout: outcome[2] != 0,
        nextObservation: take(sizes.observation), position: take(sizes.position),
        velocity: take(sizes.velocity)))
  }
}
