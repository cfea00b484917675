import IDQLEnvs

/// Gym's Swimmer: three links in thick fluid, seen from above, rewarded for their way along +x. It
/// is the same in versions 2 to 5, and nothing ends it but time.
///
/// Source: Gymnasium 1.4.0, `envs/mujoco/swimmer_v5.py`.
let swimmer = RobotTask(
  title: "Swimmer by the rules of Gym v5", mjcf: swimmerDocument, substeps: 4,
  jointLabels: ["torso x", "torso y", "torso yaw"],
  observation: [.positions(hiding: 2), .velocities()],
  reward: [.forwardSpeed(), .controlCost(weight: 0.0001)],
  start: .noise(0.1, velocity: .uniform))

/// 1 m a link. Links touch nothing: what moves them is the drag of the fluid.
private let swimmerDocument = """
  <mujoco model="swimmer">
    <compiler angle="degree"/>
    <option timestep="0.01" integrator="RK4" density="4000" viscosity="0.1"/>

    <default>
      <joint type="hinge" axis="0 0 1" armature="0.1"/>
      <geom type="capsule" size="0.1" density="1000" contype="0" conaffinity="0" material="link"/>
      <motor gear="150" ctrllimited="true" ctrlrange="-1 1"/>
    </default>

    <asset>
      <texture name="checker" type="2d" builtin="checker" rgb1="0.80 0.86 0.90"
        rgb2="0.66 0.75 0.82" width="128" height="128"/>
      <material name="water" texture="checker" texrepeat="40 40"/>
      <material name="link" rgba="0.90 0.60 0.25 1"/>
    </asset>

    <worldbody>
      <light directional="true" pos="0 0 6" dir="0.2 0.3 -1"/>
      <geom name="bottom" type="plane" size="40 40 0.1" pos="0 0 -0.1" material="water"/>
      <body name="torso">
        <camera name="track" mode="trackcom" pos="0 -3 3" xyaxes="1 0 0 0 1 1"/>
        <joint name="slider1" type="slide" axis="1 0 0"/>
        <joint name="slider2" type="slide" axis="0 1 0"/>
        <joint name="free_body_rot"/>
        <geom name="head" fromto="1.5 0 0 0.5 0 0"/>
        <body name="mid" pos="0.5 0 0">
          <joint name="motor1_rot" limited="true" range="-100 100"/>
          <geom name="middle" fromto="0 0 0 -1 0 0"/>
          <body name="back" pos="-1 0 0">
            <joint name="motor2_rot" limited="true" range="-100 100"/>
            <geom name="tail" fromto="0 0 0 -1 0 0"/>
          </body>
        </body>
      </body>
    </worldbody>

    <actuator>
      <motor name="front" joint="motor1_rot"/>
      <motor name="rear" joint="motor2_rot"/>
    </actuator>
  </mujoco>
  """
