import TestSupport
import Testing

@testable import IDQLDatasets

@Suite struct ObservationMomentsTests {
  private struct Expected: Decodable {
    var mean: [Float]
    var deviation: [Float]
  }

  /// NumPy's of 5,000 rows, to the bit (`Scripts/make_cleandiffuser_fixtures.py`).
  @Test func areThoseOfNumPy() throws {
    let expected = goldenJSON("moments.json", as: Expected.self)
    let rows = 5000
    func number(_ i: Int, _ j: Int) -> Float {
      if j == 2 { return 4 }
      let whole = Float((i * (37 + j)) % 101)
      return whole / 7 + (j == 1 ? 1000 : 0)
    }
    let values = (0..<rows).flatMap { i in (0..<3).map { number(i, $0) } }
    // the last row begins no transition
    let recording = RecordedDataset(
      name: "rows", observations: Table(columnCount: 3, values: values + [9, 9, 9]),
      actions: Table(columnCount: 1, values: Array(repeating: 0, count: rows + 1)),
      rewards: Array(repeating: 0, count: rows + 1),
      terminals: Array(repeating: false, count: rows + 1),
      timeouts: Array(repeating: false, count: rows + 1))
    let moments = try TransitionDataset(recording).observationMoments
    #expect(moments.mean == expected.mean && moments.deviation == expected.deviation)
    // of a file, by D4RL's rows
    let file = try TransitionDataset(RecordedDataset(contentsOf: goldenPath("five-numbers.hdf5")))
    #expect(file.count == 400 && file.observationMoments.deviation[4] == 1)
    // which are not the exact ones
    let exact = values.indices.filter { $0 % 3 == 1 }.reduce(0.0) { $0 + Double(values[$1]) }
    #expect(Float(exact / Double(rows)) != moments.mean[1])
  }
}
