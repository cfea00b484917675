import IDQLAgent
import IDQLEnvs
import IDQLPhysics
import IDQLRandom
import IDQLSpelling
import Testing

@testable import IDQLRender

@Suite struct InsightTests {
  /// 20 steps of an episode by an agent that draws in every decision.
  func recording(_ agent: (any DecidingPolicy)? = nil, steps: Int = 20) throws -> EpisodeRecording {
    let recording = try Fixture.session(agent).recording(of: 1)
    for _ in 0..<steps { recording.advance() }
    return recording
  }

  // MARK: Decisions

  @Test func aDeliberationIsTheVeryDecision() throws {
    let recording = try recording()
    for number in [0, 7, 19] {
      let decision = try #require(Deliberation(recording, at: number))
      let step = try #require(recording.frame(number).step)
      let verdict = try #require(step.verdict)
      #expect(decision.candidate(decision.chosen).map(Double.init) == step.action)
      #expect(decision.chosen == verdict.index && decision.value == verdict.value)
      #expect(decision.q[decision.chosen] == verdict.chosenQ)
      #expect(decision.q.min() == verdict.smallestQ && decision.q.max() == verdict.largestQ)
    }
    // the last frame has not acted yet, but what it will do is known
    let next = try #require(Deliberation(recording, at: 20))
    recording.advance()
    #expect(recording.frame(20).step?.action == next.candidate(next.chosen).map(Double.init))
  }

  @Test func othersHaveNoCandidates() throws {
    let recording = try Fixture.actorSession().recording(of: 0)
    recording.advance()
    #expect(Deliberation(recording, at: 0) == nil)
    #expect(recording.frame(0).step?.verdict == nil)
    let other = try self.recording(steps: 1)
    #expect(Deliberation(other, at: 999) == nil)
  }

  @Test(arguments: [0, 2])
  func denoisingEndsInTheCandidates(_ extraFinalSteps: Int) throws {
    // more candidates than one tile of the sampler
    let agent = try Fixture.agent(candidates: 70, extraFinalSteps: extraFinalSteps)
    let recording = try recording(agent, steps: 2)
    let decision = try #require(Deliberation(recording, at: 1))
    let stages = decision.denoising()
    #expect(stages.count == agent.diffusionStepCount + extraFinalSteps + 1)
    #expect(stages.allSatisfy { $0.count == decision.candidates.count })
    #expect(stages.last == decision.candidates)
    #expect(Set(stages).count == stages.count)

    // the first stage is what the decision drew first
    var noise = recording.frame(1).noise
    #expect(stages[0] == (0..<stages[0].count).map { _ in noise.standardNormalFloat() })
    // and asking twice gives the same
    #expect(stages == decision.denoising())
  }

  @Test func rankingAndColorsFollowQ() throws {
    let recording = try recording()
    let decision = try #require(Deliberation(recording, at: 5))
    let ranked = decision.ranking.map { decision.q[$0] }
    #expect(zip(ranked, ranked.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(decision.rank(of: ranked[0]) == 1 && decision.rank(of: ranked.last ?? 0) == 0)
    #expect(QColor.color(0) != QColor.color(1))
    #expect(QColor.color(-3) == QColor.color(0) && QColor.color(.nan) == QColor.color(0))
    // lighter as Q grows
    let lightness = stride(from: Float(0), through: 1, by: 0.05).map { rank in
      let c = QColor.color(rank)
      return 0.2126 * c.x + 0.7152 * c.y + 0.0722 * c.z
    }
    #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $0 < $1 })
  }

