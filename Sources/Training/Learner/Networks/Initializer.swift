import IDQLRandom

/// The distribution of a parameter before training.
package enum Initializer {
  case zeros
  case ones
  case normal(Double)
  /// Uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010, eq. 16).
  case xavierUniform
  /// Normal, cut off at two standard deviations, of variance 1 / inputs (LeCun et al. 1998, §4.6;
  /// flax `lecun_normal`).
  case lecunNormal
  /// Uniform in ±1 / √inputs of the layer, weights and biases alike (PyTorch `nn.Linear`).
  case inputUniform(Int)

  /// Draws the next value of a tensor; `shape` ends in inputs and outputs.
  func draw(_ shape: [Int], _ generator: inout NumPyGenerator) -> Float {
    switch self {
    case .zeros: return 0
    case .ones: return 1
    case .normal(let deviation): return Float(deviation * generator.standardNormal())
    case .xavierUniform:
      let limit = (6 / Double(shape.suffix(2).reduce(0, +))).squareRoot()
      return Float(generator.uniform(-limit, limit))
    case .inputUniform(let inputs):
      let limit = 1 / Double(inputs).squareRoot()
      return Float(generator.uniform(-limit, limit))
    case .lecunNormal:
      var value = generator.standardNormal()
      while abs(value) > 2 { value = generator.standardNormal() }
      // the standard deviation of what is left of a normal distribution between -2 and 2
      let left = 0.87962566103423978
      return Float(value / left / Double(shape[shape.count - 2]).squareRoot())
    }
  }
}
