import Random

/// Observation in, action out. Knows no simulator.
///
/// Rows of a batch never mix: row r of the answer follows, to the bit, from row r of the input and its
/// own noise stream, whatever else is in the batch.
public protocol Policy: Sendable {
  var observationCount: Int { get }
  var actionCount: Int { get }

  /// - Parameters:
  ///   - observations: (rows, observationCount), row-major.
  ///   - steps: length rows; how many actions each row's episode has already taken.
  ///   - noise: length rows; the stream of each row's episode, advanced by what is drawn.
  /// - Returns: (rows, actionCount), row-major, inside [-1, 1].
  func actions(observations: [Double], steps: [Int], noise: inout [NumPyGenerator]) -> [Float]
}
