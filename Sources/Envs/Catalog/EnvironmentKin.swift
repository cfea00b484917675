/// What makes a recording of one id a recording of another one too.
package struct EnvironmentKin: Hashable, Sendable {
  /// The robot and what stands around it: equal states and controls lead to equal states.
  package var mechanics: String
  /// Besides, equal observations, rewards and ends, for actions in -1 ... 1 and the same goal.
  package var rules: String
}

extension EnvironmentID {
  package var kin: EnvironmentKin {
    switch kind {
    case .locomotion(let id): id.kin
    case .maze(let task): task.kin
    }
  }
}

extension LocomotionID {
  fileprivate var kin: EnvironmentKin {
    let model = PlanarTask.task(of: self)?.model ?? AntTask(version: rulesVersion).model
    // v3 has the defaults of v2
    let version = rulesVersion == 3 ? 2 : rulesVersion
    return EnvironmentKin(mechanics: model, rules: "\(robot.gymName)-v\(version)")
  }
}

extension MazeTask {
  fileprivate var kin: EnvironmentKin {
    let walls = layout.rows.map { $0.map { $0 == "#" ? "#" : "." } }.map { String($0) }
    let mechanics =
      "\(body.document) between \(walls), \(layout.cellSize) m a cell from \(layout.origin)"
      + (teleport == nil ? "" : ", with pads that teleport")
    let rules =
      switch self.rules {
      case .d4rlAnt: "D4RL antmaze"
      case .maze2d(let isDense): "D4RL maze2d\(isDense ? ", dense" : "")"
      case .ogbench(_, let task): "OGBench\(task == nil ? "" : ", one task")"
      case .robotics(let isDense): "Gymnasium-Robotics\(isDense ? ", dense" : "")"
      }
    return EnvironmentKin(mechanics: mechanics, rules: "\(body) by \(rules)")
  }
}
