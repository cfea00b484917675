/// A flow from noise to actions: K steps of Euler's method along a learnt velocity, from time 0 to 1
/// (Lipman et al. 2023; IFQL of Park, Li, Levine 2025).
struct FlowSchedule: ReverseDiffusion, Equatable {
  /// K.
  let steps: Int

  /// Steps count down here and times up.
  func trainingStep(_ t: Int) -> Int { steps - 1 - t }

  /// The temperature scales the noise that the flow begins with; it is 1 in the public code.
  func initialSpread(temperature: Float) -> Float { temperature }

  /// x + v / K, whatever t is.
  func reverse(_ t: Int, temperature: Float) -> ReverseStep {
    ReverseStep(scale: 1, share: -1 / Float(steps), spread: nil)
  }
}
