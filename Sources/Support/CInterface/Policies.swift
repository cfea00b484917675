import CIDQLInterface
import Foundation
import IDQLAgent
import IDQLEvaluation
import IDQLRandom
import IDQLSpelling

@_cdecl("idql_policy_load")
package func loadHeldPolicy(
  _ path: UnsafePointer<CChar>?, _ request: UnsafePointer<CChar>?,
  _ policy: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    let request = try Request(
      request, known: ["diffusion_steps", "schedule", "family", "normalization", "critic"])
    var stated = StatedSettings()
    stated.diffusionSteps = try request.count("diffusion_steps", in: 1...1000)
    stated.schedule = try request.choice("schedule", NoiseSchedule.Kind.self)
    stated.family = try request.choice("family", LearnerFamily.self)
    stated.normalization = try request.text("normalization").map(CompanionFile.init(contentsOf:))
    stated.critic = try request.text("critic").map(CompanionFile.init(contentsOf:))
    let loaded = try loadPolicy(contentsOf: try textArgument(path, "the path"), stated: stated)
    try give(.policy(loaded, PolicyRecord(loaded)), policy)
  }
}

private struct HeldPolicyDescription: Encodable {
  struct Setting: Encodable { let name, value: String, origin: String? }
  let kind: String
  let file, sha256, environment, rule: String?
  let observations, actions: Int
  let decides: Bool
  let candidates, heads: Int?
  let temperature: Float?
  let settings: [Setting]
  let diffusionSteps: Int?

  enum CodingKeys: String, CodingKey {
    case kind, file, sha256, environment, rule, observations, actions, decides, candidates, heads
    case temperature, settings
    case diffusionSteps = "diffusion_steps"
  }

  init(_ policy: any Policy, heads: Int?) {
    let description = policy.description
    let deciding = policy.deciding
    kind = description.kind.rawValue
    file = description.source?.name
    sha256 = description.source?.sha256
    environment = description.environment
    observations = policy.observationCount
    actions = policy.actionCount
    decides = deciding != nil
    candidates = deciding?.options.candidateCount
    rule = deciding?.options.rule.rawValue
    temperature = deciding?.options.temperature
    diffusionSteps = deciding?.diffusionStepCount
    self.heads = heads
    settings = description.settings.map {
      Setting(name: $0.name, value: $0.value, origin: $0.origin?.rawValue)
    }
  }
}

/// Heads of a policy's critic: found by asking it once.
private func headCount(_ policy: any DecidingPolicy) throws -> Int {
  var options = policy.options
  options.candidateCount = 1
  var noise = [NumPyGenerator(seed: 0)]
  let decision = try policy.with(options).decide(
    observations: Array(repeating: 0, count: policy.observationCount), noise: &noise)
  return decision.q.count
}

@_cdecl("idql_policy_describe")
package func describePolicy(
  _ policy: Int64, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  call {
    let (policy, _) = try Handles.policy(policy)
    let heads = try policy.deciding.map { try headCount($0) }
    try give(HeldPolicyDescription(policy, heads: heads).jsonText(), json)
  }
}

@_cdecl("idql_policy_with")
package func changePolicy(
  _ policy: Int64, _ request: UnsafePointer<CChar>?, _ changed: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    let (policy, _) = try Handles.policy(policy)
    let request = try Request(
      request,
      known: [
        "candidates", "rule", "temperature", "softmax_scale", "precision", "clips_every_step",
        "extra_final_steps",
      ])
    guard let loaded = policy as? LoadedPolicy, var options = loaded.deciding?.options else {
      throw CallError.invalid(
        "candidates are chosen by IDQL agents only; this is a \(policy.description.kind.title).")
    }
    if let count = try request.count("candidates", in: 1...65536) { options.candidateCount = count }
    if let rule = try request.choice("rule", SelectionRule.self) { options.rule = rule }
    if let temperature = try request.number("temperature", in: 0...1e6) {
      options.temperature = Float(temperature)
    }
    if let scale = try request.number("softmax_scale", in: 0...1e9) { options.softmaxScale = scale }
    if let precision = try request.choice("precision", Precision.self) {
      options.precision = precision
    }
    if let clips = try request.flag("clips_every_step") { options.clipsEveryStep = clips }
    if let steps = try request.count("extra_final_steps", in: 0...1000) {
      options.extraFinalSteps = steps
    }
    let new = try loaded.with(options)
    try give(.policy(new, PolicyRecord(new)), changed)
  }
}

