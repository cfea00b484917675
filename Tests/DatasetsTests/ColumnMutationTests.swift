import IDQLTensors
import TestSupport
import Testing

@testable import IDQLDatasets

/// A column that is missing, renamed or one too many must not go unnoticed: the data set is refused, or
/// gives other transitions, or what is said of it is different.
@Suite struct ColumnMutationTests {
  /// Columns in memory.
  private struct Columns: ColumnFile {
    let name = "mutant"
    var arrays: [String: (shape: [Int], values: [Double])]

    var columns: [String] { arrays.keys.sorted() }
    var unreadable: [String: String] { [:] }

    init(_ file: any ColumnFile) throws {
      arrays = [:]
      for column in file.columns {
        let numbers = try? file.doubles(column)
        let flags = try? file.flags(column).map { Double($0) }
        // texts have no part
        if let values = numbers ?? flags { arrays[column] = (try file.shape(column), values) }
      }
    }

    private func array(_ column: String) throws -> (shape: [Int], values: [Double]) {
      guard let array = arrays[column] else { throw missing(column) }
      return array
    }

    func shape(_ column: String) throws -> [Int] { try array(column).shape }
    func floats(_ column: String) throws -> [Float] { try array(column).values.map { Float($0) } }
    func doubles(_ column: String) throws -> [Double] { try array(column).values }
    func flags(_ column: String) throws -> [Float] { try floats(column) }
  }

  private struct Outcome: Equatable {
    var rows: [[Float]]
    var said: [String]

    init(_ columns: Columns) throws {
      let recording = try RecordedDataset.rows(
        columns, in: "memory", [.nextObservations, .states, .goals])
      let transitions = try TransitionDataset(recording)
      rows = (0..<transitions.count).map { index in
        Array(transitions.observation(index)) + transitions.actions[index]
          + transitions.nextObservation(index)
          + [transitions.rewards[index], transitions.masks[index]]
      }
      said =
        recording.unused + recording.omissions + transitions.rules.map(\.description) + [
          recording.form, "\(recording.positions != nil) \(recording.goals != nil)",
          "\(recording.nextObservations != nil)",
        ]
    }
  }

  private static let files = [
    "layouts/hopper.hdf5", "layouts/hopper-view.hdf5", "d4rl.hdf5", "d4rl-without-timeouts.hdf5",
    "layouts/hopper.npz", "layouts/antmaze.npz", "layouts/antmaze-regular.npz",
    "layouts/antmaze-compact.npz", "ogbench.npz", "hopper.hdf5",
  ]

  @Test func noSingleColumnGoesUnnoticed() throws {
    var counts = (mutants: 0, refused: 0)
    for name in Self.files {
      let file = try DataFile(goldenPath(name))
      let columns =
        try name.hasSuffix(".npz")
        ? Columns(NumPyArchive(file)) : Columns(HDF5File(HDF5Storage(file)))
      let original = try Outcome(columns)
      func check(_ what: String, _ change: (inout Columns) -> Void) {
        var mutant = columns
        change(&mutant)
        counts.mutants += 1
        do {
          #expect(try Outcome(mutant) != original, "\(name): \(what) changed nothing")
        } catch {
          counts.refused += 1
        }
      }
      for column in columns.columns {
        check("dropping \(column)") { $0.arrays[column] = nil }
        // what has no part is named by its group and their number where there are many
        guard !original.said.contains(where: { $0.contains("…'") }) else { continue }
        for new in ["\(column)_", "x/\(column)", String(column.dropLast()), column.uppercased()] {
          check("renaming \(column) to \(new)") {
            $0.arrays[new] = $0.arrays[column]
            $0.arrays[column] = nil
          }
        }
        check("adding beside \(column)") { $0.arrays["\(column)2"] = ([2], [1, 2]) }
        check("shortening \(column)") {
          guard let array = $0.arrays[column] else { return }
          let width = array.shape.dropFirst().reduce(1, *)
          $0.arrays[column] = (
            [array.shape[0] - 1] + array.shape.dropFirst(), Array(array.values.dropLast(width))
          )
        }
      }
      for column in [
        "timeouts", "terminals", "dones", "masks", "valids", "truncations", "next_observations",
        "rewards", "qpos", "infos/goal",
      ] where columns.arrays[column] == nil {
        let rows = columns.arrays["observations"]?.shape[0] ?? 0
        check("adding \(column)") {
          $0.arrays[column] = ([rows], (0..<rows).map { Double($0 % 2) })
        }
      }
    }
    #expect(counts.mutants >= 350 && counts.refused > counts.mutants / 4, "\(counts)")
  }
}
