import IDQLTensors
import Testing

@testable import IDQLAgent

/// Pickles written by hand, opcode by opcode: what they would do in Python does not happen.
@Suite struct PickleTests {
  private func read(_ bytes: [UInt8]) throws -> Pickle {
    try Pickle(bytes.withUnsafeBytes { ByteStorage(copying: $0) }, 0..<bytes.count)
  }

  private func text(_ text: String) -> [UInt8] {
    [0x8c, UInt8(text.utf8.count)] + Array(text.utf8)
  }

  private func global(_ module: String, _ name: String) -> [UInt8] {
    Array("c\(module)\n\(name)\n".utf8)
  }

  @Test func readsPlainData() throws {
    let bytes: [UInt8] =
      [0x80, 2] + Array("}(".utf8) + text("a") + [0x4b, 7] + text("b") + Array("(".utf8)
      + [0x88, 0x4e] + [0x4a, 0xfe, 0xff, 0xff, 0xff] + [0x8a, 1, 0x80]
      + [0x47, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0] + Array("l".utf8) + Array("u.".utf8)
    let tree = try StoredTree(read(bytes))
    #expect(
      tree.scalars == [
        "a": .integer(7), "b.0": .flag(true), "b.1": .nothing, "b.2": .integer(-2),
        "b.3": .integer(-128), "b.4": .number(0.5),
      ])
  }

  /// Protocol 0 writes text in Latin-1 with escapes.
  @Test func readsEscapedText() throws {
    let bytes = Array("(dVa\\u005cb\nV".utf8) + [0xe9] + Array("\\u20ac\\U0001f600\ns.".utf8)
    #expect(try StoredTree(read(bytes)).scalars == ["a\\b": .text("é€😀")])
    for wrong in ["V\\u12\n.", "V\\ud800\n."] {
      #expect(throws: Pickle.Problem.self) { try read(Array(wrong.utf8)) }
    }
  }

  /// As flax's `flatten_dict` makes them.
  @Test func keysMayBeTuples() throws {
    let key = text("value") + text("kernel") + [0x86]
    let bytes: [UInt8] = [0x80, 2] + Array("}".utf8) + key + [0x4b, 7] + Array("s.".utf8)
    #expect(try StoredTree(read(bytes)).scalars == ["value.kernel": .integer(7)])
  }

  /// os.system("touch …"), by reducing, by building an instance, and by a class of the old kind.
  @Test func callsStayNodes() throws {
    let command = text("touch /tmp/idql-pickle-was-executed")
    for bytes in [
      [0x80, 4] + global("os", "system") + command + [0x85] + Array("R.".utf8),
      [0x80, 4] + text("posix") + text("system") + [0x93] + command + [0x85, 0x81, 0x2e],
      Array("(".utf8) + command + Array("ios\nsystem\n.".utf8),
      Array("(".utf8) + global("os", "system") + command + Array("o.".utf8),
    ] as [[UInt8]] {
      let pickle = try read(bytes)
      let call = try #require(pickle[pickle.root])
      #expect(call.kind == .call)
      #expect(["os.system", "posix.system"].contains(call.function.global ?? ""))
      #expect(pickle.list(call.arguments)?.first?.text == "touch /tmp/idql-pickle-was-executed")
    }
  }

  @Test func namesWhatIsWrong() {
    let cases: [(bytes: [UInt8], found: String)] = [
      ([], "the end of the file"), (Array(".".utf8), "an empty stack"),
      (Array("t.".utf8), "no mark on the stack"), ([0x82, 1], "opcode 0x82"),
      (Array("h\u{0}.".utf8), "a memo without entry 0"),
      ([0x8c, 200, 0x61], "1 bytes before the end"), (Array("NNs.".utf8), "an empty stack"),
      (Array("N(NNu.".utf8), "a value that holds no others"),
      (Array("}(Nu.".utf8), "a key without a value"),
      ([0x8c, 1, 0xff, 0x2e], "text that is not UTF-8"),
      (Array("I1x\n.".utf8), "'1x'"), (Array("(0(.".utf8), "an empty stack"),
    ]
    for (bytes, found) in cases {
      let problem = #expect(throws: Pickle.Problem.self) { try read(bytes) }
      #expect(problem?.found == found)
    }
  }

  /// Depth, cycles and shared objects cost neither stack nor memory.
  @Test func hostilePicklesEnd() throws {
    // a tuple of a tuple of a tuple …
    let deep = try read(
      [UInt8](repeating: 0x85, count: 0) + Array("N".utf8)
        + [UInt8](repeating: 0x85, count: 500_000) + Array(".".utf8))
    #expect(try StoredTree(deep).scalars.count == 1)
    // a list that holds itself twice
    let cycle = try read(Array("]q\u{0}h\u{0}ah\u{0}a.".utf8))
    #expect(try StoredTree(cycle).scalars.count == 2)
    // each of 60 lists holds the one before twice
    var doubling = Array("N".utf8)
    for _ in 0..<60 { doubling += Array("q\u{1}h\u{1}".utf8) + [0x86] }
    #expect(throws: Pickle.Problem.self) { try StoredTree(read(doubling + Array(".".utf8))) }
    // more values than any policy has
    #expect(throws: Pickle.Problem.self) {
      try read([UInt8](repeating: UInt8(ascii: "N"), count: Pickle.valueLimit + 1))
    }
    #expect(throws: Pickle.Problem.self) {
      try read([UInt8](repeating: UInt8(ascii: "]"), count: Pickle.objectLimit + 1))
    }
  }

  /// PyTorch's `expand`: a stride of 0, up to a size that no file can make harmful.
  @Test func axesMayRepeatWhatIsStoredOnce() throws {
    let one = [Float(0.25)].withUnsafeBytes { ByteStorage(copying: $0) }
    func view(_ shape: [Int], _ strides: [Int]) -> TensorView? {
      TensorView(shape: shape, strides: strides, type: .float32, storage: one, range: 0..<4)
    }
    #expect(view([2, 3], [0, 0])?.numbers(as: Float.self) == Array(repeating: 0.25, count: 6))
    #expect(view([2, 3], [1, 0]) == nil && view([2], [1]) == nil)
    #expect(view([TensorView.repeatedLimit + 1], [0]) == nil)
  }

  @Test func arraysMustLieInTheirBytes() throws {
    let dtype =
      global("numpy", "dtype") + text("f8") + [0x89, 0x88, 0x87] + Array("R(".utf8) + [0x4b, 3]
      + text("<") + Array("NNN".utf8) + [0x4a, 255, 255, 255, 255] + [0x4a, 255, 255, 255, 255]
      + [0x4b, 0] + Array("tb".utf8)
    func array(_ shape: [UInt8]) -> [UInt8] {
      let arguments = global("numpy", "ndarray") + [0x4b, 0, 0x85, 0x43, 1, 0x62, 0x87]
      var state: [UInt8] = Array("(".utf8) + [0x4b, 1] + Array("(".utf8)
      for length in shape { state += [0x4b, length] }
      state += Array("t".utf8) + dtype + [0x89, 0x43, 16] + [UInt8](repeating: 0, count: 16)
      return global("numpy.core.multiarray", "_reconstruct") + arguments + Array("R".utf8) + state
        + Array("tb.".utf8)
    }
    #expect(try StoredTree(read(array([2]))).tensors[""]?.shape == [2])
    #expect(try StoredTree(read(array([1, 2]))).tensors[""]?.numbers(as: Float.self) == [0, 0])
    for shape in [[3], [200, 200, 200, 200, 200, 200, 200, 200, 200]] as [[UInt8]] {
      #expect(try StoredTree(read(array(shape))).tensors.isEmpty)
    }
  }
}
