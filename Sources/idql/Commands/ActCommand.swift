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
      """)

  @Argument(help: "Policy checkpoint: safetensors, or flax msgpack.") var policy: String
  @Option(help: "Observations (safetensors).") var observations: String
  @Option(help: "Recorded noise (safetensors); its N is used.") var noise: String?
  @Option(help: "Row b draws its noise from (seed, b).") var seed: UInt64 = 0
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var output: OutputOption

  func run() throws {
    let policy = try selection.applied(to: loadPolicy(contentsOf: policyPath(policy)))
    let observations = try readObservations(
      TensorFile(contentsOf: observations), for: policy.policy)
    let tensors: [NamedTensor]
    switch policy {
    case .actor(let actor):
      if noise != nil {
        throw Failure(.usage, "--noise acts on IDQL agents only; an actor draws none.")
      }
      tensors = decideActions(actor, observations: observations)
    case .idql(var agent):
      let recorded = try noise.map {
        try RecordedNoise(
          TensorFile(contentsOf: $0), rows: observations.shape[0], agent: agent)
      }
      if let recorded {
        var options = agent.options
        if let asked = selection.candidates, asked != recorded.candidateCount {
          throw Failure(
            .badData,
            "--candidates is \(asked), but the noise is for \(recorded.candidateCount).")
        }
        options.candidateCount = recorded.candidateCount
        agent = try agent.with(options)
      }
      tensors = try decideActions(
        agent, observations: observations, seed: seed, noise: recorded)
    }
    try writeTensorFile(
      tensors,
      metadata: [
        "version": packageVersion, "git_revision": ProgramIdentity.current.sourceRevision,
      ],
      to: output.out)
  }
}
