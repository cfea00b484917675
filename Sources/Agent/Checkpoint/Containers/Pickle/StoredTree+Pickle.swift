import IDQLTensors

/// Where the elements of PyTorch's tensors lie.
struct TorchStorages {
  var isBigEndian = false
  /// The bytes of a storage by its key.
  var bytes: (String) -> (storage: ByteStorage, range: Range<Int>)?

  init(
    isBigEndian: Bool = false,
    _ bytes: @escaping (String) -> (storage: ByteStorage, range: Range<Int>)? = { _ in nil }
  ) {
    (self.isBigEndian, self.bytes) = (isBigEndian, bytes)
  }
}

extension StoredTree {
  /// The values of a pickle under their keys, indices and attributes; the arrays of NumPy, JAX and
  /// PyTorch as arrays.
  ///
  /// - Parameter storages: where PyTorch's tensors lie; none in a plain pickle.
  init(
    _ pickle: Pickle, _ storages: TorchStorages = TorchStorages()
  ) throws(Pickle.Problem) {
    self.init([:])
    var reader = PickledValues(pickle: pickle, storages: storages)
    do throws(Problem) {
      try reader.add(pickle.root, at: "", depth: 0)
    } catch {
      let found =
        switch error {
        case .secondEntry(let path): "two values of the key \(quoted(path))"
        case .tooMany: "more than \(Self.entryLimit) values"
        case .tooLong: "keys of more than \(Self.pathLimit) bytes together"
        }
      throw Pickle.Problem(offset: pickle.end, found: found, expected: "a policy")
    }
    self = reader.tree
  }
}

/// Walks a pickle's objects and collects what they hold.
private struct PickledValues {
  let pickle: Pickle
  let storages: TorchStorages
  var tree = StoredTree()
  /// Objects on the way from the root, which may hold themselves.
  private var way: Set<Int> = []
  /// One object may be reached on many ways.
  private var visits = 0
  private static let visitLimit = 1 << 18

  init(pickle: Pickle, storages: TorchStorages) {
    self.pickle = pickle
    self.storages = storages
  }

  mutating func add(
    _ value: Pickle.Value, at path: String, depth: Int
  ) throws(StoredTree.Problem) {
    visits += 1
    guard visits < Self.visitLimit else { throw .tooMany }
    switch value {
    case .nothing: try tree.insert(.nothing, at: path)
    case .flag(let flag): try tree.insert(.flag(flag), at: path)
    case .integer(let number): try tree.insert(.integer(number), at: path)
    case .wide: try tree.insert(.other("an integer beyond 2^63"), at: path)
    case .number(let number): try tree.insert(.number(number), at: path)
    case .text(let text): try tree.insert(.text(text), at: path)
    case .bytes(let range): try tree.insert(.other("\(range.count) bytes"), at: path)
    case .global(let name): try tree.insert(.other(quoted(name)), at: path)
    case .object(let index):
      if let tensor = pickle.tensor(value, storages) {
        try tree.insert(tensor, at: path)
      } else if let type = pickle.foreignElements(value) {
        try tree.insert(.foreignArray(type), at: path)
      } else if way.contains(index) || depth == StoredTree.depthLimit {
        try tree.insert(.other("an object that is not followed"), at: path)
      } else {
        way.insert(index)
        try addParts(of: value, pickle.objects[index], at: path, depth: depth + 1)
        way.remove(index)
      }
    }
  }

