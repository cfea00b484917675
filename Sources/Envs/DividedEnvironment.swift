import IDQLPhysics

/// An environment whose physics may run together with others'. A step is what happens before it,
/// the time steps of the simulation, and what happens after them.
///
/// `step` follows from the other two, and a `VectorEnvironment` takes the time steps of many
/// simulations in the lanes of vector registers.
public protocol DividedEnvironment: Environment {
  /// What an action (length `spec.actionCount`) does before the physics: usually it sets the
  /// controls.
  ///
  /// - Returns: whether the simulation has to take `spec.substeps` time steps before `finish`; else
  ///   none.
  func begin(_ action: [Double]) -> Bool

  /// The outcome of the step that `begin` began.
  func finish() -> Transition
}

extension DividedEnvironment {
  /// `begin`, the time steps if it asks for them, `finish`.
  public func step(_ action: [Double]) -> Transition {
    if begin(action) {
      for _ in 0..<spec.substeps { simulation.step() }
    }
    return finish()
  }

  /// The environment itself.
  public var divided: (any DividedEnvironment)? { self }
}
