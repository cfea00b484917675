import IDQLSpelling
import IDQLTensors

/// The named weights of a checkpoint, whatever container they came in, or those of one network. Keeps
/// account of what was asked for: what is left under a network that acts would have changed its output.
struct ParameterTree {
  let file: String
  /// Names are looked up under it; empty, or ends with a dot.
  let prefix: String
  private let stored: StoredTree
  private let account: Account

  /// What was asked for, by all parts of the tree.
  private final class Account {
    var used: Set<String> = []
  }

  init(file: String, _ stored: StoredTree) {
    self.file = file
    self.stored = stored
    prefix = ""
    account = Account()
  }

  private init(_ tree: ParameterTree, prefix: String) {
    (file, stored, account) = (tree.file, tree.stored, tree.account)
    self.prefix = prefix
  }

  /// The part under `name.`.
  func part(_ name: String) -> ParameterTree { ParameterTree(self, prefix: "\(prefix)\(name).") }

  /// Names of all tensors under the prefix, without it, sorted.
  var names: [String] {
    stored.tensors.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
      .sorted()
  }

  func contains(_ name: String) -> Bool { stored.tensors[prefix + name] != nil }

  /// Length of each axis of a tensor; nil if there is none.
  func shape(_ name: String) -> [Int]? { stored.tensors[prefix + name]?.shape }

  /// A value that is no tensor of several elements; nil if there is none.
  func scalar(_ name: String) -> StoredTree.Scalar? {
    if let scalar = stored.scalars[prefix + name] {
      account.used.insert(prefix + name)
      return scalar
    }
    guard let tensor = stored.tensors[prefix + name], tensor.count == 1 else { return nil }
    account.used.insert(prefix + name)
    let number = tensor.numbers(as: Double.self)[0]
    if tensor.type == .bool { return .flag(number != 0) }
    // the largest of 64 bits is rounded to one that no integer is
    let integer = tensor.type.isFloatingPoint ? nil : Int(exactly: number)
    return integer.map(StoredTree.Scalar.integer) ?? .number(number)
  }

  /// A tensor whose shape matches `pattern`, every element finite.
  ///
  /// - Parameter pattern: one entry per axis; nil accepts any length but zero.
  func tensor(_ name: String, _ pattern: [Int?]) throws(CheckpointError) -> SharedFloats {
    let name = prefix + name
    if let problem = foreignProblem(name) { throw problem }
    guard let view = stored.tensors[name] else {
      let closest = closestName(to: name, in: stored.tensors.keys.sorted())
      throw CheckpointError(file: file, .missingTensor(name, closest: closest))
    }
    let matches =
      view.shape.count == pattern.count
      && zip(view.shape, pattern).allSatisfy { $0 > 0 && ($1 == nil || $0 == $1) }
    guard matches else {
      let lengths = pattern.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
      throw CheckpointError(
        file: file, .shape(tensor: name, found: view.shape, expected: "[\(lengths)]"))
    }
    account.used.insert(name)
    let tensor = view.sharedFloats()
    for (index, value) in tensor.values.enumerated() where !value.isFinite {
      throw CheckpointError(file: file, .notFinite(tensor: name, index: index, found: value))
    }
    return tensor
  }

  /// Kernel (inputs, outputs) and bias (outputs) of a flax dense layer.
  func dense(
    _ name: String, inputs: Int? = nil, outputs: Int? = nil
  ) throws(CheckpointError) -> (kernel: SharedFloats, bias: SharedFloats) {
    let kernel = try tensor("\(name).kernel", [inputs, outputs])
    return (kernel, try tensor("\(name).bias", [kernel.shape[1]]))
  }

  /// `name.Dense_0`, `name.Dense_1`, … (or `Dense_0` … without a name), as many as there are, at least
  /// one.
  func layers(_ name: String, inputs: Int? = nil) throws(CheckpointError) -> [Dense] {
    var layers: [Dense] = []
    repeat {
      let (kernel, bias) = try dense(
        StoredTree.path(name, "Dense_\(layers.count)"),
        inputs: layers.last?.outputCount ?? inputs)
      layers.append(Dense(kernel: kernel, bias: bias))
    } while contains("\(StoredTree.path(name, "Dense_\(layers.count)")).kernel")
    return layers
  }

