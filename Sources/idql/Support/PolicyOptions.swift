import ArgumentParser
import IDQLAgent

extension SelectionRule: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}

/// How an IDQL agent chooses; what is left out is as the checkpoint says.
package struct SelectionOptions: ParsableArguments {
  @Option(
    name: [.long, .customShort("N")],
    help: "Candidate actions drawn per observation (N); the checkpoint's own value if left out.")
  package var candidates: Int?

  @Option(help: "How one of the candidates is chosen; argmax if left out.")
  package var rule: SelectionRule?

  @Option(help: "Factor on the noise of every diffusion step; the checkpoint's own if left out.")
  package var temperature: Float?

  @Option(help: "Scale of Q - V in the rule softmax; 1 if left out.")
  package var softmaxScale: Double?

  @Option(
    help: """
      In which numbers the actor multiplies, float32 if left out; bf16 is nearly twice as fast, less exact, and \
      only for processors that have it.
      """)
  package var precision: Precision?

  package init() {}

  /// The options that were given, as they are spelt.
  package var given: [String] {
    [
      candidates.map { _ in "--candidates" }, rule.map { _ in "--rule" },
      temperature.map { _ in "--temperature" }, softmaxScale.map { _ in "--softmax-scale" },
      precision.map { _ in "--precision" },
    ].compactMap { $0 }
  }

  /// - Throws: `Failure` if the policy is not one that chooses, `IDQLOptionsError` for a value out of
  ///   range.
  package func applied(to policy: LoadedPolicy) throws -> LoadedPolicy {
    guard let first = given.first else { return policy }
    guard var options = policy.deciding?.options else {
      throw Failure(
        .usage,
        "\(first) acts on IDQL agents only; \(policy.source.name) holds a "
          + "\(policy.description.kind.title).")
    }
    if let candidates { options.candidateCount = candidates }
    if let rule { options.rule = rule }
    if let temperature { options.temperature = temperature }
    if let softmaxScale { options.softmaxScale = softmaxScale }
    if let precision { options.precision = precision }
    return try policy.with(options)
  }
}
