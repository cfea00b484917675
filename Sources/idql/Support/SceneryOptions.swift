import ArgumentParser
import Foundation
import IDQLPhysics
import IDQLRender
import IDQLSpelling

extension SceneOptions.Flag: ExpressibleByArgument {}

/// As `--size 1280x720`; which of these sizes are possible is OpenGL's to say.
package struct PictureSize: ExpressibleByArgument {
  package let width, height: Int

  init(_ width: Int, _ height: Int) { (self.width, self.height) = (width, height) }

  package init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]),
      [width, height].allSatisfy((0...65536).contains)
    else { return nil }
    self.init(width, height)
  }

  package var defaultValueDescription: String { "\(width)x\(height)" }

  static let usual = PictureSize(1280, 720)
}

/// As `--camera follow`.
extension FilmSettings.View.Kind: ExpressibleByArgument {
  package init?(argument: String) {
    self =
      switch argument {
      case "auto": .automatic
      case "follow": .following
      default: .named(argument)
      }
  }

  package var defaultValueDescription: String { self == .automatic ? "auto" : "\(self)" }
}

/// As `--look-at 0,0,1.2`.
package struct PointArgument: ExpressibleByArgument {
  let point: Vector3

  package init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard parts.count == 3, parts.allSatisfy({ $0.map { abs($0) <= 1e6 } ?? false }) else {
      return nil
    }
    point = Vector3(parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0)
  }
}

/// How it is seen.
package struct SceneryOptions: ParsableArguments {
  @Option(
    help: """
      auto: the whole of a maze, else follow, which follows the robot from near by; or a camera of \
      the model, by name.
      """)
  package var camera: FilmSettings.View.Kind?
  @Option(
    help: "Where the camera looks to: 0 along +x, 90 along +y [degrees].",
    within: Bounds(-3600, 3600))
  package var azimuth: Double?
  @Option(help: "Negative looks down, -90 straight down [degrees].", within: Bounds(-90, 90))
  package var elevation: Double?
  @Option(help: "From what it looks at [m].", within: .above(0, to: 1_000_000))
  package var distance: Double?
  @Option(help: "X,Y,Z: what a camera that stands still looks at [m].")
  package var lookAt: PointArgument?
  @Option(help: "X,Y,Z: where it stands [m], in place of azimuth, elevation and distance.")
  package var position: PointArgument?
  @Option(help: "Show this too; may be given several times.")
  package var show: [SceneOptions.Flag] = []
  @Option(help: "Do not show this; may be given several times.")
  package var hide: [SceneOptions.Flag] = []

  package init() {}

  package mutating func validate() throws {
    let turned = [
      azimuth.map { _ in "--azimuth" }, elevation.map { _ in "--elevation" },
      distance.map { _ in "--distance" },
    ].compactMap { $0 }.first
    if case .named(let name) = camera ?? .automatic,
      let option = turned ?? lookAt.map({ _ in "--look-at" }) ?? position.map({ _ in "--position" })
    {
      throw ValidationError(
        "\(option) moves auto and follow; --camera \(name) is where the model has it.")
    }
    if lookAt != nil, camera != nil {
      throw ValidationError(
        "--look-at is for a camera that stands still; leave --camera out.")
    }
    guard let position else { return }
    guard let lookAt else { throw ValidationError("--position needs --look-at.") }
    if let turned {
      throw ValidationError("--position and --look-at say all; leave \(turned) out.")
    }
    if (lookAt.point - position.point).length < 1e-9 {
      throw ValidationError("--position and --look-at are the same point.")
    }
  }

  func settings(_ size: PictureSize) -> FilmSettings {
    var settings = FilmSettings()
    (settings.width, settings.height) = (size.width, size.height)
    settings.view.kind = camera ?? .automatic
    settings.view.azimuth = azimuth
    settings.view.elevation = elevation
    settings.view.distance = distance
    settings.view.lookAt = lookAt?.point
    if let lookAt, let position { settings.view.stand(at: position.point, lookingAt: lookAt.point) }
    for flag in show { settings.options[flag] = true }
    for flag in hide { settings.options[flag] = false }
    return settings
  }

  /// - Returns: the first flag that is both shown and hidden.
  var contradiction: SceneOptions.Flag? { show.first(where: hide.contains) }
}
