import Foundation
import TestSupport

@testable import IDQLDatasets

/// Small data sets written by Scripts/make_dataset_fixtures.py with h5py and NumPy.
enum Fixture {
  /// What the original loaders make of them.
  struct Expected: Decodable {
    var rows: [Int32]
    var actions: [Float]?
    var next: [Float]?
    var rewards: [Float]?
    var masks: [Float]?
    var ends: [Int]?
    var factor: Double?
    var positions: [Double]?
  }

  static func expected(_ name: String) throws -> Expected {
    let all = goldenJSON("expected.json", as: [String: Expected].self)
    guard let expected = all[name] else { throw CocoaError(.fileReadNoSuchFile) }
    return expected
  }

  /// Twelve rows of two episodes; `change` may break them.
  static func write(
    to path: String, observations: [Float] = (0..<24).map { Float($0) },
    leavingOut: String? = nil, shape: [Int] = [12, 2],
    _ more: (HDF5Writer) throws -> Void = { _ in }
  ) throws {
    try HDF5Writer.write(to: path) { writer in
      let columns: [(String, [Float], [Int])] = [
        ("observations", observations, shape),
        ("actions", (0..<12).map { Float($0) / 20 }, [12, 1]),
        ("rewards", (0..<12).map { Float($0) }, [12]),
      ]
      for (name, values, shape) in columns where name != leavingOut {
        try writer.write(name, values, shape: shape)
      }
      if leavingOut != "terminals" { try writer.write("terminals", (0..<12).map { $0 == 5 }) }
      try more(writer)
    }
  }
}
