import IDQLPhysics

/// Any text must either be refused with one line, or give a model that can be stepped: to finite states,
/// or to a simulation that says that it is no longer finite.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzMJCF(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let first = start?.pointee else { return 0 }
  // the first byte chooses the physics, so that one corpus serves all profiles
  let profile = PhysicsProfile.all[Int(first) % PhysicsProfile.all.count]
  let text = String(
    decoding: UnsafeBufferPointer(start: start, count: count).dropFirst(), as: UTF8.self)
  do {
    let model = try Model(mjcf: text, named: "fuzz.xml", profile: profile)
    let simulation = Simulation(model: model)
    simulation.control = Array(repeating: 1, count: model.controlCount)
    for _ in 0..<3 { simulation.step() }
    let state = simulation.state
    precondition(!simulation.isFinite || state.position.allSatisfy(\.isFinite))
  } catch {
    let line = String(describing: error)
    precondition(!line.isEmpty && !line.contains { $0.isNewline }, "not one line: \(line)")
  }
  return 0
}
