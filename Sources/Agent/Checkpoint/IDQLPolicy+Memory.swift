import IDQLTensors

// An agent in training acts without going through a file.
extension IDQLPolicy {
  /// The agent with those weights, named as in a checkpoint.
  package init(
    _ tensors: [NamedTensor], metadata: [String: String]
  ) throws(CheckpointError) {
    try self.init(ParameterTree(tensors), metadata: metadata, stated: StatedSettings())
  }

  /// The same actor, with critic and value network of other weights.
  package func judged(by tensors: [NamedTensor]) throws(CheckpointError) -> IDQLPolicy {
    let tree = ParameterTree(tensors)
    return IDQLPolicy(
      description: description, options: options, network: network,
      critic: try tree.critic(observationCount: observationCount, actionCount: actionCount),
      value: try tree.valueNetwork(observationCount: observationCount), diffusion: diffusion,
      normalization: normalization)
  }
}

extension ParameterTree {
  fileprivate init(_ tensors: [NamedTensor]) {
    let views = tensors.compactMap { tensor -> (String, TensorView)? in
      guard case .floats(let values) = tensor.values else { return nil }
      let storage = values.withUnsafeBytes { ByteStorage(copying: $0) }
      return TensorView(
        shape: tensor.shape, type: .float32, storage: storage, range: 0..<storage.bytes.count
      ).map { (tensor.name, $0) }
    }
    self.init(
      file: "the agent in training", StoredTree(Dictionary(uniqueKeysWithValues: views)))
  }
}