  private mutating func addParts(
    of value: Pickle.Value, _ object: Pickle.Object, at path: String, depth: Int
  ) throws(StoredTree.Problem) {
    let stated = object.state.flatMap(pickle.pairs)
    if let pairs = pickle.pairs(value) ?? stated ?? (object.pairs.isEmpty ? nil : object.pairs) {
      // as in Python, the last of equal keys counts, in the place of the first
      var latest: [String: Pickle.Value] = [:]
      var order: [String] = []
      for (key, value) in pairs {
        guard let name = pickle.name(key) else { continue }
        if latest.updateValue(value, forKey: name) == nil { order.append(name) }
      }
      for name in order {
        guard let value = latest[name] else { continue }
        try add(value, at: StoredTree.path(path, name), depth: depth)
      }
    } else if object.kind == .persistent {
      try tree.insert(.other("something kept elsewhere"), at: path)
    } else {
      let items =
        object.kind == .call && object.items.isEmpty
        ? pickle.list(object.arguments) ?? [] : object.items
      guard items.count <= StoredTree.listLimit else {
        return try tree.insert(.other("a list of \(items.count)"), at: path)
      }
      for (index, item) in items.enumerated() {
        try add(item, at: StoredTree.path(path, "\(index)"), depth: depth)
      }
    }
  }
}

extension Pickle {
  /// A dictionary's key as a part of a path: a text, a whole number, or a tuple of these, as flax's
  /// `flatten_dict` makes them; nil for others.
  fileprivate func name(_ key: Value) -> String? {
    if let name = key.text ?? key.integer.map(String.init) { return name }
    guard let parts = list(key), !parts.isEmpty else { return nil }
    let names = parts.compactMap { $0.text ?? $0.integer.map(String.init) }
    return names.count == parts.count ? names.joined(separator: ".") : nil
  }
}

// MARK: - Arrays

extension Pickle {
  /// The array that a call makes, if it is one of NumPy's, JAX's or PyTorch's.
  func tensor(_ value: Value, _ storages: TorchStorages = TorchStorages()) -> TensorView? {
    guard let object = self[value], object.kind == .call, let function = object.function.global,
      let arguments = list(object.arguments)
    else { return nil }
    switch function {
    case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct":
      return object.state.flatMap(array)
    case "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar":
      guard arguments.count == 2, let (type, isBig) = elementType(arguments[0]) else { return nil }
      return view(of: arguments[1], [], type, isBig)
    case "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer":
      guard arguments.count == 4, let (type, isBig) = elementType(arguments[1]),
        let shape = shape(arguments[2])
      else { return nil }
      return view(of: arguments[0], shape, type, isBig, isColumnMajor: arguments[3].text == "F")
    case "jax._src.array._reconstruct_array", "jax._src.device_array.reconstruct_device_array":
      // the NumPy function, its arguments and its state
      return arguments.count >= 3 ? array(arguments[2]) : nil
    case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor":
      return torchTensor(arguments, storages)
    case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state":
      // its tensor; a parameter of a parameter is none
      guard let first = arguments.first, let data = self[first],
        data.function.global?.hasPrefix("torch._utils._rebuild_tensor") == true,
        let arguments = list(data.arguments)
      else { return nil }
      return torchTensor(arguments, storages)
    default: return nil
    }
  }

  /// (version, shape, dtype, whether column-major, bytes), the state of a NumPy array.
  private func array(_ state: Value) -> TensorView? {
    guard let parts = list(state), parts.count == 5, let shape = shape(parts[1]),
      let (type, isBig) = elementType(parts[2])
    else { return nil }
    return view(of: parts[4], shape, type, isBig, isColumnMajor: parts[3].flag ?? false)
  }

  private func view(
    of bytes: Value, _ shape: [Int], _ type: ElementType, _ isBigEndian: Bool,
    isColumnMajor: Bool = false
  ) -> TensorView? {
    var strides: [Int]?
    if isColumnMajor {
      var stride = 1
      strides = []
      for length in shape {
        strides?.append(stride)
        let (product, overflow) = stride.multipliedReportingOverflow(by: max(length, 1))
        if overflow { return nil }
        stride = product
      }
    }
    func view(_ storage: ByteStorage, _ range: Range<Int>) -> TensorView? {
      TensorView(
        shape: shape, strides: strides, type: type, isBigEndian: isBigEndian, storage: storage,
        range: range)
    }
    switch bytes {
    case .bytes(let range): return view(storage, range)
    case .object:
      // Python 3 writes bytes for protocol 2 as text, a character for each
      guard let call = self[bytes], call.function.global == "_codecs.encode",
        let text = list(call.arguments)?.first?.text
      else { return nil }
      let latin = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
      return view(latin.withUnsafeBytes { ByteStorage(copying: $0) }, 0..<latin.count)
    default: return nil
    }
  }

