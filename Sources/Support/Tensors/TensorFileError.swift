/// Why a tensor file was refused. The description is one line: which file, where, what was found,
/// what would be accepted.
public struct TensorFileError: Error, Equatable, CustomStringConvertible {
  /// The path, or the name given with the bytes.
  public var file: String
  package var problem: Problem

  package enum Problem: Equatable, Sendable {
    case tooShort(byteCount: Int)
    case headerLength(UInt64, available: Int)
    case header(offset: Int, found: String, expected: String)
    case duplicateKey(String)
    case elementType(tensor: String, found: String)
    case shapeOverflow(tensor: String)
    case byteCount(tensor: String, found: Int, expected: Int)
    case offsets(tensor: String, begin: Int, end: Int, expectedBegin: Int, dataCount: Int)
    case trailingBytes(count: Int)
    case noTensor(String, closest: String?)
    case notInteger(tensor: String, found: ElementType)
  }

  package init(file: String, _ problem: Problem) {
    self.file = file
    self.problem = problem
  }

  /// One line: the file, what was found, what would be accepted.
  public var description: String {
    "\(file): \(problem.text)"
  }
}

extension TensorFileError.Problem {
  fileprivate var text: String {
    switch self {
    case .tooShort(let byteCount):
      "\(byteCount) bytes are too few for a safetensors file, whose header length alone takes 8."
    case .headerLength(let length, let available):
      "the header claims \(length) bytes; 2 to \(available) follow its length (at most "
        + "\(TensorHeader.byteLimit))."
    case .header(let offset, let found, let expected):
      "header byte \(offset): found \(found), expected \(expected)."
    case .duplicateKey(let key):
      "the key \(quoted(key)) occurs twice in the header."
    case .elementType(let tensor, let found):
      "tensor \(quoted(tensor)) has element type \(quoted(found)); supported are "
        + ElementType.allCases.map(\.rawValue).joined(separator: ", ") + "."
    case .shapeOverflow(let tensor):
      "the shape of tensor \(quoted(tensor)) holds more elements than fit in memory."
    case .byteCount(let tensor, let found, let expected):
      "tensor \(quoted(tensor)) spans \(found) bytes; its shape and type need \(expected)."
    case .offsets(let tensor, let begin, let end, let expectedBegin, let dataCount):
      "tensor \(quoted(tensor)) has data_offsets [\(begin), \(end)]; it must begin at "
        + "\(expectedBegin), where the one before it ends, and end within \(dataCount) bytes of "
        + "data."
    case .trailingBytes(let count):
      "\(count) bytes follow the last tensor; the file must end there."
    case .noTensor(let name, let closest):
      "no tensor is named \(quoted(name))."
        + (closest.map { " Did you mean \(quoted($0))?" } ?? "")
    case .notInteger(let tensor, let found):
      "tensor \(quoted(tensor)) has element type \(found.rawValue); an integer type is needed."
    }
  }
}

/// Text from a file in single quotes, on one line and of bounded length, for use in a message.
package func quoted(_ text: String) -> String {
  let limit = 80
  var escaped = ""
  for scalar in text.unicodeScalars.prefix(limit) {
    // the standard library lets U+0085 and others through, which end a line as well
    let isInvisible = [.control, .format, .lineSeparator, .paragraphSeparator].contains(
      scalar.properties.generalCategory)
    escaped += scalar.escaped(asASCII: isInvisible)
  }
  return "'\(escaped)\(text.unicodeScalars.count > limit ? "…" : "")'"
}
