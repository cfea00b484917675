import IDQLPhysics

/// An environment whose step is divided into what precedes the physics, the time steps of its
/// simulation, and what follows them.
///
/// `step` is implemented by these, and a `VectorEnvironment` takes the time steps of several
/// simulations together, in the lanes of vector registers.
public protocol DividedEnvironment: Environment {
  /// Applies an action (length `spec.actionCount`) before the physics: usually it sets the
  /// controls.
  ///
  /// - Returns: whether the simulation has to take `spec.substeps` time steps before `finish`; if
  ///   false it takes none.
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
