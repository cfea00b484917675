import Foundation
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLAgent

@Suite struct SelectionTests {
  private func options(
    _ rule: SelectionRule, _ objective: CriticObjective = .expectile, parameter: Double = 0.7,
    scale: Double = 1
  ) -> IDQLOptions {
    var options = IDQLOptions()
    options.rule = rule
    options.criticObjective = objective
    options.criticParameter = parameter
    options.softmaxScale = scale
    return options
  }

  @Test func takesTheFirstOfTheLargest() {
    let argmax = options(.argmax)
    #expect(argmax.select(q: [1, 3, 2, 3], value: 0, draw: 0.9) == 1)
    #expect(argmax.select(q: [.nan, 1, .nan, 2], value: 0, draw: 0) == 3)
    #expect(argmax.select(q: [.nan, .nan], value: 0, draw: 0) == 0)
    #expect(argmax.select(q: [-.infinity, -.infinity], value: 0, draw: 0) == 0)
  }

  @Test func weighsByTheObjective() {
    let advantages = [2.0, -1, 0.5, 0]
    #expect(ValueLoss(.expectile, 0.7).weights(advantages) == [0.7, 1 - 0.7, 0.7, 1 - 0.7])
    let quantile = ValueLoss(.quantile, 0.7).weights([2, -1, 0.5])
    expectClose(quantile, [0.35, 0.3, 1.4], within: 1e-15, "quantile")
    // α |exp(αu) - 1| / |u|, all over exp(α max u)
    let exponential = ValueLoss(.exponential, 2).weights(advantages)
    let expected = advantages.map { u in
      (u == 0 ? 4 : 2 * abs(exp(2 * u) - 1) / abs(u)) * exp(-4)
    }
    expectClose(exponential, expected, within: 0, relative: 1e-14, "exponential")
  }

