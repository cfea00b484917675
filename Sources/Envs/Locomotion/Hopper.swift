extension LocomotionTask {
  /// Gym's Hopper, versions 2 to 5: forward speed, kept upright.
  ///
  /// Source: Gymnasium 1.4.0, `envs/mujoco/hopper_v4.py`, `hopper_v5.py`; Gym 0.21, `hopper.py`.
  static func hopper(version: Int) -> LocomotionTask {
    LocomotionTask(
      model: "hopper", substeps: 4, controlCostWeight: 0.001, observedSpeedLimit: 10,
      health: Health(
        bonus: 1, bonusIncludesFailure: version < 5,
        height: Bounds(lower: 0.7, upper: .infinity),
        pitch: Bounds(lower: -0.2, upper: 0.2),
        restOfState: Bounds(lower: -100, upper: 100)),
      startNoise: StartNoise(scale: 0.005, velocity: .uniform))
  }
}
