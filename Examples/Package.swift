// swift-tools-version: 6.2
import PackageDescription

// Small programs on the public interface alone; Scripts/test-package builds and runs them. With
// IDQL_CLONE set to a clone they depend on its release by version, as other packages do.
let idql: Package.Dependency =
  if let clone = Context.environment["IDQL_CLONE"] {
    .package(url: "file://\(clone)", from: "0.2.0")
  } else {
    .package(name: "swift-idql", path: "..")
  }

func program(_ name: String, _ products: String..., others: [Target.Dependency] = []) -> Target {
  .executableTarget(
    name: name,
    dependencies: products.map { .product(name: $0, package: "swift-idql") } + others,
    path: name)
}

let package = Package(
  name: "Examples",
  dependencies: [idql, .package(url: "https://github.com/apple/swift-numerics", from: "1.0.0")],
  targets: [
    program("ScorePolicy", "IDQL"),
    program("OwnPolicy", "IDQL"),
    program("Swimmer", "IDQL", "IDQLCommandLine"),
    program("StepModel", "IDQLPhysics"),
    program("ReadData", "IDQL"),

    // names that the package's own folders have
    .target(name: "Training", path: "Names/Training"),
    .target(name: "Agent", path: "Names/Agent"),
    .executableTarget(
      name: "Names",
      dependencies: [
        "Agent", "Training", .product(name: "IDQLPhysics", package: "swift-idql"),
        .product(name: "IDQLRandom", package: "swift-idql"),
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      path: "Names/Program"),
  ]
)
