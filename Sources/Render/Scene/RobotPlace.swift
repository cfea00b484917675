import IDQLPhysics

extension Stage {
  /// Where the robot, the first thing that moves, is in a state of the model, m: its free joint's
  /// place, or that to which its slides move it; nil if it turns where it stands.
  func place(ofRobotIn state: State) -> Vector3? {
    guard let body = model.bodies.firstIndex(where: { $0.weld != 0 }) else { return nil }
    let joints = model.joints.filter { $0.body == body }
    if let free = joints.first(where: { $0.kind == .free }) {
      let first = free.firstPosition
      return Vector3(state.position[first], state.position[first + 1], state.position[first + 2])
    }
    let slides = joints.filter { $0.kind == .slide }
    guard !slides.isEmpty else { return nil }
    // the axes of a body that hangs on the world are the world's, turned as the body is at first
    let element = model.bodies[body]
    return slides.reduce(element.position) { place, joint in
      let moved = state.position[joint.firstPosition] - joint.reference
      return place + moved * element.orientation.rotate(joint.axis)
    }
  }
}
