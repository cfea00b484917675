// swift-tools-version: 6.2
import PackageDescription

// Small programs on the public interface alone; Scripts/test builds and runs them.
let package = Package(
  name: "Examples",
  dependencies: [.package(name: "swift-idql", path: "..")],
  targets: [
    .executableTarget(
      name: "Swimmer",
      dependencies: [
        .product(name: "IDQL", package: "swift-idql"),
        .product(name: "IDQLEnvs", package: "swift-idql"),
        .product(name: "IDQLCommandLine", package: "swift-idql"),
      ],
      path: "Swimmer")
  ]
)
