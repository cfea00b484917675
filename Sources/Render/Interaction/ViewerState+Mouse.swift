import IDQLPhysics

/// The position of the mouse and the button held.
struct MouseDrag {
  var x = 0.0
  var y = 0.0
  var button: ViewerInput.MouseButton?
  /// The last press, to detect a double click.
  var lastPress: (button: ViewerInput.MouseButton, time: Double, x: Double, y: Double)?
}

extension ViewerState {
  /// Largest time between the presses of a double click, s, as in MuJoCo's `simulate`.
  private static let doubleClickTime = 0.25
  /// Largest distance between them, as a share of the picture's longer side.
  private static let doubleClickReach = 0.01

  private func isDoubleClick(_ button: ViewerInput.MouseButton, notBefore earliest: Double) -> Bool
  {
    guard let last = drag.lastPress, last.button == button else { return false }
    let reach = Self.doubleClickReach * Double(max(width, height))
    return earliest - last.time < Self.doubleClickTime
      && max(abs(drag.x - last.x), abs(drag.y - last.y)) <= reach
  }

  func handleButton(
    _ button: ViewerInput.MouseButton, isDown: Bool, _ modifiers: ViewerInput.Modifiers,
    at time: Double, notBefore earliest: Double
  ) {
    guard isDown else {
      if drag.button == button {
        drag.button = nil
        perturbation = nil
      }
      return
    }
    let isDouble = isDoubleClick(button, notBefore: earliest)
    drag.lastPress = isDouble ? nil : (button, time, drag.x, drag.y)
    drag.button = button
    if isDouble {
      pick(button, modifiers)
    } else if modifiers.contains(.control) {
      beginPerturbation(button)
    }
  }

  func handleMotion(to position: (x: Double, y: Double), _ modifiers: ViewerInput.Modifiers) {
    defer { (drag.x, drag.y) = position }
    guard let button = drag.button, height > 0 else { return }
    let dx = (position.x - drag.x) / Double(height)
    let dy = (position.y - drag.y) / Double(height)
    let isLevel = modifiers.contains(.shift)
    if perturbation != nil {
      movePerturbation(button, dx: dx, dy: dy, isLevel: isLevel)
      poseByPerturbation()
      return
    }
    switch button {
    case .left: camera.move(.orbit, dx: dx, dy: dy, extent: stage.extent)
    case .right:
      camera.move(isLevel ? .panHorizontally : .panVertically, dx: dx, dy: dy, extent: stage.extent)
    case .middle: camera.move(.zoom, dx: dx, dy: dy, extent: stage.extent)
    }
  }

  // MARK: Selection

  private var ray: Ray {
    camera.viewpoint(on: stage).ray(
      x: 2 * drag.x / Double(max(1, width)) - 1, y: 1 - 2 * drag.y / Double(max(1, height)),
      aspect: aspect)
  }

  /// Left button: selects a body; right: looks at the point; right with Ctrl: tracks the body.
  private func pick(_ button: ViewerInput.MouseButton, _ modifiers: ViewerInput.Modifiers) {
    guard rival == nil || drag.x < Double(width) else {
      show("Bodies are selected in the picture on the left.")
      return
    }
    let scene = Scene(stage, camera: camera, options: options)
    let hit = scene.hit(by: ray)
    let body = hit.map { scene.shapes[$0.shape].body } ?? 0
    switch button {
    case .left:
      select(body: body)
      show(body > 0 ? "Selected: \(name(ofBody: body))." : "Nothing is selected.")
      grip = hit.map { stage.frame(ofBody: body).local($0.point) } ?? .zero
    case .right:
      if modifiers.contains(.control) {
        if body > 0 {
          track(body)
          show(cameraText)
        }
      } else if let hit {
        camera.mode = .free
        camera.lookAt = hit.point
      }
    case .middle: break
    }
  }

  // MARK: Perturbation

  /// Begins to move (right button) or to rotate (left button) the selected body.
  private func beginPerturbation(_ button: ViewerInput.MouseButton) {
    guard let body = options.selectedBody, button != .middle else { return }
    guard stage.model.bodies[body].weld != 0 else {
      show("This body is part of the world; it cannot be moved.")
      return
    }
    var perturbation = stage.perturbation(of: body, grip: grip)
    let frame = stage.frame(ofBody: body)
    if button == .right {
      perturbation.target = frame.origin + frame.rotation * grip
    } else {
      perturbation.orientation =
        frame.orientation * stage.model.bodies[body].inertialOrientation
    }
    if player.isPaused, !stage.canPose(body) {
      show("Paused: a body without a free joint can be pulled after Space.")
    }
    self.perturbation = perturbation
  }

  /// Moves the target of the perturbation, so that the grip stays under the mouse (MuJoCo
  /// `mjv_movePerturb`).
  private func movePerturbation(
    _ button: ViewerInput.MouseButton, dx: Double, dy: Double, isLevel: Bool
  ) {
    let view = camera.viewpoint(on: stage)
    let right = view.right
    let ahead = Vector3(0, 0, 1).cross(right).normalized(or: view.forward)
    if let target = perturbation?.target {
      let height = 2 * view.tangent * max(view.near, (target - view.position).dot(view.forward))
      let other = isLevel ? ahead : Vector3(0, 0, 1)
      perturbation?.target = target + height * (dx * right - dy * other)
    }
    if let orientation = perturbation?.orientation {
      let sideways = Quaternion(axis: isLevel ? ahead : Vector3(0, 0, 1), angle: .pi * dx)
      let upwards = Quaternion(axis: right, angle: .pi * dy)
      perturbation?.orientation = (sideways * upwards * orientation).normalized
    }
  }
}

extension BodyFrame {
  /// A point of the world in the body's frame.
  fileprivate func local(_ point: Vector3) -> Vector3 {
    orientation.conjugate.rotate(point - origin)
  }
}

extension Pilot {
  package var isPolicy: Bool { if case .policy = self { true } else { false } }
}
