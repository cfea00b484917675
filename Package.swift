// swift-tools-version: 6.1
import PackageDescription

// Numeric targets are optimised in debug builds too: unoptimised generic struct code is a hundred
// times slower, while bounds and overflow traps stay on. `-vectorize-slp=false` keeps LLVM from
// packing the fields of small vector structs into registers only to stall on the next load.
let strict: [SwiftSetting] = [.unsafeFlags(["-warnings-as-errors"])]
let numeric: [SwiftSetting] =
  strict + [
    .unsafeFlags(["-O"], .when(configuration: .debug)),
    .unsafeFlags(["-Xcc", "-fno-math-errno"]),
  ]
let physics: [SwiftSetting] = numeric + [.unsafeFlags(["-Xllvm", "-vectorize-slp=false"])]

// Targets stand in the order in which data flows; dependencies point only backwards.
let package = Package(
  name: "swift-idql",
  products: [
    .library(name: "Physics", targets: ["Physics"]),
    .library(name: "Tensors", targets: ["Tensors"]),
    .library(name: "Envs", targets: ["Envs"]),
    .library(name: "Agent", targets: ["Agent"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Evaluation", targets: ["Evaluation"]),
    .executable(name: "idql", targets: ["idql"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .target(name: "Random", swiftSettings: numeric),
    .target(name: "Tensors", swiftSettings: numeric),
    .target(name: "Physics", swiftSettings: physics),
    .target(
      name: "Envs", dependencies: ["Physics", "Random"], resources: [.embedInCode("Resources")],
      swiftSettings: numeric),
    .target(
      name: "CKernels",
      cSettings: [
        .unsafeFlags(["-Wall", "-Wextra", "-Werror"]),
        .unsafeFlags(["-O2"], .when(configuration: .debug)),
      ]),
    .target(
      name: "Agent", dependencies: ["CKernels", "Random", "Tensors"], swiftSettings: numeric),
    .target(
      name: "Training", dependencies: ["Agent", "CKernels", "Random", "Tensors"],
      swiftSettings: numeric),
    .target(
      name: "Evaluation", dependencies: ["Agent", "Envs", "Physics", "Random", "Tensors"],
      resources: [.copy("Resources/hopper-medium-expert.safetensors")],
      swiftSettings: numeric),
    .executableTarget(
      name: "idql",
      dependencies: [
        "Agent", "Envs", "Evaluation", "Physics", "Tensors", "Training",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["Tensors"], path: "Tests/TestSupport",
      swiftSettings: numeric),
    .testTarget(
      name: "RandomTests", dependencies: ["Random"], resources: [.copy("Golden")],
      swiftSettings: strict),
    .testTarget(
      name: "TensorsTests", dependencies: ["Tensors", "TestSupport"],
      resources: [.copy("Golden")], swiftSettings: strict),
    .testTarget(
      name: "PhysicsTests", dependencies: ["Physics", "Random", "Tensors", "TestSupport"],
      resources: [.copy("Golden")], swiftSettings: numeric),
    .testTarget(
      name: "EnvsTests", dependencies: ["Envs", "TestSupport"], resources: [.copy("Golden")],
      swiftSettings: strict),
    // the oracle of the matrix products; the product itself does not need it
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .testTarget(
      name: "AgentTests", dependencies: ["Agent", "CKernels", "COpenBLAS", "TestSupport"],
      resources: [.copy("Golden")],
      swiftSettings: strict),
    .testTarget(
      name: "TrainingTests", dependencies: ["CKernels", "Training", "TestSupport"],
      resources: [.copy("Golden")], swiftSettings: strict),
    .testTarget(
      name: "EvaluationTests", dependencies: ["Evaluation", "Physics", "TestSupport"],
      resources: [.copy("Golden")], swiftSettings: strict),
    .testTarget(
      name: "CommandTests",
      dependencies: ["Envs", "Evaluation", "Random", "Tensors", "TestSupport", "idql"],
      exclude: ["Golden"], swiftSettings: strict),
  ]
)
