// Properties are named as the keys of the file.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import IDQLAgent
import IDQLRandom
import IDQLSpelling
import IDQLTensors
import IDQLTraining

/// The actor of soft actor-critic, which draws its actions or takes their means.
///
/// It reads the learner's current parameters; they must not be trained while it acts.
struct SACActor: Policy {
  let network: Perceptron
  let observationCount: Int
  let actionCount: Int
  /// Whether actions are tanh μ, and no number is drawn.
  let takesMeans: Bool

  init(_ network: Perceptron, takesMeans: Bool = false) {
    self.network = network
    self.takesMeans = takesMeans
    observationCount = network.layers[0].kernel.rows
    actionCount = network.layers[network.layers.count - 1].kernel.columns / 2
  }

  func actions(
    observations: [Double], steps: [Int], noise: inout [NumPyGenerator]
  ) -> [Float] {
    guard !steps.isEmpty else { return [] }
    let pass = pass(observations, rows: steps.count)
    return steps.indices.flatMap { row in
      (0..<actionCount).map { i in
        let normal = pass.output.normal(row, i, of: actionCount)
        return normal.draw(takesMeans ? 0 : noise[row].standardNormalFloat()).action
      }
    }
  }

  /// The network's outputs for those observations.
  func pass(_ observations: [Double], rows: Int) -> PerceptronPass {
    let pass = PerceptronPass(
      network, input: PanelMatrix(rows: rows, columns: observationCount))
    for row in 0..<rows {
      for i in 0..<observationCount {
        pass.input[row, i] = Float(observations[row * observationCount + i])
      }
    }
    network.forward(pass, 0..<rows)
    return pass
  }
}

// MARK: Snapshots

extension SACActor {
  /// Writes a plain actor that `loadPolicy` reads, which takes the mean of every action: tensors
  /// `net.{i}.weight` (out, in) and `net.{i}.bias`; and `deviation.weight` and `deviation.bias`,
  /// which lead from the last hidden layer to log σ, for drawing actions again.
  ///
  /// - Parameter environment: recorded in the file.
  func write(to path: String, environment: String) throws {
    var tensors: [NamedTensor] = []
    for (index, layer) in network.layers.enumerated() {
      let (inputs, outputs) = (layer.kernel.rows, layer.kernel.columns)
      let weights = (0..<outputs).map { column in
        (0..<inputs).map { layer.kernel.value[$0, column] }
      }
      let bias = layer.bias.value.values(rows: 1)
      func add(_ name: String, _ part: Range<Int>) {
        tensors += [
          NamedTensor(
            "\(name).weight", shape: [part.count, inputs],
            .floats(weights[part].flatMap(\.self))),
          NamedTensor("\(name).bias", shape: [part.count], .floats(Array(bias[part]))),
        ]
      }
      if index == network.layers.count - 1 {
        add("net.\(index)", 0..<actionCount)
        add("deviation", actionCount..<outputs)
      } else {
        add("net.\(index)", 0..<outputs)
      }
    }
    let settings = ActorSettings(
      env: environment, obs_dim: observationCount, act_dim: actionCount)
    try writeTensorFile(tensors, metadata: ["policy": settings.jsonText()], to: path)
  }

  /// Reads a file of `write`.
  ///
  /// - Throws: `FileError`, `TensorFileError`, `CollectionError.notAnActor`.
  init(contentsOf path: String) throws {
    let file = try TensorFile(contentsOf: path)
    guard file.contains("deviation.weight") else {
      throw CollectionError.notAnActor(file: path, reason: "it has no tensor deviation.weight")
    }
    var layers: [(weight: Tensor<Float>, bias: Tensor<Float>)] = []
    while file.contains("net.\(layers.count).weight") {
      let name = "net.\(layers.count)"
      layers.append((try file.floats("\(name).weight"), try file.floats("\(name).bias")))
    }
    let deviation = (
      weight: try file.floats("deviation.weight"), bias: try file.floats("deviation.bias")
    )
    guard layers.count >= 2 else {
      throw CollectionError.notAnActor(file: path, reason: "it has \(layers.count) layers")
    }
    let last = layers.count - 1
    layers[last].weight.values += deviation.weight.values
    layers[last].weight.shape[0] *= 2
    layers[last].bias.values += deviation.bias.values

    let widths = layers.dropLast().map { $0.bias.values.count }
    let sizes = [layers[0].weight.shape.last ?? 0] + widths + [layers[last].bias.values.count]
    for (index, layer) in layers.enumerated()
    where layer.weight.shape != [sizes[index + 1], sizes[index]] || sizes.contains(0) {
      throw CollectionError.notAnActor(
        file: path, reason: "net.\(index).weight has the shape \(layer.weight.shape)")
    }
    self.init(
      SoftActorCritic.makeActor(
        observationCount: sizes[0], actionCount: sizes[sizes.count - 1] / 2, widths: widths))
    for (parameters, layer) in zip(network.layers, layers) {
      let inputs = parameters.kernel.rows
      for output in 0..<parameters.kernel.columns {
        for input in 0..<inputs {
          parameters.kernel.value[input, output] = layer.weight.values[output * inputs + input]
        }
        parameters.bias.value[0, output] = layer.bias.values[output]
      }
    }
  }
}

/// The metadata `policy` of a plain actor.
private struct ActorSettings: Encodable {
  var env: String
  var algorithm = "SAC"
  var activation = "relu"
  var squash = true
  var obs_dim: Int
  var act_dim: Int
}
