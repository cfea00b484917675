import IDQLAgent
import IDQLEnvs
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLEvaluation

@Suite struct EvaluateTests {
  func run(
    _ policy: ToyPolicy = ToyPolicy(), episodes: Int = 23, seed: UInt64 = 5, workers: Int = 1,
    batch: Int = 1, cancellation: Cancellation = Cancellation(), fault: ToyTask.Fault = .none
  ) throws -> Evaluation {
    try evaluate(
      policy,
      plan: EvaluationPlan(episodes: episodes, seed: seed, workers: workers, batch: batch),
      cancellation: cancellation
    ) { ToyTask(fault: fault) }
  }

  /// The other route to the answer: one episode after the other, in a loop that anyone would write.
  @Test func everyEpisodeIsWhatItsSeedsMakeOfIt() throws {
    let evaluation = try run(workers: 2, batch: 4)
    #expect(evaluation.episodes.map(\.index) == Array(0..<23))
    #expect(!evaluation.isPartial)
    for episode in evaluation.episodes {
      let environment = ToyTask()
      let policy = ToyPolicy()
      var noise = [NumPyGenerator(seed: 5, spawnKey: [UInt32(episode.index)])]
      environment.reset(seed: 5 + UInt64(episode.index))
      var total = 0.0
      var length = 0
      var last = Transition(reward: 0, terminated: false, truncated: false)
      while !last.terminated && !last.truncated {
        let action = policy.actions(
          observations: environment.observation, steps: [length], noise: &noise)
        last = environment.step([Double(action[0])])
        total += last.reward
        length += 1
      }
      #expect(episode.seed == 5 + UInt64(episode.index))
      #expect(episode.totalReward == total)
      #expect(episode.length == length)
      #expect(episode.isTerminated == last.terminated)
      #expect(episode.isTruncated == last.truncated)
      #expect(episode.score == 100 * (total + 10) / 50)
    }
    // the seeds reach both endings, so neither was compared with itself only
    #expect(evaluation.episodes.contains { $0.isTerminated })
    #expect(evaluation.episodes.contains { $0.isTruncated })
  }

  @Test(arguments: [(1, 3), (1, 16), (1, 100), (2, 1), (2, 16), (7, 2), (64, 4096)])
  func workersAndBatchNeverChangeAResult(_ workers: Int, _ batch: Int) throws {
    let plain = try run()
    let other = try run(workers: workers, batch: batch)
    #expect(other.episodes == plain.episodes)
    #expect(other.environmentSteps == plain.environmentSteps)
  }

  @Test func moreEpisodesContinueTheSameList() throws {
    #expect(try run(episodes: 9).episodes == Array(run(episodes: 23).episodes[..<9]))
  }

  @Test func anotherSeedGivesOtherEpisodes() throws {
    #expect(try run(seed: 1000).episodes.map(\.totalReward) != run().episodes.map(\.totalReward))
  }

  @Test func oneCallServesAllEpisodesInFlight() throws {
    let policy = ToyPolicy()
    let evaluation = try run(policy, workers: 1, batch: 64)
    #expect(policy.calls.count == evaluation.episodes.map(\.length).max())
    #expect(policy.calls.first == 23)
    #expect(policy.calls.reduce(0, +) == evaluation.environmentSteps)
  }

  @Test func aPlaceIsRefilledAtOnce() throws {
    let policy = ToyPolicy()
    _ = try run(policy, workers: 1, batch: 4)
    #expect(policy.calls.max() == 4)
    // nothing is left to refill from only once all 23 episodes have begun
    let firstShort = try #require(policy.calls.firstIndex { $0 < 4 })
    #expect(policy.calls[firstShort...].allSatisfy { $0 < 4 })
  }

  @Test func episodesAreSharedOutEvenly() throws {
    let policy = ToyPolicy()
    _ = try run(policy, episodes: 10, workers: 2, batch: 16)
    #expect(policy.calls.max() == 5)
  }

