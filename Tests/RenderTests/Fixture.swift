import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLRender
import TestSupport
import Testing

/// Sessions that the tests look at: a trained agent of few candidates, and tasks of few steps.
enum Fixture {
  static let agentPath = goldenPath("hopper_simple.safetensors", of: "AgentTests")
  static let actorPath = goldenPath("actor_hopper_a2c.safetensors", of: "AgentTests")

  private static let loaded = Result { try loadPolicy(contentsOf: agentPath) }

  /// - Parameter candidates: fewer than the agent's own 64, for speed.
  static func agent(
    candidates: Int = 8, rule: SelectionRule = .softmax, extraFinalSteps: Int = 0
  ) throws -> any DecidingPolicy {
    let agent = try loaded.get().requireDeciding()
    var options = agent.options
    options.candidateCount = candidates
    // a rule that draws, so that a wrong stream of noise shows
    options.rule = rule
    options.extraFinalSteps = extraFinalSteps
    return try agent.with(options)
  }

  static func session(_ agent: (any DecidingPolicy)? = nil, seed: UInt64 = 3) throws -> Session {
    let agent = try agent ?? self.agent()
    return Session(title: "Hopper-v4", pilot: .policy(agent), seed: seed) {
      try makeEnvironment(id: "Hopper-v4")
    }
  }

  /// An actor that falls after some 250 steps.
  static func actorSession(seed: UInt64 = 0) throws -> Session {
    Session(
      title: "Hopper-v4", pilot: .policy(try loadPolicy(contentsOf: actorPath)), seed: seed
    ) { try makeEnvironment(id: "Hopper-v4") }
  }

  static func model(_ mjcf: String = twoBalls) throws -> Model {
    try Model(mjcf: mjcf, named: "balls.xml", profile: .mujoco4)
  }

  /// One ball in front of another, seen along +y; and a camera.
  static let twoBalls = """
    <mujoco model="balls">
      <worldbody>
        <camera name="side" pos="3 0 1" xyaxes="0 1 0 0 0 1"/>
        <geom name="floor" type="plane" size="5 5 1"/>
        <body name="parent" pos="0 0 1">
          <joint name="slide" type="slide" axis="1 0 0"/>
          <geom type="sphere" size="0.2"/>
          <body name="child" pos="0.6 0 0">
            <joint name="hinge" axis="0 1 0"/>
            <geom type="sphere" size="0.2"/>
          </body>
        </body>
      </worldbody>
      <actuator><motor joint="slide" gear="10" ctrlrange="-1 1"/></actuator>
    </mujoco>
    """
}
