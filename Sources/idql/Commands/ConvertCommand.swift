import ArgumentParser
import IDQLAgent
import IDQLDatasets
import IDQLEnvs
import IDQLRuns
import IDQLTensors

extension DatasetLayout: ExpressibleByArgument {}
extension StoredNumbers: ExpressibleByArgument {}

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract:
      "Write a policy as safetensors or the reference's flax, or a data set in another layout.",
    discussion: """
      Policies: a name that ends in .msgpack asks for flax.serialization's bytes of the reference's \
      parameters. Settings that are stated become part of the file.
      Data sets: with --to. What the layout has no place for is named.

      Example: idql convert policy.safetensors policy.msgpack
      """)

  @Argument(
    help: """
      Policy file, in any format that Docs/Formats.md lists, or the folder of a run; with --to a data set.
      """, completion: .file())
  var source: String
  @Argument(
    help: "File or folder to write; it appears complete or not at all.", completion: .file())
  var target: String
  @Option(
    help: """
      Layout of the data set to write: minari (a folder), d4rl (HDF5) or ogbench (npz).
      """)
  var to: DatasetLayout?
  @Option(
    help: "Whose data it is, with --to; the name of the file says if left out.",
    completion: .environments)
  var env: String?
  @Option(
    help: """
      As what a policy's matrices are stored, in safetensors; float16 rounds them to 11 bits and takes half of \
      the space.
      """)
  var numbers = StoredNumbers.float32
  @OptionGroup(title: "What a policy's file does not say") var stated: StatedOptions

  func validate() throws {
    if to == nil, env != nil { throw ValidationError("--env needs --to: it is of data sets.") }
    if numbers == .float16, to != nil || target.lowercased().hasSuffix(".msgpack") {
      throw ValidationError("--numbers float16 is for policies in safetensors.")
    }
    if to != nil, let first = stated.given.first {
      throw ValidationError("\(first) is of policies, --to of data sets.")
    }
  }

  func run() throws {
    if let to {
      let target = String(target.reversed().drop { $0 == "/" }.reversed())
      if to != .minari { try requireWritable(target) }
      let notes = try RecordedDataset.convert(
        source, to: to, at: target, id: env.map { try EnvironmentID($0) })
      for note in notes { Failure.note(note) }
      return
    }
    try requireWritable(target)
    let contents = try PolicyContents(
      contentsOf: policyPath(source), stated: stated.settings())
    try convertPolicy(contents, to: target, numbers: numbers)
  }
}
