/// Lengths and Jacobians of all tendons in one configuration, by the functions of a step.
struct TendonRows {
  let lengths: [Double]
  /// By tendon, in rising order of the degrees of freedom.
  let jacobians: [[(dof: Int, entry: Double)]]

  /// - Parameters:
  ///   - model: of which bodies, joints, sites and geoms are used.
  ///   - position: length `positionCount`.
  init(_ model: Model, at position: [Double]) {
    if model.tendons.isEmpty {
      (lengths, jacobians) = ([], [])
      return
    }
    // what is derived later is left out
    var bare = model
    (bare.pairs, bare.equalities) = ([], ModelElements([], names: []))
    let w = Workspace(bare)
    let m = w.model
    placeFixedBodies(bare, m, frames: w.frames, geomFrames: w.geomFrames)
    w.position.update(from: position, count: position.count)
    computeBodyFrames(m, position: w.position, frames: w.frames, axes: w.axes)
    computeLengths(
      m, frames: w.frames, axes: w.axes, position: w.position, velocity: w.velocity,
      lengthJacobians: w.lengthJacobians, lengths: w.lengths, rates: w.lengthRates)
    lengths = model.tendons.indices.map { w.lengths[$0] }
    jacobians = model.tendons.indices.map { index in
      let length = m.special.pointee.lengths[index]
      return (0..<length.entryCount).map {
        (m.rowChains[length.chain + $0], w.lengthJacobians[length.jacobian + $0])
      }
    }
  }
}
