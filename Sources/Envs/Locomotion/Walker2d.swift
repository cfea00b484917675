extension LocomotionTask {
  /// Gym's Walker2d, versions 2 to 5: forward speed, kept upright. Version 5 also has another foot.
  ///
  /// Source: Gymnasium 1.4.0, `envs/mujoco/walker2d_v4.py`, `walker2d_v5.py`; Gym 0.21,
  /// `walker2d.py`.
  static func walker2d(version: Int) -> LocomotionTask {
    LocomotionTask(
      model: version < 5 ? "walker2d" : "walker2d_v5", substeps: 4, controlCostWeight: 0.001,
      observedSpeedLimit: 10,
      health: Health(
        bonus: 1, bonusIncludesFailure: version < 5,
        height: Bounds(lower: 0.8, upper: 2),
        pitch: Bounds(lower: -1, upper: 1)),
      startNoise: StartNoise(scale: 0.005, velocity: .uniform))
  }
}
