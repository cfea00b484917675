import IDQLTensors

/// A Python pickle read as data: its opcodes (documented in CPython's `Lib/pickletools.py`) make plain
/// values; the name of a function or class stays a name, and the call of one a node with its arguments.
/// Nothing is ever imported or executed, so that what a pickle would do elsewhere does not matter here.
///
/// Objects lie in one array and refer to each other by index: neither the depth of their nesting nor a
/// cycle costs stack.
struct Pickle {
  /// Something on the machine's stack, or a part of an object.
  enum Value {
    case nothing
    case flag(Bool)
    case integer(Int)
    /// An integer beyond 64 bits, in its little-endian bytes.
    case wide([UInt8])
    case number(Double)
    case text(String)
    /// Where bytes lie in the storage.
    case bytes(Range<Int>)
    /// Module and name of a function or class, joined by a dot.
    case global(String)
    /// Index in `objects`.
    case object(Int)
  }

  /// Something made of others.
  struct Object {
    enum Kind {
      case list
      case dictionary
      /// A call of `function` with `arguments`, which makes an object.
      case call
      /// What the reader's owner keeps elsewhere, by its key `function`.
      case persistent
    }

    var kind: Kind
    var function = Value.nothing
    var arguments = Value.nothing
    /// What `__setstate__` was given.
    var state: Value?
    /// Of a list; or appended to the object.
    var items: [Value] = []
    /// Of a dictionary; or set as the object's items.
    var pairs: [(key: Value, value: Value)] = []
  }

  let storage: ByteStorage
  private(set) var objects: [Object] = []
  private(set) var root = Value.nothing
  /// Where the pickle ends in the storage.
  private(set) var end: Int

  /// More than any policy needs; a larger pickle takes memory out of proportion to its size.
  static let (objectLimit, valueLimit) = (1 << 20, 1 << 22)

  /// What is wrong at that byte of the storage.
  struct Problem: Error, Equatable {
    var offset: Int
    var found: String
    var expected: String
  }

  /// Reads one pickle that begins where `range` does.
  init(_ storage: ByteStorage, _ range: Range<Int>) throws(Problem) {
    self.storage = storage
    end = range.lowerBound
    var machine = PickleMachine(storage, range)
    root = try machine.run()
    objects = machine.objects
    end = machine.position
  }

  /// The object, if the value is one.
  subscript(value: Value) -> Object? {
    guard case .object(let index) = value else { return nil }
    return objects[index]
  }

  /// The entries of a list or tuple.
  func list(_ value: Value) -> [Value]? {
    guard let object = self[value], object.kind == .list else { return nil }
    return object.items
  }

  /// The pairs of a dictionary, ordered or not.
  func pairs(_ value: Value) -> [(key: Value, value: Value)]? {
    guard let object = self[value] else { return nil }
    switch (object.kind, object.function) {
    case (.dictionary, _): return object.pairs
    case (.call, .global("collections.OrderedDict")):
      let given = list(object.arguments)?.first.flatMap(list) ?? []
      return given.compactMap { pair in
        list(pair).flatMap { $0.count == 2 ? ($0[0], $0[1]) : nil }
      } + object.pairs
    case (.call, .global("flax.core.frozen_dict.FrozenDict")):
      return list(object.arguments)?.first.flatMap { self[$0]?.pairs }
    default: return nil
    }
  }

  /// An entry of a dictionary, or of an object's attributes.
  func member(_ key: String, of value: Value) -> Value? {
    let pairs = pairs(value) ?? self[value]?.state.flatMap(pairs)
    return pairs?.last {
      if case .text(key) = $0.key { true } else { false }
    }?.value
  }
}

extension Pickle.Value {
  var text: String? { if case .text(let text) = self { text } else { nil } }
  var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  var global: String? { if case .global(let name) = self { name } else { nil } }
  var number: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
  var flag: Bool? { if case .flag(let value) = self { value } else { nil } }
}
