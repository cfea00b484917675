import IDQLSpelling
import IDQLTensors

/// The named weights of a checkpoint, independent of its file format.
struct ParameterTree {
  let file: String
  let tensors: [String: SharedFloats]

  init(file: String, tensors: [String: SharedFloats]) {
    self.file = file
    self.tensors = tensors
  }

  init(_ file: TensorFile) throws(TensorFileError) {
    var tensors: [String: SharedFloats] = [:]
    for name in file.names { tensors[name] = try file.sharedFloats(name) }
    self.init(file: file.name, tensors: tensors)
  }

  func contains(_ name: String) -> Bool { tensors[name] != nil }

  /// A tensor whose shape matches `pattern`, every element finite.
  ///
  /// - Parameter pattern: one entry per axis; nil accepts any length but zero.
  func tensor(_ name: String, _ pattern: [Int?]) throws(CheckpointError) -> SharedFloats {
    guard let tensor = tensors[name] else {
      let closest = closestName(to: name, in: tensors.keys.sorted())
      throw CheckpointError(file: file, .missingTensor(name, closest: closest))
    }
    let matches =
      tensor.shape.count == pattern.count
      && zip(tensor.shape, pattern).allSatisfy { $0 > 0 && ($1 == nil || $0 == $1) }
    guard matches else {
      let lengths = pattern.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
      throw CheckpointError(
        file: file, .shape(tensor: name, found: tensor.shape, expected: "[\(lengths)]"))
    }
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

  /// `name.Dense_0`, `name.Dense_1`, … as many as there are, at least one.
  func layers(_ name: String, inputs: Int? = nil) throws(CheckpointError) -> [Dense] {
    var layers: [Dense] = []
    repeat {
      let (kernel, bias) = try dense(
        "\(name).Dense_\(layers.count)", inputs: layers.last?.outputCount ?? inputs)
      layers.append(Dense(kernel: kernel, bias: bias))
    } while contains("\(name).Dense_\(layers.count).kernel")
    return layers
  }

  /// A layer normalisation, if the checkpoint has it.
  func layerNorm(_ name: String, width: Int) throws(CheckpointError) -> LayerNorm? {
    guard contains("\(name).scale") else { return nil }
    return LayerNorm(
      scale: try tensor("\(name).scale", [width]), bias: try tensor("\(name).bias", [width]))
  }

  /// How many numbers all tensors under `prefix` hold.
  func parameterCount(under prefix: String) -> Int {
    tensors.reduce(0) { $1.key.hasPrefix(prefix) ? $0 + $1.value.count : $0 }
  }
}
