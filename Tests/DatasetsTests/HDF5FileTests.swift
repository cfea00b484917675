import Foundation
import IDQLRandom
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLDatasets

@Suite struct HDF5FileTests {
  /// Every way in which h5py stores numbers: element i is i % 100, a flag is set every third time.
  @Test(arguments: [("storage-earliest", 129), ("storage-latest", 130)])
  func readsEveryWayOfStoring(_ name: String, _ count: Int) throws {
    let file = try HDF5File(contentsOf: goldenPath("\(name).hdf5"))
    #expect(file.columns.count == count)
    for column in file.columns {
      let shape = try file.shape(column)
      if column.hasPrefix("flags/") {
        #expect(try file.flags(column) == (0..<50).map { $0 % 3 == 0 ? 1 : 0 }, "\(column)")
        continue
      }
      let expected = (0..<shape.reduce(1, *)).map { Double($0 % 100) }
      #expect(try file.doubles(column) == expected, "\(column)")
      #expect(try file.floats(column) == expected.map { Float($0) }, "\(column)")
    }
    #expect(
      file.unreadable == [
        "dangling": "a link to '/nowhere', which is not there",
        "outside":
          "a link into another file, 'other.hdf5'; links out of a file are not followed",
      ])
  }

  /// As h5py 3 follows them, those to a group above left out.
  @Test(arguments: ["links-earliest", "links-latest"])
  func linksAreFollowed(_ name: String) throws {
    let file = try HDF5File(contentsOf: goldenPath("\(name).hdf5"))
    let inGroups = ["hard", "soft", "target"].flatMap { group in
      ["beside", "deeper/numbers", "numbers"].map { "\(group)/\($0)" }
    }
    let numbers = (["bits", "chain", "committed", "dot", "next", "through"] + inGroups).sorted()
    #expect(file.columns == numbers)
    for column in numbers { #expect(try file.floats(column) == [0, 1, 2, 3, 4, 5], "\(column)") }
    let outside = "a link into another file, 'other.hdf5'; links out of a file are not followed"
    #expect(file.unreadable["outside"] == outside && file.unreadable["into"] == outside)
    for column in ["back", "circle"] {
      #expect(
        file.unreadable[column]?.hasSuffix("in a circle, or in a chain of more than 16") == true)
    }
    #expect(file.unreadable.count == 4, "\(file.unreadable)")
  }

  /// Twenty groups, each with links to all of them: more paths than could be listed, which take nothing
  /// from what the reading of the arrays may cost.
  @Test func groupsThatContainEachOther() throws {
    let file = try HDF5File(contentsOf: goldenPath("crosswise.hdf5"))
    #expect(file.columns == ["numbers"])
    #expect(try file.floats("numbers") == [0, 1, 2, 3, 4, 5])
    #expect(Set(file.unreadable.values) == ["a group to which too many paths lead"])
  }

  @Test(arguments: [
    (
      "external-link-to-other",
      "a link into another file, 'other.h5'; links out of a file are not followed"
    ),
    ("external-raw-etc-passwd", "its numbers lie in another file, which is not opened"),
    ("external-raw-fifo", "its numbers lie in another file, which is not opened"),
    ("virtual-fifo", "it is a view of arrays of other files, which are not opened"),
    (
      "unknown-filter",
      "it is packed with filter 300; gzip, LZF, shuffle and Fletcher's checksum are read, and "
        + "'h5repack -f GZIP=4 FILE NEW' repacks it"
    ),
    (
      "unwritten-20M-rows",
      "of its shape [20000000] not all was written: 0 of 20 chunks are there"
    ),
    (
      "unwritten-2M-rows-contiguous",
      "of its shape [2000000] not all was written: 0 of 2000000 bytes are there"
    ),
  ])
  func nothingOutsideOfTheFileIsTouched(_ name: String, _ reason: String) throws {
    let path = goldenPath("hostile/\(name).hdf5")
    let file = try HDF5File(contentsOf: path)
    expectMessage("\(path): column 'rewards' cannot be read: \(reason).") {
      _ = try file.floats("rewards")
    }
  }

  @Test(arguments: ["cycle-300-links", "dangling-softlink", "external-link-to-fifo"])
  func whatIsNotNeededStopsNothing(_ name: String) throws {
    let data = try RecordedDataset(contentsOf: goldenPath("hostile/\(name).hdf5"))
    #expect(data.rowCount == 4 && data.rewards == [1, 1, 1, 1])
  }

  @Test(arguments: [
    ("enum16-terminals", "column 'terminals' holds an enumeration of A and B; numbers are needed"),
    ("vlen-rewards", "column 'rewards' holds lists of various lengths; numbers are needed"),
    ("null-space-rewards", "column 'rewards' has the shape [0]; it must be [4]"),
    (
      "not-closed",
      "the file cannot be read: its writer has not closed it, so that the last rows may be "
        + "missing; if nothing writes to it any more, 'h5clear -s FILE' removes the mark"
    ),
  ])
  func saysWhatIsWrong(_ name: String, _ problem: String) throws {
    let path = goldenPath("hostile/\(name).hdf5")
    expectMessage("\(path): \(problem).") { _ = try RecordedDataset(contentsOf: path) }
  }

  /// A block of the user's own may precede the file.
  @Test func aUserBlockIsSkipped() throws {
    let whole = try goldenBytes("d4rl.hdf5")
    let plain = try HDF5File(bytes: whole, named: "d")
    let moved = try HDF5File(bytes: Array(repeating: 0, count: 1024) + whole, named: "d")
    #expect(moved.columns == plain.columns)
    #expect(try moved.doubles("infos/qpos") == plain.doubles("infos/qpos"))
  }

  @Test func aFileThatChangesMeanwhileIsNoticed() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/d.hdf5"
      try Fixture.write(to: path)
      let file = try DataFile(path)
      try file.requireUnchanged()
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.truncate(atOffset: 100)
      expectMessage("\(path): cannot read the file: It was changed while it was read.") {
        try file.requireUnchanged()
      }
      expectMessage("\(path): cannot read the file: It was cut short meanwhile.") {
        _ = try file.read(at: 0, count: 5000)
      }
    }
  }

  /// Bytes are changed at random, numbers as they are stored among them; whatever comes of it is read
  /// or refused with one line. Scripts/fuzz goes on for longer.
  @Test(arguments: ["d4rl.hdf5", "storage-earliest.hdf5", "storage-latest.hdf5"])
  func damageIsRefusedOrRead(_ name: String) throws {
    let whole = try goldenBytes(name)
    var generator = NumPyGenerator(seed: 7)
    var (read, refused) = (0, 0)
    for round in 0..<150 {
      var bytes = whole
      if round.isMultiple(of: 10) { bytes.removeLast(generator.integer(below: bytes.count)) }
      for _ in 0...generator.integer(below: 6) where !bytes.isEmpty {
        bytes[generator.integer(below: bytes.count)] =
          [0, 1, 127, 255, UInt8(generator.integer(below: 256))][generator.integer(below: 5)]
      }
      do {
        let file = try HDF5File(bytes: bytes, named: "d")
        for column in file.columns { _ = try file.doubles(column) }
        read += 1
      } catch {
        #expect(error is DatasetError || error is FileError)
        #expect(!String(describing: error).contains { $0.isNewline })
        refused += 1
      }
    }
    #expect(read + refused == 150 && refused > 15)
  }

  /// Bob Jenkins gives these in his file; HDF5 uses start 0.
  @Test func theChecksumIsLookup3() {
    #expect(lookup3([]) == 0xDEAD_BEEF)
    #expect(lookup3(Array("Four score and seven years ago".utf8)[...]) == 0x1777_0551)
  }
}
