/// Computes the frames of bodies and geoms that are fixed to the world.
func placeFixedBodies(
  _ source: Model, _ m: ModelPointers, frames: UnsafeMutablePointer<BodyFrame>,
  geomFrames: UnsafeMutablePointer<GeomFrame>
) {
  for (index, body) in source.bodies.enumerated() where index > 0 && body.weld == 0 {
    let parent = frames[body.parent]
    let orientation = (parent.orientation * body.orientation).normalized
    let origin = parent.origin + parent.rotation * body.position
    frames[index] = BodyFrame(
      origin: origin, orientation: orientation, rotation: orientation.matrix,
      centerOfMass: origin + orientation.matrix * body.inertialPosition)
  }
  for (index, geom) in source.geoms.enumerated() where source.bodies[geom.body].weld == 0 {
    let frame = frames[geom.body]
    geomFrames[index] = GeomFrame(
      center: frame.origin + frame.rotation * geom.position,
      axis: frame.rotation * m.geomAxes[index])
  }
}
