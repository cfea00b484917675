// swift-tools-version: 6.1
import PackageDescription

// Numeric targets are optimised in debug builds too: unoptimised generic struct code is a hundred
// times slower, while bounds and overflow traps stay on. `-vectorize-slp=false` keeps LLVM from
// packing the fields of small vector structs into registers only to stall on the next load, and loops of
// a handful of rounds are slower for the vector version beside them (`-vectorize-loops=false`).
let strict: [SwiftSetting] = [.unsafeFlags(["-warnings-as-errors"])]
let numeric: [SwiftSetting] =
  strict + [
    .unsafeFlags(["-O"], .when(configuration: .debug)),
    .unsafeFlags(["-Xcc", "-fno-math-errno"]),
  ]
let physics: [SwiftSetting] =
  numeric + [
    .unsafeFlags([
      "-Xllvm", "-vectorize-slp=false", "-Xllvm", "-vectorize-loops=false",
      "-enforce-exclusivity=unchecked",
    ])
  ]

// The kernels of Physics once more, with several simulations in each vector register: folders that
// link to the same source, one for each instruction set. The processor chooses at start-up.
func lanes(_ count: Int, _ name: String, _ instructions: [String]) -> Target {
  .target(
    name: "PhysicsLanes\(count)", dependencies: ["CLanes", "Physics"],
    path: "Sources/PhysicsLanes/\(name)",
    swiftSettings: physics + [.define("LANES_\(count)"), .unsafeFlags(instructions)])
}
#if arch(x86_64)
  let laneTargets = [
    lanes(2, "Two", []),
    lanes(4, "Four", ["-Xcc", "-march=x86-64-v3", "-Xcc", "-mno-fma"]),
    lanes(8, "Eight", ["-Xcc", "-march=x86-64-v4"]),
  ]
#else
  let laneTargets = [lanes(2, "Two", [])]
#endif