  /// Candidates put by hand: entropy and modes have known answers.
  @Test func spreadInClosedForm() throws {
    func spread(_ values: [Float]) -> CandidateSpread {
      CandidateSpread(candidates: values, actionCount: 1)
    }
    let same = spread(Array(repeating: 0.3, count: 32))
    #expect(same.entropy == 0 && same.modeCount == 1)
    let even = spread((0..<32).map { -1 + (Float($0) + 0.5) / 16 })
    #expect(even.entropy == CandidateSpread.maximalEntropy && even.modeCount == 1)
    #expect(even.histogram(0) == Array(repeating: 2, count: 16))
    let two = spread((0..<32).map { $0 < 16 ? -0.9 : 0.9 })
    #expect(two.entropy == 1 && two.modeCount == 2)
    // one candidate of 32 is no mode
    let stray = spread((0..<32).map { $0 == 0 ? -0.9 : 0.9 })
    #expect(stray.modeCount == 1)
    // as do all numbers that lie beyond
    let beyond = spread([-.infinity, -1e30, .nan, 1e30, .infinity]).histogram(0)
    #expect(beyond.first == 3 && beyond.last == 2)
    // the ends belong to the outer bins
    #expect(spread([-1, 1]).histogram(0).first == 1 && spread([-1, 1]).histogram(0).last == 1)
  }

  // MARK: Futures

