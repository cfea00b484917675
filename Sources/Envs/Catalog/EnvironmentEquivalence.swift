/// What two ids have in common if a recording of one is a recording of the other as well.
package struct EnvironmentEquivalence: Hashable, Sendable {
  /// Identifies the robot and its surroundings: equal states and controls lead to equal states.
  package var mechanics: String
  /// Identifies observations, rewards and ends, which are equal too, for actions in -1 ... 1 and
  /// the same goal.
  package var rules: String
}
