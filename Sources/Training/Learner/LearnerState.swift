import Foundation
import IDQLRandom
import IDQLSpelling
import IDQLTensors

/// Everything that a learner's continuation depends on, apart from configuration and data: a
/// learner that is restored from it continues to the same bits.
public struct LearnerState: Equatable, Sendable {
  /// By the names of the reference's parameter tree, with dots: parameters under `score_model.`,
  /// `target_score_model.`, `critic.`, `target_critic.` and `value.`; Adam's moments under
  /// `adam_mu.` and `adam_nu.` and the same names.
  package var tensors: [String: Tensor<Float>]
  /// Steps that each network has taken.
  package var steps: StepCounts
  /// The generator of all further draws.
  package var generator: NumPyGenerator

  /// Steps of each network's optimiser.
  package struct StepCounts: Equatable, Sendable {
    /// Of the score network.
    package var actor = 0
    /// Of V.
    package var value = 0
    /// Of all Q heads.
    package var critic = 0
  }

  /// A state of those parts; a learner checks them when it begins with it.
  package init(
    tensors: [String: Tensor<Float>], steps: StepCounts, generator: NumPyGenerator
  ) {
    self.tensors = tensors
    self.steps = steps
    self.generator = generator
  }

  /// Reads what `namedTensors` wrote.
  ///
  /// - Throws: `TensorFileError`, or `LearnerError.state`.
  public init(_ file: TensorFile) throws {
    let counts = try file.integers(Self.stepsName).values
    // a count goes on by one with every step
    let bounds = Bounds(0, 1 << 53)
    guard counts.count == 3, counts.allSatisfy(bounds.contains) else {
      throw LearnerError.state(
        name: Self.stepsName, found: "\(counts.prefix(4))", expected: "three counts, each \(bounds)"
      )
    }
    steps = StepCounts(actor: counts[0], value: counts[1], critic: counts[2])
    let text = try file.integers(Self.generatorName).values.map { UInt8(truncatingIfNeeded: $0) }
    do {
      generator = try JSONDecoder().decode(NumPyGenerator.self, from: Data(text))
    } catch {
      throw LearnerError.state(
        name: Self.generatorName, found: "not a generator", expected: "the JSON of one")
    }
    tensors = [:]
    for name in file.names where name != Self.stepsName && name != Self.generatorName {
      tensors[name] = try file.floats(name)
    }
  }

  /// Everything as tensors, ordered by name: `steps` holds the counts of actor, value network and
  /// critic, `generator` the bytes of its JSON.
  public func namedTensors() throws -> [NamedTensor] {
    let text = [UInt8](try generator.jsonText().utf8)
    let counts = [steps.actor, steps.value, steps.critic].map(Int64.init)
    return tensors.sorted { $0.key < $1.key }.map {
      NamedTensor($0.key, shape: $0.value.shape, .floats($0.value.values))
    } + [
      NamedTensor(Self.stepsName, shape: [3], .integers(counts)),
      NamedTensor(Self.generatorName, shape: [text.count], .bytes(text)),
    ]
  }

  private static let stepsName = "steps"
  private static let generatorName = "generator"
}

extension LearnerState {
  /// What of a parameter an array of the state holds.
  enum Role: CaseIterable {
    case value, average, firstMoment, secondMoment

    /// The array's name.
    func name(of parameter: String) -> String {
      switch self {
      case .value: parameter
      case .average: "target_\(parameter)"
      case .firstMoment: "adam_mu.\(parameter)"
      case .secondMoment: "adam_nu.\(parameter)"
      }
    }

    /// The array; nil for the average of a parameter that has none.
    func matrix(of parameter: Parameter) -> PanelMatrix? {
      switch self {
      case .value: parameter.value
      case .average: parameter.target
      case .firstMoment: parameter.firstMoment
      case .secondMoment: parameter.secondMoment
      }
    }
  }
}

extension LearnerNetworks {
  /// All arrays by name.
  var tensors: [String: Tensor<Float>] { parameters.tensors }

  /// The gradients of the last step, by the parameters' names; empty unless they are recorded.
  var gradients: [String: Tensor<Float>] {
    var tensors: [String: Tensor<Float>] = [:]
    parameters.collect(\.gradient, named: { $0 }, into: &tensors)
    return tensors
  }

  /// The arrays of some parameters, ordered by name.
  func tensors(_ role: LearnerState.Role, of parameters: [Parameter]) -> [NamedTensor] {
    var tensors: [String: Tensor<Float>] = [:]
    parameters.collect(role.matrix, named: role.name, into: &tensors)
    return tensors.sorted { $0.key < $1.key }.map {
      NamedTensor($0.key, shape: $0.value.shape, .floats($0.value.values))
    }
  }

  /// Takes over all arrays.
  ///
  /// - Throws: `LearnerError` for the first tensor that is missing or of another shape.
  func load(_ tensors: [String: Tensor<Float>]) throws(LearnerError) {
    try parameters.load(tensors)
  }
}

extension [Parameter] {
  /// All arrays by name: values, averages and moments.
  package var tensors: [String: Tensor<Float>] {
    var tensors: [String: Tensor<Float>] = [:]
    for role in LearnerState.Role.allCases {
      collect(role.matrix, named: role.name, into: &tensors)
    }
    return tensors
  }

  fileprivate func collect(
    _ matrix: (Parameter) -> PanelMatrix?, named: (String) -> String,
    into tensors: inout [String: Tensor<Float>]
  ) {
    for parameter in self {
      guard let values = matrix(parameter)?.values(rows: parameter.rows) else { continue }
      let place = parameter.place
      let empty = Tensor(
        shape: place.shape, values: [Float](repeating: 0, count: place.shape.reduce(1, *)))
      tensors[named(place.name), default: empty].values.replaceSubrange(
        place.offset..<place.offset + values.count, with: values)
    }
  }

  /// Takes over all arrays.
  ///
  /// - Throws: `LearnerError` for the first tensor that is missing or of another shape.
  package func load(_ tensors: [String: Tensor<Float>]) throws(LearnerError) {
    for parameter in self {
      let place = parameter.place
      for role in LearnerState.Role.allCases {
        guard let matrix = role.matrix(of: parameter) else { continue }
        let name = role.name(of: place.name)
        guard let tensor = tensors[name] else {
          throw .missingTensor(name, closest: closestName(to: name, in: tensors.keys.sorted()))
        }
        guard tensor.shape == place.shape else {
          throw .shape(tensor: name, found: tensor.shape, expected: place.shape)
        }
        for row in 0..<parameter.rows {
          for column in 0..<parameter.columns {
            matrix[row, column] = tensor.values[place.offset + row * parameter.columns + column]
          }
        }
      }
      parameter.transpose()
    }
  }
}
