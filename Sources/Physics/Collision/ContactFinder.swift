/// Finds the contacts of one configuration at a time, for simulations that lie side by side: what is
/// collided branches too much for lanes to go together.
package final class ContactFinder {
  private let simulation: Simulation

  package init(_ model: Model) { simulation = Simulation(model: model) }

  /// Length bodyCount: to be filled for moving bodies that have a shape which is not round.
  package var frames: UnsafeMutablePointer<BodyFrame> { simulation.workspace.frames }
  /// Length geomCount: to be filled for `movingGeoms`.
  package var geomFrames: UnsafeMutablePointer<GeomFrame> { simulation.workspace.geomFrames }

  /// In the order of the model's pairs.
  package func find() -> UnsafeBufferPointer<Contact> {
    simulation.detectContacts()
    let buffer = simulation.workspace.contacts
    return UnsafeBufferPointer(start: buffer.contacts, count: buffer.count)
  }
}