  @Test func cancellationKeepsTheFinishedEpisodes() throws {
    let cancellation = Cancellation()
    let policy = ToyPolicy { call in if call == 40 { cancellation.cancel() } }
    let partial = try run(policy, workers: 1, batch: 3, cancellation: cancellation)
    #expect(partial.isPartial)
    #expect(policy.calls.count == 40)
    #expect(partial.environmentSteps == policy.calls.reduce(0, +))
    #expect((1..<23).contains(partial.episodes.count))
    let whole = try run().episodes
    for episode in partial.episodes { #expect(episode == whole[episode.index]) }
  }

  @Test(arguments: [ToyTask.Fault.brokenState, .infiniteReward])
  func aBrokenEpisodeHasNoReturn(_ fault: ToyTask.Fault) throws {
    let sound = try run().episodes
    let episodes = try run(fault: fault).episodes
    for (episode, sound) in zip(episodes, sound) {
      // those that reach the time limit never meet the fault
      if !sound.isTerminated {
        #expect(episode == sound)
      } else {
        #expect(episode.isBroken && episode.isTerminated)
        #expect(episode.totalReward == nil && episode.score == nil)
        #expect(episode.length == sound.length)
      }
    }
  }

  @Test func anActionThatIsNotANumberBreaksTheEpisode() throws {
    let episodes = try run(ToyPolicy(answersNaNAt: 10)).episodes
    let sound = try run().episodes
    for (episode, sound) in zip(episodes, sound) {
      if sound.length <= 10 {
        #expect(episode == sound)
      } else {
        #expect(episode.isBroken && episode.length == 11)
      }
    }
  }

  @Test func scoreNeedsAReference() throws {
    let evaluation = try evaluate(ToyPolicy(), plan: EvaluationPlan(episodes: 3)) {
      ToyTask(reference: nil)
    }
    #expect(evaluation.episodes.allSatisfy { $0.score == nil && $0.totalReward != nil })
  }

  @Test func aPolicyOfOtherSizesIsRefused() {
    expectMessage(
      "the policy maps 2 observations to 3 actions, but Toy-v0 has 2 observations and 1 actions."
    ) { _ = try run(ToyPolicy(actionCount: 3)) }
  }

  @Test func anEnvironmentThatCannotBeMadeStopsAllThreads() throws {
    struct Refusal: Error, CustomStringConvertible { let description = "out of toys" }
    let made = Locked(0)
    expectMessage("out of toys") {
      _ = try evaluate(ToyPolicy(), plan: EvaluationPlan(episodes: 40, workers: 2, batch: 8)) {
        let count = made.withLock { made in
          made += 1
          return made
        }
        if count > 5 { throw Refusal() }  // the first thread alone wants eight
        return ToyTask()
      }
    }
  }

  @Test func progressReachesTheEnd() throws {
    let seen = Locked<[EvaluationProgress]>([])
    let evaluation = try evaluate(
      ToyPolicy(), plan: EvaluationPlan(episodes: 12, workers: 1, batch: 3),
      onProgress: { progress in seen.withLock { $0.append(progress) } },
      makeEnvironment: { ToyTask() })
    let progress = seen.withLock { $0 }
    #expect(progress.map(\.environmentSteps) == progress.map(\.environmentSteps).sorted())
    #expect(progress.allSatisfy { (0...1).contains($0.fraction) })
    let last = try #require(progress.last)
    #expect(last.fraction == 1 && last.finishedEpisodes == 12)
    #expect(last.environmentSteps == evaluation.environmentSteps)
  }

  @Test func expectedWorkShrinksToWhatIsKnown() {
    var progress = EvaluationProgress(episodes: 4, stepLimit: 100)
    #expect(progress.fraction == 0)
    progress.environmentSteps = 100  // of four episodes that may take 100 each
    #expect(progress.fraction == 0.25)
    progress.finishedEpisodes = 1
    progress.finishedSteps = 20
    // three are left, expected to take (20 + 100) / 2 each, and 80 of those 180 steps are done
    #expect(progress.fraction == 0.5)
  }
}

@Suite struct EvaluationPlanTests {
  @Test(arguments: [
    (0, 1, 1, "episodes must be from 1 to 1000000, not 0."),
    (-3, 1, 1, "episodes must be from 1 to 1000000, not -3."),
    (5, 0, 1, "workers must be from 1 to 1024, not 0."),
    (5, 1, 5000, "batch must be from 1 to 4096, not 5000."),
  ])
  func countsHaveBounds(_ episodes: Int, _ workers: Int, _ batch: Int, _ message: String) {
    expectMessage(message) {
      _ = try EvaluationPlan(episodes: episodes, workers: workers, batch: batch)
    }
  }

  @Test func theLastSeedMustExist() throws {
    expectMessage("seed 18446744073709551615 leaves no room for 2 episodes below 2^64.") {
      _ = try EvaluationPlan(episodes: 2, seed: .max)
    }
    #expect(try EvaluationPlan(episodes: 1, seed: .max).seed == .max)
  }
}
