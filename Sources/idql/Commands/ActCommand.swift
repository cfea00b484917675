import ArgumentParser
import IDQLAgent
import IDQLEvaluation
import IDQLRuns
import IDQLTensors

struct ActCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "act",
    abstract: "Answer observations with actions, and what they were chosen from.",
    discussion: """
      Reads observations (B,o) and, for an exact replay, noise_init (B,N,a) and noise_z (B,T,N,a), \
      where noise_z[:,k] belongs to the k-th sampling step, diffusion time T-1-k. Writes candidates \
      (B,N,a), q (B,heads,N), v (B), index (B) and actions (B,a); a deterministic actor gives actions \
      only.

      Example: idql act policy.safetensors --observations observations.safetensors --out actions.safetensors
      """)

  @Argument(help: "Policy checkpoint: safetensors, or flax msgpack.", completion: .file())
  var policy: String
  @Option(help: "Observations (safetensors).", completion: .file()) var observations: String
  @Option(help: "Recorded noise (safetensors); its N is used.", completion: .file())
  var noise: String?
  @Option(help: "Row b draws its noise from (seed, b).", within: .seeds) var seed: UInt64 = 0
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var output: OutputOption

  func run() throws {
    let path = try policyPath(policy)
    try requireOutputs(
      ["--out": output.out],
      besides: policyFiles(of: path) + [observations] + (noise.map { [$0] } ?? []))
    let policy = try selection.load(path)
    let observations = try readObservations(TensorFile(contentsOf: observations), for: policy)
    let tensors =
      if let noise {
        try replay(noise, policy, observations)
      } else {
        try decideActions(policy, observations: observations, seed: seed)
      }
    try writeTensorFile(
      tensors,
      metadata: [
        "version": packageVersion, "git_revision": ProgramIdentity.current.sourceRevision,
      ],
      to: output.out)
  }

  /// What the policy does with recorded noise, of whose N it draws candidates.
  private func replay(
    _ noise: String, _ policy: LoadedPolicy, _ observations: Tensor<Double>
  ) throws -> [NamedTensor] {
    guard let agent = policy.deciding else {
      throw Failure(.usage, "--noise acts on IDQL agents only; an actor draws none.")
    }
    let recorded = try RecordedNoise(
      TensorFile(contentsOf: noise), rows: observations.shape[0], agent: agent)
    if let asked = selection.choice.candidates, asked != recorded.candidateCount {
      throw Failure(
        .badData, "--candidates is \(asked), but the noise is for \(recorded.candidateCount).")
    }
    var options = agent.options
    options.candidateCount = recorded.candidateCount
    return try decideActions(
      agent.with(options), observations: observations, seed: seed, noise: recorded)
  }
}
