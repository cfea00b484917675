import IDQLTensors

/// What a file holds, as data: arrays and single values under their keys, joined by dots.
///
/// Every container (safetensors, msgpack, pickle, PyTorch's archives) is read into one of these, and
/// every kind of policy is read out of one.
struct StoredTree {
  /// A value that is no array.
  enum Scalar: Equatable {
    case nothing
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    /// An array whose elements are none of the types that are read, by the name of their type.
    case foreignArray(String)
    /// Something that no policy needs, such as a function's name.
    case other(String)
  }

  private(set) var tensors: [String: TensorView] = [:]
  private(set) var scalars: [String: Scalar] = [:]

  /// More than an agent with its optimizers holds; what is longer or deeper is no policy, and would
  /// take memory out of proportion to the file.
  static let (entryLimit, pathLimit, depthLimit) = (65_536, 1024, 32)
  /// Lists of single values beyond this length are one entry.
  static let listLimit = 1024

  /// Why an entry cannot be added.
  enum Problem: Error {
    case secondEntry(String)
    case tooMany
    case tooLong
  }

  mutating func insert(_ tensor: TensorView, at path: String) throws(Problem) {
    try reserve(path)
    tensors[path] = tensor
  }

  mutating func insert(_ scalar: Scalar, at path: String) throws(Problem) {
    try reserve(path)
    scalars[path] = scalar
  }

  private func reserve(_ path: String) throws(Problem) {
    if tensors[path] != nil || scalars[path] != nil { throw .secondEntry(path) }
    if path.utf8.count > Self.pathLimit { throw .tooLong }
    if tensors.count + scalars.count >= Self.entryLimit { throw .tooMany }
  }

  static func path(_ parent: String, _ key: String) -> String {
    parent.isEmpty ? key : "\(parent).\(key)"
  }

  /// Puts arrays together that flax stored in pieces: a map of `__msgpack_chunked_array__`, `shape`
  /// and flat `chunks`, each of the last two a list or a map from "0" on.
  ///
  /// - Returns: the path of the first whose pieces do not make its shape; nil if all do.
  mutating func joinChunks() -> String? {
    let mark = ".__msgpack_chunked_array__"
    for path in scalars.keys.filter({ $0.hasSuffix(mark) }).map({ String($0.dropLast(mark.count)) })
      .sorted()
    {
      var shape: [Int] = []
      while case .integer(let length) = scalars["\(path).shape.\(shape.count)"] {
        scalars["\(path).shape.\(shape.count)"] = nil
        shape.append(length)
      }
      var values: [Float] = []
      var count = 0
      while let chunk = tensors["\(path).chunks.\(count)"] {
        values += chunk.numbers(as: Float.self)
        tensors["\(path).chunks.\(count)"] = nil
        count += 1
      }
      let storage = values.withUnsafeBytes { ByteStorage(copying: $0) }
      let view = TensorView(
        shape: shape, type: .float32, storage: storage, range: 0..<4 * values.count)
      guard let view, view.count == values.count, count > 0, tensors[path] == nil else {
        return path
      }
      scalars["\(path)\(mark)"] = nil
      tensors[path] = view
    }
    return nil
  }
}

extension StoredTree {
  /// Everything under names without dots of their own meaning.
  init(_ file: TensorFile) throws(TensorFileError) {
    for name in file.names {
      if let type = try file.foreignType(name) {
        scalars[name] = .foreignArray(type)
      } else {
        tensors[name] = try file.view(name)
      }
    }
  }

  init(_ tensors: [String: TensorView]) { self.tensors = tensors }

  /// The same single values with other arrays.
  mutating func replaceTensors(_ tensors: [String: TensorView]) { self.tensors = tensors }
}

extension StoredTree {
  /// Names of the arrays that cannot be read, sorted.
  var foreignArrays: [String] { scalars.filter(\.value.isForeignArray).keys.sorted() }
}

extension StoredTree.Scalar {
  var isForeignArray: Bool { if case .foreignArray = self { true } else { false } }

  var integer: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// For messages.
  var text: String {
    switch self {
    case .nothing: "null"
    case .flag(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): quoted(value)
    case .foreignArray(let type): "an array of \(quoted(type))"
    case .other(let what): what
    }
  }
}
