import IDQLAgent
import IDQLRandom

/// Any bytes must either be refused with one line, or give a policy that can act.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzCheckpoint(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    var stated = StatedSettings()
    stated.assumesTheRest = true
    var policy = try loadPolicy(bytes: bytes, named: "fuzz", stated: stated)
    precondition(!policy.description.networks.isEmpty)
    if let agent = policy.deciding {
      // a file may ask for more work than a fuzzer has time for
      guard agent.diffusionStepCount <= 20 else { return 0 }
      var options = agent.options
      options.candidateCount = 2
      options.extraFinalSteps = min(1, options.extraFinalSteps)
      policy = try policy.with(options)
    }
    guard policy.observationCount <= 4096 else { return 0 }
    var noise = [NumPyGenerator(seed: 0)]
    let action = policy.actions(
      observations: Array(repeating: 0.5, count: policy.observationCount), steps: [0],
      noise: &noise)
    precondition(action.count == policy.actionCount)
    // a file may have bounds of its own, but they are finite
    precondition(action.allSatisfy { !$0.isInfinite })
  } catch {
    let line = String(describing: error)
    precondition(!line.isEmpty && !line.contains { $0.isNewline }, "not one line: \(line)")
  }
  return 0
}
