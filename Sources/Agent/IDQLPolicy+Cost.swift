import CIDQLKernels

extension IDQLPolicy {
  /// Multiplications and additions of all layers for one action: T + M diffusion steps of N candidates, their
  /// Q by every head, V. What depends on the observation alone counts once; activations and norms do not
  /// count.
  package var operationsPerAction: Int {
    let (perObservation, perCandidate) = network.operations
    let steps = diffusion.steps + options.extraFinalSteps
    var count = perObservation + options.candidateCount * steps * perCandidate
    for head in critic.heads {
      var layers = head.hidden.map(\.dense) + [head.output]
      switch head.first {
      case .split(let observation, let action):
        count += observation.operations
        layers.append(action.dense)
      case .joint(_, let layer): layers.append(layer)
      }
      count += options.candidateCount * layers.reduce(0) { $0 + $1.operations }
    }
    return count + (value.hidden.map(\.dense) + [value.output]).reduce(0) { $0 + $1.operations }
  }
}

extension ScoreNetwork {
  fileprivate var operations: (perObservation: Int, perCandidate: Int) {
    switch body {
    case .residual(let body):
      let layers = [body.action] + body.blocks.flatMap { [$0.expand, $0.project] } + [body.output]
      return (body.observation.operations, layers.reduce(0) { $0 + $1.operations })
    case .plain(let body):
      return (0, body.layers.reduce(0) { $0 + $1.operations })
    }
  }
}

/// Takes `rounds` rounds of independent single-precision multiply-adds in registers: the most that one
/// thread of this processor can do.
///
/// - Returns: the multiplications and additions done, and a number that depends on all of them.
package func multiplyAddRounds(_ rounds: Int) -> (operations: Int, sum: Float) {
  (rounds * kernels.multiply_add_operations, kernels.multiply_adds(rounds, 0.5))
}
