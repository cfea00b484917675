import Foundation
import TestSupport
import Testing

@testable import IDQLTensors

/// Golden/all_types.safetensors: written by safetensors (Python),
/// `Scripts/make_tensor_fixtures.py`.
private let golden = goldenPath("all_types.safetensors")

@Suite struct TensorFileTests {
  @Test func readsEveryElementType() throws {
    let file = try TensorFile(contentsOf: golden)
    #expect(file.metadata == ["origin": "safetensors", "quote\"": "ß\\"])
    #expect(file.names == file.names.sorted())
    #expect(file.names.count == 16)
    #expect(try file.floats("bool") == Tensor(shape: [2, 2], values: [1, 0, 0, 1]))
    #expect(
      try file.doubles("f16").values == [0, 1, 2.5, -3.75, 65504, 0x1p-24, .infinity, -.infinity])
    #expect(try file.doubles("bf16").values == [0, 1, 2.5, -3.75, 65536, 6.007030606269836e-08])
    #expect(try file.floats("f32").values == [0, 1, 2.5, -3.75, 65504, 6e-8, 1 / 3])
    #expect(try file.doubles("f64").values == [0, 1, 2.5, -3.75, 65504, 6e-8, 1 / 3])
    #expect(try file.floats("f64").values.last == 1 / 3)
    #expect(try file.floats("scalar") == Tensor(shape: [], values: [7.25]))
    #expect(try file.floats("empty") == Tensor(shape: [0, 3], values: []))
    #expect(try file.floats("näme \"quoted\"\n").values == [1])
    for bits in [8, 16, 32, 64] {
      let half = -(Int.min >> (64 - bits)).magnitude.doubleValue
      #expect(try file.doubles("i\(bits)").values == [half, -1, -half - 1])
      #expect(try file.doubles("u\(bits)").values == [0, 1, -half])
      #expect(
        try file.integers("i\(bits)").values == [
          Int.min >> (64 - bits), -1, ~(Int.min >> (64 - bits)),
        ])
    }
    #expect(try file.integers("bool").values == [1, 0, 0, 1])
    #expect(try file.elementType("bf16") == .bfloat16)
    #expect(try file.shape("bool") == [2, 2])
  }

  @Test func widensEveryHalf() {
    #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
      for bits in UInt16.min...UInt16.max {
        let expected = Float(Float16(bitPattern: bits))
        let actual = widenHalf(bits)
        #expect(actual == expected || (actual.isNaN && expected.isNaN))
      }
    #endif
  }

  /// Every half, what lies halfway between it and the next (of the two the even one is taken), and both
  /// neighbours of that.
  @Test func narrowsToTheNearestHalf() {
    for bits in UInt16(0)..<0x7C00 {
      let next = bits + 1 == 0x7C00 ? 65536 : widenHalf(bits + 1)
      let middle = (widenHalf(bits) + next) / 2
      for sign: Float in [1, -1] {
        let signBit: UInt16 = sign < 0 ? 0x8000 : 0
        #expect(narrowHalf(sign * widenHalf(bits)) == bits | signBit)
        #expect(narrowHalf(sign * middle.nextDown) == bits | signBit)
        #expect(narrowHalf(sign * middle) == (bits & 1 == 0 ? bits : bits + 1) | signBit)
        #expect(narrowHalf(sign * middle.nextUp) == (bits + 1) | signBit)
      }
    }
    #expect(narrowHalf(.infinity) == 0x7C00)
    #expect(widenHalf(narrowHalf(.nan)).isNaN)
  }

  @Test func sharesAlignedFloatsWithoutCopy() throws {
    let file = try TensorFile(contentsOf: golden)
    let first = try file.sharedFloats("f32")
    let second = try file.sharedFloats("f32")
    #expect(first.pointer == second.pointer)
    #expect(try first.array == file.floats("f32").values)
    #expect(try file.sharedFloats("f64").array == file.floats("f64").values)
    #expect(try file.sharedFloats("empty").array == [])
    let matrix = SharedFloats(shape: [2, 3], copying: [1, 2, 3, 4, 5, 6])
    #expect(matrix.slice(1).array == [4, 5, 6])
    #expect(matrix.slice(1).shape == [3])
    #expect(Int(bitPattern: matrix.pointer) % 64 == 0)
  }

  @Test func sharedFloatsOutliveTheirFile() throws {
    func load() throws -> SharedFloats { try TensorFile(contentsOf: golden).sharedFloats("f32") }
    #expect(try load().array.prefix(3) == [0, 1, 2.5])
  }

  @Test func namesTheClosestTensor() throws {
    let file = try TensorFile(contentsOf: golden)
    #expect(throws: TensorFileError(file: golden, .noTensor("scaler", closest: "scalar"))) {
      try file.floats("scaler")
    }
    #expect(throws: TensorFileError(file: golden, .notInteger(tensor: "f32", found: .float32))) {
      try file.integers("f32")
    }
  }
}

