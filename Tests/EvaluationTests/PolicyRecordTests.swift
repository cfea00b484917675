import Foundation
import IDQLAgent
import IDQLEvaluation
import TestSupport
import Testing

@Suite struct PolicyRecordTests {
  private func load(_ name: String) throws -> LoadedPolicy {
    try loadPolicy(contentsOf: goldenPath(name, of: "AgentTests"))
  }

  private func json(_ record: PolicyRecord) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(record), as: UTF8.self)
  }

  /// As reports of version 0.1.0 have them.
  private static let idql = #"{"file":"hopper_simple.safetensors","kind":"idql","selection":"#
  private static let digest =
    #","sha256":"f13e28c498f0cb23dbc02407807adcd0f2411f00c9c171b0b03b8c4b285d6596"}"#
  private static let implicit =
    idql + #"{"candidates":3,"clips_every_step":true,"critic_objective":"expectile","#
    + #""critic_parameter":0.7,"diffusion_steps":5,"extra_final_steps":0,"precision":"float32","#
    + #""rule":"implicit","temperature":1}"# + digest
  private static let softmax =
    idql + #"{"candidates":3,"clips_every_step":true,"diffusion_steps":5,"extra_final_steps":0,"#
    + #""precision":"float32","rule":"softmax","softmax_scale":2.5,"temperature":0.5}"# + digest
  private static let argmax =
    idql + #"{"candidates":3,"clips_every_step":true,"diffusion_steps":5,"extra_final_steps":0,"#
    + #""precision":"float32","rule":"argmax","temperature":1}"# + digest
  private static let actor =
    #"{"file":"actor_hopper_a2c.safetensors","kind":"actor","sha256":"#
    + #""347b57fcd38a3b8ec8b4794210fe9e7a663037b045fca220dfaf7fccd51e217b","#
    + #""unused":[{"name":"log_std","parameters":3,"tensors":1}]}"#

  @Test func isWrittenAsItWas() throws {
    let agent = try load("hopper_simple.safetensors")
    var options = try agent.requireDeciding().options
    options.candidateCount = 3
    #expect(try json(PolicyRecord(agent.with(options))) == Self.argmax)
    options.rule = .implicit
    #expect(try json(PolicyRecord(agent.with(options))) == Self.implicit)
    (options.rule, options.softmaxScale, options.temperature) = (.softmax, 2.5, 0.5)
    #expect(try json(PolicyRecord(agent.with(options))) == Self.softmax)
    #expect(try json(PolicyRecord(load("actor_hopper_a2c.safetensors"))) == Self.actor)
  }

  @Test(arguments: [argmax, implicit, softmax, actor]) func isReadAsItWas(_ text: String) throws {
    let record = try JSONDecoder().decode(PolicyRecord.self, from: Data(text.utf8))
    #expect(try json(record) == text)
    #expect((record.selection == nil) == (record.kind == .actor))
  }

  @Test func aPolicyInMemoryHasNoDigest() throws {
    let record = PolicyRecord(ToyPolicy())
    #expect(try json(record) == #"{"file":"ToyPolicy","kind":"ToyPolicy"}"#)
    let read = try JSONDecoder().decode(PolicyRecord.self, from: Data(json(record).utf8))
    #expect(read == record)
  }
}
