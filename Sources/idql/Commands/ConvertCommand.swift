import ArgumentParser
import IDQLAgent
import IDQLRuns
import IDQLTensors

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a policy of any readable format as safetensors, or as the reference's flax.",
    discussion: """
      A name that ends in .msgpack asks for flax.serialization's bytes of the reference's parameters. \
      Settings that are stated become part of the file.
      """)

  @Argument(help: "Policy file, in any format that Docs/Formats.md lists, or the folder of a run.")
  var source: String
  @Argument(help: "File to write; it appears complete or not at all.") var target: String
  @OptionGroup var stated: StatedOptions

  func run() throws {
    try requireWritable(target)
    let contents = try PolicyContents(
      contentsOf: policyPath(source), stated: stated.settings())
    try convertPolicy(contents, to: target)
  }
}
