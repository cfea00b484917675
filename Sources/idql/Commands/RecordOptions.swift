import ArgumentParser
import IDQLRender
import IDQLSpelling

extension SceneOptions.Flag: ExpressibleByArgument {}

/// As `--size 1280x720`; which of these sizes are possible is OpenGL's to say.
struct PictureSize: ExpressibleByArgument {
  let width, height: Int

  init(_ width: Int, _ height: Int) { (self.width, self.height) = (width, height) }

  init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]),
      [width, height].allSatisfy((0...65536).contains)
    else { return nil }
    self.init(width, height)
  }

  var defaultValueDescription: String { "\(width)x\(height)" }
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

/// How it is seen.
struct SceneryOptions: ParsableArguments {
  @Option(help: "Width and height in pixels.") var size = PictureSize(1280, 720)
  @Option(
    help: """
      auto: the whole of a maze, else follow, which follows the robot from near by; or a camera of \
      the model, by name.
      """)
  var camera = FilmSettings.View.Kind.automatic
  @Option(
    help: "Where the camera looks to: 0 along +x, 90 along +y [degrees].",
    within: Bounds(-3600, 3600))
  var azimuth: Double?
  @Option(help: "Negative looks down [degrees].", within: Bounds(-3600, 3600))
  var elevation: Double?
  @Option(help: "From what it looks at [m].", within: .above(0, to: 1_000_000))
  var distance: Double?
  @Option(help: "Show this too; may be given several times.") var show: [SceneOptions.Flag] = []
  @Option(help: "Do not show this; may be given several times.") var hide: [SceneOptions.Flag] = []

  var settings: FilmSettings {
    var settings = FilmSettings()
    (settings.width, settings.height) = (size.width, size.height)
    settings.view.kind = camera
    settings.view.azimuth = azimuth
    settings.view.elevation = elevation
    settings.view.distance = distance
    for flag in show { settings.options[flag] = true }
    for flag in hide { settings.options[flag] = false }
    return settings
  }
}
