import Foundation
import TestSupport
import Testing

@testable import IDQLTensors

@Suite struct TensorFileErrorTests {
  /// A file with the given header text and as many data bytes.
  private func file(_ header: String, data: Int = 0) -> [UInt8] {
    let count = UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) } + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
  }

  private func entry(_ type: String = "F32", _ shape: String = "1", _ offsets: String = "0,4")
    -> String
  {
    #"{"dtype":"\#(type)","shape":[\#(shape)],"data_offsets":[\#(offsets)]}"#
  }

  @Test func namesWhatIsWrong() {
    let cases: [(bytes: [UInt8], message: String)] = [
      (
        [1, 2, 3], "3 bytes are too few for a safetensors file, whose header length alone takes 8."
      ),
      (
        [UInt8](repeating: 255, count: 20),
        "the header claims 18446744073709551615 bytes; 2 to 12 follow its length (at most 100000000)."
      ),
      (file("[]"), "header byte 0: found '[', expected '{'."),
      (file("{}x"), "header byte 2: found 'x', expected the end of the header."),
      (file(#"{"a"#), "header byte 3: found the end of the header, expected a closing quote."),
      (file(#"{"a":1}"#), "header byte 5: found '1', expected '{'."),
      (
        file(#"{"a":{"dtype":"F32"}}"#),
        "header byte 5: found an incomplete entry for tensor 'a', expected dtype, shape and two data_offsets."
      ),
      (
        file(#"{"a":{"kind":1}}"#),
        "header byte 13: found the key 'kind' in tensor 'a', expected dtype, shape or data_offsets."
      ),
      (
        file(#"{"a":{"shape":[-1]}}"#),
        "header byte 15: found '-', expected a whole number without sign or leading zero."
      ),
      (
        file(#"{"a":{"shape":[01]}}"#),
        "header byte 17: found ']', expected a whole number without sign or leading zero."
      ),
      (
        file(#"{"a":{"shape":[9223372036854775808]}}"#),
        "header byte 33: found a number above 2^63, expected a length."
      ),
      (
        file(#"{"\ud800x":{}}"#),
        "header byte 8: found 'x', expected the second half of a surrogate pair."
      ),
      (
        file("{\"a\":\(entry()),\"a\":\(entry())}", data: 4),
        "the key 'a' occurs twice in the header."
      ),
      (file(#"{"__metadata__":{"k":"1","k":"2"}}"#), "the key 'k' occurs twice in the header."),
      (
        file("{\"a\":\(entry("F32", "4611686018427387904,4"))}", data: 4),
        "the shape of tensor 'a' holds more elements than fit in memory."
      ),
      (
        file("{\"a\":\(entry("U8", "9223372036854775807,2,0", "0,0"))}"),
        "the shape of tensor 'a' holds more elements than fit in memory."
      ),
      (
        file("{\"a\":\(entry("F32", "2"))}", data: 4),
        "tensor 'a' spans 4 bytes; its shape and type need 8."
      ),
      (
        file("{\"a\":\(entry("F32", "1", "4,0"))}", data: 4),
        "header byte 5: found data_offsets [4, 0] of 'a', expected begin <= end."
      ),
      (
        file("{\"a\":\(entry("F32", "1", "4,8"))}", data: 8),
        "tensor 'a' has data_offsets [4, 8]; it must begin at 0, where the one before it ends, and end within 8 bytes of data."
      ),
      (
        file("{\"a\":\(entry()),\"b\":\(entry())}", data: 4),
        "tensor 'b' has data_offsets [0, 4]; it must begin at 4, where the one before it ends, and end within 4 bytes of data."
      ),
      (
        file("{\"a\":\(entry("F32", "2", "0,8"))}", data: 4),
        "tensor 'a' has data_offsets [0, 8]; it must begin at 0, where the one before it ends, and end within 4 bytes of data."
      ),
      (
        file("{\"a\":\(entry())}", data: 7),
        "3 bytes follow the last tensor; the file must end there."
      ),
    ]
    for (bytes, message) in cases {
      expectMessage("x: " + message) { _ = try TensorFile(bytes: bytes, named: "x") }
    }
  }

  /// A type that is not read is an error only for who asks for such a tensor.
  @Test func foreignElementsMatterWhereTheyAreUsed() throws {
    let header = "{\"a\\n\":\(entry("\\u0007", "1", "0,3")),\"b\":\(entry("F32", "1", "3,7"))}"
    let read = try TensorFile(bytes: file(header, data: 7), named: "x")
    #expect(try read.floats("b").values == [0])
    #expect(try read.foreignType("a\n") == "\u{7}" && read.foreignType("b") == nil)
    expectMessage(
      "x: tensor 'a\\n' has element type '\\u{07}'; supported are BOOL, U8, I8, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64."
    ) { _ = try read.floats("a\n") }
  }

  /// What would take many times the file's size in memory.
  @Test func refusesMoreThanAnyNetworkHas() throws {
    let empty = entry("U8", "0", "0,0")
    let (longest, tooLong) = (
      String(repeating: "n", count: 1024), String(repeating: "n", count: 1025)
    )
    _ = try TensorFile(bytes: file("{\"\(longest)\":\(empty)}"), named: "x")
    expectMessage(
      "x: header byte 1027: found a name of more than 1024 bytes, expected a shorter one."
    ) { _ = try TensorFile(bytes: file("{\"\(tooLong)\":\(empty)}"), named: "x") }

    let axes = String(repeating: "1,", count: 63) + "1"
    _ = try TensorFile(bytes: file("{\"a\":\(entry("U8", axes, "0,1"))}", data: 1), named: "x")
    expectMessage("x: header byte 156: found more than 64 numbers, expected fewer axes.") {
      _ = try TensorFile(
        bytes: file("{\"a\":\(entry("U8", axes + ",1", "0,1"))}", data: 1), named: "x")
    }

    let most = (0..<65_536).map { "\"\($0)\":\(empty)" }.joined(separator: ",")
    #expect(try TensorFile(bytes: file("{\(most)}"), named: "x").names.count == 65_536)
    expectMessage(
      "x: header byte \(most.utf8.count + 6): found more than 65536 tensors, expected fewer in one "
        + "file."
    ) { _ = try TensorFile(bytes: file("{\(most),\"a\":\(empty)}"), named: "x") }
  }

  @Test func refusesTextThatIsNotUTF8() {
    var bytes = file(#"{"a":{}}"#)
    bytes[8 + 2] = 0xFF
    expectMessage("x: header byte 3: found a string that is not UTF-8, expected UTF-8 text.") {
      _ = try TensorFile(bytes: bytes, named: "x")
    }
  }

  @Test func acceptsBlanksAndEmptyTensors() throws {
    let text = " { \"a\" : \(entry("I64", "5,0", "0, 0")) ,\n\"b\":\(entry("U8", "3", "0,3"))}  \t"
    let file = try TensorFile(bytes: file(text, data: 3), named: "x")
    #expect(file.names == ["a", "b"])
    #expect(try file.integers("a").values == [])
  }

  /// Of all that ends a line, and of what is not seen.
  @Test func quotesOnOneLine() {
    #expect(
      quoted("a\u{0}b\n\r\t\u{B}\u{85}\u{9F}") == "'a\\0b\\n\\r\\t\\u{0B}\\u{0085}\\u{009F}'")
    #expect(quoted("\u{2028}\u{2029}\u{200E}é…") == "'\\u{2028}\\u{2029}\\u{200E}é…'")
  }

  @Test func reportsWhyAFileCannotBeOpened() throws {
    try withTemporaryFolder { folder in
      expectMessage("\(folder)/x: cannot open the file: No such file or directory.") {
        _ = try TensorFile(contentsOf: folder + "/x")
      }
      expectMessage("\(folder): cannot open the file: Not a regular file.") {
        _ = try TensorFile(contentsOf: folder)
      }
      try Data().write(to: URL(fileURLWithPath: folder + "/empty"))
      expectMessage(
        "\(folder)/empty: 0 bytes are too few for a safetensors file, whose header length alone takes 8."
      ) { _ = try TensorFile(contentsOf: folder + "/empty") }
    }
  }

  /// Any damage gives a typed error or a file whose every tensor can be read: never a trap.
  @Test func survivesDamage() throws {
    let original = try goldenBytes("all_types.safetensors")
    var random = SplitMix(state: 1)
    var accepted = 0
    for _ in 0..<20_000 {
      var bytes = original
      for _ in 0...Int(random.next() % 3) {
        let index = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 4 {
        case 0: bytes[index] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes[index] ^= 1 << UInt8(random.next() % 8)
        case 2: bytes.removeSubrange(index..<min(bytes.count, index + 3))
        default: bytes.insert(bytes[bytes.count - 1 - index], at: index)
        }
      }
      do {
        let file = try TensorFile(bytes: bytes, named: "damaged")
        accepted += 1
        for name in file.names { _ = try (file.doubles(name), file.sharedFloats(name)) }
      } catch {
        #expect(!error.description.contains("\n"))
      }
    }
    // damage to the data alone goes unnoticed; the loop would prove nothing if all or none passed
    #expect(accepted > 100 && accepted < 15_000)
  }
}

/// Steele, Lea, Flood (2014): a small generator for test inputs.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