  private func shape(_ value: Value) -> [Int]? {
    guard let items = list(value), items.count <= 16 else { return nil }
    let shape = items.compactMap(\.integer)
    return shape.count == items.count && shape.allSatisfy { $0 >= 0 } ? shape : nil
  }

  /// Of a NumPy dtype: numpy.dtype(name, …) with the state (version, byte order, …).
  private func elementType(_ value: Value) -> (ElementType, isBigEndian: Bool)? {
    guard let object = self[value], object.function.global == "numpy.dtype",
      let name = list(object.arguments)?.first
    else { return nil }
    let isBig = object.state.flatMap(list)?.dropFirst().first?.text == ">"
    if case .global(let global) = name {
      return global == "ml_dtypes.bfloat16" ? (.bfloat16, isBig) : nil
    }
    let types: [String: ElementType] = [
      "f2": .float16, "f4": .float32, "f8": .float64, "b1": .bool, "u1": .uint8, "i1": .int8,
      "u2": .uint16, "i2": .int16, "u4": .uint32, "i4": .int32, "u8": .uint64, "i8": .int64,
    ]
    return name.text.flatMap { types[$0] }.map { ($0, isBig) }
  }

  /// (storage, offset, size, strides, …), where the storage is kept elsewhere by
  /// ('storage', type, key, device, count).
  private func torchTensor(_ arguments: [Value], _ storages: TorchStorages) -> TensorView? {
    guard arguments.count >= 4, let kept = self[arguments[0]], kept.kind == .persistent,
      let id = list(kept.function), id.count >= 5, id[0].text == "storage",
      let type = id[1].global.flatMap({ Self.storageTypes[$0] }), let key = id[2].text,
      let offset = arguments[1].integer, let shape = shape(arguments[2]),
      let strides = shape.isEmpty ? [] : self.shape(arguments[3]),
      let (storage, range) = storages.bytes(key)
    else { return nil }
    return TensorView(
      shape: shape, strides: strides, type: type, isBigEndian: storages.isBigEndian,
      storage: storage, range: range, offset: offset)
  }

  /// The type of a PyTorch tensor's elements, if it is one that is not read.
  fileprivate func foreignElements(_ value: Value) -> String? {
    guard let object = self[value], object.kind == .call,
      object.function.global?.hasPrefix("torch._utils._rebuild_tensor") == true,
      let kept = list(object.arguments)?.first.flatMap({ self[$0] }), kept.kind == .persistent,
      let id = list(kept.function), id.count >= 5, id[0].text == "storage",
      let type = id[1].global, Self.storageTypes[type] == nil
    else { return nil }
    return type
  }

  /// Bytes of each element of a storage, by its type's name; nil for an unknown one.
  static func storageElementSize(_ type: String) -> Int? {
    // of a storage without a type the number of bytes is stored
    let foreign = [
      "torch.ComplexFloatStorage": 8, "torch.ComplexDoubleStorage": 16,
      "torch.storage.UntypedStorage": 1, "torch.UntypedStorage": 1,
    ]
    return storageTypes[type]?.size ?? foreign[type]
  }

  static let storageTypes: [String: ElementType] = [
    "torch.FloatStorage": .float32, "torch.DoubleStorage": .float64,
    "torch.HalfStorage": .float16, "torch.BFloat16Storage": .bfloat16,
    "torch.LongStorage": .int64, "torch.IntStorage": .int32, "torch.ShortStorage": .int16,
    "torch.CharStorage": .int8, "torch.ByteStorage": .uint8, "torch.BoolStorage": .bool,
  ]
}
