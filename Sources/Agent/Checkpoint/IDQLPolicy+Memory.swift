import IDQLTensors

// An agent in training acts without going through a file.
extension IDQLPolicy {
  /// The agent with those weights, named as in a checkpoint.
  package init(
    _ tensors: [NamedTensor], metadata: [String: String]
  ) throws(CheckpointError) {
    try self.init(ParameterTree(tensors), metadata: metadata)
  }

  /// The same actor, with critic and value network of other weights.
  package func judged(by tensors: [NamedTensor]) throws(CheckpointError) -> IDQLPolicy {
    let tree = ParameterTree(tensors)
    return IDQLPolicy(
      description: description, options: options, network: network,
      critic: try tree.critic(observationCount: observationCount, actionCount: actionCount),
      value: try tree.valueNetwork(observationCount: observationCount), schedule: schedule)
  }
}

extension ParameterTree {
  fileprivate init(_ tensors: [NamedTensor]) {
    let floats = tensors.compactMap { tensor -> (String, SharedFloats)? in
      guard case .floats(let values) = tensor.values else { return nil }
      return (tensor.name, SharedFloats(shape: tensor.shape, copying: values))
    }
    self.init(
      file: "the agent in training", tensors: Dictionary(uniqueKeysWithValues: floats))
  }
}