  @Test func theFirstStepOfTheChosenFutureIsTheRecordedOne() throws {
    let recording = try recording()
    let agent = try #require(recording.pilot.agent)
    let session = try Fixture.session()
    let simulator = FuturesSimulator(makeEnvironment: session.makeEnvironment)
    var question = FuturesQuestion()
    question.count = 3
    question.horizon = 6
    for number in [0, 11] {
      let answer = try simulator.futures(
        of: recording.frame(number), number: number, agent: agent, question: question)
      let chosen = try #require(answer.futures.first { $0.isChosen })
      #expect(chosen.states[0] == recording.frame(number).state)
      #expect(chosen.states[1] == recording.frame(number + 1).state)
      #expect(answer.futures.allSatisfy { $0.states.count == 7 })
      // the best three, and the chosen one if it is not among them
      let decision = try #require(Deliberation(recording, at: number))
      #expect(Array(answer.futures.prefix(3).map(\.candidate)) == Array(decision.ranking.prefix(3)))
      #expect(
        answer.futures.prefix(3).map(\.q) == decision.ranking.prefix(3).map { decision.q[$0] })

      // each one's first step is what its candidate alone leads to
      for future in answer.futures {
        let environment = try session.makeEnvironment()
        try environment.restore(recording.frame(number).snapshot)
        _ = environment.step(decision.candidate(future.candidate).map(Double.init))
        #expect(future.states[1] == environment.simulation.state)
      }
      // asked again, in environments that have been elsewhere: the same
      let again = try simulator.futures(
        of: recording.frame(number), number: number, agent: agent, question: question)
      #expect(zip(again.futures, answer.futures).allSatisfy { $0.states == $1.states })
    }
  }

  @Test func futuresStopWhereTheTaskEnds() throws {
    // a hopper whose torso is nearly too low
    let session = try Fixture.session()
    let recording = try session.recording(of: 0)
    for _ in 0..<400 where recording.canAdvance { recording.advance(action: [1, 1, 1]) }
    #expect(recording.episode != nil)
    let agent = try #require(recording.pilot.agent)
    var question = FuturesQuestion()
    question.horizon = 60
    let answer = try FuturesSimulator(makeEnvironment: session.makeEnvironment).futures(
      of: recording.frame(recording.lastFrame - 1), number: 0, agent: agent, question: question)
    let ended = answer.futures.filter(\.isTerminated)
    #expect(!ended.isEmpty && ended.allSatisfy { $0.states.count <= 60 })
  }

  @Test func theNewestQuestionIsAnswered() throws {
    let recording = try recording()
    let agent = try #require(recording.pilot.agent)
    let worker = FuturesWorker(makeEnvironment: try Fixture.session().makeEnvironment)
    var question = FuturesQuestion()
    question.horizon = 2
    for number in 0..<15 {
      worker.ask(recording.frame(number), number: number, agent: agent, question: question)
    }
    worker.finish()
    guard case .success(let answer)? = worker.takeAnswer() else {
      Issue.record("no answer")
      return
    }
    #expect(answer.frame == 14)
    #expect(worker.takeAnswer() == nil)
  }

  // MARK: Values

  /// The trace of the episode against decisions made one by one.
  @Test func theTraceIsWhatTheNetworksSay() throws {
    let recording = try recording()
    let agent = try #require(recording.pilot.agent)
    let trace = ValueTrace(recording)
    #expect(trace.rewards.count == 20 && trace.values.count == 20)
    for number in 0..<20 {
      let frame = recording.frame(number)
      var streams = [frame.noise]
      let decision = agent.decide(
        observations: frame.observation.map(Float.init), noise: &streams)
      let n = agent.options.candidateCount
      let q = (0..<n).map { min(decision.q[$0], decision.q[n + $0]) }
      #expect(decision.q.count == 2 * n)
      #expect(trace.values[number] == decision.values[0])
      #expect(trace.largestQ[number] == q.max() && trace.smallestQ[number] == q.min())
      #expect(trace.advantages[number] == q[decision.indices[0]] - decision.values[0])
      #expect(trace.rewards[number] == Float(frame.step?.transition.reward ?? .nan))
    }
  }

  @Test func theTraceFollowsWhatIsRecordedAnew() throws {
    let recording = try recording()
    var trace = ValueTrace(recording)
    for _ in 0..<5 { recording.advance() }
    trace.follow(recording)
    #expect(trace == ValueTrace(recording) && trace.rewards.count == 25)
    try recording.truncate(after: 10)
    for _ in 0..<6 { recording.advance(action: [0.1, 0.2, 0.3]) }
    trace.follow(recording)
    #expect(trace == ValueTrace(recording) && trace.rewards.count == 16)
  }

  // MARK: What if

  @Test func withNothingChangedItIsTheOriginal() throws {
    let recording = try recording(steps: 30)
    let session = try Fixture.session()
    let branch = try WhatIf(
      recording, at: 12, change: WhatIfChange(), in: session.makeEnvironment())
    for _ in 0..<18 { branch.advance() }
    #expect(branch.recording.lastFrame == 30 && branch.start == 12)
    #expect(branch.firstDifferentFrame == nil)
    #expect(branch.recording.hash == recording.hash)
    for number in 12...30 {
      #expect(branch.recording.frame(number).state == recording.frame(number).state)
      let difference = try #require(branch.difference(at: number))
      #expect(difference.totalReward == 0 && difference.position == 0)
      #expect(number == 30 ? difference.action == nil : difference.action == 0)
    }
    #expect(branch.difference(at: 11) == nil && branch.difference(at: 31) == nil)
  }

  @Test func anotherActionIsTakenForItsSteps() throws {
    let recording = try recording(steps: 30)
    let action = [0.25, -0.5, 0.75]
    let branch = try WhatIf(
      recording, at: 12, change: WhatIfChange(action: action, actionSteps: 3),
      in: Fixture.session().makeEnvironment())
    for _ in 0..<6 { branch.advance() }
    #expect((12..<15).allSatisfy { branch.recording.frame($0).step?.action == action })
    #expect(branch.recording.frame(15).step?.action != action)
    #expect(branch.firstDifferentFrame == 13)
    let first = try #require(recording.frame(12).step?.action)
    let rms =
      (zip(first, action).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 3).squareRoot()
    #expect(branch.difference(at: 12)?.action == rms)
    // the original is as it was
    let again = try self.recording(steps: 30)
    #expect(again.hash == recording.hash)
  }

  @Test func otherOptionsActFromThereOn() throws {
    let recording = try recording(steps: 16)
    var options = try Fixture.agent().options
    options.rule = .argmax
    options.candidateCount = 4
    let branch = try WhatIf(
      recording, at: 8, change: WhatIfChange(options: options),
      in: Fixture.session().makeEnvironment())
    branch.advance()
    #expect(branch.recording.pilot.agent?.options == options)
    let decision = try #require(Deliberation(branch.recording, at: 8))
    #expect(decision.candidateCount == 4)
    #expect(branch.recording.frame(9).step == nil)
    #expect(branch.recording.frame(8).state == recording.frame(8).state)
  }

  /// Played to their ends, the branch without a change has the original's outcome, and what is said of it agrees.
  @Test func whatIsSaidOfABranch() throws {
    let session = try Fixture.actorSession()
    let recording = try session.play(0)
    let same = try WhatIf(
      recording, at: 100, change: WhatIfChange(), in: session.makeEnvironment())
    try same.play()
    #expect(same.recording.episode == recording.episode && same.firstDifferentFrame == nil)
    #expect(same.outcome.hasSuffix("first difference none, Δ return +0.00"))

    let change = WhatIfChange(action: [1, 1, 1], actionSteps: 60)
    let other = try WhatIf(recording, at: 100, change: change, in: session.makeEnvironment())
    try other.play()
    let mine = try #require(other.recording.episode?.totalReward)
    let theirs = try #require(recording.episode?.totalReward)
    #expect(change.text == "action 1 1 1 for 60 steps" && mine < theirs)
    let total = mine - theirs
    #expect(
      other.outcome == "branch at step 100, action 1 1 1 for 60 steps: return \(mine), "
        + "\(other.recording.episode?.length ?? 0) steps, hash \(other.recording.hash); "
        + "first difference step 101, Δ return −\((-total).text(decimals: 2))")
    // 8 ms a step; before it there is no difference to tell
    #expect(other.caption(ofFrame: 99) == "branch at 0.80 s: action 1 1 1 for 60 steps")
    #expect(
      other.caption(ofFrame: 10_000)
        == "branch at 0.80 s: action 1 1 1 for 60 steps · Δ return −\((-total).text(decimals: 2))")
    #expect(
      WhatIfChange(options: try Fixture.agent(candidates: 4, rule: .softmax).options).text
        .hasPrefix("softmax of 4, temperature "))

    // for as long as a model is shown
    let model = try Session(model: Fixture.model())
    let alone = try model.play(0, until: 0.1)
    let pushed = try WhatIf(
      alone, at: 10, change: WhatIfChange(action: [1], actionSteps: 1_000_000),
      in: model.makeEnvironment())
    try pushed.play(until: alone.duration)
    #expect(pushed.recording.lastFrame == alone.lastFrame)
    #expect(pushed.firstDifferentFrame == 11)
  }

  /// The branch is in the pictures from its beginning on, and changes nothing of the original.
  @Test func aBranchIsASecondRobot() throws {
    let session = try Fixture.actorSession()
    let recording = try session.recording(of: 0)
    for _ in 0..<60 { recording.advance() }
    let hash = recording.hash
    let branch = try WhatIf(
      recording, at: 25, change: WhatIfChange(action: [0.3, 0.1, -0.2], actionSteps: 3),
      in: session.makeEnvironment())
    for _ in 0..<70 { branch.advance() }
    try #require(branch.recording.lastFrame > 80)
    let painter = try EpisodePainter(width: 160, height: 90)
    func pictures(_ frame: Double) throws -> [Picture] {
      let time = frame * recording.frameDuration
      return try [nil, branch].map {
        try painter.wholePicture(of: recording, at: time, branch: $0)
      }
    }
    let before = try pictures(24)
    #expect(before[0] == before[1])
    let after = try pictures(55)
    #expect(after[0] != after[1])
    // the original has no more frames, but the branch goes on
    let (end, beyond) = (try pictures(60), try pictures(80))
    #expect(end[0] == beyond[0] && end[1] != beyond[1])
    #expect(recording.hash == hash)
  }
}
