import ArgumentParser
import IDQLDatasets
import IDQLEnvs
import IDQLEvaluation
import IDQLRender
import IDQLSpelling
import IDQLTensors

/// What somebody recorded, in place of who acts.
struct RecordedOptions: ParsableArguments {
  @Option(
    help: """
      States to show, in place of a policy: a data set of D4RL, OGBench or Minari, or arrays qpos and qvel of shape \
      (T,n) or (E,T,n) in safetensors, as 'idql simulate --trajectory' and 'idql rollout' write them, npz or HDF5.
      """,
    completion: .file())
  var states: String?
  @Option(
    help: """
      Actions to take, in place of a policy: (T,a), or (E,T,a) for episodes with the seeds S, S+1 … (safetensors), as \
      'idql rollout' reads them.
      """,
    completion: .file())
  var actions: String?
  @Option(
    help: "Seconds between two of --states; a step of the environment or model, if left out.",
    within: .above(0, to: 1_000_000))
  var every: Double?

  init() {}

  var file: String? { states ?? actions }

  func validate(with source: SessionOptions, _ film: FilmOptions) throws {
    if every != nil, states == nil { throw ValidationError("--every is for --states.") }
    guard let name = states == nil ? actions.map({ _ in "--actions" }) : "--states" else { return }
    if states != nil, actions != nil {
      throw ValidationError("--states and --actions both say what happens; leave one out.")
    }
    let others: [(String, Bool)] = [
      ("--policy", source.policy != nil), ("--against", source.against != nil),
      ("--waypoints", source.waypoints),
      ("--overlay", film.overlay != nil), ("--branch", film.branch.branch != nil),
      ("--seed", states != nil && source.seed != 0),
      ("--success-timing", states != nil && source.timing.successTiming != nil),
    ]
    let given = source.selection.given.first ?? others.first(where: \.1)?.0
    if let given {
      throw ValidationError("\(given) changes nothing of what \(name) says; leave it out.")
    }
    if actions != nil, source.model == nil, source.env == nil {
      throw ValidationError("--actions needs a model or --env: what they are taken in.")
    }
  }

  // MARK: Episodes

  /// Where it happened, with nobody who acts.
  ///
  /// - Throws: `Failure` if nothing says where; what reading the model or the file throws.
  func session(_ source: SessionOptions) throws -> Session {
    var source = source
    if let states, source.model == nil, source.env == nil {
      source.env = try RecordedStates.environment(ofFile: states)
      if source.env == nil {
        throw Failure(
          .usage, "\(states) does not say where its states are from: name a model or --env.")
      }
    }
    return try source.sessionOfNobody()
  }

  /// Gives each episode by its index.
  ///
  /// - Throws: what reading the file throws.
  func player(in session: Session) throws -> (Int, Cancellation) throws -> EpisodeRecording {
    if let states { return try player(ofStates: states, session) }
    let path = actions ?? ""
    let spec = try session.makeEnvironment().spec
    let sequences = try ActionSequences(TensorFile(contentsOf: path), spec: spec)
    return { index, cancellation in
      try require(index, of: sequences.episodes, in: path)
      let recording = try EpisodeRecording(
        episode: index, seed: session.seed, in: session.makeEnvironment(), pilot: .none)
      for step in 0..<sequences.steps where recording.canAdvance {
        if cancellation.isCancelled { throw CancellationError() }
        recording.advance(action: sequences.action(index, step))
      }
      return recording
    }
  }

  private func player(
    ofStates path: String, _ session: Session
  ) throws -> (Int, Cancellation) throws -> EpisodeRecording {
    let environment = try session.makeEnvironment()
    let model = environment.simulation.model
    environment.reset(seed: 0)
    let state = environment.simulation.state
    let states = try RecordedStates(
      contentsOf: path,
      for: RecordedStates.Sizes(
        positions: model.positionCount, velocities: model.velocityCount,
        areObserved: environment.observation == state.position + state.velocity),
      of: session.title)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return { index, _ in
      try require(index, of: states.episodes.count, in: path)
      let episode = states.episodes[index]
      return try EpisodeRecording(
        showing: Trajectory(
          name: name, index: index, positions: episode.rows.map { Array(states.positions[$0]) },
          velocities: episode.rows.map { Array(states.velocities[$0]) },
          rewards: episode.rewards, interval: every),
        in: session.makeEnvironment())
    }
  }

  private func require(_ index: Int, of count: Int, in path: String) throws {
    guard index < count else {
      throw Failure(
        .usage,
        "\(path) has \(count == 1 ? "one episode" : "the episodes 0 to \(count - 1)"); there is no episode \(index)."
      )
    }
  }
}
