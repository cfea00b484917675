import TestSupport
import Testing

@testable import IDQLTensors

@Suite struct ZipArchiveTests {
  /// One line of an archive's directory, and the bytes it leads to.
  private struct Part {
    var name: String
    var method = 0
    /// Compressed or, with method 0, as they are.
    var bytes: [UInt8]
    /// Nil for as many as there are.
    var unpackedCount: Int?
    /// Where its header is, if not after the one before.
    var start: Int?
    var checksum = 0
  }

  private func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private func archive(_ parts: [Part]) -> [UInt8] {
    var (file, directory): ([UInt8], [UInt8]) = ([], [])
    for part in parts {
      let name = Array(part.name.utf8)
      let sizes =
        little(part.checksum, 4) + little(part.bytes.count, 4)
        + little(part.unpackedCount ?? part.bytes.count, 4) + little(name.count, 2) + little(0, 2)
      let start = part.start ?? file.count
      if part.start == nil {
        file += little(0x0403_4b50, 4) + little(20, 2) + little(0, 2) + little(part.method, 2)
        file += little(0, 4) + sizes + name + part.bytes
      }
      directory += little(0x0201_4b50, 4) + little(20, 2) + little(20, 2) + little(0, 2)
      directory += little(part.method, 2) + little(0, 4) + sizes + little(0, 10)
      directory += little(start, 4) + name
    }
    let end =
      little(0x0605_4b50, 4) + little(0, 4) + little(parts.count, 2) + little(parts.count, 2)
      + little(directory.count, 4) + little(file.count, 4) + little(0, 2)
    return file + directory + end
  }

  private func open(_ parts: [Part]) throws -> ZipArchive {
    try archive(parts).withUnsafeBytes { try ZipArchive(ByteStorage(copying: $0)) }
  }

  private func expectProblem(
    _ part: String, _ reason: String, _ parts: [Part],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: ZipError(part: part, reason: reason), sourceLocation: sourceLocation) {
      _ = try open(parts)
    }
  }

  @Test func entriesOneAfterAnother() throws {
    // the checksum of "123456789" is the test value of CRC-32
    let archive = try open([
      Part(name: "empty", bytes: []),
      Part(name: "digits", bytes: Array("123456789".utf8), checksum: 0xCBF4_3926),
    ])
    #expect(archive.entries.map(\.name) == ["empty", "digits"])
    let (storage, range) = try archive.contents(archive.entries[1].entry, named: "digits")
    #expect(Array(storage.bytes[range]) == Array("123456789".utf8))
  }

  /// A thousand names for the same bytes would take a thousand times as long to read.
  @Test func entriesWithTheSameBytes() {
    expectProblem(
      "'b'", "its bytes are also those of the entry 'a'",
      [Part(name: "a", bytes: [1, 2, 3]), Part(name: "b", bytes: [1, 2, 3], start: 0)])
  }

  /// An archive within an entry of another: its header lies among the other's bytes.
  @Test func entriesThatOverlap() {
    let inner = archive([Part(name: "b", bytes: [7, 7, 7])])
    // the header of an entry takes 30 bytes and its name
    expectProblem(
      "'b'", "its bytes are also those of the entry 'a'",
      [Part(name: "a", bytes: inner), Part(name: "b", bytes: [7, 7, 7], start: 31)])
  }

  /// It stops those who read it, and no others.
  @Test func anotherMethodOfPacking() throws {
    let archive = try open([
      Part(name: "a", method: 14, bytes: [1, 2, 3]),
      Part(name: "digits", bytes: Array("123456789".utf8), checksum: 0xCBF4_3926),
    ])
    _ = try archive.contents(archive.entries[1].entry, named: "digits")
    let reason = "compression method 14; stored (0) and deflate (8) are supported"
    #expect(throws: ZipError(part: "'a'", reason: reason)) {
      _ = try archive.contents(archive.entries[0].entry, named: "a")
    }
  }

  @Test func moreThanDeflateCanUnpack() {
    expectProblem(
      "'a'", "10 bytes cannot unpack to 11352",
      [Part(name: "a", method: 8, bytes: Array(repeating: 0, count: 10), unpackedCount: 11_352)])
  }

  /// By what the directory says, before anything is unpacked.
  @Test func moreThanTheFileJustifies() throws {
    let bytes = [UInt8](repeating: 0, count: 70_000)
    func parts(_ unpackedCount: Int) -> [Part] {
      [
        Part(name: "a", method: 8, bytes: bytes, unpackedCount: 72_000_000),
        Part(name: "b", method: 8, bytes: bytes, unpackedCount: unpackedCount),
      ]
    }
    let size = archive(parts(0)).count
    let limit = (1 << 26) + 100 * size
    _ = try open(parts(limit - 72_000_000))
    expectProblem(
      "the archive",
      "its entries unpack to more than \(limit) bytes, too many for a file of \(size)",
      parts(limit - 72_000_000 + 1))
  }
}
