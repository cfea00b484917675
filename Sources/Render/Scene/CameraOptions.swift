import IDQLPhysics
import IDQLSpelling

extension Camera {
  /// The options of `idql record` and `idql view` with which a picture is seen from here.
  func options(for stage: Stage) -> String {
    func text(_ value: Double) -> String { value.text(digits: 5) }
    let turn =
      "--azimuth \(text(azimuth)) --elevation \(text(elevation)) --distance \(text(distance))"
    switch mode {
    case .free:
      return "--look-at \(text(lookAt.x)),\(text(lookAt.y)),\(text(lookAt.z)) \(turn)"
    case .tracking: return "--camera follow \(turn)"
    case .fixed(let index):
      let name = stage.model.visuals.cameras[index].name
      return "--camera '\(name)'"
    }
  }
}
