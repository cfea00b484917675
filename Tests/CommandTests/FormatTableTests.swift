import Foundation
import IDQLTensors
import TestSupport
import Testing

/// The table of formats and outcomes in `Docs/Formats.md` is what the program does with a file of each
/// kind. `IDQL_WRITE_TABLES=1` writes it anew.
@Suite struct FormatTableTests {
  private struct Kind {
    var title: String
    var path: String
    var options: [String] = []
    /// Words of the options for the table.
    var said = ""
  }

  @Test func theTableOfTheDocumentIsWhatHappens() throws {
    try withTemporaryFolder { folder in
      var lines = ["| file | stated | outcome |", "|---|---|---|"]
      for kind in policies() + (try others(in: folder)) {
        lines.append(
          "| \(kind.title) | \(kind.said) | \(try outcomeOfPolicy(kind, folder)) |")
      }
      lines += ["", "| data | outcome |", "|---|---|"]
      for kind in data() + (try otherData(in: folder)) {
        lines.append("| \(kind.title) | \(try outcomeOfData(kind)) |")
      }
      let path = checkoutPath("Docs/Formats.md")
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let (begin, end) = ("<!-- outcomes -->\n", "<!-- end of outcomes -->")
      let head = try #require(text.range(of: begin))
      let tail = try #require(text.range(of: end))
      let table = lines.joined(separator: "\n") + "\n"
      if ProcessInfo.processInfo.environment["IDQL_WRITE_TABLES"] != nil {
        try Fixture.write(
          String(text[..<head.upperBound]) + table + text[tail.lowerBound...], to: path)
      } else {
        #expect(text[head.upperBound..<tail.lowerBound] == table)
      }
      // nothing is both read and without a word on what was assumed, and a refusal has a reason
      #expect(!lines.contains { $0.hasSuffix("|  |") })
      #expect(
        lines.count { $0.contains("acts") } > 20 && lines.count { $0.contains("refused") } > 25)
    }
  }

  // MARK: Outcomes

  /// What `idql act` does, and what `idql inspect` says of what was assumed.
  private func outcomeOfPolicy(_ kind: Kind, _ folder: String) throws -> String {
    let look = try Command.start(["inspect", kind.path] + kind.options).finish()
    guard look.status == 0 else { return refusal(look, kind) }
    let lines = look.output.split(separator: "\n").map(String.init)
    let sizes = lines.first { $0.hasPrefix("  observations ") } ?? ""
    let count = Int(sizes.split(separator: " ")[1].dropLast()) ?? 0
    let observations = (0..<count).map { Float($0 % 3) / 2 }
    try writeTensorFile(
      [NamedTensor("observations", shape: [1, count], .floats(observations))], to: "\(folder)/o")
    let act = try Command.start(
      ["act", kind.path, "--observations", "\(folder)/o", "--out", "\(folder)/a"] + kind.options
    ).finish()
    guard act.status == 0 else { return refusal(act, kind) }
    let assumed = lines.filter { $0.hasSuffix("(assumed)") }.compactMap {
      $0.dropFirst(2).split(separator: "  ").first.map(String.init)
    }
    let format = lines[1].trimmingCharacters(in: .whitespaces).split(separator: ",")[0]
    return "acts: \(format)"
      + (assumed.isEmpty ? "" : "; assumed and said so: \(assumed.joined(separator: ", "))")
  }

  private func outcomeOfData(_ kind: Kind) throws -> String {
    let result = try Command.start(["data", kind.path]).finish()
    guard result.status == 0 else { return refusal(result, kind) }
    func line(_ name: String) -> String? {
      result.output.split(separator: "\n").first { $0.hasPrefix(name) }
        .map { $0.dropFirst(13).description }
    }
    let sizes = line("sizes") ?? ""
    return "read: \(line("layout") ?? "")"
      + (sizes.split(separator: ";").last.map { ",\($0)" } ?? "")
      + (line("not used").map { "; not used: \($0)" } ?? "")
  }

  private func refusal(_ result: CommandResult, _ kind: Kind) -> String {
    #expect(result.status > 0 && result.error.split(separator: "\n").count == 1, "\(kind.title)")
    let name = URL(fileURLWithPath: kind.path).lastPathComponent
    let message = result.error.dropFirst("idql: ".count).trimmingCharacters(in: .newlines)
      .replacing(kind.path, with: "FILE").replacing(name, with: "FILE")
    return "refused: "
      + message.replacing("FILE: ", with: "", maxReplacements: 1)
      .replacing("|", with: "\\|")
  }

  // MARK: Kinds

  private func policies() -> [Kind] {
    func agent(
      _ title: String, _ file: String, _ options: [String] = [], said: String? = nil
    ) -> Kind {
      Kind(
        title: title, path: goldenPath(file, of: "AgentTests"), options: options,
        said: said ?? options.joined(separator: " "))
    }
    let beside = goldenPath("cleandiffuser/iql_ckpt.pt", of: "AgentTests")
    let schedule = ["--diffusion-steps", "7", "--schedule", "cosine"]
    return [
      agent("agent, `.safetensors`", "tiny_mlp.safetensors"),
      agent("flax parameters", "policies/parameters.msgpack"),
      agent("flax parameters", "policies/parameters.msgpack", schedule),
      agent("flax agent", "policies/agent.msgpack"),
      agent("flax agent in chunks", "policies/agent_chunked.msgpack"),
      agent("flax agent, LayerNorm in the critic", "policies/agent_critic_norm.msgpack"),
      agent("flax agent", "policies/agent.msgpack", ["--diffusion-steps", "5"]),
      agent("pickled agent", "policies/params_100.pkl"),
      agent("pickled agent of NumPy arrays", "policies/params_numpy.pkl"),
      agent("IFQL's pickled agent", "flow/params_7.pkl"),
      agent("IFQL's pickled agent", "flow/params_7.pkl", ["--diffusion-steps", "10"]),
      agent("CleanDiffuser's policy", "cleandiffuser/diffusion_ckpt.pt"),
      agent(
        "CleanDiffuser's policy", "cleandiffuser/diffusion_ckpt.pt", ["--critic", beside],
        said: "--critic FILE"),
      agent(
        "CleanDiffuser's policy", "cleandiffuser/diffusion_ckpt.pt",
        [
          "--critic", beside, "--statistics-from",
          goldenPath("five-numbers.hdf5", of: "DatasetsTests"),
        ], said: "--critic FILE --statistics-from DATA"),
      agent("CleanDiffuser's critic", "cleandiffuser/iql_ckpt.pt"),
      agent("actor, `.safetensors`", "policies/mlp.safetensors"),
      agent("actor in 64 bits", "policies/mlp_float64.safetensors"),
      agent("actor, `.pt`", "policies/mlp.pt"),
      agent("actor, PyTorch's old format", "policies/mlp_stream.pt"),
      agent("actor, `.pt`", "policies/mlp.pt", ["--diffusion-steps", "5"]),
    ]
      + ["sac", "sac_sde", "td3", "tqc", "ppo", "ppo_2020", "a2c", "trpo", "ars", "ars_linear"].map
    { agent("Stable-Baselines3, `\($0).zip`", "policies/\($0).zip") }
      + [
        agent(
          "Stable-Baselines3, `sac.zip`", "policies/sac.zip",
          ["--normalization", goldenPath("policies/vec_normalize.pkl", of: "AgentTests")],
          said: "--normalization FILE"),
        agent("VecNormalize", "policies/vec_normalize.pkl"),
        Kind(title: "D4RL's HDF5 as a policy", path: goldenPath("d4rl.hdf5", of: "DatasetsTests")),
        Kind(
          title: "OGBench's npz as a policy", path: goldenPath("ogbench.npz", of: "DatasetsTests")),
      ]
  }

  /// Files that begin as others' do.
  private func others(in folder: String) throws -> [Kind] {
    func file(_ title: String, _ name: String, _ bytes: [UInt8]) throws -> Kind {
      try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      return Kind(title: title, path: "\(folder)/\(name)")
    }
    func text(_ text: String) -> [UInt8] { Array(text.utf8) + Array(repeating: 0, count: 300) }
    let orbax = "\(folder)/saved"
    try FileManager.default.createDirectory(atPath: orbax, withIntermediateDirectories: true)
    try Fixture.write("{}", to: "\(orbax)/_METADATA")
    return [
      try file("gzip", "p.gz", [0x1f, 0x8b] + text("")),
      try file("zstd", "p.zst", [0x28, 0xb5, 0x2f, 0xfd] + text("")),
      try file("xz", "p.xz", [0xfd] + text("7zXZ")),
      try file("bzip2", "p.bz2", text("BZh9")),
      try file("Arrow", "p.arrow", text("ARROW1")),
      try file("Parquet", "p.parquet", text("PAR1")),
      try file("Git LFS pointer", "p.bin", text("version https://git-lfs.github.com/spec/v1")),
      try file("web page", "p.html", text("<!DOCTYPE html>")),
      try file("JSON", "p.json", text("{\"a\": 1}")),
      try file("`.npy`", "p.npy", [0x93] + text("NUMPY")),
      try file("ONNX", "p.onnx", [8, 7] + text("pytorch")),
      Kind(title: "Orbax folder", path: orbax),
      try file("nothing known", "p.x", text("nothing known")),
      try file("empty file", "p.empty", []),
    ]
  }

  private func data() -> [Kind] {
    [
      ("D4RL's HDF5", "layouts/hopper.hdf5"), ("D4RL's first files", "d4rl-without-timeouts.hdf5"),
      ("D4RL's columns in npz", "layouts/hopper.npz"),
      ("q-learning view", "layouts/hopper-view.hdf5"),
      ("shuffled rows", "layouts/hopper-shuffled.hdf5"),
      ("newest format of HDF5", "layouts/hopper-latest.hdf5"),
      ("LZF", "layouts/hopper-lzf.hdf5"),
      ("OGBench", "layouts/antmaze.npz"), ("OGBench, regular view", "layouts/antmaze-regular.npz"),
      ("OGBench, compact view", "layouts/antmaze-compact.npz"),
      ("npz in Fortran order", "layouts/antmaze-fortran.npz"),
      ("npz with text beside", "layouts/antmaze-text.npz"),
      ("Minari", "layouts/minari-hopper"), ("Minari as Arrow", "layouts/minari-arrow"),
      ("HDF5 left open", "hostile/not-closed.hdf5"),
      ("HDF5, unknown filter", "hostile/unknown-filter.hdf5"),
      ("HDF5, a link that leads nowhere", "hostile/dangling-softlink.hdf5"),
      ("HDF5, numbers in other files", "hostile/external-raw-etc-passwd.hdf5"),
      ("HDF5, view of other files", "hostile/virtual-fifo.hdf5"),
      ("HDF5, link to another file", "hostile/external-link-to-other.hdf5"),
      ("HDF5, never written", "hostile/unwritten-2M-rows-contiguous.hdf5"),
    ].map { Kind(title: $0.0, path: goldenPath($0.1, of: "DatasetsTests")) }
  }

  private func otherData(in folder: String) throws -> [Kind] {
    [
      ("gzip", "p.gz"), ("Arrow", "p.arrow"), ("Parquet", "p.parquet"),
      ("Git LFS pointer", "p.bin"), ("web page", "p.html"), ("`.npy`", "p.npy"),
      ("nothing known", "p.x"), ("empty file", "p.empty"),
    ].map { Kind(title: $0.0, path: "\(folder)/\($0.1)") }
      + [
        Kind(title: "a pickle", path: goldenPath("policies/params_100.pkl", of: "AgentTests")),
        Kind(title: "a folder of something else", path: folder),
      ]
  }
}
