import Envs

extension ReferenceScore {
  /// `totalReward` on the scale on which the random reference policy scores 0 and the expert 100
  /// (Fu et al., *D4RL*, 2020, §5; D4RL's own function leaves out the factor 100, its tables do not).
  public func normalized(_ totalReward: Double) -> Double {
    100 * (totalReward - minimum) / (maximum - minimum)
  }
}