  /// Two routes to V: what minimises the mean of f is the mean of Q under the implied weights (IDQL, §4).
  @Test(arguments: [
    ValueLoss(.expectile, 0.7), ValueLoss(.expectile, 0.95), ValueLoss(.exponential, 0.6),
  ])
  func theImpliedActorAttainsTheValue(_ f: ValueLoss) {
    var generator = NumPyGenerator(seed: 5)
    for _ in 0..<20 {
      let q = (0..<9).map { _ in Double(generator.standardNormalFloat()) }
      // the mean of the slopes falls with V: bisection finds where it is zero
      var (low, high) = (q.min() ?? 0, q.max() ?? 0)
      for _ in 0..<60 {
        let v = (low + high) / 2
        let slope = q.reduce(0) { $0 + Double(f(Float($1 - v)).slope) }
        if slope > 0 { low = v } else { high = v }
      }
      let weights = f.weights(q.map { $0 - low })
      let mean = zip(q, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
      // slopes are in single precision, 9 of them of at most 10
      #expect(abs(mean - low) < 1e-5, "\(f.objective) \(mean) \(low)")
    }
  }

  @Test func keepsHugeAdvantagesFinite() {
    let weights = ValueLoss(.exponential, 5).weights([900, 899, -900, 1e-14])
    #expect(weights.allSatisfy { $0.isFinite && $0 >= 0 })
    // exp(-5) · 900 / 899
    expectClose(
      [weights[1] / weights[0]], [exp(-5) * 900 / 899], within: 0, relative: 1e-12, "ratio")
    let softmax = options(.softmax, scale: 10).softmaxWeights([1e4, 1e4 - 1, -1e4])
    expectClose(softmax, [1, exp(-10), 0], within: 1e-12, "softmax")
    let zero = ValueLoss(.quantile, 0.7).weights([0, 1])
    #expect(zero.allSatisfy { $0.isFinite })
  }

  /// Inverse distribution function: a grid of draws hits each index in proportion to the weight of
  /// its advantage Q - V.
  @Test func drawsInProportion() {
    let q: [Float] = [0.1, 0.6, -0.4]
    let advantages = [-0.15, 0.35, -0.65]
    let rules = [
      (options(.softmax, scale: 2), advantages.map { exp(2 * $0) }),
      (options(.implicit), [0.3, 0.7, 0.3]),
      (options(.implicit, .quantile), [0.3 / 0.15, 0.7 / 0.35, 0.3 / 0.65]),
      (
        options(.implicit, .exponential, parameter: 2),
        advantages.map { abs(exp(2 * $0) - 1) / abs($0) }
      ),
    ]
    for (rule, weights) in rules {
      let total = weights.reduce(0, +)
      var counts = [0.0, 0, 0]
      let draws = 10_000
      for i in 0..<draws {
        counts[rule.select(q: q, value: 0.25, draw: (Double(i) + 0.5) / Double(draws))] += 1
      }
      // one grid point at each of the borders
      expectClose(
        counts.map { $0 / Double(draws) }, weights.map { $0 / total }, within: 1.1e-4,
        "\(rule.rule) \(rule.criticObjective)")
      #expect(rule.select(q: q, value: 0.25, draw: 1 - 0x1p-53) == 2)
    }
  }

  @Test func neverPicksWeightlessCandidates() {
    let softmax = options(.softmax, scale: 1000)
    #expect(softmax.select(q: [0, 100, 0], value: 0, draw: 0) == 1)
    #expect(softmax.select(q: [0, 100, 0], value: 0, draw: 1 - 0x1p-53) == 1)
    #expect(softmax.select(q: [0, .nan, 5], value: 0, draw: 0.5) == 2)
  }

  @Test func refusesOptionsOutOfRange() throws {
    let cases: [(WritableKeyPath<IDQLOptions, Int>, Int, String)] = [
      (\.candidateCount, 0, "candidateCount is 0; it must be 1 to 65536."),
      (\.extraFinalSteps, -1, "extraFinalSteps is -1; it must be 0 to 1000."),
    ]
    for (path, value, message) in cases {
      var options = IDQLOptions()
      options[keyPath: path] = value
      expectMessage(message) { try options.validate() }
    }
    var options = IDQLOptions()
    options.temperature = .nan
    expectMessage("temperature is nan; it must be a number from 0.") { try options.validate() }
    options = self.options(.implicit, .quantile, parameter: 1)
    expectMessage(
      "criticParameter is 1.0; it must be a number between 0 and 1 for the objective quantile."
    ) { try options.validate() }
    options = self.options(.implicit, .exponential, parameter: 0)
    expectMessage(
      "criticParameter is 0.0; it must be a number above 0 for the objective exponential."
    ) { try options.validate() }
    options = self.options(.softmax, scale: -.infinity)
    expectMessage("softmaxScale is -inf; it must be a number from 0.") { try options.validate() }
  }

  @Test func optionsSurviveJSON() throws {
    var options = options(.implicit, .exponential, parameter: 0.1, scale: 3)
    options.temperature = 0.5
    let decoded = try JSONDecoder().decode(IDQLOptions.self, from: JSONEncoder().encode(options))
    #expect(decoded == options)
  }
}

@Suite struct ReverseStepTests {
  /// Who knows the noise of a_0 steps back to the action exactly: the mean of DDPM's eq. 11 at t = 0 is
  /// the inverse of its eq. 4.
  @Test(arguments: NoiseSchedule.Kind.allCases)
  func theLastStepUndoesTheFirst(_ kind: NoiseSchedule.Kind) {
    let schedule = NoiseSchedule(kind, steps: 5)
    let (signal, spread) = schedule.forward(0)
    let reverse = schedule.reverse(0, temperature: 1)
    for (action, noise) in [(0.3, -1.2), (-0.9, 0.4), (1, 2.5)] as [(Float, Float)] {
      let noisy = signal * action + spread * noise
      // and adds none, whatever is drawn
      #expect(abs(reverse(noisy, predicted: noise, noise: 9) - action) < 1e-6)
    }
  }

  @Test func otherStepsAddNoiseByTheTemperature() {
    let schedule = NoiseSchedule(.vp, steps: 5)
    let (full, half) = (
      schedule.reverse(3, temperature: 1), schedule.reverse(3, temperature: 0.5)
    )
    let mean = full(0.4, predicted: 0.1, noise: 0)
    let deviation = schedule.betas[3].squareRoot()
    #expect(abs(full(0.4, predicted: 0.1, noise: 2) - mean - 2 * deviation) < 1e-6)
    #expect(abs(half(0.4, predicted: 0.1, noise: 2) - mean - deviation) < 1e-6)
  }
}

/// Options that change the sampling itself, on a tiny agent.
@Suite struct SamplerOptionTests {
  private func decide(_ change: (inout IDQLOptions) -> Void, stepNoise: Float = 0.5) throws
    -> Decision
  {
    let policy = try Fixtures.idql("tiny_mlp.safetensors")
    var options = policy.options
    options.candidateCount = 2
    change(&options)
    return try policy.with(options).decide(
      observations: [0.1, -0.2, 0.3, 0.4, -0.5], initialNoise: [0.3, -0.2, 0.9, 1.4],
      stepNoise: [Float](repeating: stepNoise, count: 5 * 4), selectionDraws: [0])
  }

