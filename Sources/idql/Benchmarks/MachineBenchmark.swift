import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLPhysics
import IDQLPhysicsLanes
import IDQLSpelling
import IDQLTraining

/// What this machine does of everything that takes time: one row of Docs/Performance.md.
package struct MachineBenchmark: Encodable {
  var machine: Provenance.Machine
  var kernels: String
  /// Sizes of block that were chosen, rows x panels of 16 columns.
  var actingBlocks, learningBlocks: String
  /// Multiply-adds in registers on one thread, 10⁹ operations per second.
  var peakGflops: Double
  /// Bytes read and written by a copy of 64 MiB on one thread, 10⁹ per second.
  var memoryGigabytesPerSecond: Double
  var layers: [LayerRate]
  /// In each supported precision: an agent of the published sizes, N = 64, one observation in a call.
  var inference: [Inference]
  /// In each supported precision and on one and all cores: batches of 256.
  var training: [TrainingBenchmark]
  /// Of each robot with one simulation at a time and with as many as a register holds.
  var physics: [PhysicsBenchmark]
  /// Wall time of 100 episodes of the bundled policy on all cores, extrapolated; nil without that policy.
  var secondsForHundredEpisodes: Double?

  struct Inference: Encodable {
    var precision: String
    var arithmetic: String
    var secondsPerAction: Double
    /// Of float32 on the same thread in the same run.
    var shareOfPeak: Double

    enum CodingKeys: String, CodingKey {
      case precision, arithmetic
      case secondsPerAction = "seconds_per_action"
      case shareOfPeak = "share_of_peak"
    }
  }

  enum CodingKeys: String, CodingKey {
    case machine, kernels, layers, inference, training, physics
    case actingBlocks = "acting_blocks"
    case learningBlocks = "learning_blocks"
    case peakGflops = "peak_gflops"
    case memoryGigabytesPerSecond = "memory_gigabytes_per_second"
    case secondsForHundredEpisodes = "seconds_for_hundred_episodes"
  }

  /// - Parameter seconds: for each single measurement, of which there are some twenty.
  package init(seconds: Double) throws {
    machine = .current
    kernels = NetworkKernels.current.text
    (actingBlocks, learningBlocks) = (BlockChoice.acting.text, BlockChoice.learning.text)
    memoryGigabytesPerSecond = Self.copyRate(seconds: seconds)
    layers = [(256, 1024, true), (1024, 256, false)].map { inputs, outputs, swish in
      LayerRate(inputs: inputs, outputs: outputs, swish: swish, seconds: seconds) {
        ProcessUse.threadSeconds
      }
    }

    let configuration = LearnerConfiguration(family: .simple, observationCount: 11, actionCount: 3)
    let (tensors, metadata) = try Learner(configuration, seed: 0).policyFile()
    let agent = try IDQLPolicy(tensors, metadata: metadata)
    var peaks: [Double] = []
    inference = try Precision.supported.map { precision in
      var options = agent.options
      (options.precision, options.candidateCount) = (precision, 64)
      let result = InferenceBenchmark(try agent.with(options), batch: 1, seconds: seconds)
      peaks.append(result.peakGflops)
      return Inference(
        precision: precision.rawValue, arithmetic: Arithmetic.current(for: precision).rawValue,
        secondsPerAction: result.secondsPerAction, shareOfPeak: result.shareOfPeak)
    }
    peakGflops = Sample(peaks)?.median ?? .nan

    var learner = configuration
    (learner.actor.batchSize, learner.critic.batchSize) = (256, 256)
    let cores = machine.cores
    training = try LearnerPrecision.supported.flatMap { precision in
      learner.precision = precision
      return try Set([1, cores]).sorted().map {
        try TrainingBenchmark(learner, workers: $0, seconds: seconds)
      }
    }

    physics = try ["Hopper-v4", "Walker2d-v4", "HalfCheetah-v4", "Ant-v4", "antmaze-umaze-v2"]
      .flatMap { id in
        let model = try makeEnvironment(EnvironmentID(id)).simulation.model
        return [1, WideStepper.supportedLaneCounts.max() ?? 1].map { lanes in
          // some 50,000 steps per second
          PhysicsBenchmark(model, steps: max(1600, Int(50_000 * seconds)), lanes: lanes)
        }
      }

    if let path = BundledPolicy.usual.path {
      let policy = try loadPolicy(contentsOf: path)
      let id = try EnvironmentID(BundledPolicy.usual.environment)
      let plan = try EvaluationPlan(episodes: 100, workers: cores)
      secondsForHundredEpisodes = try estimateEvaluation(
        policy, plan: plan, trialSeconds: seconds, makeEnvironment: { try makeEnvironment(id) }
      ).seconds
    }
  }

  private static func copyRate(seconds: Double) -> Double {
    let count = 64 << 20
    let source = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 64)
    let target = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 64)
    defer {
      source.deallocate()
      target.deallocate()
    }
    memset(source, 1, count)
    var best = 0.0
    let end = ProcessUse.threadSeconds + seconds
    repeat {
      let start = ProcessUse.threadSeconds
      memcpy(target, source, count)
      best = max(best, 2 * Double(count) / max(ProcessUse.threadSeconds - start, 1e-9) * 1e-9)
    } while ProcessUse.threadSeconds < end
    return best
  }

  /// One line for each measurement.
  package var table: String {
    var lines = [
      "\(machine.processor), \(machine.cores) cores, \(kernels)",
      "blocks: acting \(actingBlocks), learning \(learningBlocks)",
      "peak \(peakGflops.text(decimals: 0)) GFLOP/s on one thread, copy "
        + "\(memoryGigabytesPerSecond.text(decimals: 0)) GB/s",
    ]
    func percent(_ share: Double) -> String { "\((100 * share).text(decimals: 0)) %" }
    for layer in layers {
      lines.append(
        "layer \(layer.inputs) x \(layer.outputs), \(layer.activation): "
          + "\(percent(layer.gflops / peakGflops)) of the peak")
    }
    for result in inference {
      lines.append(
        "action (\(result.arithmetic)): \((1000 * result.secondsPerAction).text(decimals: 2)) ms, "
          + "\(percent(result.shareOfPeak)) of the float32 peak")
    }
    for result in training {
      lines.append(
        "training (\(result.arithmetic)), \(result.workers) threads: "
          + "\(result.updatesPerSecond.text(decimals: 1)) updates/s")
    }
    for result in physics {
      lines.append(
        "\(result.model), \(result.lanes) lanes: \(rate(result.stepsPerCPUSecond)) steps/s of a core"
      )
    }
    if let seconds = secondsForHundredEpisodes {
      lines.append("100 episodes of the bundled policy: \(seconds.text(decimals: 1)) s")
    }
    return lines.joined(separator: "\n")
  }
}
