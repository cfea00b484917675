import Foundation
import Physics
import PhysicsLanes4
import Random

func cpu() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t)
  return Double(t.tv_sec) + 1e-9 * Double(t.tv_nsec)
}
func run(_ path: String, _ onlyWide: Bool) throws {
  let model = try Physics.Model(contentsOf: path, profile: .mujoco4)
  let wide = PhysicsLanes4.Simulation(model: model)
  let scalars = (0..<laneCount).map { _ in Physics.Simulation(model: model) }
  var g = NumPyGenerator(seed: 1)
  var mismatches = 0
  var (ts, tw) = (0.0, 0.0)
  let rounds = 40
  let steps = 500
  for round in 0..<rounds {
    let controls = (0..<steps).map { _ in (0..<laneCount).map { _ in model.actuators.map { _ in g.uniform(-1, 1) } } }
    if round % 2 == 0 {
      for lane in 0..<laneCount {
        let state = Physics.State(position: model.initialPosition, velocity: model.degreesOfFreedom.map { _ in g.uniform(-0.1, 0.1) }, warmStart: model.degreesOfFreedom.map { _ in 0 })
        scalars[lane].state = state
        wide.setState(state, lane: lane)
      }
    }
    let a = cpu()
    if !onlyWide {
      for lane in 0..<laneCount { for step in 0..<steps { scalars[lane].control = controls[step][lane]; scalars[lane].step() } }
    }
    let b = cpu()
    for step in 0..<steps { for lane in 0..<laneCount { wide.setControl(controls[step][lane], lane: lane) }; wide.step() }
    let c = cpu()
    ts += b - a
    tw += c - b
    if !onlyWide {
      for lane in 0..<laneCount {
        let (x, y) = (scalars[lane].state, wide.state(lane: lane))
        let same = zip(x.position + x.velocity + x.warmStart, y.position + y.velocity + y.warmStart).allSatisfy { $0.bitPattern == $1.bitPattern }
        if !same { mismatches += 1 }
      }
    }
  }
  let n = Double(rounds * steps * laneCount)
  print(model.name, "scalar", n / ts, "wide", n / tw, "gain", ts / tw, "mismatches", mismatches)
}
let onlyWide = CommandLine.arguments[1] == "w"
for path in CommandLine.arguments.dropFirst(onlyWide ? 2 : 1) { try run(path, onlyWide) }