@_cdecl("idql_noise_make")
package func makeNoise(
  _ seed: UInt64, _ first: Int64, _ count: Int64, _ noise: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    let limit: Int64 = 1 << 24
    guard (1...limit).contains(count), (0...(1 << 32) - limit).contains(first) else {
      throw CallError.invalid(
        "streams are 1 to \(limit) from number 0 to 2^32 - 2^24 on, not \(count) from \(first) on.")
    }
    try give(
      .noise(
        HeldNoise(
          (first..<first + count).map { NumPyGenerator(seed: seed, spawnKey: [UInt32($0)]) })),
      noise)
  }
}

@_cdecl("idql_policy_act")
package func actByPolicy(
  _ policy: Int64, _ noise: Int64, _ rows: Int64, _ width: Int64,
  _ observations: UnsafePointer<Double>?, _ steps: UnsafePointer<Int64>?,
  _ decision: UnsafePointer<idql_decision_buffers>?
) -> Int32 {
  call {
    let (policy, _) = try Handles.policy(policy)
    guard let observations, let out = decision?.pointee, let actions = out.actions else {
      throw CallError.invalid("observations, or the place for actions, are missing.")
    }
    guard (1...(1 << 24)).contains(rows), (1...(1 << 20)).contains(width),
      policy.accepts(observationCount: Int(width))
    else {
      throw CallError.invalid(
        "\(rows) rows of \(width) numbers are no observations of this policy, which takes rows of "
          + "\(policy.observationCount).")
    }
    let (rows, width) = (Int(rows), Int(width))
    let given = Array(UnsafeBufferPointer(start: observations, count: rows * width))
    if let index = given.firstIndex(where: { !$0.isFinite }) {
      throw CallError.invalid(
        "number \(index % width) of observation \(index / width) is \(given[index]); "
          + "observations must be finite numbers.")
    }
    let taken = steps.map { Array(UnsafeBufferPointer(start: $0, count: rows)).map(Int.init) }
    if let step = taken?.first(where: { !(0...(1 << 53)).contains($0) }) {
      throw CallError.invalid("an episode cannot have taken \(step) actions.")
    }
    try Handles.noise(noise) { noise in
      guard noise.streams.count >= rows else {
        throw CallError.invalid(
          "\(rows) rows need as many streams of noise, not \(noise.streams.count).")
      }
      var streams = Array(noise.streams[..<rows])
      if out.candidates == nil, out.q == nil, out.values == nil, out.chosen == nil {
        let chosen = policy.actions(
          observations: given, steps: taken ?? Array(repeating: 0, count: rows), noise: &streams)
        actions.update(from: chosen, count: chosen.count)
      } else {
        guard let deciding = policy.deciding else {
          throw CallError.invalid(
            "a \(policy.description.kind.title) has no candidates; IDQL agents have.")
        }
        let made = deciding.decide(observations: given.map(Float.init), noise: &streams)
        actions.update(from: made.actions, count: made.actions.count)
        out.candidates?.update(from: made.candidates, count: made.candidates.count)
        out.q?.update(from: made.q, count: made.q.count)
        out.values?.update(from: made.values, count: made.values.count)
        for (row, index) in made.indices.enumerated() { out.chosen?[row] = Int64(index) }
      }
      noise.streams.replaceSubrange(..<rows, with: streams)
    }
  }
}