// Targets stand in the order in which data flows; dependencies point only backwards.
let package = Package(
  name: "swift-idql",
  products: [
    .library(name: "Random", targets: ["Random"]),
    .library(name: "Physics", targets: ["Physics"]),
    .library(name: "PhysicsLanes", targets: ["PhysicsLanes"]),
    .library(name: "Tensors", targets: ["Tensors"]),
    .library(name: "Envs", targets: ["Envs"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "EnvironmentTesting", targets: ["EnvironmentTesting"]),
    .library(name: "Agent", targets: ["Agent"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Evaluation", targets: ["Evaluation"]),
    .library(name: "Runs", targets: ["Runs"]),
    .library(name: "Collection", targets: ["Collection"]),
    .library(name: "Render", targets: ["Render"]),
    .executable(name: "idql", targets: ["idql"]),
    // the window: the only product that needs GLFW, OpenGL and Dear ImGui to be built
    .executable(name: "idql-view", targets: ["idql-view"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    .target(name: "Random", swiftSettings: numeric),
    .target(name: "Spelling", swiftSettings: numeric),
    .target(name: "Tensors", dependencies: ["Spelling"], swiftSettings: numeric),
    .target(name: "Physics", dependencies: ["Spelling"], swiftSettings: physics),
    .target(
      name: "CLanes", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
    .target(
      name: "PhysicsLanes",
      dependencies: ["CLanes", "Physics"] + laneTargets.map { .target(name: $0.name) },
      path: "Sources/PhysicsLanes/Facade", swiftSettings: numeric),
    .target(
      name: "Envs", dependencies: ["Physics", "PhysicsLanes", "Random", "Spelling"],
      resources: [.embedInCode("Resources")],
      swiftSettings: numeric),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "Datasets", dependencies: ["CHDF5", "CZlib", "Envs", "Spelling", "Tensors"],
      swiftSettings: numeric),
    .target(
      name: "EnvironmentTesting",
      dependencies: ["Datasets", "Envs", "Physics", "Random", "Tensors"],
      resources: [.copy("Recordings")], swiftSettings: numeric),
    .target(
      name: "CKernels",
      cSettings: [
        .unsafeFlags(["-Wall", "-Wextra", "-Werror"]),
        .unsafeFlags(["-O2"], .when(configuration: .debug)),
      ]),
    .target(
      name: "Agent", dependencies: ["CKernels", "Random", "Spelling", "Tensors"],
      swiftSettings: numeric),
    .target(
      name: "Training", dependencies: ["Agent", "CKernels", "Random", "Spelling", "Tensors"],
      swiftSettings: numeric),
    .target(
      name: "Evaluation",
      dependencies: ["Agent", "Envs", "Physics", "PhysicsLanes", "Random", "Tensors"],
      resources: [
        .copy("Resources/ant-walker.safetensors"),
        .copy("Resources/hopper-medium-expert.safetensors"),
      ],
      swiftSettings: numeric),
    .target(
      name: "Runs",
      dependencies: [
        "Agent", "Datasets", "Envs", "Evaluation", "Random", "Spelling", "Tensors", "TOMLKit",
        "Training",
      ],
      swiftSettings: numeric),
    .target(
      name: "Collection",
      dependencies: [
        "Agent", "Datasets", "Envs", "Evaluation", "Physics", "Random", "Tensors", "Training",
      ],
      swiftSettings: numeric),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    // OpenGL is found at run time: building needs none of it
    .target(
      name: "Render",
      dependencies: ["Agent", "CPNG", "Envs", "Evaluation", "Physics", "Random", "Tensors"],
      swiftSettings: numeric),
    .target(
      name: "CommandSupport",
      dependencies: [
        "Agent", "Collection", "Datasets", "Envs", "Evaluation", "Physics", "Render", "Runs",
        "Tensors", "Training", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "idql",
      dependencies: [
        "Agent", "Collection", "CommandSupport", "Datasets", "EnvironmentTesting", "Envs",
        "Evaluation", "Physics", "PhysicsLanes", "Render", "Runs", "Tensors", "Training",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .systemLibrary(name: "CGLFW", pkgConfig: "glfw3", providers: [.apt(["libglfw3-dev"])]),
    .systemLibrary(name: "DearImGui", pkgConfig: "imgui", providers: [.apt(["libimgui-dev"])]),
    .target(name: "CImGui", dependencies: ["DearImGui"]),
    .executableTarget(
      name: "idql-view",
      dependencies: [
        "Agent", "CGLFW", "CImGui", "CommandSupport", "Envs", "Evaluation", "Physics", "Render",
        "Runs",
        "Tensors", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["Tensors"], path: "Tests/TestSupport",
      swiftSettings: numeric),
    .testTarget(
      name: "RandomTests", dependencies: ["Random"], resources: [.copy("Golden")],
      swiftSettings: strict),
    .testTarget(name: "SpellingTests", dependencies: ["Spelling"], swiftSettings: strict),
    .testTarget(
      name: "TensorsTests", dependencies: ["Tensors", "TestSupport"],
      resources: [.copy("Golden")], swiftSettings: strict),
    .testTarget(
      name: "PhysicsTests",
      dependencies: ["Physics", "PhysicsLanes", "Random", "Tensors", "TestSupport"],
      resources: [.copy("Golden")], swiftSettings: numeric),
    .testTarget(
      name: "EnvsTests", dependencies: ["Envs", "PhysicsLanes", "Random", "TestSupport"],
      resources: [.copy("Golden")],
      swiftSettings: strict),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Datasets", "Envs", "Random", "Tensors", "TestSupport"],
      resources: [.copy("Golden")], swiftSettings: strict),
    .testTarget(
      name: "EnvironmentTestingTests",
      dependencies: ["Datasets", "EnvironmentTesting", "Envs", "Physics", "Random", "TestSupport"],
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
      name: "RunsTests",
      dependencies: ["Agent", "Envs", "Evaluation", "Runs", "Tensors", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CollectionTests",
      dependencies: [
        "Agent", "Collection", "Datasets", "Envs", "Evaluation", "Physics", "Random", "Tensors",
        "TestSupport", "Training",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RenderTests",
      dependencies: [
        "Agent", "Envs", "Evaluation", "Physics", "Random", "Render", "Tensors", "TestSupport",
      ],
      resources: [.copy("Golden")], swiftSettings: strict),
    .testTarget(
      name: "ViewerTests", dependencies: ["Render", "TestSupport", "idql", "idql-view"],
      exclude: ["lost-context.c"], swiftSettings: strict),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "CommandSupport", "Envs", "Evaluation", "Random", "Tensors", "TestSupport", "idql",
      ],
      exclude: ["Golden"], swiftSettings: strict),
  ] + laneTargets
)
