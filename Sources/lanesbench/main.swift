import Foundation
import Physics
import PhysicsLanes4
import Random

func cpu() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t)
  return Double(t.tv_sec) + 1e-9 * Double(t.tv_nsec)
}
for path in CommandLine.arguments.dropFirst() {
  let model = try Physics.Model(contentsOf: path, profile: .mujoco4)
  let wide = PhysicsLanes4.Simulation(model: model)
  let scalars = (0..<laneCount).map { _ in Physics.Simulation(model: model) }
  var g = NumPyGenerator(seed: 1)
  var mismatches = 0
  var firstMismatch = -1
  var (ts, tw) = (0.0, 0.0)
  let steps = 20000
  for step in 0..<steps {
    let controls = (0..<laneCount).map { _ in model.actuators.map { _ in g.uniform(-1, 1) } }
    if step % 1000 == 0 {
      for lane in 0..<laneCount {
        let state = Physics.State(position: model.initialPosition, velocity: model.degreesOfFreedom.map { _ in g.uniform(-0.1, 0.1) }, warmStart: model.degreesOfFreedom.map { _ in 0 })
        scalars[lane].state = state
        wide.setState(state, lane: lane)
      }
    }
    for lane in 0..<laneCount { scalars[lane].control = controls[lane]; wide.setControl(controls[lane], lane: lane) }
    let a = cpu()
    for s in scalars { s.step() }
    let b = cpu()
    wide.step()
    let c = cpu()
    ts += b - a
    tw += c - b
    if step % 10 == 9 {
      for lane in 0..<laneCount {
        let (x, y) = (scalars[lane].state, wide.state(lane: lane))
        let same = zip(x.position + x.velocity + x.warmStart, y.position + y.velocity + y.warmStart).allSatisfy { $0.bitPattern == $1.bitPattern }
        if !same { mismatches += 1; if firstMismatch < 0 { firstMismatch = step; print(lane, x.position, y.position, x.velocity, y.velocity) } }
      }
    }
  }
  print(model.name, "scalar", Double(steps * laneCount) / ts, "wide", Double(steps * laneCount) / tw, "gain", ts / tw, "mismatches", mismatches, "first", firstMismatch)
}
