// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "swift-idql", path: "..")],
  targets: [
    .executableTarget(
      name: "inference-benchmark", dependencies: [.product(name: "Agent", package: "swift-idql")])
  ]
)
