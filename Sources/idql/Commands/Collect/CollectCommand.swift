import ArgumentParser

struct CollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect", abstract: "Make data sets by D4RL's recipes, in D4RL's layout.",
    discussion: """
      ars and sac train a policy and write PREFIX-LEVEL.hdf5 for every level: random, medium (the \
      first policy whose return is a third of the best), expert (the best), medium-replay (or \
      replay: the training up to medium), full-replay, medium-expert. PREFIX-training keeps the \
      policy of every evaluation and the curve of their returns, and the state from which 'idql \
      collect resume' goes on: killed at any moment and resumed, a collection ends with the same \
      bytes. ars, augmented random search, has linear policies and takes minutes; sac, soft \
      actor-critic, D4RL's own, takes hours. waypoints leads a walker through an antmaze, with \
      noise on its actions, and writes one file; sac in AntWaypoints-v0 makes such walkers.
      """,
    subcommands: [
      CollectARSCommand.self, CollectSACCommand.self, CollectWaypointsCommand.self,
      CollectResumeCommand.self,
    ])

  @Option(help: .hidden) var recipe: String?

  func validate() throws {
    if let recipe {
      throw ValidationError(
        "--recipe \(recipe) is now a command, 'idql collect \(recipe)', with options of its own.")
    }
  }
}