  @Test func temperatureScalesTheStepNoise() throws {
    let cold = try decide { $0.temperature = 0 }
    let silent = try decide({ _ in }, stepNoise: 0)
    #expect(cold.candidates == silent.candidates)
    let half = try decide { $0.temperature = 0.5 }
    let halfNoise = try decide({ _ in }, stepNoise: 0.25)
    expectClose(half.candidates, halfNoise.candidates, within: 1e-6, "half the temperature")
    #expect(cold.candidates != half.candidates)
  }

  /// Each stage is one diffusion step from the stage before, for more candidates than one tile of the
  /// sampler holds.
  @Test func stagesFollowFromOneAnother() throws {
    let policy = try Fixtures.idql("tiny_mlp.safetensors")
    let network = policy.network
    let schedule = try #require(policy.diffusion as? NoiseSchedule)
    let sampler = DiffusionSampler(
      network: network, diffusion: schedule, temperature: 0.7, clipsEveryStep: true,
      extraFinalSteps: 2)
    let size = 70 * policy.actionCount
    let observation: [Float] = [0.1, -0.2, 0.3, 0.4, -0.5]
    let noise = (0..<schedule.steps * size).map { cos(3 * Float($0)) }
    let stages = sampler.stages(
      observation: observation, candidateCount: 70, initialNoise: (0..<size).map { sin(Float($0)) },
      stepNoise: noise)
    #expect(stages.count == schedule.steps + 3 && Set(stages).count == stages.count)

    var prepared = [Float](repeating: 0, count: network.preparedCount)
    network.prepare(observation, rows: 1, into: &prepared)
    for (index, stage) in stages.dropLast().enumerated() {
      let t = max(0, schedule.steps - 1 - index)
      var eps = [Float](repeating: 0, count: size)
      prepared.withUnsafeBufferPointer { prepared in
        network.predict(
          stage, prepared: Array(repeating: prepared.baseAddress!, count: 70), step: t, into: &eps,
          workspace: ScoreWorkspace(network, rows: 70))
      }
      let (alpha, hat) = (schedule.alphas[t], schedule.alphaHats[t])
      let next = stage.indices.map { i in
        let mean = (stage[i] - (1 - alpha) / (1 - hat).squareRoot() * eps[i]) / alpha.squareRoot()
        return clip(
          t > 0 ? mean + 0.7 * schedule.betas[t].squareRoot() * noise[index * size + i] : mean)
      }
      expectClose(stages[index + 1], next, within: 1e-6, "stage \(index + 1)")
    }
  }

  @Test func candidatesStayInRange() throws {
    let unclipped = try decide { $0.clipsEveryStep = false }
    let clipped = try decide { _ in }
    #expect(unclipped.candidates != clipped.candidates)
    #expect(unclipped.candidates.allSatisfy { (-1...1).contains($0) })
  }

  /// Repeating the last step once more is one more application of its update rule.
  @Test func extraStepsRepeatTheLast() throws {
    let policy = try Fixtures.idql("tiny_mlp.safetensors")
    let before = try decide { _ in }
    let after = try decide { $0.extraFinalSteps = 1 }
    let network = policy.network
    var x = before.candidates
    var prepared = [Float](repeating: 0, count: network.preparedCount)
    var eps = [Float](repeating: 0, count: 4)
    network.prepare([0.1, -0.2, 0.3, 0.4, -0.5], rows: 1, into: &prepared)
    prepared.withUnsafeBufferPointer { prepared in
      network.predict(
        x, prepared: [prepared.baseAddress!, prepared.baseAddress!], step: 0, into: &eps,
        workspace: ScoreWorkspace(network, rows: 2))
    }
    let schedule = try #require(policy.diffusion as? NoiseSchedule)
    let (alpha, hat) = (schedule.alphas[0], schedule.alphaHats[0])
    for i in x.indices {
      x[i] = clip((x[i] - (1 - alpha) / (1 - hat).squareRoot() * eps[i]) / alpha.squareRoot())
    }
    expectClose(after.candidates, x, within: 1e-6, "one more step")
  }
}
