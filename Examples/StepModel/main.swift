// Steps a model, looks things up by name, and changes one: `swift run StepModel`.
import IDQLPhysics

let document = """
  <mujoco model="ball">
    <worldbody>
      <geom name="floor" type="plane" size="5 5 0.1"/>
      <body name="ball" pos="0 0 1">
        <freejoint/>
        <geom name="shell" type="sphere" size="0.1" mass="1"/>
      </body>
    </worldbody>
  </mujoco>
  """

/// Steps until the time is up.
/// - Returns: the height of the ball's centre above the floor, m.
func height(after seconds: Double, of model: Model) -> Double {
  let simulation = Simulation(model: model)
  while simulation.state.time < seconds { simulation.step() }
  return simulation.state.position[2]
}

let model = try Model(mjcf: document, profile: .mujoco4)
// in the air: 1 - g t² / 2, and the error of the integrator, g t h / 2
print("after 0.3 s at", height(after: 0.3, of: model), "m")
print("at rest at", height(after: 4, of: model), "m")

let heavier = try model.edited {
  $0.bodies["ball"].mass *= 10
  $0.geoms["shell"].size.x = 0.3
}
print("ten times as heavy and three times as large, at", height(after: 4, of: heavier), "m")
