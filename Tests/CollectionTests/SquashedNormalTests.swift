import Foundation
import IDQLRandom
import TestSupport
import Testing

@testable import IDQLCollection

@Suite struct SquashedNormalTests {
  /// SciPy 1.17.1: stats.norm.logpdf(u, mean, deviation) - log1p(-tanh(u)^2).
  @Test func logDensityMatchesSciPy() {
    let means: [Float] = [0.3, -1.2, 0.0, 2.5, -0.7]
    let logDeviations: [Float] = [-0.5, 0.2, -2.0, 0.7, 1.5]
    let noise: [Float] = [0.4, -1.1, 2.0, 0.9, -0.3]
    let draws = means.indices.map {
      SquashedNormal(mean: means[$0], logDeviation: logDeviations[$0]).draw(noise[$0])
    }
    // 32-bit rounding
    expectClose(
      draws.map(\.action), [0.494962806, -0.987723837, 0.264248689, 0.999640856, -0.967040745],
      within: 0, relative: 2e-6)
    expectClose(
      draws.map(\.logDensity), [-0.21791666, 1.98916717, -0.846553447, 5.21488116, 0.272014402],
      within: 1e-5)
  }

  /// The density over all actions has the integral 1, and is exact where tanh is saturated.
  @Test func densityIntegratesToOne() {
    for (mean, logDeviation) in [(Float(0), Float(0)), (0.8, -1), (-0.3, -2)] {
      let normal = SquashedNormal(mean: mean, logDeviation: logDeviation)
      // over ε: da = (1 - a²) σ dε
      var sum = 0.0
      let width = 0.01
      for step in -600...600 {
        let draw = normal.draw(Float(Double(step) * width))
        let slope = (1 - Double(draw.action) * Double(draw.action)) * exp(Double(logDeviation))
        sum += exp(Double(draw.logDensity)) * slope * width
      }
      #expect(abs(sum - 1) < 1e-4)
    }
    let far = SquashedNormal(mean: 12, logDeviation: 0).draw(0)
    // log(1 - tanh²u) = 2 log 2 - 2u up to exp(-4u)
    expectClose([far.logDensity], [-0.9189385 - (2 * 0.6931472 - 24)], within: 1e-5)
  }

  @Test func gradientsMatchDifferences() {
    var generator = NumPyGenerator(seed: 5)
    for _ in 0..<50 {
      let mean = generator.uniform(-1.5, 1.5)
      let logDeviation = generator.uniform(-2, 0.5)
      let noise = generator.standardNormal()
      let (action, density) = (generator.uniform(-2, 2), generator.uniform(0, 1))
      func loss(_ mean: Double, _ logDeviation: Double) -> Double {
        let u = mean + exp(logDeviation) * noise
        let logDensity = -logDeviation - log(1 - tanh(u) * tanh(u))
        return action * tanh(u) + density * logDensity
      }
      let h = 1e-6
      let expected = [
        (loss(mean + h, logDeviation) - loss(mean - h, logDeviation)) / (2 * h),
        (loss(mean, logDeviation + h) - loss(mean, logDeviation - h)) / (2 * h),
      ]
      let normal = SquashedNormal(mean: Float(mean), logDeviation: Float(logDeviation))
      let found = normal.gradient(
        normal.draw(Float(noise)), action: Float(action), logDensity: Float(density))
      // 32-bit rounding
      expectClose([Double(found.mean), Double(found.logDeviation)], expected, within: 2e-5)
    }
  }

  @Test func theDeviationIsKeptInItsRange() {
    let wide = SquashedNormal(mean: 0, logDeviation: 7)
    #expect(wide.logDeviation == 2 && wide.isClamped)
    #expect(wide.gradient(wide.draw(0.5), action: 1, logDensity: 1).logDeviation == 0)
    let narrow = SquashedNormal(mean: 0, logDeviation: -30)
    #expect(narrow.logDeviation == -20 && narrow.isClamped)
  }
}
