import IDQLTensors

/// The stack machine that pickles are programs for, less everything that would act.
struct PickleMachine {
  private let storage: ByteStorage
  private let bytes: UnsafeRawBufferPointer
  private let limit: Int
  private(set) var position: Int
  private(set) var objects: [Pickle.Object] = []

  private var stack: [Pickle.Value] = []
  /// Heights of the stack at the marks on it.
  private var marks: [Int] = []
  private var memo: [Int: Pickle.Value] = [:]
  /// Values put anywhere so far.
  private var valueCount = 0

  private typealias Value = Pickle.Value
  private typealias Problem = Pickle.Problem

  init(_ storage: ByteStorage, _ range: Range<Int>) {
    self.storage = storage
    bytes = storage.bytes
    position = range.lowerBound
    limit = range.upperBound
  }

  /// Runs to the end of the pickle.
  ///
  /// - Returns: the value it makes.
  mutating func run() throws(Pickle.Problem) -> Pickle.Value {
    while true {
      let start = position
      let opcode = try byte()
      if opcode == UInt8(ascii: ".") { return try pop() }
      var isKnown = try value(opcode)
      if !isKnown { isKnown = try structure(opcode) }
      if !isKnown { isKnown = try change(opcode) }
      guard isKnown else {
        throw Problem(
          offset: start, found: "opcode 0x" + String(opcode, radix: 16),
          expected: "one that makes plain data")
      }
    }
  }

  // MARK: Single values