@Suite struct TensorFileWriterTests {
  private static let tensors = [
    NamedTensor("b", shape: [2], .floats([1, .nan])),
    NamedTensor("a\"\n", shape: [1, 2], .doubles([0.1, -0.0])),
    NamedTensor("count", shape: [], .integers([-3])),
    NamedTensor("text", shape: [3], .bytes([1, 2, 255])),
  ]

  @Test func readsBackWhatItWrote() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/tensors.safetensors"
      try writeTensorFile(Self.tensors, metadata: ["k\u{1}": "\\ü🤖"], to: path)
      let file = try TensorFile(contentsOf: path)
      #expect(file.metadata == ["k\u{1}": "\\ü🤖"])
      #expect(file.names == ["a\"\n", "b", "count", "text"])
      #expect(try file.doubles("a\"\n") == Tensor(shape: [1, 2], values: [0.1, -0.0]))
      #expect(try file.floats("b").values[0] == 1)
      #expect(try file.floats("b").values[1].isNaN)
      #expect(try file.integers("count") == Tensor(shape: [], values: [-3]))
      #expect(try file.integers("text").values == [1, 2, 255])
    }
  }

  @Test func writesEqualContentAsEqualBytes() throws {
    try withTemporaryFolder { folder in
      try writeTensorFile(Self.tensors, to: folder + "/1")
      try writeTensorFile(Self.tensors.reversed(), to: folder + "/2")
      let first = try Data(contentsOf: URL(fileURLWithPath: folder + "/1"))
      #expect(try first == Data(contentsOf: URL(fileURLWithPath: folder + "/2")))
      let header = String(decoding: first.dropFirst(8).prefix(240), as: UTF8.self)
      #expect(
        header.hasPrefix(
          #"{"a\"\u000a":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]},"#
            + #""count":{"dtype":"I64","shape":[],"data_offsets":[16,24]},"#
            + #""b":{"dtype":"F32","shape":[2],"data_offsets":[24,32]},"#))
    }
  }

  @Test func replacesAFileAndLeavesNothingBehind() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/x"
      try writeTensorFile([], to: path)
      try writeTensorFile(Self.tensors, to: path)
      #expect(try TensorFile(contentsOf: path).names.count == 4)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x"])
    }
  }

  @Test func foldersAboveAFileAreMade() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a/b/c"
      try requireWritable(path)
      // a look leaves no trace
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
      try writeTensorFile([], to: path)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/a/b") == ["c"])
      // what others put there stays
      try requireWritable(folder + "/a/d/e")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/a") == ["b"])
      struct Failure: Error {}
      #expect(throws: Failure.self) {
        try writeFileAtomically(to: folder + "/x/y") { _ in throw Failure() }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
    }
  }

  @Test func reportsWhyAFileCannotBeWritten() throws {
    try withTemporaryFolder { folder in
      let inFile = "/dev/null/no/x"
      expectMessage("\(inFile): cannot create the file: Not a directory.") {
        try writeTensorFile([], to: inFile)
      }
      try FileManager.default.createDirectory(
        atPath: folder + "/taken/full", withIntermediateDirectories: true)
      expectMessage("\(folder)/taken: cannot replace the file: Is a directory.") {
        try writeTensorFile([], to: folder + "/taken")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["taken"])
    }
  }

  /// Renaming over a device or a pipe would take it away from everybody else.
  @Test func replacesNothingButFiles() throws {
    try withTemporaryFolder { folder in
      let pipe = folder + "/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      expectMessage("\(pipe): cannot replace the file: Not a regular file.") {
        try writeTensorFile([], to: pipe)
      }
      expectMessage("\(pipe): cannot replace the file: Not a regular file.") {
        try requireWritable(pipe)
      }
      try requireWritable(folder + "/new")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["pipe"])
    }
  }

  /// /dev/full refuses every byte as a full disk does.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func reportsAFullDisk() throws {
    let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
    expectMessage("big: cannot write the file: No space left on device.") {
      try [UInt8](repeating: 0, count: 9).withUnsafeBytes {
        try FileSink(descriptor: full.fileDescriptor, path: "big").write($0)
      }
    }
  }

  /// A pipe accepts 64 KiB of the bytes, as a disk that is nearly full accepts part of a write.
  @Test func aWriteThatIsTakenInPartIsContinued() throws {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    #expect(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0)
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    expectMessage("pipe: cannot write the file: Resource temporarily unavailable.") {
      try bytes.withUnsafeBytes {
        try FileSink(descriptor: descriptor, path: "pipe").write($0)
      }
    }
    let taken = pipe.fileHandleForReading.availableData
    #expect(
      !taken.isEmpty && taken.count < bytes.count && taken.elementsEqual(bytes.prefix(taken.count)))
  }

  /// What a process that was killed has left is removed; what somebody still writes stays, even under the
  /// same process number.
  @Test func abandonedTemporaryFilesAreRemoved() throws {
    try withTemporaryFolder { folder in
      let left = (0..<3).map { "\(folder)/.partial-\(getpid())-\($0)" }
      for path in left { try Data("left".utf8).write(to: URL(fileURLWithPath: path)) }
      try FileManager.default.createDirectory(
        atPath: "\(folder)/.partial-1-0/inside", withIntermediateDirectories: true)
      try Data().write(to: URL(fileURLWithPath: "\(folder)/.partial-of-somebody"))
      let lock = try #require(try FileLock(left[1]))
      try writeTensorFile(Self.tensors, to: folder + "/x")
      try requireWritable(folder + "/x")
      withExtendedLifetime(lock) {}
      #expect(try TensorFile(contentsOf: folder + "/x").names.count == 4)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
          == [".partial-\(getpid())-1", ".partial-of-somebody", "x"])
    }
  }

  /// The link stays where it is, and what it leads to is replaced, even where there is nothing yet.
  @Test(arguments: [
    ("a/b", "a"), ("a/b/", "a"), ("a//b//", "a/"), ("/a", "/"), ("/a/", "/"), ("/", "/"),
    ("a", "."),
    ("a/", "."), ("", "."), ("../a/", ".."),
  ])
  func slashesAtTheEndNameNothing(_ path: String, _ parent: String) {
    #expect(parentFolder(of: path) == parent)
  }

  /// A file that is open is not replaced by way of its descriptor: what was appended to it would be lost.
  @Test func whatAProcessHasOpenIsNoPlace() throws {
    try withTemporaryFolder { folder in
      let files = FileManager.default
      try Data("earlier".utf8).write(to: URL(fileURLWithPath: folder + "/log"))
      let log = try #require(FileHandle(forReadingAtPath: folder + "/log"))
      let name = "/dev/fd/\(log.fileDescriptor)"
      try files.createSymbolicLink(atPath: folder + "/link", withDestinationPath: name)
      for path in [name, "/proc/self/fd/\(log.fileDescriptor)", folder + "/link"] {
        expectMessage("\(path): cannot replace the file: It is what a process has open, no place.")
        {
          try writeFileAtomically("text", to: path)
        }
      }
      #expect(try String(contentsOfFile: folder + "/log", encoding: .utf8) == "earlier")
      #expect(try files.contentsOfDirectory(atPath: folder).sorted() == ["link", "log"])
    }
  }

  @Test func aFolderThatCannotTakeItsPlaceLeavesNothing() throws {
    try withTemporaryFolder { folder in
      let files = FileManager.default
      let place = folder + "/deep/down/x"
      try PartialFolder(for: place).discard()
      #expect(try files.contentsOfDirectory(atPath: folder).isEmpty)
      // a slash at the end names the same folder
      try PartialFolder(for: place + "/").commit()
      #expect(try files.contentsOfDirectory(atPath: folder + "/deep/down") == ["x"])
      try Data().write(to: URL(fileURLWithPath: place + "/file"))
      let late = try PartialFolder(for: place)
      expectMessage("\(place): cannot create the file: Directory not empty.") { try late.commit() }
      #expect(try files.contentsOfDirectory(atPath: folder + "/deep/down") == ["x"])
    }
  }

  @Test func linksAreFollowedAndPermissionsKept() throws {
    try withTemporaryFolder { folder in
      let files = FileManager.default
      try files.createDirectory(atPath: folder + "/a", withIntermediateDirectories: false)
      try files.createSymbolicLink(atPath: folder + "/one", withDestinationPath: "two")
      try files.createSymbolicLink(atPath: folder + "/two", withDestinationPath: "a/x")
      for _ in 0..<2 {
        try writeFileAtomically("text", to: folder + "/one")
        #expect(try files.destinationOfSymbolicLink(atPath: folder + "/one") == "two")
        #expect(try files.contentsOfDirectory(atPath: folder + "/a") == ["x"])
        #expect(try String(contentsOfFile: folder + "/a/x", encoding: .utf8) == "text")
        #expect(chmod(folder + "/a/x", 0o640) == 0)
      }
      let mode = try files.attributesOfItem(atPath: folder + "/a/x")[.posixPermissions] as? Int
      #expect(mode == 0o640)
      #expect(fileIdentity(folder + "/one") == fileIdentity(folder + "/a/../a/x"))
      #expect(fileIdentity(folder + "/a/y") == fileIdentity(folder + "/./a/y"))
      #expect(fileIdentity(folder + "/a/y") != fileIdentity(folder + "/y"))
      // folders that writing makes on the way
      #expect(fileIdentity(folder + "/b/../c/../a/x") == fileIdentity(folder + "/one"))
      #expect(fileIdentity(folder + "/b/./c/y") == fileIdentity(folder + "/b/d/../c/y"))
      #expect(fileIdentity(folder + "/b/y") != fileIdentity(folder + "/y"))
      #expect(isFile(folder + "/b/../a/y/z", in: folder + "/a"))
      #expect(isFile(folder + "/one", in: folder + "/a"))
      #expect(!isFile(folder + "/ab", in: folder + "/a") && !isFile("/x", in: folder))

      try files.createSymbolicLink(atPath: folder + "/loop", withDestinationPath: "loop")
      expectMessage(
        "\(folder)/loop: cannot create the file: Too many levels of symbolic links."
      ) { try writeFileAtomically("text", to: folder + "/loop") }
    }
  }

  @Test func aFolderAppearsCompleteOrNotAtAll() throws {
    try withTemporaryFolder { folder in
      let files = FileManager.default
      for isComplete in [false, true] {
        let draft = try PartialFolder(for: folder + "/new/a")
        try writeFileAtomically("text", to: draft.name + "/x")
        #expect(!files.fileExists(atPath: folder + "/new/a"))
        if isComplete { try draft.commit() } else { draft.discard() }
      }
      #expect(try files.contentsOfDirectory(atPath: folder + "/new") == ["a"])
      #expect(try String(contentsOfFile: folder + "/new/a/x", encoding: .utf8) == "text")
    }
  }

  @Test func aFileHasOneOwner() throws {
    try withTemporaryFolder { folder in
      try writeFileAtomically("text", to: folder + "/x")
      var owner = try FileLock(folder + "/x")
      #expect(owner != nil)
      #expect(try FileLock(folder + "/x") == nil)
      owner = nil
      #expect(try FileLock(folder + "/x") != nil)
    }
  }

  @Test func aGrowingFileHoldsWhatItCounts() throws {
    try withTemporaryFolder { folder in
      let file = try GrowingFile(path: folder + "/x")
      try file.append("one\n")
      try file.append("two\n")
      #expect(file.length == 8)
      try file.cut(to: 4)
      try file.append("2\n")
      #expect(try file.contents() == Array("one\n2\n".utf8))
      #expect(endOfLine(2, in: try file.contents()) == 6)
      #expect(endOfLine(3, in: try file.contents()) == nil)
      expectMessage(
        "\(folder)/x: cannot read the file: it has 6 bytes, but had 7 at the last checkpoint."
      ) { try file.cut(to: 7) }
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/link", withDestinationPath: "x")
      expectMessage("\(folder)/link: cannot open the file: It is a symbolic link.") {
        _ = try GrowingFile(path: folder + "/link")
      }
    }
  }

  @Test func pathsAreRelativeToWhereTheyAreUsed() throws {
    try withTemporaryFolder { folder in
      let files = FileManager.default
      for name in ["data", "runs/deep"] {
        try files.createDirectory(
          atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
      }
      // a relative path cannot be tested by the working folder, which all tests share
      #expect(relativePath(of: "\(folder)/data/x", from: "\(folder)/runs/a") == "\(folder)/data/x")
      let here = files.currentDirectoryPath
      let up = String(repeating: "../", count: here.split(separator: "/").count)
      let path = relativePath(
        of: up + folder.dropFirst() + "/data/x", from: "\(folder)/runs/deep/a")
      #expect(path == "../../../data/x")
    }
  }

  @Test func keepsTheOldFileWhenFillingFails() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/x"
      try writeTensorFile(Self.tensors, to: path)
      #expect(throws: FileError(path: path, .write, reason: "made up")) {
        try writeFileAtomically(to: path) { _ in
          throw FileError(path: path, .write, reason: "made up")
        }
      }
      #expect(try TensorFile(contentsOf: path).names.count == 4)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x"])
    }
  }
}

extension UInt {
  fileprivate var doubleValue: Double { Double(self) }
}
