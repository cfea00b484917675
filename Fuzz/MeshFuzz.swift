import Foundation
import IDQLPhysics

/// A folder of this process, with the documents that refer to the mesh files.
private let folder: String = {
  let path = NSTemporaryDirectory() + "mesh-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
  try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  for format in formats {
    for inertia in inertias {
      let document =
        heightFormats.contains(format)
        ? """
        <mujoco><asset><hfield name="h" file="mesh.\(format)" size="1 1 .2 .1"/></asset><worldbody>
        <geom type="hfield" hfield="h"/><body pos=".1 .2 .1"><freejoint/><geom size=".2"/></body>
        <body pos="-.3 0 .2"><freejoint/><geom type="box" size=".2 .1 .1"/></body></worldbody></mujoco>
        """
        : """
        <mujoco><asset><mesh name="m" file="mesh.\(format)" inertia="\(inertia)"/></asset><worldbody>
        <geom type="plane" size="1 1 1"/><body><freejoint/><geom type="mesh" mesh="m"/></body>
        <body pos=".1 0 .1"><freejoint/><geom type="mesh" mesh="m"/></body></worldbody></mujoco>
        """
      try? Data(document.utf8).write(to: URL(fileURLWithPath: "\(path)/\(format)-\(inertia).xml"))
    }
  }
  return path
}()
private let heightFormats = ["png", "bin"]
private let formats = ["stl", "obj", "msh"] + heightFormats
private let inertias = ["legacy", "exact", "convex", "shell"]

/// Any bytes must either be refused with one line, or give a mesh or a height field that makes a model that
/// can be stepped.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzMesh(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let first = start?.pointee else { return 0 }
  // the first byte chooses format and inertia
  let format = formats[Int(first) % formats.count]
  let inertia = inertias[Int(first) / formats.count % inertias.count]
  let bytes = Data(UnsafeBufferPointer(start: start, count: count).dropFirst())
  do {
    try bytes.write(to: URL(fileURLWithPath: "\(folder)/mesh.\(format)"))
    let model = try Model(contentsOf: "\(folder)/\(format)-\(inertia).xml", profile: .mujoco4)
    precondition(model.bodies.allSatisfy { $0.mass.isFinite })
    let simulation = Simulation(model: model)
    for _ in 0..<2 { simulation.step() }
    let state = simulation.state
    precondition(!simulation.isFinite || state.position.allSatisfy(\.isFinite))
  } catch {
    let line = String(describing: error)
    precondition(!line.isEmpty && !line.contains { $0.isNewline }, "not one line: \(line)")
  }
  return 0
}
