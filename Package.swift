// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Modules carry the prefix IDQL, so that a package that uses this one may have a Training or a Physics of
// its own; their folders do without it. Targets stand in the order in which data flows; dependencies point
// only backwards.

// With IDQL_VIEWER set there is the window too, which needs GLFW, OpenGL and Dear ImGui to be built; with
// IDQL_STRICT set warnings are errors, and C in debug builds traps where its behaviour is undefined. Both are
// for this package's own scripts. A trait cannot do the first: it takes dependencies away, not the targets
// that need them.
let hasViewer = Context.environment["IDQL_VIEWER"] != nil
let isStrict = Context.environment["IDQL_STRICT"] != nil

// Numeric targets are optimised in debug builds too: unoptimised generic struct code is a hundred
// times slower, while bounds and overflow traps stay on. `-vectorize-slp=false` keeps LLVM from
// packing the fields of small vector structs into registers only to stall on the next load, and loops of
// a handful of rounds are slower for the vector version beside them (`-vectorize-loops=false`).
let plain: [SwiftSetting] = isStrict ? [.treatAllWarnings(as: .error)] : []
let numeric: [SwiftSetting] =
  plain + [
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
// What tests say is computed once; to optimise it takes longer than to run it.
let tests: [SwiftSetting] = plain + [.unsafeFlags(["-Onone"], .when(configuration: .release))]
// An environment is for one thread, and its parts are asked for in every step: as in physics, where a release
// has no checks that accesses exclude each other. Tests of debug builds have them.
let environments: [SwiftSetting] =
  numeric + [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]
let c: [CSetting] =
  (isStrict
    ? [
      .treatAllWarnings(as: .error),
      .unsafeFlags(
        ["-fsanitize=undefined", "-fsanitize-trap=undefined"], .when(configuration: .debug)),
    ] : [])
  + [.enableWarning("all"), .enableWarning("extra")]
let numericC: [CSetting] = c + [.unsafeFlags(["-O2"], .when(configuration: .debug))]

// The templates of Physics once more, with several simulations in each vector register: folders that link to
// the same source, one for each instruction set. The processor chooses at start-up.
let lanesFolder = "Sources/Physics/Lanes"
func lanes(_ count: Int, _ name: String, _ instructions: [String]) -> Target {
  .target(
    name: "IDQLPhysicsLanes\(count)", dependencies: ["CIDQLLanes", "IDQLPhysics"],
    path: "\(lanesFolder)/\(name)",
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

// git without the right to make links, and simple unpackers, write them as text
for link in ["Two/Templates", "Two/Wide", "Templates/MassMatrix.swift"] {
  let path = "\(Context.packageDirectory)/\(lanesFolder)/\(link)"
  let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
  if target == nil && FileManager.default.fileExists(atPath: path) {
    fatalError(
      """
      \(lanesFolder)/\(link) is a text file in place of a symbolic link. Clone with \
      'git clone -c core.symlinks=true', or unpack with a program that keeps links (tar, unzip).
      """)
  }
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let viewerTargets: [Target] = [
  .systemLibrary(
    name: "CIDQLGLFW", path: "Sources/Support/C/GLFW", pkgConfig: "glfw3",
    providers: [.apt(["libglfw3-dev"])]),
  .systemLibrary(
    name: "CIDQLDearImGui", path: "Sources/Support/C/DearImGui", pkgConfig: "imgui",
    providers: [.apt(["libimgui-dev"])]),
  .target(name: "CIDQLImGui", dependencies: ["CIDQLDearImGui"], path: "Sources/Support/C/ImGui"),
  .executableTarget(
    name: "IDQLViewer",
    dependencies: [
      "CIDQLGLFW", "CIDQLImGui", "IDQLAgent", "IDQLCommandLine", "IDQLEnvs", "IDQLEvaluation",
      "IDQLPhysics", "IDQLRender", "IDQLRuns", "IDQLSpelling", "IDQLTensors", argumentParser,
    ],
    path: "Sources/Render/Window", swiftSettings: plain, plugins: ["SourceRevision"]),
  .testTarget(
    name: "ViewerTests", dependencies: ["IDQLRender", "IDQLProgram", "IDQLViewer", "TestSupport"],
    exclude: ["lost-context.c"], swiftSettings: tests),
]

let package = Package(
  name: "swift-idql",
  products: [
    .library(name: "IDQL", targets: ["IDQL"]),
    .library(name: "IDQLRandom", targets: ["IDQLRandom"]),
    .library(name: "IDQLTensors", targets: ["IDQLTensors"]),
    .library(name: "IDQLPhysics", targets: ["IDQLPhysics"]),
    .library(name: "IDQLPhysicsLanes", targets: ["IDQLPhysicsLanes"]),
    .library(name: "IDQLEnvs", targets: ["IDQLEnvs"]),
    .library(name: "IDQLAgent", targets: ["IDQLAgent"]),
    .library(name: "IDQLEvaluation", targets: ["IDQLEvaluation"]),
    .library(name: "IDQLDatasets", targets: ["IDQLDatasets"]),
    .library(name: "IDQLEnvironmentTesting", targets: ["IDQLEnvironmentTesting"]),
    .library(name: "IDQLTraining", targets: ["IDQLTraining"]),
    .library(name: "IDQLRuns", targets: ["IDQLRuns"]),
    .library(name: "IDQLCollection", targets: ["IDQLCollection"]),
    .library(name: "IDQLRender", targets: ["IDQLRender"]),
    .library(name: "IDQLCommandLine", targets: ["IDQLCommandLine"]),
    .library(name: "IDQLC", type: .dynamic, targets: ["IDQLCInterface"]),
    .executable(name: "idql", targets: ["IDQLProgram"]),
  ] + (hasViewer ? [.executable(name: "idql-view", targets: ["IDQLViewer"])] : []),
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .target(name: "IDQLRandom", path: "Sources/Support/Random", swiftSettings: numeric),
    .target(name: "IDQLSpelling", path: "Sources/Support/Spelling", swiftSettings: numeric),
    .target(name: "IDQLThreads", path: "Sources/Support/Threads", swiftSettings: numeric),
    .systemLibrary(
      name: "CIDQLZlib", path: "Sources/Support/C/Zlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CIDQLSHA256", path: "Sources/Support/C/SHA256", cSettings: numericC),
    .target(
      name: "IDQLTensors",
      dependencies: ["CIDQLSHA256", "CIDQLZlib", "IDQLSpelling", "IDQLThreads"],
      path: "Sources/Support/Tensors",
      swiftSettings: numeric),
    .target(
      name: "IDQLPhysics", dependencies: ["IDQLSpelling"], path: "Sources/Physics",
      exclude: ["Lanes"], swiftSettings: physics),
    .target(name: "CIDQLLanes", path: "Sources/Support/C/Lanes", cSettings: c),
    .target(
      name: "IDQLPhysicsLanes",
      dependencies: ["CIDQLLanes", "IDQLPhysics"] + laneTargets.map { .target(name: $0.name) },
      path: "\(lanesFolder)/Stepper", swiftSettings: numeric),
    .target(
      name: "IDQLEnvs",
      dependencies: [
        "IDQLPhysics", "IDQLPhysicsLanes", "IDQLRandom", "IDQLSpelling", "IDQLThreads",
      ],
      path: "Sources/Envs", exclude: ["Testing"], resources: [.embedInCode("Resources")],
      swiftSettings: environments),
    .target(
      name: "CIDQLKernels", path: "Sources/Support/C/Kernels",
      cSettings: numericC),
    .target(
      name: "IDQLAgent",
      dependencies: ["CIDQLKernels", "IDQLRandom", "IDQLSpelling", "IDQLTensors"],
      path: "Sources/Agent", swiftSettings: numeric),
    .target(
      name: "IDQLEvaluation",
      dependencies: [
        "IDQLAgent", "IDQLEnvs", "IDQLPhysics", "IDQLRandom", "IDQLSpelling", "IDQLTensors",
        "IDQLThreads",
      ],
      path: "Sources/Evaluation",
      resources: [
        .copy("Resources/ant-walker.safetensors"),
        .copy("Resources/halfcheetah-medium.safetensors"),
        .copy("Resources/halfcheetah-medium-expert.safetensors"),
        .copy("Resources/halfcheetah-medium-replay.safetensors"),
        .copy("Resources/hopper-medium.safetensors"),
        .copy("Resources/hopper-medium-expert.safetensors"),
        .copy("Resources/hopper-medium-replay.safetensors"),
        .copy("Resources/walker2d-medium.safetensors"),
        .copy("Resources/walker2d-medium-expert.safetensors"),
        .copy("Resources/walker2d-medium-replay.safetensors"),
        .embedInCode("Resources/published_idql_numbers.tsv"),
      ],
      swiftSettings: numeric),

    .systemLibrary(
      name: "CIDQLHDF5", path: "Sources/Support/C/HDF5", pkgConfig: "hdf5",
      providers: [.apt(["libhdf5-dev"])]),
    .target(
      name: "IDQLDatasets",
      dependencies: ["CIDQLHDF5", "CIDQLZlib", "IDQLEnvs", "IDQLSpelling", "IDQLTensors"],
      path: "Sources/Data/Recorded", swiftSettings: numeric),
    .target(
      name: "IDQLEnvironmentTesting",
      dependencies: [
        "IDQLDatasets", "IDQLEnvs", "IDQLPhysics", "IDQLRandom", "IDQLSpelling", "IDQLTensors",
      ],
      path: "Sources/Envs/Testing", resources: [.copy("Recordings")], swiftSettings: numeric),
    .target(
      name: "IDQLTraining",
      dependencies: [
        "CIDQLKernels", "IDQLAgent", "IDQLRandom", "IDQLSpelling", "IDQLTensors", "IDQLThreads",
      ],
      path: "Sources/Training/Learner", swiftSettings: numeric),
    .target(
      name: "IDQLRuns",
      dependencies: [
        "IDQLAgent", "IDQLDatasets", "IDQLEnvs", "IDQLEvaluation", "IDQLRandom", "IDQLSpelling",
        "IDQLTensors", "IDQLTraining",
      ],
      path: "Sources/Training/Runs", swiftSettings: numeric),
    .target(
      name: "IDQLCollection",
      dependencies: [
        "IDQLAgent", "IDQLDatasets", "IDQLEnvs", "IDQLEvaluation", "IDQLPhysics", "IDQLRandom",
        "IDQLSpelling", "IDQLTensors", "IDQLTraining",
      ],
      path: "Sources/Data/Collected", swiftSettings: numeric),

    .systemLibrary(
      name: "CIDQLPNG", path: "Sources/Support/C/PNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"])]),
    // OpenGL is found at run time: building needs none of it
    .target(
      name: "IDQLRender",
      dependencies: [
        "CIDQLPNG", "CIDQLZlib", "IDQLAgent", "IDQLEnvs", "IDQLEvaluation", "IDQLPhysics",
        "IDQLRandom", "IDQLSpelling", "IDQLTensors", "IDQLThreads",
      ],
      path: "Sources/Render", exclude: ["Window"],
      resources: [.embedInCode("Page/Resources"), .embedInCode("Pictures/Font")],
      swiftSettings: numeric),
    .target(
      name: "IDQL",
      dependencies: [
        "IDQLAgent", "IDQLDatasets", "IDQLEnvironmentTesting", "IDQLEnvs", "IDQLEvaluation",
        "IDQLPhysics", "IDQLPhysicsLanes", "IDQLRandom",
      ],
      path: "Sources/Support/Umbrella", swiftSettings: plain),
    // only the commands need a database
    .systemLibrary(
      name: "CIDQLSQLite", path: "Sources/Support/C/SQLite", pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"])]),
    .target(
      name: "IDQLResults",
      dependencies: ["CIDQLSQLite", "IDQLEvaluation", "IDQLSpelling", "IDQLTensors"],
      path: "Sources/Results", swiftSettings: plain),
    .target(
      name: "IDQLCommandLine",
      dependencies: [
        "IDQLAgent", "IDQLCollection", "IDQLDatasets", "IDQLEnvironmentTesting", "IDQLEnvs",
        "IDQLEvaluation", "IDQLPhysics", "IDQLPhysicsLanes", "IDQLRandom", "IDQLRender",
        "IDQLResults", "IDQLRuns", "IDQLSpelling", "IDQLTensors", "IDQLTraining", argumentParser,
      ],
      path: "Sources/idql", exclude: ["Program", "SourceRevision"],
      resources: [.embedInCode("Report/Resources")], swiftSettings: plain),
    // the header of what follows it
    .systemLibrary(name: "CIDQLInterface", path: "Sources/Support/C/Interface"),
    .target(
      name: "IDQLCInterface",
      dependencies: [
        "CIDQLInterface", "IDQLAgent", "IDQLEnvs", "IDQLEvaluation", "IDQLPhysics",
        "IDQLPhysicsLanes", "IDQLRandom", "IDQLRender", "IDQLSpelling", "IDQLTensors",
        "IDQLThreads",
      ],
      path: "Sources/Support/CInterface", swiftSettings: numeric),
    .plugin(name: "SourceRevision", capability: .buildTool(), path: "Sources/idql/SourceRevision"),
    .executableTarget(
      name: "IDQLProgram", dependencies: ["IDQLCommandLine"], path: "Sources/idql/Program",
      swiftSettings: plain, plugins: ["SourceRevision"]),

    .target(
      name: "CIDQLTileEmulation", dependencies: ["CIDQLKernels"], path: "Tests/TileEmulation",
      cSettings: c + [.headerSearchPath("../../Sources/Support/C/Kernels")]),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: numeric),
    .testTarget(
      name: "RandomTests", dependencies: ["IDQLRandom", "TestSupport"], exclude: ["Golden"],
      swiftSettings: tests),
    .testTarget(name: "SpellingTests", dependencies: ["IDQLSpelling"], swiftSettings: tests),
    .testTarget(name: "ThreadsTests", dependencies: ["IDQLThreads"], swiftSettings: tests),
    .testTarget(
      name: "TensorsTests", dependencies: ["IDQLTensors", "TestSupport"],
      exclude: ["Golden"], swiftSettings: tests),
    .testTarget(
      name: "PhysicsTests",
      dependencies: [
        "IDQLPhysics", "IDQLPhysicsLanes", "IDQLRandom", "IDQLTensors", "TestSupport",
      ],
      exclude: ["Golden"], swiftSettings: numeric),
    .testTarget(
      name: "EnvsTests",
      dependencies: [
        "IDQLEnvs", "IDQLPhysics", "IDQLPhysicsLanes", "IDQLRandom", "IDQLThreads", "TestSupport",
      ],
      exclude: ["Golden"], swiftSettings: tests),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["IDQLDatasets", "IDQLEnvs", "IDQLRandom", "IDQLTensors", "TestSupport"],
      exclude: ["Golden"], swiftSettings: tests),
    .testTarget(
      name: "EnvironmentTestingTests",
      dependencies: [
        "IDQLDatasets", "IDQLEnvironmentTesting", "IDQLEnvs", "IDQLPhysics", "IDQLRandom",
        "TestSupport",
      ],
      swiftSettings: tests),
    .testTarget(
      name: "AgentTests",
      dependencies: [
        "CIDQLKernels", "CIDQLTileEmulation", "IDQLAgent", "IDQLRandom", "IDQLSpelling",
        "IDQLTensors",
        "TestSupport",
      ],
      exclude: ["Golden"], swiftSettings: tests),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "CIDQLKernels", "CIDQLTileEmulation", "IDQLAgent", "IDQLRandom", "IDQLTensors",
        "IDQLTraining", "TestSupport",
      ],
      exclude: ["Golden"], swiftSettings: tests),
    .testTarget(
      name: "EvaluationTests",
      dependencies: [
        "IDQLAgent", "IDQLEnvs", "IDQLEvaluation", "IDQLPhysics", "IDQLRandom", "IDQLTensors",
        "IDQLThreads", "TestSupport",
      ],
      exclude: ["Golden"], swiftSettings: tests),
    .testTarget(
      name: "RunsTests",
      dependencies: [
        "IDQLAgent", "IDQLCommandLine", "IDQLDatasets", "IDQLEnvs", "IDQLEvaluation", "IDQLRandom",
        "IDQLRuns", "IDQLSpelling", "IDQLTensors", "IDQLTraining", "TestSupport",
      ],
      swiftSettings: tests),
    .testTarget(
      name: "CollectionTests",
      dependencies: [
        "IDQLAgent", "IDQLCollection", "IDQLDatasets", "IDQLEnvs", "IDQLEvaluation", "IDQLPhysics",
        "IDQLRandom", "IDQLSpelling", "IDQLTensors", "IDQLTraining", "TestSupport",
      ],
      exclude: ["Golden"], swiftSettings: tests),
    .testTarget(
      name: "RenderTests",
      dependencies: [
        "CIDQLZlib", "IDQLAgent", "IDQLEnvs", "IDQLEvaluation", "IDQLPhysics", "IDQLRandom",
        "IDQLRender",
        "IDQLSpelling", "TestSupport",
      ],
      exclude: ["Golden"], swiftSettings: tests),
    .testTarget(
      name: "CInterfaceTests",
      dependencies: [
        "CIDQLInterface", "IDQLAgent", "IDQLCInterface", "IDQLEnvs", "IDQLEvaluation", "IDQLRandom",
      ],
      swiftSettings: tests),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "IDQLAgent", "IDQLCommandLine", "IDQLEnvs", "IDQLEvaluation", "IDQLPhysics", "IDQLProgram",
        "IDQLRandom", "IDQLRender", "IDQLRuns", "IDQLTensors", "TestSupport", argumentParser,
      ],
      exclude: ["Golden"], swiftSettings: tests),
  ] + laneTargets + (hasViewer ? viewerTargets : [])
)