  /// Opcodes that push one value.
  private mutating func value(_ opcode: UInt8) throws(Problem) -> Bool {
    switch opcode {
    case UInt8(ascii: "N"): try push(.nothing)
    case 0x88, 0x89: try push(.flag(opcode == 0x88))
    case UInt8(ascii: "K"): try push(.integer(try unsigned(1)))
    case UInt8(ascii: "M"): try push(.integer(try unsigned(2)))
    case UInt8(ascii: "J"):
      try push(.integer(Int(Int32(truncatingIfNeeded: try unsigned(4)))))
    case 0x8a: try push(long(try take(try unsigned(1))))
    case 0x8b: try push(long(try take(try unsigned(4))))
    case UInt8(ascii: "G"):
      let word = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) }
      try push(.number(Double(bitPattern: word)))
    case UInt8(ascii: "I"), UInt8(ascii: "L"): try push(try decimal(try line()))
    case UInt8(ascii: "F"):
      let text = try line()
      guard let number = Double(text) else {
        throw problem(found: quoted(text), expected: "a number")
      }
      try push(.number(number))
    case UInt8(ascii: "X"): try push(.text(try text(try unsigned(4))))
    case 0x8c: try push(.text(try text(try unsigned(1))))
    case 0x8d: try push(.text(try text(try unsigned(8))))
    case UInt8(ascii: "V"): try push(.text(try escapedLine()))
    case UInt8(ascii: "S"): try push(.text(try line()))
    case UInt8(ascii: "B"), UInt8(ascii: "T"): try push(.bytes(try take(try unsigned(4))))
    case UInt8(ascii: "C"), UInt8(ascii: "U"): try push(.bytes(try take(try unsigned(1))))
    case 0x8e, 0x96: try push(.bytes(try take(try unsigned(8))))
    case UInt8(ascii: "c"):
      let module = try line()
      try push(.global("\(module).\(try line())"))
    case 0x93:
      let (name, module) = (try pop(), try pop())
      guard let name = name.text, let module = module.text else {
        throw problem(found: "a name that is no text", expected: "module and name")
      }
      try push(.global("\(module).\(name)"))
    default: return false
    }
    return true
  }

  // MARK: Stack, memo, objects

  /// Opcodes that make an object, or move what is there.
  private mutating func structure(_ opcode: UInt8) throws(Problem) -> Bool {
    switch opcode {
    case 0x80: _ = try take(1)  // protocol version
    case 0x95: _ = try take(8)  // length of a frame, for readers that buffer
    case UInt8(ascii: "("):
      try count(1)
      marks.append(stack.count)
    case UInt8(ascii: "0"):
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case UInt8(ascii: "1"): _ = try popToMark()
    case UInt8(ascii: "2"): try push(try top())
    case UInt8(ascii: "q"): try remember(try unsigned(1))
    case UInt8(ascii: "r"): try remember(try unsigned(4))
    case UInt8(ascii: "p"): try remember(try index(try line()))
    case 0x94: try remember(memo.count)
    case UInt8(ascii: "h"): try push(try recalled(try unsigned(1)))
    case UInt8(ascii: "j"): try push(try recalled(try unsigned(4)))
    case UInt8(ascii: "g"): try push(try recalled(try index(try line())))
    case UInt8(ascii: "}"): try push(Pickle.Object(kind: .dictionary))
    case UInt8(ascii: "]"), UInt8(ascii: ")"), 0x8f: try push(Pickle.Object(kind: .list))
    case UInt8(ascii: "t"), UInt8(ascii: "l"), 0x91:
      try push(Pickle.Object(kind: .list, items: try popToMark()))
    case 0x85, 0x86, 0x87:
      var items: [Value] = []
      for _ in 0..<Int(opcode - 0x84) { items.append(try pop()) }
      try count(items.count)
      try push(Pickle.Object(kind: .list, items: items.reversed()))
    case UInt8(ascii: "d"):
      try push(Pickle.Object(kind: .dictionary, pairs: try pairs(try popToMark())))
    case UInt8(ascii: "R"), 0x81:
      let arguments = try pop()
      try push(Pickle.Object(kind: .call, function: try pop(), arguments: arguments))
    case 0x92:
      _ = try pop()  // named arguments
      let arguments = try pop()
      try push(Pickle.Object(kind: .call, function: try pop(), arguments: arguments))
    case UInt8(ascii: "o"):
      let items = try popToMark()
      guard let function = items.first else {
        throw problem(found: "an object without a class", expected: "a class")
      }
      try push(call(function, Array(items.dropFirst())))
    case UInt8(ascii: "i"):
      let module = try line()
      let function = Value.global("\(module).\(try line())")
      try push(call(function, try popToMark()))
    case UInt8(ascii: "Q"): try push(Pickle.Object(kind: .persistent, function: try pop()))
    case UInt8(ascii: "P"):
      try push(Pickle.Object(kind: .persistent, function: .text(try line())))
    default: return false
    }
    return true
  }

  /// Opcodes that change the object on top.
  private mutating func change(_ opcode: UInt8) throws(Problem) -> Bool {
    switch opcode {
    case UInt8(ascii: "a"):
      let item = try pop()
      objects[try target()].items.append(item)
    case UInt8(ascii: "e"), 0x90:
      let items = try popToMark()
      objects[try target()].items += items
    case UInt8(ascii: "s"):
      let value = try pop()
      let key = try pop()
      objects[try target()].pairs.append((key, value))
    case UInt8(ascii: "u"):
      let pairs = try pairs(try popToMark())
      objects[try target()].pairs += pairs
    case UInt8(ascii: "b"):
      let state = try pop()
      objects[try target()].state = state
    default: return false
    }
    return true
  }

  private mutating func call(
    _ function: Value, _ arguments: [Value]
  ) throws(Problem) -> Pickle.Object {
    let tuple = try added(Pickle.Object(kind: .list, items: arguments))
    return Pickle.Object(kind: .call, function: function, arguments: tuple)
  }

  private func pairs(_ items: [Value]) throws(Problem) -> [(key: Value, value: Value)] {
    guard items.count.isMultiple(of: 2) else {
      throw problem(found: "a key without a value", expected: "pairs")
    }
    return stride(from: 0, to: items.count, by: 2).map { (items[$0], items[$0 + 1]) }
  }

  private mutating func push(_ value: Value) throws(Problem) {
    try count(1)
    stack.append(value)
  }

  private mutating func push(_ object: Pickle.Object) throws(Problem) {
    try push(try added(object))
  }

  private mutating func added(_ object: Pickle.Object) throws(Problem) -> Value {
    guard objects.count < Pickle.objectLimit else {
      throw problem(
        found: "more than \(Pickle.objectLimit) objects", expected: "fewer in a policy")
    }
    objects.append(object)
    return .object(objects.count - 1)
  }

  private mutating func count(_ more: Int) throws(Problem) {
    valueCount += more
    guard valueCount <= Pickle.valueLimit else {
      throw problem(found: "more than \(Pickle.valueLimit) values", expected: "fewer in a policy")
    }
  }

  private func top() throws(Problem) -> Value {
    guard let value = stack.last, stack.count > marks.last ?? 0 else {
      throw problem(found: "an empty stack", expected: "a value")
    }
    return value
  }

  private mutating func pop() throws(Problem) -> Value {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func popToMark() throws(Problem) -> [Value] {
    guard let mark = marks.popLast() else {
      throw problem(found: "no mark on the stack", expected: "one")
    }
    let items = Array(stack[mark...])
    stack.removeSubrange(mark...)
    try count(items.count)
    return items
  }

  /// Index of the object on top.
  private func target() throws(Problem) -> Int {
    guard case .object(let index) = try top() else {
      throw problem(found: "a value that holds no others", expected: "an object")
    }
    return index
  }

  private mutating func remember(_ index: Int) throws(Problem) {
    try count(1)
    memo[index] = try top()
  }

  private func recalled(_ index: Int) throws(Problem) -> Value {
    guard let value = memo[index] else {
      throw problem(found: "a memo without entry \(index)", expected: "an entry made before")
    }
    return value
  }

  // MARK: Bytes

  private func long(_ range: Range<Int>) -> Value {
    guard range.count <= 8 else { return .wide(Array(bytes[range])) }
    var word: UInt64 = 0
    for index in range.reversed() { word = word << 8 | UInt64(bytes[index]) }
    let unused = 64 - 8 * range.count
    return .integer(unused == 64 ? 0 : Int(Int64(bitPattern: word << unused) >> unused))
  }

  private func decimal(_ text: String) throws(Problem) -> Value {
    if text == "00" || text == "01" { return .flag(text == "01") }
    return .integer(try index(text.hasSuffix("L") ? String(text.dropLast()) : text))
  }

  private func index(_ text: String) throws(Problem) -> Int {
    guard let number = Int(text) else {
      throw problem(found: quoted(text), expected: "a whole number below 2^63")
    }
    return number
  }

  private mutating func line() throws(Problem) -> String {
    let start = position
    while try byte() != UInt8(ascii: "\n") {}
    return try utf8(start..<position - 1)
  }

  /// A line of Latin-1 in which `\\uXXXX` and `\\UXXXXXXXX` stand for other characters
  /// (`raw-unicode-escape`), as the first protocol writes text.
  private mutating func escapedLine() throws(Problem) -> String {
    let start = position
    while try byte() != UInt8(ascii: "\n") {}
    var text = String.UnicodeScalarView()
    var rest = bytes[start..<position - 1]
    while let byte = rest.popFirst() {
      let digits = byte != UInt8(ascii: "\\") ? 0 : Self.escapeLengths[rest.first ?? 0] ?? 0
      guard digits > 0 else {
        text.append(Unicode.Scalar(byte))
        continue
      }
      let code = String(decoding: rest.dropFirst().prefix(digits), as: UTF8.self)
      guard let scalar = UInt32(code, radix: 16).flatMap(Unicode.Scalar.init), code.count == digits
      else {
        throw problem(found: "the escape \(quoted(code))", expected: "a character's code")
      }
      text.append(scalar)
      rest = rest.dropFirst(1 + digits)
    }
    return String(text)
  }

  /// Hexadecimal digits after `\\u` and `\\U`.
  private static let escapeLengths: [UInt8: Int] = [
    UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8,
  ]

  private mutating func text(_ count: Int) throws(Problem) -> String { try utf8(try take(count)) }

  private func utf8(_ range: Range<Int>) throws(Problem) -> String {
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw problem(found: "text that is not UTF-8", expected: "UTF-8")
    }
    return text
  }

  /// Little-endian; beyond what a file can hold becomes that.
  private mutating func unsigned(_ width: Int) throws(Problem) -> Int {
    let word = try take(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) }
    return Int(min(word, UInt64(Int.max)))
  }

  private mutating func byte() throws(Problem) -> UInt8 {
    guard position < limit else {
      throw problem(found: "the end of the file", expected: "more of the pickle")
    }
    position += 1
    return bytes[position - 1]
  }

  private mutating func take(_ count: Int) throws(Problem) -> Range<Int> {
    guard count <= limit - position else {
      throw problem(
        found: "\(limit - position) bytes before the end", expected: "\(count) more")
    }
    position += count
    return position - count..<position
  }

  private func problem(found: String, expected: String) -> Problem {
    Problem(offset: position, found: found, expected: expected)
  }
}
