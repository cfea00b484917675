import Foundation
import TestSupport
import Testing

@testable import IDQLRuns

@Suite struct RunLogTests {
  @Test func threeFilesHoldTheSameNumbers() throws {
    try withTemporaryFolder { folder in
      let log = try RunLog(folder: folder, columns: ["a", "b"])
      try log.append(step: 10, ["a": 0.1, "b": -2])
      try log.append(step: 20, ["b": .nan])
      try log.flush()
      #expect(
        try String(contentsOfFile: "\(folder)/log.csv", encoding: .utf8)
          == "step,a,b\n10,0.1,-2.0\n20,,nan\n")
      #expect(
        try String(contentsOfFile: "\(folder)/log.jsonl", encoding: .utf8)
          == "{\"step\":10,\"a\":0.1,\"b\":-2.0}\n{\"step\":20,\"b\":null}\n")
    }
  }

  @Test func aLogGoesOnWhereItWas() throws {
    try withTemporaryFolder { folder in
      func files() throws -> [Data] {
        try ["log.csv", "log.jsonl"].map {
          try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)"))
        }
      }
      let log = try RunLog(folder: folder, columns: ["a"])
      try log.append(step: 1, ["a": 1])
      let rowCount = log.rowCount
      try log.append(step: 2, ["a": 2])
      try log.flush()
      let whole = try files()
      try log.append(step: 3, ["a": 3])

      let again = try RunLog(folder: folder, columns: ["a"], rowCount: rowCount)
      try again.append(step: 2, ["a": 2])
      try again.flush()
      #expect(try files() == whole)

      for name in ["log.csv", "log.jsonl", "events.out.tfevents.0.idql"] {
        let path = "\(folder)/\(name)"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.dropLast().write(to: URL(fileURLWithPath: path))
        expectMessage("\(path): it has fewer than the 2 rows of the last checkpoint.") {
          _ = try RunLog(folder: folder, columns: ["a"], rowCount: 2)
        }
        try bytes.write(to: URL(fileURLWithPath: path))
      }
      _ = try RunLog(folder: folder, columns: ["a"], rowCount: 2)
    }
  }

  /// RFC 3720, appendix B.4, and the check value that is customary for checksums.
  @Test func checksumsMatchTheStandard() {
    #expect(crc32c(Array("123456789".utf8)) == 0xE306_9283)
    #expect(crc32c([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(crc32c([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(crc32c((0..<32).map { UInt8($0) }) == 0x46DD_794E)
  }

  /// Written by TensorBoard 2.21's own `EventFileWriter` parts (Scripts/record_events.py).
  @Test func eventsAreThoseOfTensorBoard() {
    let time = Date(timeIntervalSince1970: 1_700_000_000.5)
    let golden = GoldenEvents()
    #expect(TensorBoardRecord.header(time: time) == golden.header)
    #expect(
      TensorBoardRecord.scalars([("loss", 0.25), ("score_N64", -3.5)], step: 300, time: time)
        == golden.scalars)
  }
}