  /// A layer normalisation, if the checkpoint has it.
  func layerNorm(_ name: String, width: Int) throws(CheckpointError) -> LayerNorm? {
    guard contains("\(name).scale") else { return nil }
    return LayerNorm(
      scale: try tensor("\(name).scale", [width]), bias: try tensor("\(name).bias", [width]))
  }

  // MARK: Accounts

  /// The tensors under the prefix that were asked for, without it, by name.
  var usedTensors: [(name: String, values: TensorView)] {
    names.compactMap { name in
      guard account.used.contains(prefix + name), let view = stored.tensors[prefix + name] else {
        return nil
      }
      return (name, view)
    }
  }

  /// How many numbers the tensors under the prefix hold that were asked for.
  var usedParameterCount: Int {
    stored.tensors.reduce(0) {
      $1.key.hasPrefix(prefix) && account.used.contains($1.key) ? $0 + $1.value.count : $0
    }
  }

  /// Refuses a tensor under the prefix that nobody asked for.
  ///
  /// - Parameter allowed: whether a name under the prefix may stay unused.
  func requireAllUsed(except allowed: (String) -> Bool = { _ in false }) throws(CheckpointError) {
    for name in names where !account.used.contains(prefix + name) && !allowed(name) {
      throw CheckpointError(
        file: file, .unusedTensor(prefix + name, shape: shape(name) ?? []))
    }
    for name in stored.foreignArrays where name.hasPrefix(prefix) {
      if !allowed(String(name.dropFirst(prefix.count))), let problem = foreignProblem(name) {
        throw problem
      }
    }
  }

  /// Why an array cannot be used, by its name in the whole file; nil unless it is of a type that is not read.
  private func foreignProblem(_ name: String) -> CheckpointError? {
    guard case .foreignArray(let type) = stored.scalars[name] else { return nil }
    return CheckpointError(
      file: file,
      .mismatch(
        tensor: name, found: "elements of type \(quoted(type))",
        expected: "numbers of 8 to 64 bits that are not complex"))
  }

  /// All tensors that nobody asked for, put together by the first part of their names.
  var unused: [PolicyDescription.Unused] {
    var groups: [String: PolicyDescription.Unused] = [:]
    for (name, tensor) in stored.tensors where !account.used.contains(name) {
      let parts = name.split(separator: ".")
      // an optimizer's state, or the parameters of a network, within a whole agent
      let depth = min(parts.first == "agent" ? 3 : 2, max(parts.count - 1, 1))
      let group = parts.prefix(depth).joined(separator: ".")
      groups[group, default: .init(name: group, tensorCount: 0, parameterCount: 0)].add(
        tensor.count)
    }
    return groups.values.sorted { $0.name < $1.name }
  }

  /// Names of the single values in the whole file that nobody asked for and that say something, sorted.
  var unusedScalars: [String] {
    let scalars = stored.scalars.filter {
      $0.value != .nothing && $0.value != .flag(false) && !$0.value.isForeignArray
    }
    let single = stored.tensors.filter { $0.value.count <= 1 }
    return (Array(scalars.keys) + single.keys).filter { !account.used.contains($0) }.sorted()
  }

  /// Names of the arrays in the whole file, but for those of a single element, that nobody asked for, sorted.
  var unusedArrays: [String] {
    let arrays = stored.tensors.filter { $0.value.count > 1 && !account.used.contains($0.key) }
    return (Array(arrays.keys) + stored.foreignArrays).sorted()
  }

  /// What an array is, by its name in the whole file: `shape [11]`, or its type if that is not read.
  func kind(ofArray name: String) -> String {
    if case .foreignArray(let type) = stored.scalars[name] { return "type \(quoted(type))" }
    return "shape \(stored.tensors[name]?.shape ?? [])"
  }
}

extension ParameterTree {
  /// The parameters of a network of a whole agent or of a file of parameters: under `NAME.params.`, as
  /// flax's `TrainState` has them, or under `NAME.`.
  func network(_ name: String) -> ParameterTree {
    let inState = part("\(name).params")
    return inState.names.isEmpty ? part(name) : inState
  }

  /// Refuses anything under the network that was not used, but for what training keeps beside the
  /// parameters.
  func requireNetworkUsed(_ name: String) throws(CheckpointError) {
    try part(name).requireAllUsed { name in
      ["opt_state.", "step"].contains { name.hasPrefix($0) }
    }
  }
}
